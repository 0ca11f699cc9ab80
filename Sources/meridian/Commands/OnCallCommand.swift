import APIModel
import ArgumentParser
import Basics

/// `meridian oncall`: who is paged.
struct OnCallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oncall",
        abstract: "Who is on call, now or at any other time.",
        discussion: """
            Times are RFC 3339 with their offset, like 2026-12-24T03:00Z, or from now, like \
            +90m. A time without an offset is refused: it could be meant in two zones.

            EXAMPLES
              meridian oncall now
              meridian oncall who --service checkout --at 2026-12-24T03:00Z
              meridian oncall who --schedule follow-the-sun --at +8h
              meridian oncall next
              meridian oncall gaps --days 28
              meridian oncall fairness --days 92
              meridian oncall chart
              meridian oncall feed --person mei
            """,
        subcommands: [
            Now.self, Who.self, Next.self, Coverage.self, Gaps.self, Fairness.self, Chart.self,
            Feed.self, Override.self, Leave.self, Swap.self, Changes.self,
        ])
}

/// When, for the subcommands of `oncall`.
struct TimeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Another time than now: like 2026-12-24T03:00Z, 2026-12-24T12:00+09:00 or +8h.",
            valueName: "time"))
    var at: InstantArgument?

    /// The query that asks for this time.
    func query(now: Instant) -> [(name: String, value: String)] {
        at.map { [("at", $0.instant(now: now).description)] } ?? []
    }
}

extension OnCallCommand {
    /// `meridian oncall now`.
    struct Now: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All schedules: who, where, until when, and who is next.",
            discussion: """
                EXAMPLES
                  meridian oncall now
                  meridian oncall now --zone Asia/Tokyo
                  meridian oncall now --json | jq -r '.schedules[].people[].person'
                """)

        @OptionGroup var time: TimeOptions
        @OptionGroup var reader: ReaderOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let clock = try reader.clock()
            let list: OnCallList = try await client.get(
                APIPath.onCall, query: time.query(now: .ofThisMachine))
            if list.schedules.isEmpty, !client.json {
                return Console.remark("the roster (\(list.rosterVersion)) has no schedules")
            }
            try client.write(list) { OnCallTexts.table(list, clock, for: $0) }
        }
    }

    /// `meridian oncall who`.
    struct Who: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Who answers for one service or schedule.",
            discussion: """
                It ends with status 1 if that is nobody, and 3 if there is no such service.

                EXAMPLES
                  meridian oncall who --service checkout
                  meridian oncall who --service checkout --at 2026-12-24T03:00Z
                  meridian oncall who --schedule follow-the-sun --at +8h --json
                """)

        @Option(help: ArgumentHelp("A service of the roster.", valueName: "service"))
        var service: String?

        @Option(help: ArgumentHelp("A schedule of the roster.", valueName: "schedule"))
        var schedule: String?

        @OptionGroup var time: TimeOptions
        @OptionGroup var reader: ReaderOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            guard (service == nil) != (schedule == nil) else {
                throw ValidationError("Give either --service or --schedule.")
            }
        }

        mutating func run() async throws {
            let clock = try reader.clock()
            var list: OnCallList = try await client.get(
                APIPath.onCall, query: time.query(now: .ofThisMachine))
            let services: ServiceList? =
                try await service == nil ? nil : client.get(APIPath.services)
            list.schedules = try OnCallTexts.select(
                from: list, services: services, service: service, schedule: schedule)
            let answer = list
            try client.write(answer) { OnCallTexts.table(answer, clock, for: $0) }
            if list.schedules.allSatisfy(\.people.isEmpty) {
                throw CommandFailure(
                    .failed, "nobody is on call at \(TimeText.utc(list.at.instant))",
                    remedy:
                        "put somebody on this shift in roster.yaml; until then the next level of"
                        + " the policy, and at last the catch-all, is paged")
            }
        }
    }
}
