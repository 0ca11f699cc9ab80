import Basics
import Foundation
package import Logging

/// Writes log lines as `time=… level=… message="…" key=value …` to standard error, one write per
/// line.
package struct LogfmtHandler: LogHandler {
    /// Goes into every line.
    package var metadata: Logger.Metadata = [:]
    /// Milder lines are left out.
    package var logLevel: Logger.Level = .info
    private let label: String

    /// A handler for a logger's label.
    package init(label: String) { self.label = label }

    /// One value of the metadata.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    package func log(event: LogEvent) {
        let wall = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
        var line = "time=\(wall) level=\(event.level.rawValue) source=\(label)"
        line += " message=\(Self.quoted(event.message.description))"
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(Self.quoted(value.description))"
        }
        // A full disk or a reader that has gone takes lines, never the node.
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// A value as it is if it is one plain word, or else in quotes.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C
            }
        guard !isPlain else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": quoted.unicodeScalars.append(contentsOf: ["\\", scalar])
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
