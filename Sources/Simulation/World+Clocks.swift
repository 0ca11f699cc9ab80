import Basics
import IncidentModel
import RegionCore
import Replication

/// A region that has been told by a quorum that its clock is far off says of no shift and no snooze that it is
/// over: those say it whose clocks agree. *Source:* decision 0032.
extension World {
    /// Clocks that differ by less are not far off, with what a round trip may make of it.
    private static let farOff = Span.seconds(63)
    /// Clocks that are as near agree.
    private static let agreeing = Span.milliseconds(1_500)
    /// How long others must have been within reach.
    private static let heardFor = Span.milliseconds(1_750)

    /// Whether most processes' clocks are far from this one's.
    private func isClockFarOff(_ node: Int) -> Bool {
        othersWithRightClocks(than: node) { $0 != node && nodes[$0].isRunning }
    }

    /// Whether a region may leave it to others that a snooze or a shift is over. They are held to it by their
    /// own clocks.
    mutating func mayLeaveLapse(at until: Instant, _ node: Int, _ core: SimCore) -> Bool {
        guard core.look({ $0.probeIsClockFarOff }), isClockFarOff(node) else { return false }
        nodes[node].leftLapsesAt = now
        if until <= nodes[node].machine.peek(at: now) { sometimes.mark(.leftToRightClocks) }
        return true
    }

    private func hearsRightClocks(_ node: Int) -> Bool {
        guard options.lossPerMillion < 100_000, now - nodes[node].bootedAt > Self.heardFor,
            now - nodes[node].wentOnAt > Self.heardFor
        else { return false }
        return othersWithRightClocks(than: node) { other in
            guard other != node, nodes[other].isRunning,
                let since = network.soundSince(node, other, at: now)
            else { return false }
            return now - since > Self.heardFor && now - nodes[other].bootedAt > Self.heardFor
                && now - nodes[other].wentOnAt > Self.heardFor
                && nodes[other].version == nodes[node].version
        }
    }

    private func othersWithRightClocks(than node: Int, _ isHeard: (Int) -> Bool) -> Bool {
        let mine = nodes[node].machine.ahead
        let far = nodes.indices.filter {
            isHeard($0) && abs(nodes[$0].machine.ahead - mine) > Self.farOff
        }.map { nodes[$0].machine.ahead }
        let quorum = nodes[node].config.replication.quorum
        return far.contains { one in far.count { abs($0 - one) < Self.agreeing } >= quorum }
    }

    private func abs(_ span: Span) -> Span { span < .zero ? .zero - span : span }

    /// A region says that its clock is off: then somebody's is.
    mutating func judge(toldOff ahead: Span, at node: Int) {
        sometimes.mark(.clockToldOff)
        checks.failures.checkCount += 1
        let mine = nodes[node].machine.ahead
        guard !nodes.contains(where: { abs($0.machine.ahead - mine) > Self.agreeing }) else {
            return
        }
        checks.fail(
            "clock", "\(name(node)) says that its clock is \(ahead) ahead, and everybody's agree")
    }

    /// Looks at what a region is about to write down.
    mutating func judgeClock(_ facts: [Fact], at node: Int) {
        for fact in facts where fact.id.origin == nodes[node].member.id {
            guard case .escalationAsked(let request) = fact.body,
                request.level == EscalationRequest.anew,
                [EscalationRequest.shiftOver, EscalationRequest.snoozeOver].contains(request.reason)
            else { continue }
            checks.failures.checkCount += 1
            guard hearsRightClocks(node) else { continue }
            checks.fail(
                "clock",
                "\(name(node)) says of \(fact.group.short) that \(request.reason) by a clock that is "
                    + "\(nodes[node].machine.ahead) ahead, and hears those who know better")
        }
    }
}
