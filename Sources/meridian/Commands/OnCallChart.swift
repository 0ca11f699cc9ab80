import APIModel
import ArgumentParser
import Basics
import ConfigFiles
import Escalation
import Foundation
import HTTPServer
import OnCall
import OnCallViews
import Pages

extension OnCallCommand {
    /// `meridian oncall chart`.
    struct Chart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A picture of the schedules: in the terminal, or as an SVG file.",
            discussion: """
                The picture shows who is on call from when to when, day and night in every \
                region, changes of clocks, and gaps: as `!!` in the terminal, hatched in red in \
                the file. Days are those of --zone. With --roster it is drawn from a file, \
                published or not, and no region is asked.

                EXAMPLES
                  meridian oncall chart
                  meridian oncall chart --out week.svg
                  meridian oncall chart --from 2026-03-23 --days 14 --zone Europe/Berlin
                  meridian oncall chart --roster run/demo/roster.yaml --schedule follow-the-sun
                """)

        @Option(
            help: ArgumentHelp(
                "Write the picture to this SVG file; - is standard output.",
                valueName: "week.svg"), completion: .file(extensions: ["svg"]))
        var out: String?

        @Option(
            name: .customLong("schedule"),
            help: ArgumentHelp(
                "Only this schedule; may be repeated.", valueName: "schedule"))
        var schedules: [String] = []

        @OptionGroup var period: PeriodOptions
        @OptionGroup var reader: ReaderOptions
        @OptionGroup var source: RosterSource

        /// The most days that a terminal has room for.
        private static let terminalDaysMax = 31

        func validate() throws {
            if out == nil, let days = period.days, days > Self.terminalDaysMax {
                throw ValidationError(
                    "--days is between 1 and \(Self.terminalDaysMax) without --out, not \(days).")
            }
            if out != nil, source.client.json {
                throw ValidationError("Use either --out or --json.")
            }
        }

        mutating func run() async throws {
            let clock = try reader.clock()
            let (from, to) = try period.range(usualDays: 7, clock, isTodayWhole: true)
            var timeline = try await source.answer(
                APIPath.timeline, query: .period(from, to)
            ) { roster, book, _ in
                OnCallTimeline(of: roster, book: book, from: from, to: to, answeredBy: "")
            }
            timeline.schedules = try Selection.of(
                schedules, from: timeline.schedules, what: "schedule", name: \.schedule)
            let console = Console.current()
            if source.client.json { return console.write(try JSONOutput.text(timeline)) }
            let chart = try ChartInput.chart(timeline, zone: clock.zone, now: .ofThisMachine)
            guard let out else {
                return console.write(ChartTexts.text(chart, for: console.terminal))
            }
            if out == "-" { return console.write(chart.svg()) }
            do {
                try Data(chart.svg().utf8).write(to: URL(fileURLWithPath: out), options: .atomic)
            } catch {
                throw CommandFailure(
                    .failed, "\(out) cannot be written: \(error.localizedDescription)",
                    remedy: "name a file in a folder that is there, like --out week.svg")
            }
            console.remark("\(out): \(ChartTexts.summary(timeline))")
        }
    }
}

/// What a chart is drawn of.
enum ChartInput {
    /// A timeline as a chart. Zones that this machine does not know are drawn without night.
    /// *Errors:* `ConfigError` if it knows no zones at all.
    static func chart(
        _ timeline: OnCallTimeline, zone: String, now: Instant
    ) throws(ConfigError) -> OnCallChart {
        OnCallChart(timeline, zone: zone, now: Timestamp(now), zones: try ZoneFiles.load())
    }
}
