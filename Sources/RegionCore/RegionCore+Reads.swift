public import Basics
import IncidentModel
import Escalation
import Paging
import Replication
import Wire

/// What may be read of a region: local, and labelled with epoch, index and what is unmerged.
/// *Source:* design 4.
extension RegionCore {
    /// All incidents known here, newest first.
    public func incidentViews(includingResolved: Bool, at now: Instant) -> [IncidentView] {
        incidents.keys.compactMap { group -> IncidentView? in
            guard let slot = incidents[group], slot.view.generation > 0,
                includingResolved || slot.view.status.isOpen
            else { return nil }
            return view(of: group, slot, at: now)
        }
        .sorted {
            ($1.incident.openedAt, $0.incident.group) < ($0.incident.openedAt, $1.incident.group)
        }
    }

    /// One incident; `nil` if nothing is known of it here.
    public func incidentView(_ group: GroupID, at now: Instant) -> IncidentView? {
        guard let slot = incidents[group], slot.view.generation > 0 else { return nil }
        return view(of: group, slot, at: now)
    }

    private func view(of group: GroupID, _ slot: IncidentSlot, at now: Instant) -> IncidentView {
        let status = replica.status(of: group)
        let owner = replica.ownerHint(of: group)
        return IncidentView(
            incident: slot.view, committedIndex: status?.commit ?? 0,
            ownerHint: owner.flatMap { id in config.members.first { $0.id == id }?.name },
            epoch: status?.term ?? 0, isOwnerHere: status?.isEstablished ?? false,
            isProvisional: status?.isProvisional ?? false, unmergedFacts: slot.pending.count,
            nextDue: isCarried(group) ? nil : nextDue(of: slot, at: now),
            isQuarantined: slot.isQuarantined, carrier: carrier(of: group),
            ownerLostSince: owner.flatMap(lostSince))
    }

    private func lostSince(_ member: MemberID) -> Instant? {
        guard member != me.id, !replica.isFresh(member) else { return nil }
        return lostSince.first { $0.member == member }?.since
    }

    private func nextDue(of slot: IncidentSlot, at now: Instant) -> Instant? {
        // Lists ask this of every open incident: what is known needs not be worked out anew.
        let decision =
            slot.derived.current(at: now)
            ?? decideEscalation(of: slot.view, roster: roster, book: book, at: now)
        return switch decision {
        case .quiet: nil
        case .page(let plan): plan.pages.map(\.due).first { $0 > now } ?? plan.nextStepDue
        }
    }

    /// Why the disk takes no writes; empty if it does.
    public var diskError: String { outbox.diskError }

    /// Whether a majority of voters can be reached.
    public var hasMajority: Bool { replica.hasMajority }

    /// The cluster as known here.
    public var clusterView: ClusterView {
        var owned: [MemberID: Int] = [:]
        var open = 0
        var quarantined = 0
        var (wishes, conflicts) = (0, 0)
        incidents.forEach { group, slot in
            if slot.view.status.isOpen {
                open += 1
                wishes += slot.view.openWishes.count
                conflicts += slot.view.decisions.count {
                    $0.isConflict && $0.rule != .duplicates && slot.view.isStanding($0)
                }
            }
            if slot.isQuarantined { quarantined += 1 }
            if let owner = replica.ownerHint(of: group) { owned[owner, default: 0] += 1 }
        }
        let members = config.members.map { member in
            MemberView(
                member: member, isFresh: isHeard(member),
                incarnation: member.id == me.id ? incarnation : self.incarnation(of: member),
                gatewaysWork: member.id == me.id
                    ? canPage : beacons.first { $0.member == member.id }?.beacon.gatewaysWork,
                roundTrip: replica.roundTrip(to: member.id),
                factsThrough: ledger.through(member.id), ownedCount: owned[member.id] ?? 0,
                lostSince: isHeard(member) ? nil : lostSince(member), hears: heard(by: member),
                clockAhead: replica.clockAhead(of: member.id))
        }
        var cluster = ClusterView(
            me: me, incarnation: incarnation, members: members, hasMajority: replica.hasMajority,
            ownedCount: ownedCount, openCount: open,
            incidentCount: incidents.count - (incidents[controlGroup] == nil ? 0 : 1),
            quarantinedCount: quarantined, unmergedFacts: ledger.unmergedCount,
            pagesInFlight: duty.inFlightCount, gateways: duty.health,
            rosterVersion: roster.version, diskError: outbox.diskError)
        (cluster.wishCount, cluster.conflictCount) = (wishes, conflicts)
        return cluster
    }

    /// Since when a member that is not heard has not been: a coordinator, since its last word.
    private func lostSince(_ member: Member) -> Instant? {
        coordinators.first { $0.member == member.id }?.at
            ?? lostSince.first { $0.member == member.id }?.since
    }

    /// Whom a member hears: of another one, by the echoes in its heartbeats.
    private func heard(by member: Member) -> [MemberID]? {
        guard isHeard(member), member.role != .coordinator else { return nil }
        return config.members.filter { other in
            guard other.id != member.id, other.role != .coordinator else { return false }
            guard member.id != me.id else { return replica.isFresh(other.id) }
            return replica.hears(member.id, other.id, at: lastStepAt)
        }.map(\.id)
    }

    /// Whether a member was heard of late.
    func isHeard(_ member: Member) -> Bool {
        switch member.role {
        case .region, .witness: return member.id == me.id || replica.isFresh(member.id)
        case .coordinator:
            let heard = coordinators.first { $0.member == member.id }
            return heard.map { lastStepAt - $0.at < .seconds(3) } ?? false
        }
    }

    private func incarnation(of member: Member) -> Incarnation? {
        switch member.role {
        case .region, .witness: replica.incarnation(of: member.id)
        case .coordinator: coordinators.first { $0.member == member.id }?.incarnation
        }
    }

    /// Answers a coordinator: what changed here since it last asked, oldest change first.
    mutating func answer(_ pull: ViewPull, of member: MemberID) {
        let after = pull.incarnation == incarnation ? pull.after : 0
        let chosen = changes.changed(after: after).prefix(Self.summariesPerMessageMax)
        var incidents: [IncidentSummary] = []
        var (through, bytes) = (chosen.isEmpty ? max(after, changes.count) : after, 0)
        for one in chosen {
            if let summary = summary(of: one.group) {
                bytes += summary.encoded.count
                guard incidents.isEmpty || bytes <= Limits.bulkMessageBytesMax else { break }
                incidents.append(summary)
            }
            through = one.at
        }
        let batch = ViewBatch(
            incarnation: incarnation, through: through, last: changes.count, incidents: incidents)
        emit(frame(.view(batch), to: member))
    }

    private static let summariesPerMessageMax = 200

    private func summary(of group: GroupID) -> IncidentSummary? {
        guard let slot = incidents[group] else { return nil }
        let view = slot.view
        return IncidentSummary(
            group: group, title: view.title, service: view.service, generation: view.generation,
            previousEnd: view.previousEnd, status: view.status, severity: view.severity,
            openedAt: view.openedAt,
            isOwner: replica.status(of: group)?.isLeader ?? false,
            epoch: replica.status(of: group)?.term ?? 0, pages: view.pages,
            overdueSince: slot.overdueSince, likeness: likeness(of: view),
            mergedInto: slot.committed.sealing?.group)
    }
}
