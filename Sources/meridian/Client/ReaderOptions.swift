import ArgumentParser
import Basics
import ConfigFiles
import Foundation
import OnCall

/// In whose zone times are shown beside UTC.
struct ReaderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The reader's zone, like Europe/Berlin; otherwise $TZ, or this machine's.",
            valueName: "zone"))
    var zone: String?

    /// The reader's clock. *Errors:* `ConfigError` if the zone that was given is not known; one that
    /// was not given and is not known is UTC.
    func clock() throws(ConfigError) -> ReaderClock {
        if let zone { return try ReaderClock(zone: zone) }
        return (try? ReaderClock(zone: Self.zoneOfThisMachine)) ?? .universal
    }

    /// The zone of this machine's clocks, or that of `$TZ`.
    static var zoneOfThisMachine: String {
        let name = TimeZone.current.identifier
        return ["GMT", "Etc/UTC", "Etc/GMT", ""].contains(name) ? "UTC" : name
    }
}

/// Whom times are shown to: in UTC, and beside it by the clocks of the reader's zone.
struct ReaderClock: Sendable {
    /// The IANA name of the zone.
    let zone: String
    /// Its rules; `nil` for UTC, which is shown anyway.
    private let rules: TimeZoneRules?

    /// A reader whose clocks show UTC.
    static let universal = ReaderClock()

    private init() { (zone, rules) = ("UTC", nil) }

    /// A reader in a zone. *Errors:* `ConfigError` if it is not known.
    init(zone: String) throws(ConfigError) {
        self.zone = zone
        let known = try ZoneFiles.load(names: [zone])
        rules = ["UTC", "Etc/UTC", "UCT", "Zulu"].contains(zone) ? nil : known[zone]
    }

    /// The date that the reader's clocks show.
    func date(_ instant: Instant) -> CivilDate {
        rules?.local(instant).date
            ?? CivilDate(daysSinceEpoch: instant.seconds.flooredDivision(by: 86_400))
    }

    /// The heads of the columns of a time: UTC, and the reader's if that is another.
    func heads(_ title: String) -> [Table.Column] {
        [.init(title)] + (rules == nil ? [] : [.init("\(title) \(zone)")])
    }

    /// The cells of a time, one for each head.
    func cells(_ instant: Instant?, none: String = "-") -> [Cell] {
        guard let instant else { return heads("").map { _ in Cell(none) } }
        return [Cell(TimeText.minute(instant))] + (local(instant).map { [Cell($0)] } ?? [])
    }

    /// The reader's cell alone, beside a time that is told otherwise; none in UTC.
    func cellsBeside(_ instant: Instant?) -> [Cell] {
        rules == nil ? [] : [Cell(instant.flatMap(local) ?? "-")]
    }

    /// A time within a sentence: UTC to the second, and the reader's clocks beside it if these show another.
    func words(_ instant: Instant) -> String {
        TimeText.utc(instant) + (local(instant).map { " (\($0) \(zone))" } ?? "")
    }

    /// `Thu 2026-11-26 09:00`; `nil` in UTC.
    private func local(_ instant: Instant) -> String? {
        guard let time = rules?.local(instant) else { return nil }
        let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][time.date.weekday]
        let clock = "\(padded(time.secondOfDay / 3_600)):\(padded(time.secondOfDay / 60 % 60))"
        return "\(day) \(time.date) \(clock)"
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
