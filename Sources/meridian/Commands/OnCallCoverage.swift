import APIModel
import ArgumentParser
import Basics
import HTTPServer

/// What is looked at, and when: the options of `oncall coverage` and `oncall gaps`.
struct CoverOptions: ParsableArguments {
    @Option(
        name: .customLong("service"),
        help: ArgumentHelp("Only this service; may be repeated.", valueName: "service"))
    var services: [String] = []

    @Option(
        name: .customLong("schedule"),
        help: ArgumentHelp("Only this schedule; may be repeated.", valueName: "schedule"))
    var schedules: [String] = []

    @OptionGroup var period: PeriodOptions
    @OptionGroup var reader: ReaderOptions
    @OptionGroup var source: RosterSource

    private static let usualDays = 28

    /// How the services and schedules that were named are covered; if only one kind is named, nothing
    /// of the other.
    func answer(_ clock: ReaderClock) async throws -> OnCallCoverage {
        let (from, to) = try period.range(usualDays: Self.usualDays, clock)
        var answer = try await source.answer(
            APIPath.onCallCoverage, query: .period(from, to)
        ) { roster, book, zones in
            OnCallCoverage(
                of: roster, book: book, zones: zones, from: from, to: to, answeredBy: "")
        }
        let isNamed = !services.isEmpty || !schedules.isEmpty
        answer.services =
            try isNamed && services.isEmpty
            ? []
            : Selection.of(
                services, from: answer.services, what: "service", name: \.service)
        answer.schedules =
            try isNamed && schedules.isEmpty
            ? []
            : Selection.of(
                schedules, from: answer.schedules, what: "schedule", name: \.schedule)
        return answer
    }
}

extension OnCallCommand {
    /// `meridian oncall coverage`.
    struct Coverage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How much of the time somebody is on call, by service and schedule.",
            discussion: """
                A service is covered while level 1 of its policy has somebody, at every time its \
                coverage class promises. Overrides, swaps and leave count; who would be paged when, \
                and with a region lost, is what `meridian coverage prove` tells.

                EXAMPLES
                  meridian oncall coverage
                  meridian oncall coverage --service checkout --from 2026-12-01 --days 31
                  meridian oncall coverage --roster new.yaml --zone Europe/Berlin
                """)

        @OptionGroup var options: CoverOptions

        mutating func run() async throws {
            let clock = try options.reader.clock()
            let answer = try await options.answer(clock)
            try options.source.client.write(answer) {
                OnCallPlanTexts.coverage(answer, clock, for: $0)
            }
        }
    }

    /// `meridian oncall gaps`.
    struct Gaps: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "When nobody is on call.",
            discussion: """
                It ends with status 1 if a continuous service has a hole, so that it can be watched.

                EXAMPLES
                  meridian oncall gaps
                  meridian oncall gaps --days 92 --zone Europe/Berlin
                  meridian oncall gaps --roster new.yaml --service checkout
                """)

        @OptionGroup var options: CoverOptions

        mutating func run() async throws {
            let clock = try options.reader.clock()
            let answer = try await options.answer(clock)
            try options.source.client.write(answer) {
                OnCallPlanTexts.gaps(answer, clock, for: $0)
            }
            let isBroken = answer.services.contains {
                $0.coverage == "continuous" && !$0.holes.isEmpty
            }
            if isBroken { throw ExitCode(CommandStatus.failed.rawValue) }
        }
    }
}
