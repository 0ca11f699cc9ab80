import Basics

/// Everything found wrong while one file, and the files it names, are read.
///
/// A class, for every field of a file reports into the same list; it lives on one thread, inside
/// one call, and is never handed out.
final class Findings {
    private var problems: [ConfigProblem] = []

    /// Adds a problem.
    func report(_ problem: ConfigProblem) { problems.append(problem) }

    /// Whether the file cannot be used.
    var hasErrors: Bool { problems.contains { $0.gravity == .error } }

    /// What was found, by file in order of appearance, then by line.
    var sorted: [ConfigProblem] {
        var files: [String] = []
        for problem in problems where !files.contains(problem.file) { files.append(problem.file) }
        return files.flatMap { file in
            problems.filter { $0.file == file }.enumerated()
                .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
                .map(\.element)
        }
    }

    /// The value that was read, if nothing speaks against it.
    ///
    /// *Errors:* `ConfigError` with all problems. A value that is missing although no problem was
    /// reported is a bug of the reader.
    func result<Value>(_ value: Value?) throws(ConfigError) -> Value {
        if hasErrors { throw ConfigError(problems: sorted) }
        guard let value else { halt("no value and no problem: \(sorted)") }
        return value
    }
}
