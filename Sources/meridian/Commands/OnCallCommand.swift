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
              meridian oncall chart
              meridian oncall feed --person mei
            """,
        subcommands: [
            Now.self, Who.self, Chart.self, Feed.self, Override.self, Leave.self, Swap.self,
            Changes.self,
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
                  meridian oncall now --json | jq -r '.schedules[].people[].person'
                """)

        @OptionGroup var time: TimeOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let call = APICall.get(APIPath.onCall, query: time.query(now: .ofThisMachine))
            let list = try await client.withClient {
                try await $0.call(call, answering: OnCallList.self).value
            }
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(list)) }
            if list.schedules.isEmpty {
                return console.remark("the roster (\(list.rosterVersion)) has no schedules")
            }
            console.write(OnCallTexts.table(list, for: console.terminal))
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
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            guard (service == nil) != (schedule == nil) else {
                throw ValidationError("Give either --service or --schedule.")
            }
        }

        mutating func run() async throws {
            let call = APICall.get(APIPath.onCall, query: time.query(now: .ofThisMachine))
            let (service, schedule) = (service, schedule)
            var (list, services) = try await client.withClient { client in
                let list = try await client.call(call, answering: OnCallList.self).value
                guard service != nil else { return (list, ServiceList?.none) }
                let services = try await client.call(
                    .get(APIPath.services), answering: ServiceList.self)
                return (list, services.value)
            }
            list.schedules = try OnCallTexts.select(
                from: list, services: services, service: service, schedule: schedule)
            let console = Console.current()
            console.write(
                client.json
                    ? try JSONOutput.text(list) : OnCallTexts.table(list, for: console.terminal))
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
