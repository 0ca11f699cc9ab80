import Glibc

/// The lock by which one process at a time uses a data directory; held as long as the value lives.
///
/// SQLite's own lock is not enough: it comes after the write-ahead log was looked at, and closing
/// any other descriptor of the database file in this process would drop it.
struct DirectoryLock: Sendable {
    private let file: File

    /// Takes the lock. *Errors:* `.locked`, with the holder's process id if it left one.
    init(of directory: DataDirectory) throws(StoreError) {
        file = try File.open(directory.lock, O_RDWR | O_CREAT)
        do throws(StoreError) {
            try file.lockExclusively()
        } catch {
            guard error.code == .locked else { throw error }
            let holder = try file.read(32, at: 0).filter { $0 >= 0x30 && $0 <= 0x39 }
            throw StoreError(
                .locked, "another process uses the data directory",
                cause: "process \(String(decoding: holder, as: UTF8.self))", path: directory.lock)
        }
        try file.truncate(to: 0)
        try file.write(Array("\(getpid())\n".utf8), at: 0)
    }
}
