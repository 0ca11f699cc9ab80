import Basics
import IncidentModel
import RegionCore

/// By what an accepted request is recognised in an incident.
enum Evidence: Equatable {
    case alert(fingerprint: UInt64, startedAt: Instant, isFiring: Bool)
    case acknowledgement(via: String)
    case resolution(via: String)
    case escalation(reason: String)
    case note(text: String)
    case edit(reason: String)
    case handoff(text: String)
    case roster(reason: String)
    case work(text: String)
    /// A read says nothing.
    case read

    init(_ command: Command) {
        switch command {
        case .acknowledge(_, _, _, _, _, let via), .snooze(_, _, _, let via):
            self = .acknowledgement(via: via)
        case .resolve(_, _, let via): self = .resolution(via: via)
        case .escalate(_, _, let reason): self = .escalation(reason: reason)
        case .note(_, _, let text, _): self = .note(text: text)
        case .edit(_, _, _, let reason, _), .merge(_, _, _, let reason, _):
            self = .edit(reason: reason)
        case .handoff(_, .accept(let readBack), _): self = .edit(reason: readBack)
        case .handoff(_, .offer(_, let text), _), .handoff(_, .brief(let text), _),
            .handoff(_, .decline(let text), _), .handoff(_, .withdraw(let text), _):
            self = .handoff(text: text)
        case .roster(_, _, _, let reason): self = .roster(reason: reason)
        case .work(_, .begin(let draft), _), .work(_, .finish(let draft, _, _), _):
            self = .work(text: draft.text)
        case .work(_, .change(_, let text, _, _), _): self = .work(text: text ?? "")
        case .work(_, .end(_, _, let text), _), .work(_, .reopen(_, let text), _):
            self = .work(text: text)
        }
    }

    /// Whether an incident shows it.
    func isIn(_ incident: Incident) -> Bool {
        switch self {
        case .alert(let fingerprint, let startedAt, let isFiring):
            guard let alert = incident.alert(fingerprint) else { return false }
            return (isFiring ? alert.firingSince : alert.resolvedThrough) >= startedAt
        case .acknowledgement(let via):
            // The timeline says so for ever; the list forgets what cannot cover anything any more.
            return Self.tells(incident, .acknowledged, ending: "through " + via)
        case .resolution(let via):
            return Self.tells(incident, .closedByHand, ending: "through " + via)
        case .escalation(let reason):
            return Self.tells(incident, .escalated, ending: ": " + reason)
        case .note(let text):
            return Self.tells(incident, .note, ending: ": " + text)
        case .edit(let reason):
            return Self.tells(incident, .proposed, ending: ": " + reason)
        case .handoff(let text):
            return Self.tells(incident, .handoff, ending: ": " + text)
        case .roster(let reason):
            return Self.tells(incident, .roster, ending: ": " + reason)
        case .read: return true
        case .work(let text):
            return Self.tells(incident, .work, ending: ": " + text)
        }
    }

    /// Whether a line ends so, or goes on behind it in brackets.
    private static func ends(_ line: String, _ ending: String) -> Bool {
        guard line.utf8.count >= ending.utf8.count else { return false }
        return line.hasSuffix(ending) || line.holds(ending + " (")
    }

    private static func tells(_ incident: Incident, _ kind: TimelineKind, ending: String) -> Bool {
        incident.timeline.contains {
            $0.kind == kind && Self.ends($0.text, ending)
        }
    }
}

/// A request of a client.
struct Asked: Equatable {
    var request: UInt64
    var node: Int
    var incarnation: UInt64
    var group: GroupID
    var evidence: Evidence
    var askedAt: Instant
    /// For how long its region had stood still before.
    var pausedBefore: Span
}

/// S6: nothing that was accepted is lost. What was answered `quorum` is in the incident's committed
/// log at every region that lives at the end, also when a minority was destroyed; what was answered
/// `local` likewise, unless its region was destroyed.
struct AcceptanceCheck {
    private struct Accepted {
        var asked: Asked
        var durability: Durability
        var at: Instant
        var isExcused = false
    }
    private var accepted: [Accepted] = []

    /// By incident: the regions on whose disks it is written that they page somebody about it.
    private var paged: [GroupID: Set<Int>] = [:]
    /// The regions that are gone, or that nobody will ever hear again.
    private var lost: Set<Int> = []

    mutating func observe(_ asked: Asked, _ durability: Durability, at now: Instant) {
        accepted.append(Accepted(asked: asked, durability: durability, at: now))
    }

    /// Facts of a region are on its disk.
    mutating func observe(recorded facts: [Fact], by node: Int) {
        guard !lost.contains(node) else { return }
        for fact in facts where fact.id.origin.number == UInt64(node + 1) {
            guard case .pageIntent(let intent) = fact.body, intent.position != .shiftNotice else {
                continue
            }
            paged[fact.group, default: []].insert(node)
        }
    }

    /// A region is gone, with its disk or behind a cut that nobody mends: what only it had is lost,
    /// as was said.
    mutating func observe(lossOf node: Int) {
        for index in accepted.indices
        where accepted[index].asked.node == node && accepted[index].durability == .local {
            accepted[index].isExcused = true
        }
        lost.insert(node)
        for group in paged.keys { paged[group]?.remove(node) }
    }

    /// At the end, where one region is left on its own: it must show all that it accepted itself.
    func finish(
        alone node: Int, _ view: (GroupID) -> Incident?, into failures: inout Failures
    ) {
        lookAtPaged({ _, group in view(group) }, nodes: [node], into: &failures)
        for entry in accepted where entry.asked.node == node {
            failures.checkCount += 1
            if let incident = view(entry.asked.group), entry.asked.evidence.isIn(incident) {
                continue
            }
            failures.fail(
                "S6",
                "request \(entry.asked.request) was answered \(entry.durability.name) by "
                    + "m\(node + 1), which does not know it: \(entry.asked.evidence)")
        }
    }

    /// At the end: looks for everything in every region that lives.
    func finish(
        _ committed: (Int, GroupID) -> Incident?, nodes: [Int], into failures: inout Failures
    ) {
        lookAtPaged(committed, nodes: nodes, into: &failures)
        var groups = SlotMap<GroupID, [Accepted]>()
        for entry in accepted where !entry.isExcused {
            groups.update(entry.asked.group, default: { [] }) { $0.append(entry) }
        }
        groups.forEach { group, entries in
            // Where two regions have the same, one look is enough.
            var seen: [Incident] = []
            for node in nodes {
                failures.checkCount += UInt64(entries.count)
                let incident = committed(node, group)
                if let incident {
                    if seen.contains(incident) { continue }
                    seen.append(incident)
                }
                for entry in entries {
                    if let incident, entry.asked.evidence.isIn(incident) { continue }
                    failures.fail(
                        "S6",
                        "request \(entry.asked.request) was answered \(entry.durability.name) by "
                            + "m\(entry.asked.node + 1) and is not in \(group.short) at "
                            + "m\(node + 1): \(entry.asked.evidence)")
                }
            }
        }
    }

    /// What people were paged about they can look at, in every region.
    private func lookAtPaged(
        _ committed: (Int, GroupID) -> Incident?, nodes: [Int], into failures: inout Failures
    ) {
        for (group, senders) in paged.sorted(by: { $0.key < $1.key }) {
            guard let sender = senders.min() else { continue }
            for node in nodes {
                failures.checkCount += 1
                if let incident = committed(node, group), incident.generation > 0 {
                    // Somebody may have taken on, through any region, what only one knew that is gone.
                    guard !incident.status.isOpen, incident.isNextPaged else { continue }
                    failures.fail(
                        "S6",
                        "somebody was paged about generation \(incident.generation + 1) of "
                            + "\(group.short), and m\(node + 1) has none")
                    continue
                }
                failures.fail(
                    "S6",
                    "m\(sender + 1) has paged somebody about \(group.short), and m\(node + 1) says there "
                        + "is no such incident")
            }
        }
    }

    /// What has been answered `quorum` so far, about one incident or all.
    func safe(in group: GroupID?) -> [Asked] {
        accepted.lazy.filter { $0.durability == .quorum }.map(\.asked)
            .filter { group == nil || $0.group == group }
    }

    /// The numbers of what is in the books, for reports.
    var count: Int { accepted.count }

    /// How many of them are alerts: what tools say, each time to one region.
    var alertCount: Int {
        accepted.count { if case .alert = $0.asked.evidence { true } else { false } }
    }
}
