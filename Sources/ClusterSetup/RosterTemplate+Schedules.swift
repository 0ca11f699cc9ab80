/// Who is on call when, and whom a policy asks, for each shape.
extension RosterTemplate {
    /// A Monday: the first turn of every rotation begins on it.
    private static let firstTurn = "2026-01-05"

    /// The schedules, with a remark above them.
    var schedules: String {
        "\(remark)\nschedules:\n" + rotations.joined(separator: "\n")
    }

    private var remark: String {
        switch shape {
        case .followTheSun:
            """
            # The first shift whose window is open has the duty; windows are in the region's own time.
            # Where none is open, the next shift begins early.
            """
        case .weekly: "# A week each, day and night."
        case .pair:
            """
            # A week each, day and night. `offset: 1` makes whoever comes next the secondary: the two
            # are never the same person, and with the primary away the secondary stands in.
            """
        case .office:
            """
            # A week of office hours each. At other times nobody is on call by it
            # (`uncovered: nobody`), and what comes in then goes on to the next level at once.
            """
        case .central:
            """
            # One team of operators takes everything in, by turns of 12 hours; the people who build
            # a service are asked when the operators do not answer.
            """
        case .integrated:
            """
            # Whoever builds a service responds for it: a rotation of a week for each team, and the
            # same one turn ahead (`offset: 1`) behind it.
            """
        }
    }

    private var rotations: [String] {
        switch shape {
        case .followTheSun:
            [
                sun("follow-the-sun", "Follow the sun", isSecond: false),
                sun("second-line", "Second line", isSecond: true),
            ]
        case .weekly: [turns("on-call", "On call", of: "team")]
        case .pair:
            [
                turns("primary", "Primary", of: "team"),
                turns("secondary", "Secondary", of: "team", offset: 1),
            ]
        case .office:
            [
                turns(
                    "office", "Office hours", of: "team", uncovered: "nobody",
                    window: "\"\(day(regions[0]))\"\n        days: mon-fri")
            ]
        case .central:
            [
                turns("operators", "Operators", of: "ops", rotation: "every 12 hours"),
                turns("checkout-team", "Checkout team", of: "checkout"),
                turns("search-team", "Search team", of: "search"),
            ]
        case .integrated:
            Self.services.flatMap { service in
                [
                    turns("\(service.id)-team", "\(service.name) team", of: service.id),
                    turns(
                        "\(service.id)-second", "\(service.name), second", of: service.id,
                        offset: 1),
                ]
            }
        }
    }

    /// The policies: one for all services, or one of the name of each.
    var policies: [(id: String, levels: [String])] {
        switch shape {
        case .followTheSun:
            [("default", ["schedule follow-the-sun", "schedule second-line", persons(leads)])]
        case .weekly: [("default", ["schedule on-call", persons(people.map(\.id))])]
        case .pair: [("default", ["schedule primary", "schedule secondary", persons(leads)])]
        case .office: [("default", ["schedule office", persons(people.map(\.id))])]
        case .central:
            Self.services.map {
                ($0.id, ["schedule operators", "schedule \($0.id)-team", persons(leads)])
            }
        case .integrated:
            Self.services.map {
                ($0.id, ["schedule \($0.id)-team", "schedule \($0.id)-second", persons(leads)])
            }
        }
    }

    private func persons(_ ids: [String]) -> String {
        ids.map { "person \($0)" }.joined(separator: ", ")
    }

    /// A schedule with a shift for each region.
    private func sun(_ id: String, _ name: String, isSecond: Bool) -> String {
        let shifts = regions.compactMap { shift($0, isSecond: isSecond) }
        return """
              - id: \(id)
                name: \(name)
                uncovered: next-shift
                shifts:
            \(shifts.joined(separator: "\n"))
            """
    }

    /// The second line takes turns in the same order, one ahead: with two people, it is the other
    /// one.
    private func shift(_ region: PlannedRegion, isSecond: Bool) -> String? {
        let ids = people.filter { $0.region == region.name }.map(\.id)
        guard !ids.isEmpty else { return nil }
        let turns = isSecond ? Array(ids.dropFirst() + ids.prefix(1)) : ids
        let window = regions.count == 1 ? "" : "\n        window: \"\(day(region))\""
        return """
                  - region: \(region.name)\(window)
                    rotation: weekly
                    handoff: "mon 09:00"
                    from: \(Self.firstTurn)
                    people: [\(turns.joined(separator: ", "))]
            """
    }

    /// A schedule in which the people of one crew take turns.
    private func turns(
        _ id: String, _ name: String, of crew: String, rotation: String = "weekly",
        offset: Int = 0, uncovered: String = "next-shift", window: String = ""
    ) -> String {
        let ids = people.map(\.id).filter { $0.hasPrefix("\(crew)-") }
        let handoff = rotation == "weekly" ? "mon 09:00" : "09:00"
        let open = window.isEmpty ? "" : "\n        window: \(window)"
        let ahead = offset == 0 ? "" : "\n        offset: \(offset)"
        return """
              - id: \(id)
                name: \(quoted(name))
                uncovered: \(uncovered)
                shifts:
                  - region: \(regions[0].name)\(open)
                    rotation: \(rotation)
                    handoff: "\(handoff)"
                    from: \(Self.firstTurn)
                    people: [\(ids.joined(separator: ", "))]\(ahead)
            """
    }
}
