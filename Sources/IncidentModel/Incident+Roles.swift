public import Basics

/// A time that somebody had a role in an incident.
public struct RoleTenure: Equatable, Sendable {
    /// What kind of role.
    public enum Kind: UInt8, Sendable {
        /// Command, which there is once.
        case commander = 1
        /// Standing by for command.
        case deputy = 2
        /// One that people named: scribe, communications lead, ...
        case named = 3
    }

    /// What kind of role.
    public var kind: Kind
    /// The name.
    public var role: String
    /// Who has it.
    public var person: PersonID
    /// Since when.
    public var since: Instant
    /// Until when; `nil` while it lasts.
    public var until: Instant?
    /// Who said so; `nil` where it was decided by a rule.
    public var by: PersonID?
}

/// Roles: who has them and who had them in the present generation. Command and deputies follow from what was
/// decided, other roles from what people wrote down. *Source:* requirements D10 and P4; issue 6 point 1.
extension Incident {
    /// All of them, in the order in which they began.
    public var roleTenures: [RoleTenure] {
        (commands + deputyTenures + namedRoles).sorted {
            ($0.since, $0.kind.rawValue, $0.role, $0.person)
                < ($1.since, $1.kind.rawValue, $1.role, $1.person)
        }
    }

    /// Who decided what about command: the decisions of this generation, the earliest first.
    private var commandDecisions: [(at: Instant, person: PersonID, deputies: [PersonID])] {
        decisions.compactMap { decision in
            guard decision.previousEnd == previousEnd,
                case .commander(let person, let deputies) = decision.outcome
            else { return nil }
            return (decision.decidedAt.instant, person, deputies)
        }
    }

    private var commands: [RoleTenure] {
        var all: [RoleTenure] = []
        func begin(_ person: PersonID, at instant: Instant) {
            guard all.last?.person != person else { return }
            if !all.isEmpty { all[all.count - 1].until = instant }
            all.append(
                RoleTenure(
                    kind: .commander, role: "commander", person: person, since: instant))
        }
        for decision in commandDecisions { begin(decision.person, at: decision.at) }
        // Command that came along with an incident that this one took over was not decided here.
        if let commander { begin(commander, at: commandSince.instant) }
        if !all.isEmpty { all[all.count - 1].until = limit(nil) }
        return all
    }

    private var deputyTenures: [RoleTenure] {
        var all: [RoleTenure] = []
        func set(_ people: [PersonID], at instant: Instant) {
            for index in all.indices where all[index].until == nil {
                if !people.contains(all[index].person) { all[index].until = instant }
            }
            for person in people
            where !all.contains(where: { $0.person == person && $0.until == nil }) {
                all.append(
                    RoleTenure(kind: .deputy, role: "deputy", person: person, since: instant))
            }
        }
        for decision in commandDecisions { set(decision.deputies, at: decision.at) }
        set(deputies, at: commandSince.instant)
        for index in all.indices { all[index].until = limit(all[index].until) }
        return all
    }

    /// What is known of a role that goes from hand to hand.
    private struct OpenRole {
        var item: FactID
        var name: String
        var tenure: RoleTenure?
    }

    /// The roles that people named. A role keeps only its last holder; who had it before is in the timeline.
    private var namedRoles: [RoleTenure] {
        let items = presentWork.filter { $0.draft?.kind == .role }
        guard !items.isEmpty else { return [] }
        var (open, over) = ([OpenRole](), [RoleTenure]())
        func pass(_ index: Int, to words: RoleWords, at instant: Instant) {
            let before = open[index].tenure
            open[index].name = words.role
            guard before?.person != words.holder || before?.role != words.role else { return }
            if var ended = before {
                ended.until = instant
                over.append(ended)
            }
            open[index].tenure = words.holder.map {
                RoleTenure(
                    kind: .named, role: words.role, person: $0, since: instant, by: words.by)
            }
        }
        for entry in timeline {
            guard var words = RoleWords(entry), let fact = entry.fact else { continue }
            // How a role was put last is known without reading it back.
            let last = items.first { $0.draftMark?.fact == fact }
            if let draft = last?.draft { (words.role, words.holder) = (draft.text, draft.owner) }
            if items.contains(where: { $0.id == fact }) {
                open.append(OpenRole(item: fact, name: words.role))
                pass(open.count - 1, to: words, at: entry.time.instant)
            } else if let index = open.lastIndex(where: { role in
                last.map { $0.id == role.item } ?? (role.name == words.was)
            }) {
                pass(index, to: words, at: entry.time.instant)
            }
        }
        for role in open {
            guard var tenure = role.tenure else { continue }
            let ending = items.first { $0.id == role.item }.flatMap {
                $0.end == nil ? nil : $0.ending
            }
            tenure.until = limit(ending?.mark.time.instant)
            over.append(tenure)
        }
        return over
    }
}

/// What an entry of the timeline says of a role: the words of `Incident.apply(_:of:index:)`, read back.
/// `mei: role: scribe (joao) (was: role "scribe")`.
struct RoleWords: Equatable {
    /// Who says it.
    var by: PersonID
    /// The role's name.
    var role: String
    /// Who has it from then on; `nil` if nobody has.
    var holder: PersonID?
    /// What it was called until then; `nil` if it is new.
    var was: String?

    private static let wasHead = " (was: role \""

    init?(_ entry: TimelineEntry) {
        guard entry.kind == .work, let writer = entry.writer else { return nil }
        var rest = entry.text.dropFirst(writer.text.count + 2)
        guard rest.hasPrefix("role: ") else { return nil }
        rest = rest.dropFirst("role: ".count)
        by = writer
        if rest.hasSuffix("\")"), let head = rest.ranges(of: Self.wasHead).last {
            was = String(rest[head.upperBound...].dropLast(2))
            rest = rest[..<head.lowerBound]
        }
        if rest.hasSuffix(")"), let head = rest.ranges(of: " (").last {
            let tail = rest[head.upperBound...].dropLast()
            let first = tail.prefix { $0 != "," }
            if !first.hasPrefix("by ") { holder = PersonID(String(first)) }
            rest = rest[..<head.lowerBound]
        }
        role = String(rest)
    }
}
