import Basics
import Logging

/// Counts refusals, and says when one is to be told: the first of its kind at once, then at most
/// one in an interval. A value, so that its rule can be tested without a clock.
struct RefusalTally: Sendable {
    private struct Key: Hashable {
        var reason: RefusalReason
        var member: MemberID?
    }
    private struct Entry {
        var lastTold: Span
        var untold = 0
    }

    private let interval: Span
    private var counts: [RefusalReason: Int] = [:]
    private var entries: [Key: Entry] = [:]

    /// A tally that tells each kind once in an interval.
    init(interval: Span) { self.interval = interval }

    /// Counts refusals of one kind; if they are to be told now, how many there were since the last
    /// time.
    mutating func record(
        _ reason: RefusalReason, of member: MemberID?, count: Int = 1, at now: Span
    ) -> Int? {
        counts[reason, default: 0] += count
        var key = Key(reason: reason, member: member)
        if entries[key] == nil, entries.count >= TransportBounds.refusalKindsMax {
            key.member = nil
        }
        guard var entry = entries[key] else {
            entries[key] = Entry(lastTold: now)
            return count
        }
        entry.untold += count
        defer { entries[key] = entry }
        guard now - entry.lastTold >= interval else { return nil }
        defer { (entry.lastTold, entry.untold) = (now, 0) }
        return entry.untold
    }

    /// The counts since the start, in the order of the reasons.
    var totals: [TransportHealth.RefusalCount] {
        RefusalReason.allCases.compactMap { reason in
            counts[reason].map { TransportHealth.RefusalCount(reason: reason, count: $0) }
        }
    }
}

/// Every refusal goes through here: it is counted, logged in one line and told to the owner.
final class RefusalLedger: Sendable {
    private let tally: Locked<RefusalTally>
    private let outlet: EventOutlet
    private let logger: Logger

    init(interval: Span, outlet: EventOutlet, logger: Logger) {
        tally = Locked(RefusalTally(interval: interval))
        (self.outlet, self.logger) = (outlet, logger)
    }

    /// The counts since the start.
    var totals: [TransportHealth.RefusalCount] { tally.withLock { $0.totals } }

    /// Takes note of refusals. The member is the one that was claimed, if any.
    func record(
        _ reason: RefusalReason, of member: MemberID?, count: Int = 1,
        _ detail: @autoclosure () -> String
    ) {
        let now = Uptime.now()
        let told = tally.withLock { $0.record(reason, of: member, count: count, at: now) }
        guard let told else { return }
        let detail = detail()
        let repeats = told > 1 ? " (\(told) times)" : ""
        logger.warning("refused, \(reason): \(detail)\(repeats)")
        outlet.postNews(.strangerRefused(reason: reason.description, detail: detail))
    }
}
