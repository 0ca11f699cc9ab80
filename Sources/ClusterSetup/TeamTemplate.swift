import Basics
import Foundation

/// How people share the duty.
enum TeamShape: Sendable {
    /// Every region by day.
    case followTheSun
    /// One after the other, a week each.
    case weekly
    /// The same with a second person behind the first.
    case pair
    /// Office hours only.
    case office
    /// Operators for everything, the builders behind them.
    case central
    /// The builders of each service.
    case integrated

    /// The hours of a region that names none: with two regions twelve each.
    func day(regionCount: Int) -> String {
        switch self {
        case .followTheSun: regionCount < 3 ? "08:00-20:00" : "09:00-18:00"
        case .weekly, .pair, .office, .central, .integrated: "09:00-17:00"
        }
    }

    /// Placeholders for people: two per region, or crews whose people live in the regions by turns.
    func people(of regions: [PlannedRegion]) -> [PlannedPerson] {
        switch self {
        case .followTheSun:
            regions.flatMap { Self.crew($0.name, ["one", "two"], of: [$0]) }
        case .weekly, .pair, .office:
            Self.crew("team", ["one", "two", "three", "four"], of: regions)
        case .central:
            Self.crew("ops", ["one", "two", "three", "four"], of: regions)
                + Self.crew("checkout", ["one", "two"], of: regions)
                + Self.crew("search", ["one", "two"], of: regions)
        case .integrated:
            Self.crew("checkout", ["one", "two", "three"], of: regions)
                + Self.crew("search", ["one", "two", "three"], of: regions)
        }
    }

    private static func crew(
        _ name: String, _ numbers: [String], of regions: [PlannedRegion]
    ) -> [PlannedPerson] {
        numbers.enumerated().map { index, number in
            let id = "\(name)-\(number)"
            return PlannedPerson(
                id: id, name: "\(name.uppercased()) \(number)",
                region: regions[index % regions.count].name, email: "\(id)@example.com")
        }
    }
}

/// A roster for a usual shape of team, to begin with. *Source:* issue 5 point 1; requirements P5, P6.
package enum TeamTemplate: String, CaseIterable, Sendable {
    /// The shapes, by the names that the command line knows.
    case followTheSun3 = "follow-the-sun-3"
    /// Two regions.
    case followTheSun2 = "follow-the-sun-2"
    /// One rotation.
    case weekly
    /// Two rotations.
    case primarySecondary = "primary-secondary"
    /// Office hours.
    case businessHours = "business-hours"
    /// Operators in front.
    case centralised
    /// Builders respond.
    case integrated

    /// One line for people.
    package var summary: String {
        switch self {
        case .followTheSun3: "three regions, each by day; nobody is on call at night"
        case .followTheSun2: "two regions of twelve hours each, from 08:00 to 20:00"
        case .weekly: "one team, a week each, day and night"
        case .primarySecondary: "one team, a week each, and whoever comes next as secondary"
        case .businessHours: "one team, a week of office hours each; nobody at other times"
        case .centralised: "operators take everything in, the builders are behind them"
        case .integrated: "whoever builds a service responds for it, primary and secondary"
        }
    }

    /// The regions it has unless others are named.
    package var usualRegions: [PlannedRegion] {
        switch self {
        case .followTheSun3: ClusterPlan.demo(directory: "").regions
        case .followTheSun2:
            [
                PlannedRegion(name: "ap", zone: "Asia/Singapore"),
                PlannedRegion(name: "us", zone: "America/New_York"),
            ]
        case .weekly, .primarySecondary, .businessHours, .centralised, .integrated:
            [PlannedRegion(name: "eu", zone: "Europe/Berlin")]
        }
    }

    /// How many regions it can have.
    package var regionCounts: ClosedRange<Int> {
        switch self {
        case .followTheSun3: 3...3
        case .followTheSun2: 2...2
        case .weekly, .primarySecondary, .businessHours, .centralised, .integrated: 1...9
        }
    }

    private var shape: TeamShape {
        switch self {
        case .followTheSun3, .followTheSun2: .followTheSun
        case .weekly: .weekly
        case .primarySecondary: .pair
        case .businessHours: .office
        case .centralised: .central
        case .integrated: .integrated
        }
    }

    /// The text of the roster, with new integration keys; as many regions as it can have.
    package func roster(regions: [PlannedRegion]) -> String {
        require(regionCounts.contains(regions.count), "\(regions.count) regions")
        let keys = RosterTemplate.services.map { _ in randomHexadecimal(byteCount: 16) }
        let heading = """
            # Meridian: a roster of the shape `\(rawValue)`: \(summary).
            # Made by `meridian roster init`. Put in your people, their addresses and your services; see
            # `meridian roster validate`, `meridian coverage prove --roster` and `meridian roster apply`.
            """
        return RosterTemplate(
            heading: heading, regions: regions, shape: shape, integrationKeys: keys
        ).text
    }

    /// Writes such a text, readable for its owner only, for it holds keys.
    /// *Errors:* `SetupError` if something is there already, unless it is to be replaced.
    package static func write(
        _ text: String, to path: String, replacing: Bool
    ) throws(SetupError) {
        if replacing {
            try SecureFiles.replace(path, Array(text.utf8))
        } else if FileManager.default.fileExists(atPath: path) {
            throw SetupError(
                code: .exists, path: path, message: "there is a file already",
                remedy: "name another with --out, or replace it with --force")
        } else {
            try SecureFiles.create(path, Array(text.utf8))
        }
    }
}
