import Basics
import GRDB
import Glibc
import RegionCore

/// Opens a directory: who holds it, whose it is, whether it can be believed, and only then a new
/// start.
struct StoreOpening {
    let files: DataDirectory
    let lock: DirectoryLock
    let mark: AnswerMark
    let options: StoreOptions
    private let member: MemberID
    private let cluster: String

    /// What comes of it.
    struct Opened {
        var queue: DatabaseQueue
        var meta: Meta
        var index: StoreIndex
        var restored: RestoredState
        var versions: StoreVersions
    }

    /// Makes the directory if need be, and takes its lock.
    init(files: DataDirectory, member: MemberID, cluster: String, options: StoreOptions)
        throws(StoreError)
    {
        guard Database.sqliteLibVersionNumber >= Schema.oldestLibrary else {
            throw StoreError(
                .oldLibrary, "SQLite is too old",
                cause: "version number \(Database.sqliteLibVersionNumber)", path: files.path)
        }
        try files.create()
        lock = try DirectoryLock(of: files)
        mark = try AnswerMark(of: files)
        (self.files, self.member, self.cluster) = (files, member, cluster)
        self.options = options
    }

    /// Does the rest, in this order: nothing is written before everything there has been believed,
    /// but that SQLite moves its log into the file.
    func run() throws(StoreError) -> Opened {
        let answered = try mark.content()
        try checkFiles(answered)
        _ = try File.open(files.database, O_RDWR | O_CREAT)
        try files.synchronize()
        do {
            let queue = try DatabaseQueue(
                path: files.database, configuration: Schema.configuration)
            try queue.writeWithoutTransaction { db in
                try checkOwner(db, answered)
                try Schema.setUpWriteAheadLog(db, options)
                // SQLite deletes the journal of the switch without syncing that: were it to come
                // back after a power failure, it would take the file back to before the switch.
                try files.synchronize()
                // Frames that a killed process left may be in the kernel's memory only. This syncs
                // them, and writes what they say to a second place, before anybody acts on it.
                _ = try db.checkpoint(.truncate)
                try checkPages(db)
            }
            try Schema.migrator.migrate(queue)
            return try queue.writeWithoutTransaction { db in try start(queue, db, answered) }
        } catch {
            throw StoreError(error, doing: "opening the store", path: files.database)
        }
    }

    /// What can be said without SQLite, which deletes the log of an empty file.
    private func checkFiles(_ answered: AnswerMark.Content?) throws(StoreError) {
        if DataDirectory.bytes(of: files.database) ?? 0 == 0 {
            guard answered?.writes ?? 0 == 0 else {
                throw StoreError(
                    .rolledBack, "the database file is missing or empty", path: files.database)
            }
            guard DataDirectory.bytes(of: files.writeAheadLog) ?? 0 == 0 else {
                throw StoreError(
                    .corrupt, "there is a write-ahead log, but no database file",
                    path: files.database)
            }
        }
        try WriteAheadLogCheck.run(on: files.writeAheadLog)
    }

    private func checkOwner(_ db: Database, _ answered: AnswerMark.Content?) throws {
        let application = try Schema.value(of: "application_id", db)
        let isOurs = application == "\(Schema.applicationID)"
        var tables: UInt64 = 0
        try db.visit(
            "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE '%grdb_migrations%'",
            of: "sqlite_master"
        ) { row in tables = try row.number(0) }
        // A start that was killed before the first migration leaves an empty file.
        guard isOurs || (application == "0" && tables == 0) else {
            throw StoreError(
                .foreignFile, "the database belongs to another program",
                cause: "application id \(application)", path: files.database)
        }
        guard isOurs else { return }
        guard try !Schema.migrator.hasBeenSuperseded(db) else {
            throw StoreError(
                .newerSchema, "a newer program has changed the tables", path: files.database)
        }
        let format = try Schema.value(of: "user_version", db)
        guard format == "\(Schema.payloadFormat)" else {
            throw StoreError(
                .otherFormat,
                "its incidents are written in format \(format), this program reads "
                    + "\(Schema.payloadFormat)", path: files.database)
        }
        guard let meta = try Meta.read(db) else { return }
        try checkOwner(meta, answered)
    }

    private func checkOwner(_ meta: Meta, _ answered: AnswerMark.Content?) throws(StoreError) {
        guard meta.cluster == cluster else {
            throw StoreError(
                .wrongCluster,
                "the data directory is of cluster \"\(meta.cluster)\", not of \"\(cluster)\"",
                path: files.database)
        }
        guard meta.member == member else {
            throw StoreError(
                .wrongMember,
                "the data directory is of member \(meta.member), not of \(member)",
                path: files.database)
        }
        guard let answered else { return }
        guard answered.member == member else {
            throw StoreError(
                .wrongMember, "the mark is of member \(answered.member), not of \(member)",
                path: files.mark)
        }
        guard answered.writes <= meta.writes else {
            throw StoreError(
                .rolledBack, "writes that this member has answered for are missing",
                cause: "write \(meta.writes) is the last, \(answered.writes) was answered",
                path: files.database)
        }
    }

    private func checkPages(_ db: Database) throws {
        var findings: [String] = []
        try db.visit("PRAGMA quick_check(5)", of: "quick_check") { row in
            findings.append(try row.text(0))
        }
        guard findings != ["ok"] else { return }
        let cause = findings.joined(separator: "; ")
        guard !findings.contains(where: Self.isReadFailure) else {
            throw StoreError(.io, "reading the file failed", cause: cause, path: files.database)
        }
        throw damage("SQLite finds the file damaged", cause: cause)
    }

    /// Whether a finding says that a page could not be read, which is the disk's failure and no
    /// damage.
    private static func isReadFailure(_ finding: String) -> Bool {
        if finding.contains("failed to get page") { return true }
        guard finding.contains("error code="),
            let code = finding.split(separator: "=").last.flatMap({ Int32($0) })
        else { return false }
        return ResultCode(rawValue: code & 0xFF) != .SQLITE_CORRUPT
    }

    /// Reads everything, and makes this start durable.
    private func start(
        _ queue: DatabaseQueue, _ db: Database, _ answered: AnswerMark.Content?
    ) throws -> Opened {
        let loader = try StoreLoader(db)
        var meta = try Meta.read(db) ?? Meta(member: member, cluster: cluster)
        try checkOwner(meta, answered)
        try loader.check(against: meta)
        meta.incarnation += 1
        meta.writes += 1
        for setting in Schema.durableSettings {
            let value = try Schema.value(of: setting.pragma, db)
            guard value == setting.value else {
                throw StoreError(
                    .io, "SQLite does not keep \(setting.pragma) = \(setting.value)",
                    cause: "it is \(value)", path: files.database)
            }
        }
        try db.inTransaction(.immediate) {
            try meta.write(db)
            return .commit
        }
        try mark.write(AnswerMark.Content(member: member, writes: meta.writes))
        try mark.synchronize()
        var index = loader.index
        index.writes = meta.writes
        return Opened(
            queue: queue, meta: meta, index: index, restored: loader.restored(meta),
            versions: StoreVersions(
                sqlite: try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "",
                schema: Schema.migrator.migrations.last ?? ""))
    }
}
