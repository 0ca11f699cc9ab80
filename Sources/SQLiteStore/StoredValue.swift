import Basics
import Foundation
import GRDB

// How our values look in SQLite's columns, and back. Reading never trusts a column's type: a
// damaged file may hold anything, and GRDB's typed subscripts end the process over it.

extension UInt64 {
    /// The signed number of the same bits.
    var stored: Int64 { Int64(bitPattern: self) }

    /// An index of a log, which is compared by SQLite and so must keep its order.
    var storedIndex: Int64 {
        require(self <= UInt64(Int64.max), "log index \(self) is beyond 2^63")
        return Int64(self)
    }
}

extension GroupID {
    /// Its 16 bytes; SQLite compares them as `GroupID` does.
    var stored: Data { Data(encoded) }
}

/// One row of a result, read column by column.
struct StoredRow {
    private let row: Row
    /// The table it is of, for the error.
    private let table: String

    init(_ row: Row, of table: String) { (self.row, self.table) = (row, table) }

    func number(_ column: Int) throws(StoreError) -> UInt64 {
        guard let number = try optionalNumber(column) else { throw unexpected(column) }
        return number
    }

    func optionalNumber(_ column: Int) throws(StoreError) -> UInt64? {
        switch (row[column] as DatabaseValue).storage {
        case .null: return nil
        case .int64(let number): return UInt64(bitPattern: number)
        case .double, .string, .blob: throw unexpected(column)
        }
    }

    func text(_ column: Int) throws(StoreError) -> String {
        switch (row[column] as DatabaseValue).storage {
        case .string(let text): return text
        case .null, .int64, .double, .blob: throw unexpected(column)
        }
    }

    func bytes(_ column: Int) throws(StoreError) -> [UInt8] {
        switch (row[column] as DatabaseValue).storage {
        case .blob(let data): return Array(data)
        case .null, .int64, .double, .string: throw unexpected(column)
        }
    }

    func group(_ column: Int) throws(StoreError) -> GroupID {
        let bytes = try bytes(column)
        guard bytes.count == 16, let group = GroupID(bytes: bytes) else { throw unexpected(column) }
        return group
    }

    private func unexpected(_ column: Int) -> StoreError {
        damage("column \(column) of a row of \(table) has another type")
    }
}

/// Bytes that are not those that were written; the path is added where the error leaves the store.
func damage(_ what: String, cause: String = "") -> StoreError {
    StoreError(.corrupt, what, cause: cause, path: "")
}

extension Database {
    /// Runs one of our statements, which is compiled once.
    func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    }

    /// Visits the rows of one of our statements.
    func visit(
        _ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = [], of table: String,
        _ body: (StoredRow) throws -> Void
    ) throws {
        let statement = try cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
        while let row = try rows.next() { try body(StoredRow(row, of: table)) }
    }
}
