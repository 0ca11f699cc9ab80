import APIModel
import ArgumentParser
import Basics
import ConfigFiles
import OnCall
import OnCallViews

/// `meridian numbers`: what the incidents of a period come to.
struct NumbersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers",
        abstract: "How fast incidents were taken on and resolved, and who was paged how often.",
        discussion: """
            Of incidents that opened in the period; drills and merged ones are left out. Days are \
            those of the reader's clocks; a night is each person's own.

            EXAMPLES
              meridian numbers
              meridian numbers --from 2026-10-01 --to 2026-12-31 --service checkout
              meridian numbers --days 7 --owner eu
              meridian numbers --csv incidents > incidents.csv
              meridian numbers --json | jq '.numbers.services[] | {name, resolveMedianSeconds}'
            """)

    @Option(help: ArgumentHelp("The first day.", valueName: "YYYY-MM-DD"))
    var from: DateArgument?

    @Option(help: ArgumentHelp("The last day; otherwise today.", valueName: "YYYY-MM-DD"))
    var to: DateArgument?

    @Option(
        help: ArgumentHelp("So many days up to the last; 28 without --from.", valueName: "days"))
    var days: Int?

    @Option(help: ArgumentHelp("Of this service, by id.", valueName: "service"))
    var service: String?

    @Option(help: ArgumentHelp("Led by this region.", valueName: "region"))
    var owner: String?

    @Option(
        help: ArgumentHelp(
            "Write a table as CSV: incidents, people, services or regions.", valueName: "table"))
    var csv: NumbersTable?

    @OptionGroup var reader: ReaderOptions
    @OptionGroup(title: "Connection and output") var client: ClientOptions

    private static let usualDays = 28

    func validate() throws {
        if from != nil, days != nil {
            throw ValidationError("Give either --from DATE or --days NUMBER.")
        }
        if let days, !(1...36_600).contains(days) {
            throw ValidationError("--days is between 1 and 36600, not \(days).")
        }
        if csv != nil, client.json { throw ValidationError("Give either --csv or --json.") }
        if let from, let to, from.date.daysSinceEpoch > to.date.daysSinceEpoch {
            throw ValidationError("--from \(from.date) is after --to \(to.date).")
        }
    }

    mutating func run() async throws {
        let clock = try reader.clock()
        let (begin, end) = try period(clock, now: .ofThisMachine)
        let answer: NumbersAnswer = try await client.get(
            APIPath.numbers,
            query: .period(begin, end) + (service.map { [("service", $0)] } ?? [])
                + (owner.map { [("region", $0)] } ?? []))
        if let csv {
            // Lines of a table end as RFC 4180 wants them; the console adds the last one.
            return Console.current().write(String(answer.numbers.csv(csv).dropLast(1)))
        }
        try client.write(answer) { NumbersTexts.page(answer, clock, for: $0) }
    }

    /// Whole days by the reader's clocks; today up to now.
    private func period(
        _ clock: ReaderClock, now: Instant
    ) throws -> (from: Instant, to: Instant) {
        let last = to?.date ?? clock.date(now)
        let count = Int64(days ?? Self.usualDays)
        let first = from?.date ?? CivilDate(daysSinceEpoch: last.daysSinceEpoch - count + 1)
        let length = Int(last.daysSinceEpoch - first.daysSinceEpoch) + 1
        guard length > 0 else {
            throw CommandFailure(
                .usage, "\(first) is after today", remedy: "give a --to after it")
        }
        let zones = try ZoneFiles.load(names: [clock.zone])
        let (begin, end) = OnCallChart.days(length, from: first, zone: clock.zone, zones: zones)
        return (begin, to == nil ? min(end, now) : end)
    }
}

extension NumbersTable: ExpressibleByArgument {}
