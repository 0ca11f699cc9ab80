/// One thing that is wrong with a configuration file: where, what, and what to do about it.
package struct ConfigProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Whether the file can be used all the same.
    package enum Gravity: Sendable {
        /// It cannot.
        case error
        /// It can, but somebody should look.
        case warning
    }

    /// What kind of problem it is, for tests and scripts.
    package enum Code: String, Sendable, CaseIterable {
        /// The file cannot be read.
        case unreadable
        /// It is not YAML, or not text.
        case syntax
        /// A key or a value that must be there is not.
        case missing
        /// A key that nothing reads.
        case unknownKey
        /// A list where a text should be, or the like.
        case wrongKind
        /// A value outside its form or range.
        case badValue
        /// A name that nothing in the file bears.
        case badReference
        /// A name that two things bear.
        case duplicate
        /// Two values that contradict each other.
        case contradiction
        /// Something that others could read or forge.
        case insecure
        /// Something that works and is seldom wanted.
        case advice
    }

    /// Whether the file can be used all the same.
    package var gravity: Gravity
    /// What kind of problem it is.
    package var code: Code
    /// The file, as the operator named it.
    package var file: String
    /// The line, from 1; 0 if it is about the file as a whole.
    package var line: Int
    /// The column, from 1; 0 if it is about the file as a whole.
    package var column: Int
    /// The path of the field in the file, such as `people[mei].contacts[0].sms`; may be empty.
    package var field: String
    /// What is wrong.
    package var message: String
    /// What to do about it.
    package var remedy: String

    /// A problem.
    package init(
        gravity: Gravity = .error, code: Code, file: String, line: Int = 0, column: Int = 0,
        field: String = "", message: String, remedy: String
    ) {
        (self.gravity, self.code) = (gravity, code)
        (self.file, self.line, self.column) = (file, line, column)
        (self.field, self.message, self.remedy) = (field, message, remedy)
    }

    /// One line in the form that editors and compilers share: `file:line:column: what is wrong`.
    package var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        let kind = gravity == .warning ? "warning: " : ""
        let subject = field.isEmpty ? "" : "\(field): "
        return "\(place): \(kind)\(subject)\(message); \(remedy)"
    }
}

/// A configuration file that cannot be used, with everything that was found wrong with it.
package struct ConfigError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The problems in the order of the file, warnings among them; at least one is an error.
    package var problems: [ConfigProblem]

    /// An error of these problems.
    package init(problems: [ConfigProblem]) { self.problems = problems }

    /// An error of one problem.
    package init(_ problem: ConfigProblem) { self.init(problems: [problem]) }

    /// The problems without which the file could be used.
    package var errors: [ConfigProblem] { problems.filter { $0.gravity == .error } }

    /// A heading and one line per problem, for a terminal.
    package var description: String {
        let count = errors.count
        let heading = "the configuration cannot be used: \(count) problem\(count == 1 ? "" : "s")"
        return ([heading] + problems.map { "  \($0)" }).joined(separator: "\n")
    }
}
