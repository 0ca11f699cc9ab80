import ConfigFiles
import NNGTransport
import SQLiteStore
import Wire

/// The versions that matter when two machines behave differently.
enum Versions {
    /// This program's version.
    static let program = "0.1.0"

    /// Names and versions in the order they are shown.
    static func current() -> [(name: String, version: String)] {
        [
            ("meridian", program),
            ("wire", "\(wireVersion)"),
            ("libnng", NNGTransport.libraryVersion),
            ("sqlite", SQLiteStore.sqliteVersion),
            ("tzdata", ZoneFiles.version() ?? "none: install tzdata"),
        ]
    }

    /// One line for each, aligned.
    static func text(_ versions: [(name: String, version: String)]) -> String {
        let width = versions.map(\.name.count).max() ?? 0
        return versions.map { name, version in
            name + String(repeating: " ", count: width - name.count + 2) + version
        }.joined(separator: "\n")
    }
}
