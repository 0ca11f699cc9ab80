public import Basics
public import IncidentModel

/// Where the chain of seals that begins at an incident ends.
public enum MergeChain: Equatable, Sendable {
    /// It is not sealed.
    case unsealed
    /// At an incident of which nothing is known here.
    case unknown
    /// At this one, which is in the generation that was meant and open.
    case open(GroupID)
    /// At this one, whose generation is over.
    case over(GroupID)
    /// Nowhere: the seals go round, and this one breaks the ring.
    case ring(breaker: GroupID)
}

/// The steps by which merges go on: pure functions of what the logs of the incidents say, so that
/// owners of different regions, in whatever order they hear of it, come to the same end. *Source:*
/// design 7; decision 0015.
public struct MergeRules {
    /// What an incident's log says, as far as it is known here.
    private let known: (GroupID) -> Shared<Incident>?

    /// The rules over these logs.
    public init(_ known: @escaping (GroupID) -> Shared<Incident>?) { self.known = known }

    /// Where the seals lead from an incident.
    public func chain(from incident: Incident) -> MergeChain {
        guard var target = incident.sealing else { return .unsealed }
        var path = [MergeTarget(incident)]
        while true {
            if let begin = path.firstIndex(where: { $0.group == target.group }) {
                if path[begin].previousEnd != target.previousEnd { return .over(target.group) }
                return path[begin...].min().map { .ring(breaker: $0.group) } ?? .unknown
            }
            guard let next = known(target.group), next.value.generation > 0 else {
                return .unknown
            }
            if next.value.previousEnd != target.previousEnd
                || next.value.hasClosed(after: target.previousEnd)
            {
                return isBehind(next.value, target) ? .unknown : .over(target.group)
            }
            guard let further = next.value.sealing else {
                return next.value.status.isOpen ? .open(target.group) : .over(target.group)
            }
            path.append(MergeTarget(next.value))
            target = further
        }
    }

    /// Whether a log has not come to a generation yet.
    private func isBehind(_ incident: Incident, _ target: MergeTarget) -> Bool {
        incident.previousEnd != target.previousEnd
            && !incident.hasClosed(after: target.previousEnd)
    }

    /// Whether another incident pages for this one, where its seals lead there: it has absorbed it, and is
    /// open, or was resolved knowing of everything that fires here.
    public func isCarried(_ view: Incident, by chain: MergeChain) -> Bool {
        guard let target = view.sealing else { return false }
        switch chain {
        case .unsealed, .unknown, .ring: return false
        case .open(let survivor):
            guard let known = known(survivor) else { return false }
            return known.value.absorbed(view.group) != nil
        case .over(let survivor):
            return records(of: view, through: survivor, target).contains {
                $0.covers(view.firingAlerts)
            }
        }
    }

    /// Whether something fires in a carried incident that is worse than its survivor, where its seals lead
    /// there, and not known there.
    public func knowsWorse(_ view: Incident, than chain: MergeChain) -> Bool {
        guard case .open(let group) = chain, let survivor = known(group),
            let record = survivor.value.absorbed(view.group)
        else { return false }
        let severity = survivor.value.severity
        return view.alerts.contains {
            $0.isFiring && $0.instance.severity < severity && !record.covers([$0])
        }
    }

    /// What the survivor at the end of the chain, and the direct one, remember of an incident.
    private func records(
        of view: Incident, through survivor: GroupID, _ target: MergeTarget
    ) -> [AbsorbedIncident] {
        var groups = [survivor]
        if target.group != survivor { groups.append(target.group) }
        return groups.compactMap { group in
            known(group)?.value.absorbed.last { $0.child == view.group }
        }
    }

    /// What a sealed incident's owner has to write into its log, if anything: it is released when its
    /// survivor is over, or when it is the one that breaks a ring.
    public func release(of child: Incident) -> MergeStep? {
        guard let target = child.sealing else { return nil }
        switch chain(from: child) {
        case .unsealed, .unknown, .open: return nil
        case .ring(let breaker):
            guard breaker == child.group else { return nil }
            return .release(
                MergeRelease(
                    survivor: target.group, survivorEnd: target.previousEnd, closed: [],
                    cause: .crossed))
        case .over(let survivor):
            let closed = records(of: child, through: survivor, target).flatMap(\.alerts)
            return .release(
                MergeRelease(
                    survivor: target.group, survivorEnd: target.previousEnd, closed: closed,
                    cause: .survivorOver))
        }
    }

    /// How many incidents are taken over, or let go, by one entry of a log.
    private static let stepsMax = 8

    /// What a survivor's owner has to write into its log: what is new of incidents that are sealed into
    /// it, and those that no longer are.
    ///
    /// `level` is the level at which an incident stands now, from 0.
    public func adoptions(
        by survivor: Incident, of children: [Incident], level: (Incident) -> UInt64
    ) -> [MergeStep] {
        guard survivor.status.isOpen, survivor.sealing == nil else { return [] }
        var steps: [MergeStep] = []
        for record in survivor.absorbed where record.survivorEnd == survivor.previousEnd {
            guard let child = known(record.child), child.value.lastIndex > record.through,
                chain(from: child.value) != .open(survivor.group)
            else { continue }
            steps.append(.disown(record.child, through: child.value.lastIndex))
            if steps.count == Self.stepsMax { return steps }
        }
        // What does not fit into one entry goes with the next.
        var room = Limits.alertsPerFactMax
        for child in children where chain(from: child) == .open(survivor.group) {
            guard survivor.hasRoomForChildren || survivor.absorbed(child.group) != nil else {
                continue
            }
            let new = absorption(of: child, by: survivor, alertsMax: room, level: level)
            guard let new else { continue }
            steps.append(.absorb(new))
            room -= new.alerts.count
            if steps.count == Self.stepsMax || room <= 0 { break }
        }
        return steps
    }

    private func absorption(
        of child: Incident, by survivor: Incident, alertsMax: Int, level: (Incident) -> UInt64
    ) -> Absorption? {
        let record = survivor.absorbed(child.group)
        if let record, record.through > child.lastIndex { return nil }
        let relevant = child.alerts.filter { alert in
            let fingerprint = alert.instance.fingerprint
            return alert.isFiring
                || record?.alerts.contains { $0.fingerprint == fingerprint } == true
        }
        let news = relevant.filter { alert in
            guard let known = survivor.alert(alert.instance.fingerprint) else { return true }
            return !known.includes(alert)
                || alert.isFiring && record?.covers([alert]) == false
        }
        let given = child.coveringAcknowledgement?.fact
        let isAcknowledged = given != nil && given != record?.acknowledgement
        let isCommanded = child.commander != nil && child.commander != record?.commander
        guard record == nil || !news.isEmpty || isAcknowledged || isCommanded else { return nil }
        let (mine, its) = (level(survivor), level(child))
        return Absorption(
            child, into: survivor, alerts: Self.fitting(record == nil ? relevant : news, alertsMax),
            level: max(mine, its), isFurther: its > mine)
    }

    /// The first alerts that fit into an entry, at least one.
    private static func fitting(_ alerts: [AlertState], _ max: Int) -> [AlertState] {
        var bytes = 0
        return Array(
            alerts.prefix(max).enumerated().prefix { position, alert in
                bytes += alert.encoded.count
                return position == 0 || bytes <= Limits.alertBytesPerFactMax
            }.map(\.element))
    }
}
