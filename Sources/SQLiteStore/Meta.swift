import Basics
import GRDB

/// The one row that says whose file this is and how far it has come. It is part of every
/// transaction.
struct Meta: Equatable, Sendable {
    var member: MemberID
    var cluster: String
    /// How often the member was started.
    var incarnation: UInt64 = 0
    /// How many transactions were written, starts included.
    var writes: UInt64 = 0
    /// The sum of the checksums of all other rows; see `RowSum`.
    var digest: UInt64 = 0

    private var sum: UInt64 {
        var sum = RowSum(.meta)
        sum.add(member)
        sum.add(Array(cluster.utf8))
        sum.add(incarnation)
        sum.add(writes)
        sum.add(digest)
        return sum.value
    }

    /// The row; `nil` if there is none yet. *Errors:* `.corrupt`, GRDB's.
    static func read(_ db: Database) throws -> Meta? {
        var found: Meta?
        try db.visit(
            "SELECT member, cluster, incarnation, writes, digest, checksum FROM meta",
            of: "meta"
        ) { row in
            let meta = Meta(
                member: MemberID(try row.number(0)), cluster: try row.text(1),
                incarnation: try row.number(2), writes: try row.number(3),
                digest: try row.number(4))
            guard found == nil, try row.number(5) == meta.sum else {
                throw damage("the row that says whose file this is is unreadable")
            }
            found = meta
        }
        return found
    }

    /// Replaces the row.
    func write(_ db: Database) throws {
        try db.run(
            "INSERT OR REPLACE INTO meta VALUES (1, ?, ?, ?, ?, ?, ?)",
            [
                member.number.stored, cluster, incarnation.stored, writes.stored, digest.stored,
                sum.stored,
            ])
    }
}
