import Basics

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Files and directories that only their owner may read, durable before anything says so.
enum SecureFiles {
    /// Makes a directory of mode 0700; its parent must be there.
    static func makeDirectory(_ path: String) throws(SetupError) {
        guard unsafe mkdir(path, 0o700) == 0 else { throw failure(path, "cannot be made", errno) }
    }

    /// Makes a file of mode 0600 that must not be there yet, and syncs it.
    static func create(_ path: String, _ content: [UInt8]) throws(SetupError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, "cannot be made", errno) }
        defer { close(descriptor) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path, "cannot be written", errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failure(path, "cannot be synced", errno) }
    }

    /// Puts a new content into a file, whole or not at all. What was there keeps its permissions
    /// only if they are stricter than 0600 anyway: the new file has 0600.
    static func replace(_ path: String, _ content: [UInt8]) throws(SetupError) {
        let draft = path + ".new-" + randomHexadecimal(byteCount: 4)
        do throws(SetupError) {
            try create(draft, content)
            try move(draft, to: path)
        } catch {
            unsafe unlink(draft)
            throw error
        }
    }

    /// Moves a file over another one, or a directory to a place that is free or an empty directory.
    static func move(_ source: String, to destination: String) throws(SetupError) {
        guard unsafe rename(source, destination) == 0 else {
            throw failure(destination, "cannot be put in place", errno)
        }
        sync(directory: parent(of: destination))
    }

    /// Makes the names in a directory durable.
    static func sync(directory: String) {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        // Some file systems refuse to sync directories and need not.
        _ = fsync(descriptor)
        close(descriptor)
    }

    /// The directory that a path is in.
    static func parent(of path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let joined = parts.joined(separator: "/")
        return joined.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : joined
    }

    private static func failure(_ path: String, _ what: String, _ code: Int32) -> SetupError {
        let reason = unsafe String(cString: strerror(code)).lowercased()
        let remedy =
            switch code {
            case EACCES, EPERM, EROFS: "choose a directory that this user may write to"
            case ENOSPC, EDQUOT: "make room on the disk"
            case EEXIST: "move it away first"
            case _: "see what the system says about the disk"
            }
        return SetupError(code: .disk, path: path, message: "\(what): \(reason)", remedy: remedy)
    }
}

/// Random bytes of the system's generator as hexadecimal digits.
func randomHexadecimal(byteCount: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return hexadecimal(
        (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
}

/// A random member id that is none of `taken`; never 0.
func randomMemberID(besides taken: [MemberID]) -> MemberID {
    var generator = SystemRandomNumberGenerator()
    while true {
        let id = MemberID(UInt64.random(in: 1 ... .max, using: &generator))
        if !taken.contains(id) { return id }
    }
}
