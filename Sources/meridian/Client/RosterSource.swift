import APIModel
import ArgumentParser
import Basics
import ConfigFiles
import Escalation
import Foundation
import OnCall
import OnCallViews

/// Where an answer about the roster comes from: a region, with every change that is known there, or
/// a file, published or not.
struct RosterSource: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ask this roster instead of the one in force, and no region.",
            valueName: "roster.yaml"),
        completion: .file(extensions: ["yaml", "yml"]))
    var roster: String?

    @OptionGroup(title: "Connection and output") var client: ClientOptions

    /// The answer. *Errors:* `CommandFailure`; `ConfigError` if the file makes no sense.
    func answer<Answer: Decodable & Sendable>(
        _ path: String, query: [(name: String, value: String)],
        fromFile read: (Roster, OnCallBook, TimeZones) throws -> Answer
    ) async throws -> Answer {
        guard let roster else { return try await client.get(path, query: query) }
        let zones = try ZoneFiles.load()
        let known = try RosterFile.load(path: roster, zones: zones)
        return try read(known, known.book(zones: zones), zones)
    }
}

/// Some days from today on, or from another one.
struct PeriodOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The first day; otherwise today.", valueName: "YYYY-MM-DD"))
    var from: DateArgument?

    @Option(help: ArgumentHelp("How many days, 1 to 92.", valueName: "days"))
    var days: Int?

    func validate() throws {
        if let days, !(1...OnCallChart.daysMax).contains(days) {
            throw ValidationError("--days is between 1 and \(OnCallChart.daysMax), not \(days).")
        }
    }

    /// The days by the reader's clocks; today begins now, unless it is wanted whole.
    func range(
        usualDays: Int, _ clock: ReaderClock, isTodayWhole: Bool = false
    ) throws -> (from: Instant, to: Instant) {
        let now = Instant.ofThisMachine
        let zones = try ZoneFiles.load(names: [clock.zone])
        let (start, end) = OnCallChart.days(
            days ?? usualDays, from: from?.date ?? clock.date(now), zone: clock.zone, zones: zones)
        return (from == nil && !isTodayWhole ? max(start, now) : start, end)
    }
}

extension [(name: String, value: String)] {
    /// The query that asks for a time.
    static func period(_ from: Instant, _ to: Instant) -> Self {
        [("from", from.description), ("to", to.description)]
    }
}

/// What people name of a list.
enum Selection {
    /// The things of these names, in this order, each once; all if none is named. *Errors:*
    /// `CommandFailure` if there is no such thing.
    static func of<Thing: Equatable>(
        _ names: [String], from all: [Thing], what: String, name: (Thing) -> String
    ) throws(CommandFailure) -> [Thing] {
        if names.isEmpty { return all }
        var selected: [Thing] = []
        for wanted in names {
            guard let found = all.first(where: { name($0) == wanted }) else {
                throw unknown(what, wanted, all.map(name))
            }
            if !selected.contains(found) { selected.append(found) }
        }
        return selected
    }

    /// The failure of a name that the roster does not know.
    static func unknown(_ what: String, _ name: String, _ known: [String]) -> CommandFailure {
        CommandFailure(
            .notFound, "the roster has no \(what) \"\(name)\"",
            remedy: known.isEmpty ? "" : "one of: \(known.joined(separator: ", "))")
    }
}
