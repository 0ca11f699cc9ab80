import Basics
import Foundation
import GRDB
import IncidentModel
import RegionCore

/// What is kept in memory of what is on the disk: enough to write a batch without reading first.
///
/// `writes` and `digest` are always those of the last commit or of the open transaction. The rest
/// is a cache of bounded size: what is missing is read again.
struct StoreIndex: Equatable, Sendable {
    /// How many transactions are durable, over the member's whole life.
    var writes: UInt64 = 0
    /// The sum of the checksums of all rows but `meta`'s.
    var digest: UInt64 = 0
    /// Groups that were written lately.
    var heads: [GroupID: GroupHead] = [:]
    /// How far each member's facts are held.
    var factsThrough: [MemberID: UInt64] = [:]

    /// The most groups that are kept; about 100 bytes each.
    static let headsMax = 100_000

    /// Applies a batch inside a transaction. *Errors:* GRDB's, and `.corrupt` if what is stored is
    /// not what was written. After an error the caller rolls back and calls `forget`.
    mutating func apply(_ batch: WriteBatch, _ db: Database) throws {
        for write in batch.groups { try apply(write, db) }
        for fact in batch.facts { try insert(fact, db) }
        for fact in batch.mergedFacts { try delete(fact, db) }
        for fact in batch.factsThrough { try advance(fact, db) }
    }

    /// Goes back to what the last commit left.
    mutating func forget(backTo last: (writes: UInt64, digest: UInt64)) {
        (writes, digest) = last
        heads.removeAll()
        factsThrough.removeAll()
    }
}

// MARK: - Facts

extension StoreIndex {
    private mutating func insert(_ fact: Fact, _ db: Database) throws {
        let bytes = fact.encoded
        let sum = fact.id.sum(of: bytes)
        // A fact never changes: if it is there already, the one that was answered for stands.
        try db.run(
            "INSERT INTO facts VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                fact.id.origin.number.stored, fact.id.sequence.stored, Data(bytes), sum.stored,
            ])
        if db.changesCount > 0 { digest &+= sum }
    }

    private mutating func delete(_ fact: FactID, _ db: Database) throws {
        digest &-= try db.deleted(
            "DELETE FROM facts WHERE origin = ? AND seq = ? RETURNING checksum",
            [fact.origin.number.stored, fact.sequence.stored], of: "facts"
        ).sum
    }

    private mutating func advance(_ fact: FactID, _ db: Database) throws {
        let before = try through(fact.origin, db)
        guard fact.sequence > before ?? 0 else { return }
        let sum = fact.throughSum
        try db.run(
            """
            INSERT INTO fact_through VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET seq = excluded.seq, checksum = excluded.checksum
            """, [fact.origin.number.stored, fact.sequence.stored, sum.stored])
        if let before {
            digest &-= FactID(origin: fact.origin, sequence: before).throughSum
        }
        digest &+= sum
        factsThrough[fact.origin] = fact.sequence
    }

    private func through(_ origin: MemberID, _ db: Database) throws -> UInt64? {
        if let known = factsThrough[origin] { return known }
        var stored: UInt64?
        try db.visit(
            "SELECT seq, checksum FROM fact_through WHERE origin = ?", [origin.number.stored],
            of: "fact_through"
        ) { row in
            let sequence = try row.number(0)
            guard try row.number(1) == FactID(origin: origin, sequence: sequence).throughSum else {
                throw damage("how far the facts of \(origin) are held is unreadable")
            }
            stored = sequence
        }
        return stored
    }
}

extension FactID {
    /// The checksum of the fact's row.
    func sum(of bytes: [UInt8]) -> UInt64 {
        var sum = RowSum(.fact)
        sum.add(origin)
        sum.add(sequence)
        sum.add(bytes)
        return sum.value
    }

    /// The checksum of the row that says that facts are held up to this one.
    var throughSum: UInt64 {
        var sum = RowSum(.through)
        sum.add(origin)
        sum.add(sequence)
        return sum.value
    }
}

extension Database {
    /// Runs a deletion that returns the checksums of what it deletes; their number and sum.
    func deleted(
        _ sql: String, _ arguments: [(any DatabaseValueConvertible)?], of table: String
    ) throws -> (count: UInt64, sum: UInt64) {
        var (count, sum): (UInt64, UInt64) = (0, 0)
        try visit(sql, arguments, of: table) { row in
            count += 1
            sum &+= try row.number(0)
        }
        return (count, sum)
    }
}
