import APIModel
import ArgumentParser
import Basics
import HTTPServer

extension OnCallCommand {
    /// `meridian oncall next`.
    struct Next: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Who comes next by every schedule, and when.",
            discussion: """
                Overrides, swaps and leave that are known count. With --roster it is told of a \
                file, published or not, and no region is asked.

                EXAMPLES
                  meridian oncall next
                  meridian oncall next --schedule follow-the-sun --count 6 --zone Asia/Tokyo
                  meridian oncall next --at 2026-12-24T00:00Z --roster new.yaml
                  meridian oncall next --json | jq -r '.schedules[].turns[0].people[].person'
                """)

        @Option(
            name: .customLong("schedule"),
            help: ArgumentHelp("Only this schedule; may be repeated.", valueName: "schedule"))
        var schedules: [String] = []

        @Option(help: ArgumentHelp("How many turns of each, 1 to 20.", valueName: "turns"))
        var count = 1

        @OptionGroup var time: TimeOptions
        @OptionGroup var reader: ReaderOptions
        @OptionGroup var source: RosterSource

        func validate() throws {
            guard (1...20).contains(count) else {
                throw ValidationError("--count is between 1 and 20, not \(count).")
            }
        }

        mutating func run() async throws {
            let clock = try reader.clock()
            let now = Instant.ofThisMachine
            let (at, count) = (time.at?.instant(now: now) ?? now, count)
            var list = try await source.answer(
                APIPath.onCallNext, query: time.query(now: now) + [("count", "\(count)")]
            ) { roster, book, _ in
                OnCallNextList(of: roster, book: book, at: at, count: count, answeredBy: "")
            }
            list.schedules = try Selection.of(
                schedules, from: list.schedules, what: "schedule", name: \.schedule)
            let answer = list
            try source.client.write(answer) { OnCallPlanTexts.next(answer, clock, for: $0) }
        }
    }
}
