public import Basics
import Escalation
public import IncidentModel
import Replication
import Wire

/// An incident that changed, in as few words as somebody needs who decides whether to read it anew.
public struct ChangedIncident: Sendable, Equatable {
    /// The number of its last change.
    public var at: UInt64
    /// Which incident.
    public var group: GroupID
    /// Where it stands, as known here.
    public var status: IncidentStatus
    /// How bad it is.
    public var severity: Severity
    /// Its generation.
    public var generation: UInt64
    /// The service.
    public var service: ServiceID
    /// The term known here.
    public var epoch: Term
    /// The last log index that is committed here.
    public var index: LogIndex
    /// How many facts are known here that are not in its log yet.
    public var unmergedFacts: Int

    /// A change with all its parts.
    public init(
        at: UInt64, group: GroupID, status: IncidentStatus, severity: Severity,
        generation: UInt64, service: ServiceID, epoch: Term, index: LogIndex, unmergedFacts: Int
    ) {
        (self.at, self.group, self.status, self.severity) = (at, group, status, severity)
        (self.generation, self.service) = (generation, service)
        (self.epoch, self.index, self.unmergedFacts) = (epoch, index, unmergedFacts)
    }
}

/// What changed at a region after a number of changes.
public struct ChangeBatch: Sendable, Equatable {
    /// Which start of the process counts: numbers of other starts say nothing.
    public var incarnation: Incarnation
    /// After which number.
    public var after: UInt64
    /// Up to which number.
    public var through: UInt64
    /// The incidents, oldest change first; `nil` if more changed than were asked for, or if that
    /// number is not of this start of the process.
    public var incidents: [ChangedIncident]?
    /// Whether the control group is among what changed: overrides, swaps, leave, rosters.
    public var isControlChanged: Bool
    /// Whether a majority of voters can be reached.
    public var hasMajority: Bool
    /// A hash of who is reachable, what works and which roster is in force: another value means
    /// that the cluster looks different from here.
    public var clusterHash: UInt64
    /// The version of the roster in force.
    public var rosterVersion: String

    /// A batch with all its parts.
    public init(
        incarnation: Incarnation, after: UInt64, through: UInt64, incidents: [ChangedIncident]?,
        isControlChanged: Bool, hasMajority: Bool, clusterHash: UInt64, rosterVersion: String
    ) {
        (self.incarnation, self.after, self.through) = (incarnation, after, through)
        (self.incidents, self.isControlChanged) = (incidents, isControlChanged)
        (self.hasMajority, self.clusterHash) = (hasMajority, clusterHash)
        self.rosterVersion = rosterVersion
    }
}

/// What has changed here: each incident once, with its last change, so that whoever was away for
/// long gets no more than there are incidents.
extension RegionCore {
    /// Counts changes of incidents since the process began.
    public var changeCount: UInt64 { changes.count }

    /// What changed after a number of changes; without one, nothing, and where things stand. At
    /// most so many incidents.
    public func changes(after number: UInt64?, max: Int) -> ChangeBatch {
        let after = number ?? changes.count
        let all = after <= changes.count ? changes.changed(after: after) : []
        let isKnown = after <= changes.count && all.count <= max
        return ChangeBatch(
            incarnation: incarnation, after: after, through: changes.count,
            incidents: isKnown ? all.compactMap(change) : nil,
            isControlChanged: all.contains { $0.group == controlGroup },
            hasMajority: replica.hasMajority, clusterHash: clusterHash,
            rosterVersion: roster.version)
    }

    private func change(_ one: (at: UInt64, group: GroupID)) -> ChangedIncident? {
        guard one.group != controlGroup, let slot = incidents[one.group],
            slot.view.generation > 0
        else { return nil }
        let status = replica.status(of: one.group)
        return ChangedIncident(
            at: one.at, group: one.group, status: slot.view.status, severity: slot.view.severity,
            generation: slot.view.generation, service: slot.view.service,
            epoch: status?.term ?? 0, index: status?.commit ?? 0,
            unmergedFacts: slot.pending.count)
    }

    private var clusterHash: UInt64 {
        var hash = Fold64()
        for member in config.members {
            hash.fold(isHeard(member) ? 1 : 0 as UInt64)
            let beacon = beacons.first { $0.member == member.id }?.beacon
            hash.fold(beacon.map { $0.gatewaysWork ? 2 : 1 } ?? 0 as UInt64)
        }
        for one in duty.health { hash.fold(one.works ? 1 : 0 as UInt64) }
        hash.fold(replica.hasMajority ? 1 : 0 as UInt64)
        hash.fold(outbox.diskError)
        hash.fold(roster.version)
        return hash.value
    }
}
