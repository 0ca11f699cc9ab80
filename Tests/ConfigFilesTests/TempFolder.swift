import Foundation
import Testing

/// A folder of one test, removed with it.
final class TempFolder {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "meridian-config-\(ProcessInfo.processInfo.globallyUniqueString)"
            )
            .path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ content: some DataProtocol, mode: Int = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        let parent = URL(fileURLWithPath: file).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true)
        try Data(content).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }
}

extension TempFolder {
    /// Sets the permissions of a file.
    func setMode(_ mode: Int, _ name: String) throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: "\(path)/\(name)")
    }
}

/// The line, from 1, on which a text first stands in another.
func line(of needle: String, in text: String) -> Int {
    guard let range = text.range(of: needle) else { return 0 }
    return text[..<range.lowerBound].filter { $0 == "\n" }.count + 1
}

/// A mistake: a good file with one text replaced, and what must be said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
    var find: String
    var replace: String
    var code: String
    var field: String
    /// A part of the message or of the remedy.
    var says: String
    /// Where the problem is, if not where the replacement begins to differ.
    var at: String?

    init(
        _ find: String, _ replace: String, _ code: String, _ field: String, says: String,
        at: String? = nil
    ) {
        (self.find, self.replace, self.code, self.field) = (find, replace, code, field)
        (self.says, self.at) = (says, at)
    }

    var testDescription: String { "\(find) → \(replace)" }
}
