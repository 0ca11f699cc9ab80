import GRDB

/// The tables of `meridian.sqlite`, and how a connection to it is set.
///
/// All numbers are SQLite's signed 64 bits; an unsigned number is stored by its bit pattern.
/// Snapshots have a table of their own: in the row of their group, every commit hint would write up
/// to 64 KiB again. Tables are `WITHOUT ROWID`, so that a group's entries lie beside each other,
/// and `STRICT`.
enum Schema {
    /// `MRDN`: says that the file is ours. *Source:* sqlite.org/fileformat2.html, "Application ID".
    static let applicationID: Int64 = 0x4D52_444E

    /// The oldest SQLite that knows `STRICT` and `RETURNING`.
    static let oldestLibrary: Int32 = 3_037_000

    /// How facts and incidents are encoded in the tables; raised together with `wireVersion`.
    static let payloadFormat = 7

    /// Every change of the tables, oldest first. What is here never changes: files exist that it
    /// made.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 groups and facts") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(payloadFormat)")
            for table in firstTables { try db.execute(sql: table) }
        }
        return migrator
    }

    private static let firstTables = [
        """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY, member INTEGER NOT NULL, cluster TEXT NOT NULL,
            incarnation INTEGER NOT NULL, writes INTEGER NOT NULL, digest INTEGER NOT NULL,
            checksum INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE groups (
            id BLOB PRIMARY KEY, term INTEGER NOT NULL, voted_for INTEGER,
            commit_index INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE snapshots (
            group_id BLOB PRIMARY KEY, idx INTEGER NOT NULL, term INTEGER NOT NULL,
            payload BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE entries (
            group_id BLOB NOT NULL, idx INTEGER NOT NULL, term INTEGER NOT NULL,
            kind INTEGER NOT NULL, payload BLOB NOT NULL, checksum INTEGER NOT NULL,
            PRIMARY KEY (group_id, idx)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE facts (
            origin INTEGER NOT NULL, seq INTEGER NOT NULL, bytes BLOB NOT NULL,
            checksum INTEGER NOT NULL, PRIMARY KEY (origin, seq)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE fact_through (
            origin INTEGER PRIMARY KEY, seq INTEGER NOT NULL,
            checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
    ]

    /// How GRDB opens the connection.
    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "SQLiteStore"
        configuration.foreignKeysEnabled = false
        // An operator's shell may be reading the file while the node starts.
        configuration.busyMode = .timeout(2)
        configuration.prepareDatabase { db in
            // Before the first access: nobody else can read, let alone write, while the node runs,
            // a forgotten shell cannot keep the log from being checkpointed, and no shared memory
            // is used.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cell_size_check = ON")
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA mmap_size = 0")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA cache_size = -16384")
        }
        return configuration
    }

    /// Switches the write-ahead log on. GRDB's own switch would set `synchronous` back to NORMAL.
    static func setUpWriteAheadLog(_ db: Database, _ options: StoreOptions) throws {
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try db.execute(sql: "PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
        if let pages = options.databasePagesMax {
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    /// The settings that durability hangs on, as the connection has them now.
    static let durableSettings: [(pragma: String, value: String)] = [
        ("journal_mode", "wal"), ("synchronous", "2"), ("locking_mode", "exclusive"),
    ]

    /// A setting as the connection has it now.
    static func value(of pragma: String, _ db: Database) throws -> String {
        guard let value = try DatabaseValue.fetchOne(db, sql: "PRAGMA \(pragma)") else { return "" }
        switch value.storage {
        case .int64(let number): return "\(number)"
        case .string(let text): return text
        case .null, .double, .blob: return ""
        }
    }
}
