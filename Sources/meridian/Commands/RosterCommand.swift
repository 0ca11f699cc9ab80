import APIModel
import ArgumentParser
import Basics
import ConfigFiles
import Coverage
import Escalation
import Foundation
import OnCall

/// `meridian roster`: who responds to what, under version control.
struct RosterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster",
        abstract: "Check a roster, see what it changes, and put it in force everywhere.",
        discussion: """
            The roster is a YAML file that you keep under version control. What is applied is \
            replicated as a version to every region, exactly as it is written. Overrides, swaps and \
            leave are no part of it: see `meridian oncall override`.

            EXAMPLES
              meridian roster init --template follow-the-sun-3 > roster.yaml
              meridian roster validate roster.yaml
              meridian roster plan roster.yaml
              meridian roster apply roster.yaml --reason "Ana joins payments"
              meridian roster history
              meridian roster rollback 3fa9c01b22d4 --reason "the new one leaves a gap"
            """,
        subcommands: [
            Init.self, Validate.self, Plan.self, Apply.self, Export.self, History.self,
            Rollback.self,
        ])
}

/// A roster file that was read, with its text.
struct ReadRoster {
    /// The text, as it is written.
    var text: String
    /// What it says.
    var roster: Roster

    /// Reads a file; `-` is the standard input. *Errors:* `ConfigError` with every problem;
    /// `CommandFailure` if it cannot be read.
    static func file(
        _ path: String, zones: TimeZones,
        warn: (ConfigProblem) -> Void = { Console.remark("\($0)") }
    ) throws -> ReadRoster {
        let data: Data?
        if path == "-" {
            data = try FileHandle.standardInput.readToEnd()
        } else {
            data = FileManager.default.contents(atPath: path)
        }
        guard let data, let text = String(bytes: data, encoding: .utf8) else {
            throw CommandFailure(
                .usage, "\(path) cannot be read as UTF-8 text",
                remedy: "give the path of a roster, or - for the standard input")
        }
        return try ReadRoster(
            text: text,
            roster: RosterFile.load(text: text, file: path, zones: zones, warn: warn))
    }
}

extension RosterCommand {
    /// `meridian roster validate`.
    struct Validate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a roster file; every problem with its line and remedy.",
            discussion: """
                It needs no cluster, and ends with status 2 if the file makes no sense.

                EXAMPLES
                  meridian roster validate roster.yaml
                  git show HEAD:roster.yaml | meridian roster validate -
                """)

        @Argument(help: "The roster; - is the standard input.")
        var file: String

        @Flag(help: "Warnings are problems as well.")
        var strict = false

        mutating func run() throws {
            var warnings = 0
            let read = try ReadRoster.file(file, zones: try ZoneFiles.load()) { problem in
                warnings += 1
                Console.remark("\(problem)")
            }
            let roster = read.roster
            Console.current().write(
                "\(file) is roster \(roster.version): \(roster.people.count) people, "
                    + "\(roster.schedules.count) schedules, \(roster.policies.count) policies, "
                    + "\(roster.services.count) services")
            if strict, warnings > 0 { throw ExitCode(CommandStatus.failed.rawValue) }
        }
    }

    /// `meridian roster plan`.
    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "What a roster changes for whom in the next 90 days, and which holes it opens.",
            discussion: """
                It is compared with the roster in force, or with another file; what is said \
                otherwise of people and services is told as well. It ends with status 1 if it opens a \
                hole in a continuous service.

                EXAMPLES
                  meridian roster plan roster.yaml
                  meridian roster plan new.yaml --against old.yaml --days 30 --zone Asia/Tokyo
                """)

        @Argument(help: "The roster; - is the standard input.")
        var file: String

        @Option(help: ArgumentHelp("Another roster than the one in force.", valueName: "file"))
        var against: String?

        @Option(help: "How many days are compared.")
        var days: Int64 = 90

        @OptionGroup var reader: ReaderOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            guard (1...366).contains(days) else { throw ValidationError("--days is 1 to 366.") }
        }

        mutating func run() async throws {
            let clock = try reader.clock()
            let zones = try ZoneFiles.load()
            let after = try ReadRoster.file(file, zones: zones).roster
            let before = try await before(zones)
            let now = Instant.ofThisMachine
            let end = now + .hours(24 * days)
            let plans = rosterPlan(before: before, after: after, zones: zones, from: now, to: end)
            let holes = coverageHoles(
                before: before, after: after, zones: zones, from: now, to: end)
            let details = rosterDetails(before: before, after: after)
            try client.write(RosterTexts.report(plans, details, holes, before, after)) {
                RosterTexts.plan(plans, details, holes, (before, after), clock, on: $0)
            }
            if !holes.isEmpty { throw ExitCode(CommandStatus.failed.rawValue) }
        }

        private func before(_ zones: TimeZones) async throws -> Roster {
            if let against { return try ReadRoster.file(against, zones: zones) { _ in }.roster }
            return try await RosterCommand.inForce(zones, client).roster
        }
    }

    /// The roster in force at a region, and what it answered. *Errors:* `CommandFailure`; `ConfigError`
    /// if it cannot be read here.
    static func inForce(
        _ zones: TimeZones, _ client: ClientOptions
    ) async throws -> (roster: Roster, answer: RosterAnswer) {
        let answer = try await client.withClient {
            try await $0.call(.get(APIPath.roster), answering: RosterAnswer.self).value
        }
        guard let text = answer.text else {
            throw CommandFailure(
                .failed,
                "\(answer.region) does not have the text of roster \(answer.version) any more",
                remedy: "name the file it was read from, or ask another region with --region")
        }
        let roster = try RosterFile.load(text: text, file: "the roster in force", zones: zones)
        return (roster, answer)
    }

    /// `meridian roster apply`.
    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a roster in force at every region.",
            discussion: """
                It needs a majority of regions, and is refused if it was written against another \
                version than the one in force, or opens a hole in a continuous service; --force \
                accepts holes. It ends with status 1 if it is not in force afterwards.

                EXAMPLES
                  meridian roster apply roster.yaml --reason "Ana joins payments"
                  meridian roster apply roster.yaml --base 3fa9c01b22d4 --reason "from CI"
                """)

        @Argument(help: "The roster; - is the standard input.")
        var file: String

        @Option(help: ArgumentHelp("Why; it goes into the history.", valueName: "text"))
        var reason: String

        @Option(
            help: ArgumentHelp(
                "The version it was written against; otherwise the one in force.",
                valueName: "version"))
        var base: String?

        @Flag(help: "Also if it opens holes in continuous services.")
        var force = false

        @OptionGroup var actor: ActorOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let read = try ReadRoster.file(file, zones: try ZoneFiles.load())
            let request = ApplyRosterRequest(
                text: read.text, base: base, by: try actor.resolve(), reason: reason,
                force: force)
            try await RosterCommand.apply(request, version: read.roster.version, client)
        }
    }

    /// `meridian roster export`.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The roster in force, exactly as it was written.",
            discussion: """
                EXAMPLES
                  meridian roster export > roster.yaml
                """)

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let answer: RosterAnswer = try await client.get(APIPath.roster)
            if client.json { return Console.current().write(try JSONOutput.text(answer)) }
            guard let text = answer.text else {
                throw CommandFailure(
                    .failed,
                    "\(answer.region) read roster \(answer.version) from a file that has changed since",
                    remedy: "ask another region with --region, or apply the roster once")
            }
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        }
    }

    /// `meridian roster history`.
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The versions that were in force: who, when, why.",
            discussion: """
                EXAMPLES
                  meridian roster history
                  meridian roster history --zone Asia/Tokyo
                  meridian roster history --json | jq '.versions[].version'
                """)

        @OptionGroup var reader: ReaderOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let clock = try reader.clock()
            let answer: RosterAnswer = try await client.get(APIPath.roster)
            try client.write(answer) { RosterTexts.history(answer, clock, for: $0) }
        }
    }

    /// `meridian roster rollback`.
    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put an earlier version in force again.",
            discussion: """
                The last ten versions can be had again; older ones are in your repository.

                EXAMPLES
                  meridian roster rollback 3fa9c01b22d4 --reason "the new one leaves a gap"
                """)

        @Argument(help: "The version, or its first digits.")
        var version: String

        @Option(help: ArgumentHelp("Why; it goes into the history.", valueName: "text"))
        var reason: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let old: RosterTextAnswer = try await client.get(APIPath.rosterVersion(version))
            let request = ApplyRosterRequest(
                text: old.text, base: nil, by: try actor.resolve(), reason: reason, force: true)
            try await RosterCommand.apply(request, version: old.version, client)
        }
    }

    /// Applies a roster and waits until it is in force.
    static func apply(
        _ request: ApplyRosterRequest, version: String, _ options: ClientOptions
    ) async throws {
        let call = try APICall.post(APIPath.roster, request, .once)
        let answer = try await options.withClient { client in
            _ = try await client.call(call, answering: AcceptanceAnswer.self)
            var answer = try await client.call(.get(APIPath.roster), answering: RosterAnswer.self)
            for _ in 0..<20 where answer.value.version != version {
                try await Task.sleep(for: .milliseconds(250))
                answer = try await client.call(.get(APIPath.roster), answering: RosterAnswer.self)
            }
            return answer.value
        }
        let console = Console.current()
        if options.json { console.write(try JSONOutput.text(answer)) }
        guard answer.version == version else {
            let isKept = answer.proposals.contains { $0.version == version }
            throw CommandFailure(
                .failed,
                isKept
                    ? "roster \(version) is kept as a proposal: \(answer.version) was put in force meanwhile"
                    : "roster \(version) is not in force yet; \(answer.version) is",
                remedy: isKept
                    ? "look at `meridian roster export`, and apply yours on top of it"
                    : "look again with `meridian roster history`")
        }
        if !options.json {
            console.write("roster \(version) is in force, says \(answer.region)")
        }
    }
}
