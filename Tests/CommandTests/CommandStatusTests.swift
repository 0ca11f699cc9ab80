import APIModel
import ArgumentParser
import Testing

@testable import meridian

struct CommandStatusTests {
    @Test func `the numbers are those in the help text`() {
        let help = Meridian.helpMessage()
        for status in CommandStatus.allCases {
            #expect(help.contains("\(status.rawValue)  \(status.meaning)"))
        }
        #expect(CommandStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
    }

    @Test(arguments: CommandStatus.allCases.filter { $0 != .ok })
    func `a failure ends with its status`(status: CommandStatus) {
        #expect(Meridian.status(after: CommandFailure(status, "x")) == status.rawValue)
        #expect(Meridian.status(after: ExitCode(status.rawValue)) == status.rawValue)
    }

    @Test(arguments: [["--help"], ["incident", "--help"], ["--version"], ["help", "cluster"]])
    func `help and version are successes`(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) {
            var command = try Meridian.parseAsRoot(arguments)
            try command.run()
        }
        #expect(Meridian.status(after: try #require(error)) == 0)
    }

    @Test(arguments: [
        ["nonsense"], ["incident", "show"], ["incident", "show", "xyz!"], ["oncall", "who"],
        ["incident", "list", "--severity", "SEV9"], ["cluster", "status", "--timeout", "0"],
        ["cluster", "status", "--watch", "--check"], ["oncall", "now", "--at", "tomorrow"],
    ])
    func `a command line that makes no sense ends with 2`(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) { try Meridian.parseAsRoot(arguments) }
        #expect(Meridian.status(after: try #require(error)) == CommandStatus.usage.rawValue)
    }

    @Test func `any other error ends with 1`() {
        struct Odd: Error {}
        #expect(Meridian.status(after: Odd()) == CommandStatus.failed.rawValue)
    }

    @Test func `a failure tells its remedy`() {
        let failure = CommandFailure(.failed, "no", remedy: "do otherwise")
        #expect(failure.description == "Error: no\n  Try: do otherwise")
        #expect(CommandFailure(.failed, "no").description == "Error: no")
    }

    @Test(arguments: [
        ("quorum", false, CommandStatus.ok), ("quorum", true, .ok), ("local", false, .ok),
        ("local", true, .notOnQuorum),
    ])
    func `local is a failure only for who asked for a quorum`(
        durability: String, requiresQuorum: Bool, expected: CommandStatus
    ) {
        let answer = Samples.acceptance(durability: durability)
        #expect(IncidentAction.status(of: answer, requiresQuorum: requiresQuorum) == expected)
    }
}
