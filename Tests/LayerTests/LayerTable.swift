import Foundation

/// The layer table of ARCHITECTURE.md: a target imports only lower rows.
enum LayerTable {
    /// Each target's row.
    static let rows: [(row: Int, targets: [String])] = [
        (0, ["Basics"]),
        (1, ["IncidentModel", "Replication"]),
        (2, ["Alerting", "OnCall", "Paging"]),
        (3, ["Escalation", "OnCallViews", "Reconciliation", "Wire"]),
        (4, ["RegionCore", "CoordinatorCore", "Coverage"]),
        (
            5,
            [
                "APIModel", "Simulation", "CNNG", "NNGTransport", "SQLiteStore", "Gateways",
                "ConfigFiles",
            ]
        ),
        (6, ["NodeRuntime", "ClusterSetup", "Pages"]),
        (7, ["HTTPServer"]),
        (8, ["meridian"]),
    ]

    /// The one import between targets of one row: the wrapper of a C library.
    static let sameRowAllowed = [("NNGTransport", "CNNG")]

    /// Outside modules that may be imported below the seam.
    static let outsideBelowSeam = ["Crypto", "HeapModule", "DequeModule"]

    static func row(of target: String) -> Int? {
        rows.first { $0.targets.contains(target) }?.row
    }

    /// Targets below the seam, and the simulator that has to be as deterministic as they.
    static var pure: [String] {
        rows.filter { $0.row <= 4 }.flatMap(\.targets) + ["Simulation"]
    }
}

/// One source file.
struct SourceFile {
    var target: String
    var path: String
    var lines: [String]

    /// All sources of all targets.
    static func all() throws -> [SourceFile] {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
            .resolvingSymlinksInPath()
        let walker = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var files: [SourceFile] = []
        while let url = walker?.nextObject() as? URL {
            guard url.pathExtension == "swift" else { continue }
            let relative = url.path.dropFirst(sources.path.count + 1)
            let text = try String(contentsOf: url, encoding: .utf8)
            files.append(
                SourceFile(
                    target: String(relative.split(separator: "/")[0]), path: String(relative),
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(
                        String.init)
                ))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// The lines without comments and texts, numbered from 1.
    var code: [(number: Int, text: String)] {
        var result: [(Int, String)] = []
        var isInText = false
        for (index, line) in lines.enumerated() {
            let marks = line.components(separatedBy: "\"\"\"").count - 1
            defer { if marks % 2 == 1 { isInText.toggle() } }
            if isInText || line.trimmingCharacters(in: .whitespaces).hasPrefix("//") { continue }
            let withoutComment = line.components(separatedBy: " //")[0]
            let withoutTexts = withoutComment.replacing(/"(\\.|[^"\\])*"/, with: "\"\"")
            result.append((index + 1, withoutTexts))
        }
        return result
    }

    /// The modules it imports.
    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position <= 2,
                words[..<position].allSatisfy({
                    $0.hasPrefix("@") || ["package", "public"].contains($0)
                })
            else { return nil }
            let last = words.last.map(String.init) ?? ""
            return last.split(separator: ".").first.map(String.init)
        }
    }
}
