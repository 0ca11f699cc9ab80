import Foundation

/// A folder of one test, removed with it.
final class TempFolder {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "meridian-setup-\(ProcessInfo.processInfo.globallyUniqueString)"
            )
            .path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every file and directory below, sorted, with its permission bits.
    func modes(below name: String) throws -> [String: Int] {
        let root = "\(path)/\(name)"
        let entries =
            FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        var modes: [String: Int] = [:]
        for entry in entries + ["."] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(entry)")
            modes[entry] = (attributes[.posixPermissions] as? NSNumber)?.intValue
        }
        return modes
    }

    /// The content of every file below, by path.
    func contents(below name: String) throws -> [String: String] {
        var contents: [String: String] = [:]
        for (entry, _) in try modes(below: name) {
            contents[entry] = try? String(
                contentsOf: URL(fileURLWithPath: "\(path)/\(name)/\(entry)"), encoding: .utf8)
        }
        return contents
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"), encoding: .utf8)
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
}

/// What a run of `openssl` said, and whether it was content.
func openssl(_ arguments: String...) throws -> (isContent: Bool, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus == 0, String(decoding: data, as: UTF8.self))
}
