package import Basics
import GRDB
package import RegionCore
import Synchronization

/// One member's durable memory: groups, logs, snapshots and facts in one SQLite file.
///
/// * A batch is one transaction in the write-ahead log with `synchronous = FULL`: when `write`
/// returns, it
///   is on the disk; when it throws, it is not part of what this process goes on with. A process
/// that
///   is killed before the failed batch was written again may find it after all, whole.
/// * Batches are written in the order of their tokens. Behind a batch that failed nothing is
/// written until
///   that batch is: facts would be missing between others.
/// * What is read at a start has been checked: SQLite's pages, the write-ahead log, every row, all
/// rows
///   together, and that nothing this member answered for is missing. A file that fails is refused.
///
/// It does not keep history, and it does not decide what to do about a failure: a caller that
/// cannot make a batch durable stops the node (`Replication.Output`). *Source:* design 4,
/// "Persistent per group".
package final class SQLiteStore: Sendable {
    private let queue: DatabaseQueue
    private let files: DataDirectory
    private let mark: AnswerMark
    private let options: StoreOptions
    private let state: Mutex<StoreState>
    /// Apart from `state`, so that it can be read while a write hangs.
    private let trouble = Mutex<StoreError?>(nil)
    /// Which programs and tables the store works with.
    package let versions: StoreVersions

    init(_ opened: StoreOpening.Opened, _ opening: StoreOpening) {
        queue = opened.queue
        files = opening.files
        mark = opening.mark
        options = opening.options
        versions = opened.versions
        state = Mutex(
            StoreState(
                lock: opening.lock, meta: opened.meta, index: opened.index))
    }

    deinit { close() }

    /// Opens a member's directory, or makes it, and gives back what was written there.
    ///
    /// This start's incarnation is durable before it returns. *Errors:* every code but
    /// `.outOfOrder` and `.closed`; nothing of what is stored has changed then.
    package static func open(
        directory: String, member: MemberID, cluster: String, options: StoreOptions = StoreOptions()
    ) throws(StoreError) -> (SQLiteStore, RestoredState) {
        let opening = try StoreOpening(
            files: DataDirectory(path: directory), member: member, cluster: cluster,
            options: options)
        let opened = try opening.run()
        return (SQLiteStore(opened, opening), opened.restored)
    }

    /// Makes a batch durable. Called from one thread; blocks for the disk.
    ///
    /// *Errors:* `.full`, `.io`, `.locked`, `.denied`: the same batch may be written again.
    /// `.corrupt`: the store is of no use any more. `.outOfOrder`, `.closed`.
    package func write(_ batch: WriteBatch) throws(StoreError) { try write([batch]) }

    /// Makes several batches durable with one sync: all of them or none.
    package func write(_ batches: [WriteBatch]) throws(StoreError) {
        try state.withLock { state throws(StoreError) in
            try state.admit(batches, files)
            guard !state.needsNoWrite(batches) else { return state.pass(batches) }
            try state.recover(queue, files)
            try state.commit(batches, queue, files)
            noteTrouble(of: &state)
        }
    }

    /// What must follow a commit without being part of it.
    private func noteTrouble(of state: inout StoreState) {
        do throws(StoreError) {
            try mark.write(state.answered)
            try state.tendLog(queue, files, options)
        } catch {
            trouble.withLock { $0 = error }
            return
        }
        if state.isLogTended { trouble.withLock { $0 = nil } }
    }

    /// What the store takes and leaves on its disk; never waits for a write.
    package func sizes() -> StoreSizes {
        StoreSizes(
            databaseBytes: DataDirectory.bytes(of: files.database) ?? 0,
            writeAheadLogBytes: DataDirectory.bytes(of: files.writeAheadLog) ?? 0,
            freeDiskBytes: files.freeDiskBytes, trouble: trouble.withLock { $0 })
    }

    /// Ends the use of the directory; another process may open it then. Doing it twice is nothing.
    package func close() {
        state.withLock { state in
            guard state.condition != .closed else { return }
            state.condition = .closed
            // Whatever fails here, everything answered is durable, and the next start reads the
            // log.
            try? mark.synchronize()
            try? queue.close()
            state.lock = nil
        }
    }

    /// Forgets what it keeps in memory of groups, as a store with very many of them does.
    func forgetCache() { state.withLock { $0.forgetCache() } }

    /// A setting of the connection as it is now, for tests of the store itself.
    func setting(_ pragma: String) throws -> String {
        try queue.writeWithoutTransaction { db in try Schema.value(of: pragma, db) }
    }
}
