package import APIModel
package import Basics
package import Escalation
package import IncidentModel
package import OnCall
package import Paging
package import RegionCore

/// Whether a node may get traffic.
package enum ReadyState: Equatable, Sendable {
    /// It takes alerts and pages.
    case ready
    /// It does not, for this reason.
    case notReady(reason: String)
}

/// What is wrong with a roster that somebody wants to put in force.
package struct RosterCheck: Equatable, Sendable {
    /// Its version.
    package var version: String
    /// Why it cannot be in force, all of it.
    package var problems: [ProblemItem]
    /// The holes that it opens in continuous services.
    package var holes: [ProblemItem]

    /// A check.
    package init(version: String, problems: [ProblemItem], holes: [ProblemItem]) {
        (self.version, self.problems, self.holes) = (version, problems, holes)
    }
}

/// Who is on call by one schedule.
package struct ScheduleOnCall: Equatable, Sendable {
    /// The schedule.
    package var schedule: ScheduleID
    /// Who is.
    package var answer: OnCallAnswer

    /// An answer for a schedule.
    package init(schedule: ScheduleID, answer: OnCallAnswer) {
        (self.schedule, self.answer) = (schedule, answer)
    }
}

/// What the runtime knows of a node that its core does not.
package struct RuntimeStatus: Equatable, Sendable {
    /// The transport's links to other members.
    package var links: [LinkStatus]
    /// The disk under the data directory; `nil` if it could not be asked.
    package var disk: DiskStatus?
    /// Versions by name: `meridian`, `wire`, `libnng`, `sqlite`, `tzdata`.
    package var versions: [String: String]

    /// A status with all its parts.
    package init(links: [LinkStatus], disk: DiskStatus?, versions: [String: String]) {
        (self.links, self.disk, self.versions) = (links, disk, versions)
    }
}

/// A node, as the HTTP server sees it. The runtime implements it; the server knows nothing of the
/// runtime. No call may take longer than two seconds but `testPage`, which takes as long as one try
/// to page does.
package protocol NodeService: Sendable {
    /// The region that answers.
    var region: RegionName { get }
    /// Whether the node may get traffic.
    var isReady: ReadyState { get }
    /// Whether a majority of voters could be reached at the core's last turn.
    var hasMajority: Bool { get }
    /// The node's time: the same that its core is given.
    func now() -> Instant
    /// All metrics in the Prometheus text format 0.0.4.
    func metricsText() -> String
    /// Takes in alerts. Returns when they are durable: on a majority, or after a second here.
    func intake(_ report: AlertReport) async -> Reply
    /// Does what a person asks, once for every key. Returns when it is durable.
    func command(_ command: Command, key: ActKey) async -> Reply
    /// Makes sure that what is read from now on shows all that was decided before: `upToDate`, or why not.
    func confirm(_ scope: ReadScope) async -> Reply
    /// The roster in force.
    func roster() async -> Roster
    /// The zones that the roster is read with.
    func zones() async -> TimeZones
    /// The roster's schedules, as pages go by them.
    func onCallBook() async -> OnCallBook
    /// What the cluster says about rosters, overrides, swaps and leave.
    func control() async -> ControlState
    /// The changes of command that lie ahead, the earliest first.
    func plannedHandoffs() async -> [PlannedHandoff]
    /// The brief that an offer of an incident's command would carry now, and to whom: to somebody, or to
    /// whoever the open offer is made to; `nil` if the incident is not known here.
    func handoffBrief(of group: GroupID, for person: PersonID?) async
        -> (text: String, to: PersonID?)?
    /// The text of the roster that this region read from its own file; `nil` if it has changed since.
    func rosterFileText() async -> String?
    /// Whether a roster makes sense here, and what it would open.
    func checkRoster(_ text: String) async -> RosterCheck
    /// The incidents known here, in any order.
    func incidents(includeResolved: Bool) async -> [IncidentView]
    /// One incident, if it is known here.
    func incident(_ group: GroupID) async -> IncidentView?
    /// What changed after a number of changes, or where things stand; at most so many incidents.
    func changes(after number: UInt64?, max: Int) async -> ChangeBatch
    /// Says, after the fact and at least once, that some incident may have changed.
    func changeSignals() -> AsyncStream<Void>
    /// The cluster as the core sees it.
    func clusterView() async -> ClusterView
    /// What the runtime knows besides.
    func runtimeStatus() async -> RuntimeStatus
    /// Who is on call by every schedule, now or at another instant.
    func onCallNow(at instant: Instant?) async -> [ScheduleOnCall]
    /// The runbooks of this region's folder, by name.
    func runbooks() async -> [RunbookAnswer]
    /// What the proof finds about the roster in force; it is worked out beside the core.
    func coverage(from: Instant, to: Instant) async -> [CoverageFindingSummary]
    /// Makes one try to page somebody with a test, over their first contact or the first of a
    /// channel; `nil` if they have none.
    func testPage(person: PersonID, channel: PageChannel?) async -> PageReport?
}

extension NodeService {
    /// Does what a person asks, however often it was asked. Returns when it is durable.
    package func command(_ command: Command) async -> Reply {
        await self.command(command, key: .none)
    }
}
