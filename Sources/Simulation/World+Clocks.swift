import Basics
import IncidentModel
import RegionCore
import Replication

/// A region that hears from a quorum that its clock is far ahead says of no shift and no snooze that it is over
/// before it is by theirs. *Source:* decision 0032.
extension World {
    /// Clocks that differ by less are not far off, with what a round trip may make of it.
    private static let farOff = Span.seconds(63)
    /// Clocks that are as near agree.
    private static let agreeing = Span.milliseconds(1_500)
    /// How long others must have been within reach.
    private static let heardFor = Span.milliseconds(1_750)

    /// Whether a region may leave it to others that a snooze or a shift is over. They are held to it by their
    /// own clocks.
    mutating func mayLeaveLapse(at until: Instant, _ node: Int, _ core: SimCore) -> Bool {
        guard core.look({ $0.probeFarAhead }) > .zero,
            rightClock(than: node, { nodes[$0].isRunning }) != nil
        else { return false }
        nodes[node].leftLapsesAt = now
        if until <= nodes[node].machine.peek(at: now) { sometimes.mark(.leftToRightClocks) }
        return true
    }

    /// How far those are ahead of the world's clock that a region has heard for long enough to know that its
    /// own is far from theirs, and who are a quorum.
    private func rightClockHeard(_ node: Int) -> Span? {
        guard options.lossPerMillion < 100_000, now - nodes[node].bootedAt > Self.heardFor,
            now - nodes[node].wentOnAt > Self.heardFor
        else { return nil }
        return rightClock(than: node) { other in
            guard nodes[other].isRunning, let since = network.soundSince(node, other, at: now)
            else { return false }
            return now - since > Self.heardFor && now - nodes[other].bootedAt > Self.heardFor
                && now - nodes[other].wentOnAt > Self.heardFor
                && nodes[other].version == nodes[node].version
        }
    }

    /// The clock of a quorum of others that agree, and from which a process's own is further off than this.
    private func rightClock(
        than node: Int, by distance: Span = farOff, _ isAsked: (Int) -> Bool
    ) -> Span? {
        let mine = nodes[node].machine.ahead
        let far = nodes.indices.filter {
            $0 != node && isAsked($0) && abs(nodes[$0].machine.ahead - mine) > distance
        }.map { nodes[$0].machine.ahead }
        let quorum = nodes[node].config.replication.quorum
        return far.first { one in far.count { abs($0 - one) < Self.agreeing } >= quorum }
    }

    private func abs(_ span: Span) -> Span { span < .zero ? .zero - span : span }

    /// A region says that its clock is off: then it is, by so much, from a quorum's.
    mutating func judge(toldOff ahead: Span, at node: Int) {
        sometimes.mark(.clockToldOff)
        checks.failures.checkCount += 1
        let right = nodes[node].machine.ahead - ahead
        let quorum = nodes[node].config.replication.quorum
        // Of a clock that a start has just set right, or wrong, others have yet to hear (seed 250176).
        let near = nodes.count {
            abs($0.machine.ahead - right) < ClockLimits.tolerated + .milliseconds(500)
                || now - $0.bootedAt < Self.heardFor
        }
        guard near < quorum else { return }
        checks.fail(
            "clock", "\(name(node)) says that its clock is \(ahead) ahead, and it is not")
    }

    /// Looks at what a region is about to write down.
    mutating func judgeClock(_ facts: [Fact], at node: Int) {
        for fact in facts where fact.id.origin == nodes[node].member.id {
            guard case .escalationAsked(let request) = fact.body,
                request.level == EscalationRequest.anew,
                [EscalationRequest.shiftOver, EscalationRequest.snoozeOver].contains(request.reason)
            else { continue }
            checks.failures.checkCount += 1
            guard let until = lapsesSeen[fact.group], let right = rightClockHeard(node),
                until > now + right + Self.agreeing
            else { continue }
            checks.fail(
                "clock",
                "\(name(node)) says of \(fact.group.short) that \(request.reason) by a clock that is "
                    + "\(nodes[node].machine.ahead) ahead, and hears those who know better")
        }
    }
}
