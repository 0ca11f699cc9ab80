import Foundation

/// Files that stand beside the tests, read line by line; `#` begins a remark.
enum SeedFile {
    private static func url(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Seeds").appendingPathComponent(name)
    }

    static func lines(of name: String) throws -> [[Substring]] {
        try String(contentsOf: url(name), encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ") }
    }

    static func write(_ text: String, to name: String) throws {
        try text.write(to: url(name), atomically: true, encoding: .utf8)
    }

    /// Whether files with expected values are to be written anew, to be read as a diff.
    static var isRewriting: Bool { ProcessInfo.processInfo.environment["REWRITE"] == "1" }
}
