/// The text of a first `roster.yaml`: real enough to page, short enough to edit.
struct RosterTemplate {
    /// What stands above everything else: lines of remarks.
    let heading: String
    let regions: [PlannedRegion]
    let people: [PlannedPerson]
    let pace: ClusterPlan.Pace
    /// How people share the duty.
    let shape: TeamShape
    /// The integration key of each service of `services`.
    let integrationKeys: [String]

    /// The services that the roster begins with.
    static let services = [
        (id: "checkout", name: "Checkout", severity: "SEV2"),
        (id: "search", name: "Search", severity: "SEV3"),
    ]

    /// The roster of a cluster that is to be.
    init(plan: ClusterPlan, integrationKeys: [String]) {
        heading = """
            # Meridian: the roster of the cluster `\(plan.name)`: people, schedules, policies, services.
            # Made by `meridian cluster init`; edit it. Every node reads the same file. A mistake is
            # refused with its line, and the nodes keep the roster they have.
            """
        (regions, pace, shape) = (plan.regions, plan.pace, .followTheSun)
        people = plan.people.isEmpty ? TeamShape.followTheSun.people(of: regions) : plan.people
        self.integrationKeys = integrationKeys
    }

    /// The roster of a usual shape, with placeholders for people.
    init(
        heading: String, regions: [PlannedRegion], shape: TeamShape, integrationKeys: [String]
    ) {
        (self.heading, self.regions, self.shape) = (heading, regions, shape)
        people = shape.people(of: regions)
        (pace, self.integrationKeys) = (.real, integrationKeys)
    }

    var text: String {
        """
        \(heading)

        regions:
        \(regions.map(region).joined(separator: "\n"))

        # Contacts: email, sms, voice, chat, webhook or file; `after: 2m` waits, `severity: SEV2`
        # keeps a contact for SEV2 and worse. `localNight: "23:00-06:30"` says when somebody sleeps
        # (22:00 to 07:00 otherwise), `languages: [en, de]` what they speak.
        people:
        \(people.map(person).joined(separator: "\n"))

        \(schedules)

        # Each level waits for an acknowledgement, then the next is paged; `manual` waits for a
        # person.
        policies:
        \(policies.map(policy).joined(separator: "\n"))

        # `duplicates: [cluster, job]` names the labels that make two open incidents one problem;
        # `never` switches that off. Without it most labels have to agree. `playbooks: [URL]` and
        # `dependencies: [search]` may stand beside the runbook.
        services:
        \(services)

        # Who is paged when everything else is exhausted: never empty.
        catchAll: [\(leads.joined(separator: ", "))]
        \(shiftNotices)
        """
    }

    /// Whoever plays with a demo gets mails about incidents only.
    private var shiftNotices: String {
        switch pace {
        case .demo: ""
        case .real:
            """

            # What people are told about their shifts: a reminder before one, its start, its end.
            shiftNotices: {remind: 1h, start: true, end: true}

            """
        }
    }

    /// The first person of each region, or of each crew where all are in one.
    var leads: [String] {
        let first = regions.compactMap { region in people.first { $0.region == region.name }?.id }
        let isByRegion = shape == .followTheSun || regions.count > 1
        return isByRegion ? first : people.filter { $0.id.hasSuffix("-one") }.map(\.id)
    }

    func day(_ region: PlannedRegion) -> String {
        region.day ?? shape.day(regionCount: regions.count)
    }

    private func region(_ region: PlannedRegion) -> String {
        let more = shape == .office ? ", days: mon-fri, holidays: [2026-12-25, 2027-01-01]" : ""
        return "  - {name: \(region.name), zone: \(region.zone), day: \"\(day(region))\"\(more)}"
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

    private func policy(_ policy: (id: String, levels: [String])) -> String {
        let timeouts =
            switch pace {
            case .demo: "{sev1: 20s, sev2: 20s, sev3: 30s, sev4: 1m, sev5: manual}"
            case .real: "{sev1: 5m, sev2: 10m, sev3: 20m, sev4: 1h, sev5: manual}"
            }
        let levels = policy.levels.map { targets in
            """
                  - page: [\(targets)]
                    timeouts: \(timeouts)
            """
        }
        return """
              - id: \(policy.id)
                repeat: 2
                levels:
            \(levels.joined(separator: "\n"))
            """
    }

    private var services: String {
        zip(Self.services, integrationKeys).map { service, key in
            """
              - id: \(service.id)
                name: \(service.name)
                policy: \(policies.count > 1 ? service.id : "default")
                severity: \(service.severity)  # of alerts that do not say theirs\(promise)
                runbook: https://runbooks.example.com/\(service.id)
                keys: ["\(key)"]  # secret: whoever has it can page you
            """
        }.joined(separator: "\n")
    }

    private var promise: String {
        shape == .office
            ? "\n    coverage: business-hours  # somebody is there while a window of level 1 is open"
            : ""
    }
}

/// A text in double quotes, as YAML reads it.
func quoted(_ text: String) -> String {
    let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    return "\"\(escaped)\""
}
