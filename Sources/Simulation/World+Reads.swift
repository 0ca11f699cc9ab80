import Basics
import IncidentModel
import RegionCore

/// Clients that read what was just decided, somewhere else.
extension World {
    /// How soon after an answer somebody reads.
    private static let readWithin = Span.milliseconds(200)
    /// How much of what was answered a read of everything is held against.
    private static let expectedMax = 40

    /// Somebody was answered `quorum`: now and then somebody else reads that through any region.
    mutating func planRead(of group: GroupID, after request: RequestID) {
        guard options.readsPerMillion > 0, !isHealed else { return }
        var own = client.random.split("read", request.number)
        guard own.chance(perMillion: options.readsPerMillion) else { return }
        let node = Int(own.below(UInt64(options.regions)))
        let scope: ReadScope =
            if own.below(4) == 0 {
                .everything
            } else if group == nodes[node].core?.look({ $0.probeControlGroup }) {
                .roster
            } else {
                .incident(group)
            }
        queue.add(
            .read(node: node, group: group, scope), at: now + own.span(.zero...Self.readWithin))
    }

    /// Somebody reads.
    mutating func read(_ group: GroupID, _ scope: ReadScope, at node: Int) {
        guard !isHealed, let core = nodes[node].core,
            let request = begin(.read, about: group, at: node)
        else { return }
        let safe = checks.acceptance.safe(in: scope == .everything ? nil : group)
        let expected = Array(safe.suffix(Self.expectedMax))
        let lacked = expected.contains { asked in
            guard let incident = core.look({ $0.probeCommitted(asked.group) }) else { return true }
            return !asked.evidence.isIn(incident)
        }
        checks.read.observe(
            asked: ReadCheck.Open(
                request: request.number, node: node, expected: expected, lacked: lacked))
        trace.note(.command, at: now, UInt64(node), request.number, group.low)
        if trace.isKept { tell("\(name(node)) read \(request.number): \(scope)") }
        step(node, .confirm(request, scope))
    }

    /// A read is answered or refused.
    mutating func receive(read reply: Reply, to request: RequestID, from node: Int) {
        switch reply {
        case .upToDate:
            guard let core = nodes[node].core else { return }
            let waited = checks.read.observe(
                answer: request.number, { group in core.look { $0.probeCommitted(group) } },
                into: &checks.failures)
            if waited { sometimes.mark(.readWaited) }
        case .overloaded:
            if checks.read.observe(refusal: request.number) { sometimes.mark(.readRefused) }
        case .accepted, .unknownIncident, .rejected: break
        }
    }
}
