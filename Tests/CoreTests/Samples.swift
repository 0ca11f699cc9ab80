import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging

/// The instant everything in these tests is counted from: a Monday at noon UTC.
let start = Instant(seconds: 1_793_620_800)

func at(_ seconds: Int64) -> Instant { start + .seconds(seconds) }

let group = GroupID.derive(tenant: "test", correlationKey: "checkout/json/a", foundingEpoch: 1)

/// Facts of several members, numbered as their writers would.
struct FactWriter {
    private var last: [MemberID: UInt64] = [:]

    mutating func fact(
        _ body: FactBody, by member: UInt64 = 1, at seconds: Int64, about group: GroupID = group
    ) -> Fact {
        let member = MemberID(member)
        last[member, default: 0] += 1
        return Fact(
            id: FactID(origin: member, sequence: last[member, default: 0]), group: group,
            time: HybridTime(at(seconds)), region: "eu", body: body)
    }
}

func alert(
    _ name: String = "a", firing: Bool = true, since seconds: Int64 = 0, severity: Severity = .sev1
) -> AlertInstance {
    AlertInstance(
        fingerprint: fingerprint(ofKey: name), isFiring: firing, startedAt: at(seconds),
        summary: "\(name) fails", severity: severity, labels: [], link: "")
}

func report(_ alerts: AlertInstance...) -> FactBody {
    .alertSeen(
        AlertReport(
            service: "checkout", correlationKey: "checkout/json/a", title: "Checkout fails",
            source: "json", alerts: alerts))
}

func person(_ id: String, contacts: [Contact]? = nil) -> Person {
    Person(
        id: PersonID(id), name: id, region: "eu", zone: "UTC",
        contacts: contacts ?? [Contact(channel: .email, address: "\(id)@example.com")])
}

/// Three levels of one person each, ten seconds for everybody.
func roster(
    levels: [[EscalationTarget]] = [[.person("one")], [.person("two")], [.person("three")]],
    repeats: UInt64 = 1, people: [Person]? = nil, catchAll: [PersonID] = ["boss"]
) -> Roster {
    let timeouts: [Span?] = [.seconds(10), .seconds(10), .seconds(20), .seconds(60), nil]
    return Roster(
        version: "1", regions: [],
        people: people ?? [person("one"), person("two"), person("three"), person("boss")],
        schedules: [],
        policies: [
            EscalationPolicy(
                id: "default",
                levels: levels.map { EscalationLevel(targets: $0, timeouts: timeouts) },
                repeats: repeats)
        ],
        services: [Service(id: "checkout", name: "Checkout", policy: "default")], integrations: [],
        catchAll: catchAll)
}

let noZones = TimeZones(version: "test", rules: [:])

/// An incident after facts merged one by one.
func incident(_ facts: [Fact]) -> Incident {
    var incident = Incident(group: group)
    for (index, fact) in facts.enumerated() {
        incident.applyMerge([fact], index: LogIndex(index + 1))
    }
    return incident
}
