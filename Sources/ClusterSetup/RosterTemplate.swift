/// The text of the cluster's first `roster.yaml`: real enough to page, short enough to edit.
struct RosterTemplate {
    let plan: ClusterPlan
    /// The integration key of each service of `services`.
    let integrationKeys: [String]

    /// The services that the roster begins with.
    static let services = [
        (id: "checkout", name: "Checkout", severity: "SEV2"),
        (id: "search", name: "Search", severity: "SEV3"),
    ]

    /// A Monday: the first turn of every rotation begins on it.
    private static let firstTurn = "2026-01-05"

    var text: String {
        """
        # Meridian: the roster of the cluster `\(plan.name)`: people, schedules, policies, services.
        # Made by `meridian cluster init`; edit it. Every node reads the same file. A mistake is
        # refused with its line, and the nodes keep the roster they have.

        regions:
        \(plan.regions.map(region).joined(separator: "\n"))

        # Contacts: email, sms, voice, chat, webhook or file; `after: 2m` waits, `severity: SEV2`
        # keeps a contact for SEV2 and worse.
        people:
        \(people.map(person).joined(separator: "\n"))

        # The first shift whose window is open has the duty; windows are in the region's own time.
        # Where none is open, the next shift begins early.
        schedules:
        \(schedule("follow-the-sun", "Follow the sun", isSecond: false))
        \(schedule("second-line", "Second line", isSecond: true))

        # Each level waits for an acknowledgement, then the next is paged; `manual` waits for a
        # person.
        policies:
          - id: default
            repeat: 2
            levels:
        \(levels)

        # `duplicates: [cluster, job]` names the labels that make two open incidents one problem;
        # `never` switches that off. Without it most labels have to agree.
        services:
        \(services)

        # Who is paged when everything else is exhausted: never empty.
        catchAll: [\(leads.joined(separator: ", "))]

        """
    }

    /// The people of the plan, or two placeholders per region.
    private var people: [PlannedPerson] {
        guard plan.people.isEmpty else { return plan.people }
        return plan.regions.flatMap { region in
            ["one", "two"].map { number in
                let id = "\(region.name)-\(number)"
                return PlannedPerson(
                    id: id, name: "\(region.name.uppercased()) \(number)", region: region.name,
                    email: "\(id)@example.com")
            }
        }
    }

    /// The first person of each region, or the first there is.
    private var leads: [String] {
        plan.regions.compactMap { region in people.first { $0.region == region.name }?.id }
    }

    private func day(_ region: PlannedRegion) -> String {
        region.day ?? (plan.regions.count < 3 ? "08:00-20:00" : "09:00-18:00")
    }

    private func region(_ region: PlannedRegion) -> String {
        "  - {name: \(region.name), zone: \(region.zone), day: \"\(day(region))\"}"
    }

    private func person(_ person: PlannedPerson) -> String {
        """
          - id: \(person.id)
            name: \(quoted(person.name))
            region: \(person.region)
            contacts:
              - email: \(quoted(person.email))
        """
    }

    private func schedule(_ id: String, _ name: String, isSecond: Bool) -> String {
        let shifts = plan.regions.compactMap { shift($0, isSecond: isSecond) }
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
        let window = plan.regions.count == 1 ? "" : "\n        window: \"\(day(region))\""
        return """
                  - region: \(region.name)\(window)
                    rotation: weekly
                    handoff: "mon 09:00"
                    from: \(Self.firstTurn)
                    people: [\(turns.joined(separator: ", "))]
            """
    }

    private var levels: String {
        let timeouts =
            switch plan.pace {
            case .demo: "{sev1: 20s, sev2: 20s, sev3: 30s, sev4: 1m, sev5: manual}"
            case .real: "{sev1: 5m, sev2: 10m, sev3: 20m, sev4: 1h, sev5: manual}"
            }
        let targets = [
            "schedule follow-the-sun", "schedule second-line",
            leads.map { "person \($0)" }.joined(separator: ", "),
        ]
        return targets.map { target in
            """
                  - page: [\(target)]
                    timeouts: \(timeouts)
            """
        }.joined(separator: "\n")
    }

    private var services: String {
        zip(Self.services, integrationKeys).map { service, key in
            """
              - id: \(service.id)
                name: \(service.name)
                policy: default
                severity: \(service.severity)  # of alerts that do not say theirs
                runbook: https://runbooks.example.com/\(service.id)
                keys: ["\(key)"]  # secret: whoever has it can page you
            """
        }.joined(separator: "\n")
    }
}

/// A text in double quotes, as YAML reads it.
func quoted(_ text: String) -> String {
    let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    return "\"\(escaped)\""
}
