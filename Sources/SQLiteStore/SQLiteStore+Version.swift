import GRDB

extension SQLiteStore {
    /// The version of the SQLite library this process runs with, like `3.40.1`; `unknown` if it
    /// does not even answer that.
    package static var sqliteVersion: String {
        let version = try? DatabaseQueue().read { db in
            try String.fetchOne(db, sql: "SELECT sqlite_version()")
        }
        return version.flatMap { $0 } ?? "unknown"
    }
}
