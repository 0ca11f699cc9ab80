/// How a command ended, for scripts. The numbers never change; the table is part of
/// `meridian --help`.
enum CommandStatus: Int32, CaseIterable, Encodable, Sendable {
    /// It did what was asked.
    case ok = 0
    /// It was refused or failed, for a reason told on standard error.
    case failed = 1
    /// The command line, or a configuration file, makes no sense.
    case usage = 2
    /// There is no such incident, person, service or schedule.
    case notFound = 3
    /// No region answered.
    case unreachable = 4
    /// It is safe on one region's disk only, and `--require-quorum` asked for more.
    case notOnQuorum = 5

    /// One line for the help text.
    var meaning: String {
        switch self {
        case .ok: "done"
        case .failed: "refused or failed; the reason is on standard error"
        case .usage: "the command line or a configuration file makes no sense"
        case .notFound: "no such incident, person, service or schedule"
        case .unreachable: "no region answered in time"
        case .notOnQuorum: "accepted by one region only, and --require-quorum was given"
        }
    }

    /// The whole table, for the help text.
    static var table: String {
        allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n")
    }
}

/// Why a command could not do what was asked, and what the operator can do about it.
struct CommandFailure: Error, Equatable, Encodable, CustomStringConvertible {
    /// How the process ends.
    var status: CommandStatus
    /// What went wrong, one or more lines.
    var message: String
    /// What to do about it, or empty.
    var remedy: String

    /// A failure.
    init(_ status: CommandStatus, _ message: String, remedy: String = "") {
        (self.status, self.message, self.remedy) = (status, message, remedy)
    }

    /// What standard error shows.
    var description: String {
        remedy.isEmpty ? "Error: \(message)" : "Error: \(message)\n  Try: \(remedy)"
    }
}
