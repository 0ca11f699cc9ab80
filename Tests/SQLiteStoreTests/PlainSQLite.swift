import GRDBSQLite

/// Another program's access to a database file: SQLite as it comes, in no special mode.
enum PlainSQLite {
    struct Refusal: Error, Equatable {
        var code: Int32
    }

    static func execute(_ sql: String, in path: String) throws(Refusal) {
        var connection: OpaquePointer?
        // By name: the tests of power failures make a simulated disk the default of this process.
        var code = unsafe sqlite3_open_v2(
            path, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "unix")
        if code == SQLITE_OK {
            code = unsafe sqlite3_exec(connection, sql, nil, nil, nil)
        }
        _ = unsafe sqlite3_close(connection)
        guard code == SQLITE_OK else { throw Refusal(code: code) }
    }
}
