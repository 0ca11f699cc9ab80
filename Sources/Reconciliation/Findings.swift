public import Basics
public import IncidentModel

/// What one region says of one incident; the input of every rule.
public struct RegionalView: Equatable, Sendable {
    /// Who says it.
    public var member: MemberID
    /// The incident's generation there: when the one before it ended. *Source:* decision 0010.
    public var previousEnd: HybridTime
    /// Whether the member believes to own it.
    public var isOwner: Bool
    /// The epoch known there.
    public var epoch: Term
    /// Its pages as known there.
    public var pages: [PageRecord]
    /// Since when a step has been due there of which nobody was reached, if so.
    public var overdueSince: Instant?

    /// A view with all its parts.
    public init(
        member: MemberID, previousEnd: HybridTime, isOwner: Bool, epoch: Term, pages: [PageRecord],
        overdueSince: Instant?
    ) {
        self.member = member
        self.previousEnd = previousEnd
        self.isOwner = isOwner
        self.epoch = epoch
        self.pages = pages
        self.overdueSince = overdueSince
    }
}

/// Something about an incident that should not be, or that people should know. *Source:* design 7.
public enum Finding: Equatable, Sendable {
    /// One page was delivered more than once, by these members, in order.
    case duplicatePage(key: StepKey, person: PersonID, channel: PageChannel, by: [MemberID])
    /// Several members believe to own the incident, with their epochs. The highest epoch is the
    /// owner; the others have not heard of it yet.
    case ownersDiffer([Claim])
    /// A step has been due for longer than the paging bound, and nobody was reached.
    case overdueStep(since: Instant)
    /// It looks like the same problem as another one that opened earlier, for this reason; no person
    /// has said so or otherwise.
    case sameProblem(as: GroupID, reason: String)

    /// One member's belief to own an incident.
    public struct Claim: Equatable, Comparable, Sendable {
        /// Who.
        public var member: MemberID
        /// In which epoch.
        public var epoch: Term
        /// A claim.
        public init(member: MemberID, epoch: Term) { (self.member, self.epoch) = (member, epoch) }
        public static func < (a: Claim, b: Claim) -> Bool {
            (a.epoch, a.member) < (b.epoch, b.member)
        }
    }
}

/// What is to be found in the views of one incident. A pure function of the set of views: their
/// order, and saying one twice, make no difference. *Source:* design 7, S9.
///
/// `overdueAfter` is how long a step may be due before it counts as overdue: the paging bound (L1).
public func findings(
    in views: [RegionalView], at now: Instant, overdueAfter: Span,
    defects: RuleDefects = RuleDefects()
) -> [Finding] {
    let newest = views.map(\.previousEnd).max() ?? .zero
    let current = inOrder(views.filter { $0.previousEnd == newest }, defects)
    return duplicatePages(in: current, defects) + ownersDiffer(in: current, defects)
        + overdueStep(in: current, at: now, after: overdueAfter)
}

/// Bugs of the rules that can be planted on purpose, to prove that the simulator sees them.
/// *Source:* design 11.
public struct RuleDefects: Equatable, Sendable {
    /// Views are taken in the order in which they arrived.
    public var isArrivalOrder = false
    /// Views are taken in the order of a hash table of this seed.
    public var hashSeed: UInt64?
    /// None: what production uses.
    public init() {}
    var areNone: Bool { self == RuleDefects() }
}

/// The views in an order that depends on nothing but what they are.
private func inOrder(_ views: [RegionalView], _ defects: RuleDefects) -> [RegionalView] {
    if defects.isArrivalOrder { return views }
    guard let seed = defects.hashSeed else { return views.sorted { $0.member < $1.member } }
    return views.sorted { one, next in
        func hash(_ view: RegionalView) -> UInt64 {
            var fold = Fold64()
            fold.fold(seed)
            fold.fold(view.member.number)
            return fold.value
        }
        return hash(one) < hash(next)
    }
}

private func duplicatePages(in views: [RegionalView], _ defects: RuleDefects) -> [Finding] {
    var deliveries: [(record: PageRecord, by: [PageAttemptIdentity])] = []
    for record in views.flatMap(\.pages) {
        let by = record.attempts.filter { $0.outcome?.isSuccess == true }
            .map { PageAttemptIdentity(member: $0.member, attempt: $0.attempt) }
        if let known = deliveries.firstIndex(where: { $0.record.key == record.key }) {
            for one in by where !deliveries[known].by.contains(one) {
                deliveries[known].by.append(one)
            }
        } else {
            deliveries.append((record, by))
        }
    }
    return
        deliveries
        .filter { $0.by.count > 1 }
        .sorted { $0.record.key < $1.record.key }
        .map {
            .duplicatePage(
                key: $0.record.key, person: $0.record.person, channel: $0.record.channel,
                by: (defects.areNone ? $0.by.sorted() : $0.by).map(\.member))
        }
}

private struct PageAttemptIdentity: Equatable, Comparable {
    var member: MemberID
    var attempt: UInt64
    static func < (a: Self, b: Self) -> Bool { (a.member, a.attempt) < (b.member, b.attempt) }
}

private func ownersDiffer(in views: [RegionalView], _ defects: RuleDefects) -> [Finding] {
    var claims: [Finding.Claim] = []
    for view in views where view.isOwner {
        let claim = Finding.Claim(member: view.member, epoch: view.epoch)
        if !claims.contains(claim) { claims.append(claim) }
    }
    return claims.count > 1 ? [.ownersDiffer(defects.areNone ? claims.sorted() : claims)] : []
}

private func overdueStep(
    in views: [RegionalView], at now: Instant, after bound: Span
) -> [Finding] {
    // One region that knows of a delivery is enough: then nobody has to be woken for it.
    guard !views.isEmpty else { return [] }
    var earliest = Instant.distantFuture
    for view in views {
        guard let since = view.overdueSince else { return [] }
        earliest = min(earliest, since)
    }
    return now - earliest > bound ? [.overdueStep(since: earliest)] : []
}

extension Finding {
    /// The kinds there are.
    public static let kinds = ["duplicate-page", "owners-differ", "overdue-step", "same-problem"]

    /// The finding in words, for logs and tables; `name` says what people call a member.
    public func words(naming name: (MemberID) -> String) -> String {
        switch self {
        case .duplicatePage(_, let person, let channel, let by):
            "\(person) was paged \(by.count) times by \(channel.name) with one step, by "
                + by.map(name).joined(separator: ", ")
        case .ownersDiffer(let claims):
            "owners differ: "
                + claims.map { "\(name($0.member)) in epoch \($0.epoch)" }.joined(separator: ", ")
        case .overdueStep(let since): "a step has been due since \(since) and nobody was reached"
        case .sameProblem(let other, let reason):
            "may be one problem with \(other.short): \(reason)"
        }
    }

    /// The kind of finding, for scripts.
    public var kind: String {
        switch self {
        case .duplicatePage: "duplicate-page"
        case .ownersDiffer: "owners-differ"
        case .overdueStep: "overdue-step"
        case .sameProblem: "same-problem"
        }
    }
}
