import Glibc

/// The directory with the files of one member. It makes the directory, and says what is in it.
struct DataDirectory: Sendable {
    /// The directory's path, as it was given.
    let path: String

    /// SQLite's file.
    var database: String { path + "/meridian.sqlite" }
    /// SQLite's write-ahead log.
    var writeAheadLog: String { database + "-wal" }
    /// The file whose lock says that a process uses the directory.
    var lock: String { path + "/meridian.lock" }
    /// How far this member has answered for what it wrote.
    var mark: String { path + "/meridian.mark" }

    /// Makes the directory and those above it, mode 0700, unless they exist. New names are synced.
    func create() throws(StoreError) {
        var made = path.hasPrefix("/") ? "/" : "."
        for part in path.split(separator: "/") {
            let parent = made
            made += "/" + part
            if unsafe mkdir(made, 0o700) == 0 {
                try Self.synchronize(parent)
            } else if errno != EEXIST {
                throw POSIXFailure().error("making the directory", path: made)
            }
        }
        guard Self.bytes(of: path) != nil else {
            throw StoreError(.denied, "the data directory cannot be used", path: path)
        }
    }

    /// Makes the names of new files in the directory durable.
    func synchronize() throws(StoreError) { try Self.synchronize(path) }

    private static func synchronize(_ directory: String) throws(StoreError) {
        let file = try File.open(directory, O_RDONLY | O_DIRECTORY)
        try file.synchronize()
    }

    /// The size of a file in bytes; `nil` if there is none.
    static func bytes(of path: String) -> UInt64? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return UInt64(max(0, status.st_size))
    }

    /// How many bytes this process may still write to the directory's disk; `nil` if it will not
    /// say.
    var freeDiskBytes: UInt64? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}

/// What the last failed system call left in `errno`.
struct POSIXFailure: Sendable {
    private let number: Int32

    init() { number = errno }

    /// The failure as the store's error.
    func error(_ doing: String, path: String) -> StoreError {
        let cause = unsafe String(cString: strerror(number))
        return StoreError(code, "\(doing) failed", cause: cause, path: path)
    }

    private var code: StoreError.Code {
        switch number {
        case ENOSPC, EDQUOT: .full
        case EACCES, EPERM, EROFS, ENOTDIR, ENOENT, EISDIR, ELOOP: .denied
        case EWOULDBLOCK: .locked
        case _: .io
        }
    }
}

/// An open file; closed when nobody holds it any more.
final class File: Sendable {
    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, path: String) {
        (self.descriptor, self.path) = (descriptor, path)
    }

    deinit { _ = Glibc.close(descriptor) }

    /// Opens a file; a new one can be read and written by its owner alone.
    static func open(_ path: String, _ flags: Int32) throws(StoreError) -> File {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXFailure().error("opening", path: path) }
        return File(descriptor: descriptor, path: path)
    }

    /// Takes the file's exclusive lock, which lives as long as the file is open; never waits.
    func lockExclusively() throws(StoreError) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw POSIXFailure().error("locking", path: path)
        }
    }

    /// The bytes at an offset, at most so many; fewer only at the file's end.
    func read(_ count: Int, at offset: Int) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: done), count - done, offset + done)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw POSIXFailure().error("reading", path: path) }
            if got == 0 { break }
            done += got
        }
        bytes.removeLast(count - done)
        return bytes
    }

    /// Writes bytes at an offset; says nothing about when they are durable.
    func write(_ bytes: [UInt8], at offset: Int) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let put = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
                    off_t(offset + done))
            }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { throw POSIXFailure().error("writing", path: path) }
            done += put
        }
    }

    /// Cuts the file off behind so many bytes.
    func truncate(to count: Int) throws(StoreError) {
        guard ftruncate(descriptor, off_t(count)) == 0 else {
            throw POSIXFailure().error("truncating", path: path)
        }
    }

    /// Makes all bytes and the size durable.
    func synchronize() throws(StoreError) {
        guard fsync(descriptor) == 0 else { throw POSIXFailure().error("syncing", path: path) }
    }
}
