import Basics

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The bytes of a file and its permissions, read in one go.
struct SourceFile {
    /// The largest file that is read: no configuration comes near it.
    static let bytesMax = 8 * 1_024 * 1_024

    /// The path, as it is shown to people.
    let path: String
    /// What is in it.
    let bytes: [UInt8]
    /// The permission bits.
    let mode: UInt32

    /// Whether anybody but its owner may read or change it.
    var isOpenToOthers: Bool { mode & 0o077 != 0 }

    /// The text of the file; `nil` if it is not UTF-8.
    var text: String? { String(validating: bytes, as: UTF8.self) }

    /// Reads a file. *Errors:* one `ConfigProblem` of code `unreadable`.
    static func read(_ path: String) throws(ConfigProblem) -> SourceFile {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var info = stat()
        guard unsafe fstat(descriptor, &info) == 0 else { throw unreadable(path, errno) }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw ConfigProblem(
                code: .unreadable, file: path, message: "is not a regular file",
                remedy: "name a file, not a directory or a device")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        while true {
            let count = Self.read(descriptor, into: &buffer)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= bytesMax else {
                throw ConfigProblem(
                    code: .unreadable, file: path, message: "is larger than \(bytesMax) bytes",
                    remedy: "name the configuration file; this is something else")
            }
        }
        return SourceFile(path: path, bytes: bytes, mode: UInt32(info.st_mode) & 0o7777)
    }

    private static func read(_ descriptor: Int32, into buffer: inout [UInt8]) -> Int {
        unsafe buffer.withUnsafeMutableBytes { raw in
            #if canImport(Glibc)
            unsafe Glibc.read(descriptor, raw.baseAddress, raw.count)
            #else
            unsafe Darwin.read(descriptor, raw.baseAddress, raw.count)
            #endif
        }
    }

    private static func unreadable(_ path: String, _ code: Int32) -> ConfigProblem {
        let remedy =
            switch code {
            case ENOENT, ENOTDIR: "check the path, or make the file with `meridian cluster init`"
            case EACCES, EPERM: "give it to the user that runs meridian (uid \(geteuid()))"
            case _: "see what the system says about the disk or the mount"
            }
        let reason = unsafe String(cString: strerror(code)).lowercased()
        return ConfigProblem(
            code: .unreadable, file: path, message: "cannot be read: \(reason)", remedy: remedy)
    }
}

/// A path as another file means it: relative to that file's directory, without `.` and `..`.
func resolve(_ path: String, besideFile file: String) -> String {
    let directory = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let isBeside = !path.hasPrefix("/") && !directory.isEmpty
    let joined = isBeside ? directory.joined(separator: "/") + "/" + path : path
    let isAbsolute = joined.hasPrefix("/")
    var parts: [Substring] = []
    for part in joined.split(separator: "/") where part != "." {
        if part == "..", parts.last.map({ $0 != ".." }) ?? isAbsolute {
            _ = parts.popLast()
        } else {
            parts.append(part)
        }
    }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
}

/// A path from the root, for one that is relative to the current directory.
func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return resolve(path, besideFile: "/") }
    guard let here = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(here) }
    return resolve(path, besideFile: unsafe String(cString: here) + "/.")
}
