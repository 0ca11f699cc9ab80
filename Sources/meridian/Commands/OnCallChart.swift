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

        @Option(
            help: ArgumentHelp("The first day; otherwise today.", valueName: "YYYY-MM-DD"))
        var from: DateArgument?

        @Option(help: ArgumentHelp("How many days: 1 to 31, in a file to 92.", valueName: "days"))
        var days = 7

        @Option(
            help: ArgumentHelp(
                "The reader's zone, like Europe/Berlin; otherwise this machine's.",
                valueName: "zone"))
        var zone: String?

        @Option(
            help: ArgumentHelp(
                "Draw this roster instead of the one in force.", valueName: "roster.yaml"),
            completion: .file(extensions: ["yaml", "yml"]))
        var roster: String?

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            let most = out == nil ? 31 : OnCallChart.daysMax
            guard (1...most).contains(days) else {
                throw ValidationError("--days is between 1 and \(most), not \(days).")
            }
            if out != nil, client.json { throw ValidationError("Use either --out or --json.") }
        }

        mutating func run() async throws {
            let now = Instant.ofThisMachine
            let zone = self.zone ?? ChartInput.zoneOfThisMachine
            let reader = try ZoneFiles.load(names: [zone])
            let first = from?.date ?? reader[zone]?.local(now).date
            guard let first else { throw CommandFailure(.failed, "there is no zone \(zone)") }
            let (from, to) = OnCallChart.days(days, from: first, zone: zone, zones: reader)
            var timeline = try await timeline(from: from, to: to)
            timeline.schedules = try ChartInput.select(schedules, from: timeline.schedules)
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(timeline)) }
            let chart = try ChartInput.chart(timeline, zone: zone, now: now)
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

        private func timeline(from: Instant, to: Instant) async throws -> OnCallTimeline {
            guard let roster else {
                let query = [
                    (name: "from", value: from.description), (name: "to", value: to.description),
                ]
                return try await client.withClient {
                    try await $0.call(
                        .get(APIPath.timeline, query: query), answering: OnCallTimeline.self
                    ).value
                }
            }
            let zones = try ZoneFiles.load()
            let read = try RosterFile.load(path: roster, zones: zones)
            let book = read.book(zones: zones)
            return OnCallTimeline(of: read, book: book, from: from, to: to, answeredBy: "")
        }
    }
}

/// A date on the command line.
struct DateArgument: ExpressibleByArgument, Equatable, Sendable {
    /// The date: one that there is.
    let date: CivilDate

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? Int64($0) : nil }
        guard parts.map(\.count) == [4, 2, 2], numbers.count == 3, numbers[0] >= 1970 else {
            return nil
        }
        let date = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])
        guard CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date else { return nil }
        self.date = date
    }
}

/// What a chart is drawn of.
enum ChartInput {
    /// The zone of this machine's clocks.
    static var zoneOfThisMachine: String {
        let name = TimeZone.current.identifier
        return ["GMT", "Etc/UTC", "Etc/GMT", ""].contains(name) ? "UTC" : name
    }

    /// The schedules of these names, in this order; all if none is named. *Errors:*
    /// `CommandFailure` if there is no such schedule.
    static func select(
        _ names: [String], from schedules: [TimelineSchedule]
    ) throws(CommandFailure) -> [TimelineSchedule] {
        if names.isEmpty { return schedules }
        var selected: [TimelineSchedule] = []
        for name in names {
            guard let found = schedules.first(where: { $0.schedule == name }) else {
                let known = schedules.map(\.schedule).joined(separator: ", ")
                throw CommandFailure(
                    .notFound, "the roster has no schedule \"\(name)\"",
                    remedy: known.isEmpty ? "" : "one of: \(known)")
            }
            if !selected.contains(found) { selected.append(found) }
        }
        return selected
    }

    /// A timeline as a chart. Zones that this machine does not know are drawn without night.
    /// *Errors:* `ConfigError` if it knows no zones at all.
    static func chart(
        _ timeline: OnCallTimeline, zone: String, now: Instant
    ) throws(ConfigError) -> OnCallChart {
        OnCallChart(timeline, zone: zone, now: Timestamp(now), zones: try ZoneFiles.load())
    }
}
