import APIModel
import ArgumentParser
import Basics
import Escalation
import HTTPServer
import OnCall

extension OnCallCommand {
    /// `meridian oncall fairness`.
    struct Fairness: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How the load is split: hours, nights, weekends and holidays of each person.",
            discussion: """
                Hours pass in fact, also where clocks change; a night is that of the person, 22:00 to \
                07:00 by their own clocks unless the roster says otherwise. It is computed from the \
                roster in force and the changes that are known, for times past and to come alike.

                EXAMPLES
                  meridian oncall fairness
                  meridian oncall fairness --schedule follow-the-sun --from 2026-10-01 --days 92
                  meridian oncall fairness --roster new.yaml --json | jq '.spread'
                """)

        @Option(help: ArgumentHelp("Only this schedule.", valueName: "schedule"))
        var schedule: String?

        @OptionGroup var period: PeriodOptions
        @OptionGroup var reader: ReaderOptions
        @OptionGroup var source: RosterSource

        private static let usualDays = 28

        mutating func run() async throws {
            let clock = try reader.clock()
            let (from, to) = try period.range(usualDays: Self.usualDays, clock)
            let schedule = schedule
            let answer = try await source.answer(
                APIPath.onCallFairness,
                query: .period(from, to) + (schedule.map { [("schedule", $0)] } ?? [])
            ) { roster, book, zones in
                OnCallFairness(
                    of: roster,
                    schedules: try Selection.of(
                        schedule.map { [$0] } ?? [], from: roster.schedules, what: "schedule",
                        name: \.id.text),
                    book: book, zones: zones, from: from, to: to, answeredBy: "")
            }
            try source.client.write(answer) { OnCallPlanTexts.fairness(answer, for: $0) }
        }
    }
}
