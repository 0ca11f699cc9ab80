import Basics
import Replication

/// S3: if two logs have an entry of the same index and term, they are the same entry behind the
/// same entries. S5: epochs never decrease along a log.
struct LogCheck {
    private struct Position: Hashable {
        var place: Place
        var term: Term
    }
    private struct Known {
        var hash: UInt64
        var before: Term
    }
    private var entries: [Position: Known] = [:]

    /// A member writes down an entry behind one of a certain term.
    mutating func observe(
        _ entry: LogEntry, of group: GroupID, behind before: Term, by member: MemberID,
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        if entry.term < before {
            failures.fail(
                "S5",
                "\(member) \(group.short) \(entry.index) has term \(entry.term) behind \(before)")
        }
        let position = Position(
            place: Place(group: group, number: entry.index), term: entry.term)
        let hash = entry.hash
        guard let known = entries[position] else {
            entries[position] = Known(hash: hash, before: before)
            return
        }
        if known.hash != hash || known.before != before {
            failures.fail(
                "S3",
                "\(member) has another entry \(entry.index) of term \(entry.term) in \(group.short): "
                    + "behind \(before) instead of \(known.before), "
                    + "\(known.hash == hash ? "same" : "other") content")
        }
    }
}

extension LogEntry {
    /// A hash of kind and payload.
    var hash: UInt64 {
        var fold = Fold64()
        fold.fold(kind.rawValue)
        fold.fold(payload)
        return fold.value
    }
}
