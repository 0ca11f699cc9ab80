import Basics
import Replication

/// S1: at most one leader per (group, term). S12: one `Establish` per epoch.
///
/// Who leads appends an `Establish` of its term, so these entries tell of every leader there is.
struct ElectionCheck {
    private struct Leader {
        var member: MemberID
        var index: LogIndex
    }
    private var leaders: [Place: Leader] = [:]

    /// A member has written down an `Establish`, its own or one that was sent to it.
    mutating func observe(
        established entry: LogEntry, in group: GroupID, by member: MemberID,
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        var reader = ByteReader(entry.payload)
        let owner: MemberID
        do throws(WireError) {
            owner = try reader.read()
        } catch {
            return failures.fail(
                "S12", "\(member) \(group.short): an unreadable Establish: \(error)")
        }
        let place = Place(group: group, number: entry.term)
        guard let known = leaders[place] else {
            leaders[place] = Leader(member: owner, index: entry.index)
            return
        }
        if known.member != owner {
            failures.fail(
                "S1", "\(group.short) term \(entry.term) is led by \(known.member) and \(owner)")
        } else if known.index != entry.index {
            failures.fail(
                "S12",
                "\(group.short) epoch \(entry.term) is established at \(known.index) and \(entry.index)"
            )
        }
    }

    /// A member calls itself owner.
    mutating func observe(
        owner member: MemberID, of group: GroupID, term: Term, into failures: inout Failures
    ) {
        failures.checkCount += 1
        let known = leaders[Place(group: group, number: term)]
        if known?.member != member {
            failures.fail(
                "S1",
                "\(member) owns \(group.short) in term \(term) of \(known?.member.description ?? "nobody")"
            )
        }
    }
}
