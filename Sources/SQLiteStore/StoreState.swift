import Basics
import GRDB
import RegionCore

/// What changes while a store is open: which batch may come next, and what the last one left.
struct StoreState: Sendable {
    /// Whether batches are taken.
    enum Condition: Equatable, Sendable {
        /// They are.
        case ready
        /// The batch of this token failed, and must be the next.
        case failed(token: UInt64)
        /// None is taken any more.
        case unusable(StoreError)
        /// None is taken any more.
        case closed
    }

    /// Held until the store is closed.
    var lock: DirectoryLock?
    var condition = Condition.ready
    private var meta: Meta
    private var index: StoreIndex
    private var lastToken: UInt64?
    /// How many commits are left until a log that could not be cut off is tried again.
    private var commitsToNextTry = 0
    /// Whether the last look at the write-ahead log found nothing wrong.
    private(set) var isLogTended = true

    init(lock: DirectoryLock, meta: Meta, index: StoreIndex) {
        self.lock = lock
        self.meta = meta
        self.index = index
    }

    /// What this member has answered for.
    var answered: AnswerMark.Content {
        AnswerMark.Content(member: meta.member, writes: meta.writes)
    }

    /// Says whether these batches may come now. Tokens that do not grow are our bug.
    func admit(_ batches: [WriteBatch], _ files: DataDirectory) throws(StoreError) {
        switch condition {
        case .ready:
            break
        case .failed(let token):
            guard batches.first?.token == token else {
                throw StoreError(
                    .outOfOrder, "batch \(token) failed and comes first", path: files.database)
            }
        case .unusable(let reason):
            throw reason
        case .closed:
            throw StoreError(.closed, "the store is closed", path: files.database)
        }
        var last = lastToken
        for batch in batches {
            require(
                last.map { batch.token > $0 } ?? true,
                "batch \(batch.token) behind batch \(last ?? 0)")
            last = batch.token
        }
    }

    /// Whether there is nothing to write; the repetition of a batch that failed is always written.
    func needsNoWrite(_ batches: [WriteBatch]) -> Bool {
        condition == .ready && batches.allSatisfy(\.isEmpty)
    }

    /// Takes note of batches that need no transaction.
    mutating func pass(_ batches: [WriteBatch]) {
        lastToken = batches.last?.token ?? lastToken
    }

    /// Cleans up behind a batch that failed.
    ///
    /// Its frames may still stand in the write-ahead log, and a sync that failed may have left
    /// pages that the kernel takes for clean and that are not on the disk. Moving the log into the
    /// file writes all of it anew, and cuts the log off: a look at it after a crash finds one
    /// unfinished transaction at most. *Source:* "fsyncgate", PostgreSQL's wiki, 2018.
    mutating func recover(_ queue: DatabaseQueue, _ files: DataDirectory) throws(StoreError) {
        guard case .failed = condition else { return }
        let found: Meta?
        do {
            found = try queue.writeWithoutTransaction { db in
                _ = try db.checkpoint(.truncate)
                return try Meta.read(db)
            }
        } catch {
            throw StoreError(error, doing: "recovering from a failed write", path: files.database)
        }
        guard found == meta else {
            let reason = StoreError(
                .corrupt, "the file is not what the last write left",
                cause: "\(String(describing: found)) instead of \(meta)", path: files.database)
            condition = .unusable(reason)
            throw reason
        }
        condition = .ready
    }

    /// Writes batches in one transaction. After an error nothing of them is left.
    mutating func commit(
        _ batches: [WriteBatch], _ queue: DatabaseQueue, _ files: DataDirectory
    ) throws(StoreError) {
        let last = (index.writes, index.digest)
        do {
            try queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    for batch in batches { try index.apply(batch, db) }
                    index.writes += 1
                    try changed.write(db)
                    return .commit
                }
            }
            meta = changed
            lastToken = batches.last?.token ?? lastToken
        } catch {
            index.forget(backTo: last)
            let reason = StoreError(error, doing: "writing a batch", path: files.database)
            condition =
                reason.code == .corrupt
                ? .unusable(reason) : .failed(token: batches.first?.token ?? 0)
            throw reason
        }
    }

    /// Empties the cache.
    mutating func forgetCache() { index.forget(backTo: (index.writes, index.digest)) }

    private var changed: Meta {
        var changed = meta
        changed.writes = index.writes
        changed.digest = index.digest
        return changed
    }

    /// Looks whether SQLite's own checkpoints succeed: it says nothing when they fail, and the log
    /// grows until the disk is full. If not, tries one itself, to learn why.
    mutating func tendLog(
        _ queue: DatabaseQueue, _ files: DataDirectory, _ options: StoreOptions
    ) throws(StoreError) {
        commitsToNextTry -= 1
        let bytes = DataDirectory.bytes(of: files.writeAheadLog) ?? 0
        guard bytes > options.writeAheadLogBytesMax, commitsToNextTry < 0 else { return }
        do {
            _ = try queue.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
        } catch {
            commitsToNextTry = 32
            isLogTended = false
            throw StoreError(
                error, doing: "moving the write-ahead log into the file", path: files.database)
        }
        commitsToNextTry = 0
        isLogTended = true
    }
}
