import APIModel
import Basics
import ConfigFiles
import CoordinatorCore
import Coverage
import Escalation
import Foundation
import HTTPServer
import IncidentModel
import NNGTransport
import NodeRuntime
import OnCall
import Paging
import Reconciliation
import RegionCore
import SQLiteStore
import Wire

/// A region node, as the HTTP server wants it.
struct NodeAdapter: NodeService {
    private let node: RegionNode
    private let config: NodeConfig
    private let registry: PrometheusRegistry
    private let shelf: RunbookShelf

    init(node: RegionNode, config: NodeConfig, registry: PrometheusRegistry) {
        (self.node, self.config, self.registry) = (node, config, registry)
        shelf = RunbookShelf(paths: config.runbooksPaths)
    }

    var region: RegionName { config.me.member.name }

    var isReady: ReadyState {
        node.notReadyReason.map { .notReady(reason: $0) } ?? .ready
    }

    var hasMajority: Bool { node.hasMajority }

    func now() -> Instant { node.clock.now() }

    func metricsText() -> String { registry.text }

    func intake(_ report: AlertReport) async -> Reply {
        await node.request { .intake($0, report) }
    }

    func command(_ command: Command, key: ActKey) async -> Reply {
        await node.request { .command($0, command, key: key) }
    }

    func confirm(_ scope: ReadScope) async -> Reply {
        await node.request { .confirm($0, scope) }
    }

    func roster() async -> Roster { node.roster }

    func zones() async -> TimeZones { node.zones }

    func onCallBook() async -> OnCallBook {
        await node.read { core, _ in core.onCall }
    }

    func control() async -> ControlState { await node.read { core, _ in core.control } }

    func plannedHandoffs() async -> [PlannedHandoff] {
        await node.read { core, now in core.plannedHandoffs(at: now) }
    }

    func handoffBrief(of group: GroupID, for person: PersonID?) async
        -> (text: String, to: PersonID?)?
    {
        await node.read { core, now in core.handoffBrief(of: group, for: person, at: now) }
    }

    func rosterFileText() async -> String? {
        guard let data = FileManager.default.contents(atPath: config.rosterPath),
            RosterFile.version(of: Array(data)) == node.roster.version
        else { return nil }
        return String(bytes: data, encoding: .utf8)
    }

    func checkRoster(_ text: String) async -> RosterCheck {
        let version = RosterFile.version(of: Array(text.utf8))
        do {
            let roster = try RosterFile.load(text: text, file: "the roster", zones: node.zones)
            let problems = NodeFile.findings(config, with: roster)
                .filter { $0.gravity == .error }.map { ProblemItem($0) }
            return RosterCheck(
                version: version, problems: problems, holes: holes(before: node.roster, roster))
        } catch {
            return RosterCheck(
                version: version, problems: error.errors.map { ProblemItem($0) }, holes: [])
        }
    }

    /// How far ahead holes are looked for.
    private static let holesAhead = Span.hours(24 * 35)

    private func holes(before: Roster, _ after: Roster) -> [ProblemItem] {
        coverageHoles(
            before: before, after: after, zones: node.zones, from: now(),
            to: now() + Self.holesAhead
        ).map {
            ProblemItem(
                field: "services[\($0.service)]", message: $0.text, remedy: $0.remedy)
        }
    }

    func runbooks() async -> [RunbookAnswer] {
        shelf.runbooks.map { one in
            RunbookAnswer(
                summary: RunbookSummary(
                    name: one.name, title: one.title, services: one.services,
                    triggers: one.triggers, steps: one.steps),
                text: one.text)
        }
    }

    /// The most openings that are told of one finding.
    private static let openingsMax = 100

    func coverage(from: Instant, to: Instant) async -> [CoverageFindingSummary] {
        let proof = proveCoverage(of: node.roster, zones: node.zones, from: from, to: to)
        return proof.findings.map { finding in
            CoverageFindingSummary(
                gravity: "\(finding.gravity)", text: finding.text, remedy: finding.remedy,
                services: finding.services.map(\.text), people: finding.people.map(\.text),
                openings: finding.openings.prefix(Self.openingsMax).map {
                    TimelineGap(from: Timestamp($0.from), to: Timestamp($0.to))
                })
        }
    }

    func incidents(includeResolved: Bool) async -> [IncidentView] {
        await node.read { core, now in
            core.incidentViews(includingResolved: includeResolved, at: now)
        }
    }

    func incident(_ group: GroupID) async -> IncidentView? {
        await node.read { core, now in core.incidentView(group, at: now) }
    }

    func changes(after number: UInt64?, max: Int) async -> ChangeBatch {
        await node.read { core, _ in core.changes(after: number, max: max) }
    }

    func changeSignals() -> AsyncStream<Void> { node.changeSignals() }

    func clusterView() async -> ClusterView { await node.read { core, _ in core.clusterView } }

    func runtimeStatus() async -> RuntimeStatus {
        let sizes = node.storeSizes()
        let links = node.links.flatMap { link in
            link.lanes.map { lane in
                APIModel.LinkStatus(
                    peer: link.name, lane: "\(lane.lane)", isUp: lane.isConnected && link.isUp,
                    detail: detail(of: lane, downReason: link.downReason))
            }
                + [
                    APIModel.LinkStatus(
                        peer: link.name, lane: "publish", isUp: link.subscription.isConnected,
                        detail: link.downReason)
                ]
        }
        let disk = sizes.freeDiskBytes.map {
            DiskStatus(
                usedBytes: Int64(sizes.databaseBytes + sizes.writeAheadLogBytes),
                freeBytes: Int64(clamping: $0))
        }
        return RuntimeStatus(
            links: links, disk: disk,
            versions: Dictionary(
                Versions.current().map { ($0.name, $0.version) }, uniquingKeysWith: { a, _ in a }))
    }

    private func detail(of lane: LaneStatus, downReason: String?) -> String? {
        var parts: [String] = []
        if let downReason { parts.append(downReason) }
        if lane.dropped > 0 { parts.append("\(lane.dropped) dropped") }
        if lane.redials > 1 { parts.append("\(lane.redials) redials") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    func onCallNow(at instant: Instant?) async -> [ScheduleOnCall] {
        let (changes, moment) = (OnCallChanges(await control()), instant ?? now())
        let roster = node.roster
        return roster.schedules.map {
            ScheduleOnCall(
                schedule: $0.id,
                answer: onCall(
                    $0, changes: changes, holidays: roster.holidays, zones: node.zones, at: moment))
        }
    }

    func testPage(person id: PersonID, channel: PageChannel?) async -> PageReport? {
        guard let person = node.roster.person(id),
            let contact = person.contacts.first(where: { channel == nil || $0.channel == channel })
        else { return nil }
        let moment = now()
        let group = GroupID.derive(
            tenant: config.cluster, correlationKey: "test-page/\(id)/\(moment.microseconds)",
            foundingEpoch: config.foundingEpoch)
        let position = StepPosition(
            generation: 0, previousEnd: .zero, run: 0, cycle: 0, level: 0)
        let key = StepKey.derive(
            group: group, policyVersion: "test", position: position, person: id,
            channel: contact.channel, address: contact.address)
        let content = PageContent(
            group: group, generation: 0, previousEnd: .zero, run: 0,
            title: "Test page from \(region)", severity: .sev5, service: "test", openedAt: moment,
            alerts: [], firingCount: 0,
            link: "",
            runbook: "", step: "test", alsoPaged: [], region: region, otherRegion: nil,
            isolation: "", isDrill: true)
        return await node.deliver(
            PageOrder(
                number: 0, key: key, person: id, personName: person.name, contact: contact,
                provider: 0, timeout: config.timings.attemptTimeout, content: content))
    }
}

extension ProblemItem {
    /// What is wrong with a roster, as the API tells it.
    init(_ problem: ConfigProblem) {
        self.init(
            field: problem.field.isEmpty ? nil : problem.field,
            line: problem.line > 0 ? problem.line : nil, message: problem.message,
            remedy: problem.remedy)
    }
}

/// A coordinator, as its HTTP server wants it.
struct CoordinatorAdapter: CoordinatorService {
    private let node: CoordinatorNode
    private let config: NodeConfig
    private let registry: PrometheusRegistry

    init(node: CoordinatorNode, config: NodeConfig, registry: PrometheusRegistry) {
        (self.node, self.config, self.registry) = (node, config, registry)
    }

    func isReady() async -> ReadyState {
        let hears = await node.read { core, now in
            core.regions.contains { $0.isHeard(at: now) }
        }
        return hears ? .ready : .notReady(reason: "no region is heard")
    }

    func metricsText() -> String { registry.text }

    func status() async -> CoordinatorStatus {
        let (regions, merged, now) = await node.read { core, now in
            (core.regions, core.merged, now)
        }
        return CoordinatorStatus(
            name: config.me.member.name.text, member: NodeConfig.text(of: config.me.member.id),
            readAt: Timestamp(now),
            regions: regions.map { region in
                FollowedRegion(
                    name: name(of: region.member), heardAt: region.heardAt.map { Timestamp($0) },
                    isSilent: !region.isHeard(at: now),
                    changesMissing: region.last - min(region.last, region.knownThrough),
                    gatewaysWork: region.gatewaysWork)
            },
            incidents: merged.compactMap(incident), incidentCount: merged.count)
    }

    private func incident(_ merged: CoordinatorCore.MergedIncident) -> CoordinatedIncident? {
        guard let newest = merged.newest, newest.status.isOpen || !merged.findings.isEmpty else {
            return nil
        }
        return CoordinatedIncident(
            id: merged.group.description, title: newest.title, status: newest.status.name,
            severity: newest.severity.name,
            owners: merged.byMember.filter(\.summary.isOwner).map { name(of: $0.member) },
            knownBy: merged.byMember.map { name(of: $0.member) },
            findings: merged.findings.map {
                FindingSummary(kind: $0.kind, text: $0.words(naming: name))
            })
    }

    private func name(of member: MemberID) -> String {
        config.members.first { $0.member.id == member }?.member.name.text ?? "\(member)"
    }
}
