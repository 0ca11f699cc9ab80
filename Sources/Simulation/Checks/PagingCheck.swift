import Basics
import Escalation
import IncidentModel
import Paging

/// L1: if one region that knows an incident lives and reaches a gateway, somebody is paged by
/// `due + G0 + k·G1 + f·8 s + T_gw`. *Source:* design 5.
struct PagingCheck {
    private var delivered: [StepKey: Instant] = [:]
    /// By incident and node: since when steps have been seen to be due there of which nobody was
    /// reached. A later step that comes due meanwhile does not begin anew: nobody has been paged.
    private var watches: [Place: Instant] = [:]
    /// Those that were mild at the last look: then a page may wait for others to the same person. One
    /// that becomes worse is due at once, but not before it did.
    private var mild: Set<Place> = []

    /// The generation, the run, and how many acknowledgements were known, at the last look: an acknowledgement
    /// that an escalation followed at once may have come and gone between two looks (seed 227633), or an end and
    /// a new alert (seed 243159).
    private var runs: [Place: RunSeen] = [:]

    /// Which run of which generation a region knows, and how often somebody took it on.
    struct RunSeen {
        var generation: UInt64 = 0
        var run: UInt64 = 0
        var acknowledgements = 0
    }
    /// Until when an incident was put off, and since when a region is seen to know of it: the clock of the
    /// region that was told may be far behind, and then it is over when others hear of it (seed 291544).
    private var putOff: [Place: PutOff] = [:]

    private struct PutOff {
        var until: Instant
        var since: Instant
    }
    /// When somebody was last paged of an incident's steps.
    private var reached: [GroupID: Instant] = [:]

    /// A page arrived: of a step of this incident, if it is not a notice.
    mutating func observe(delivery key: StepKey, ofStepOf group: GroupID?, at now: Instant) {
        if delivered[key] == nil { delivered[key] = now }
        if let group { reached[group] = now }
    }

    /// One region's view of what is due, at its own clock; `goodSince` says since when it has
    /// worked. The limit is the bound without the waiting for the due time.
    mutating func observe(
        _ decision: EscalationDecision, of group: GroupID, at node: Int, now: Instant,
        goodSince: Instant, limit: Span, isMild: Bool = false,
        run: RunSeen = RunSeen(),
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        let place = Place(group: group, number: UInt64(node))
        if let before = runs.updateValue(run, forKey: place),
            before.generation != run.generation
                || before.run != run.run && run.acknowledgements > before.acknowledgements
        {
            watches[place] = nil
        }
        if isMild {
            mild.insert(place)
        } else if mild.remove(place) != nil {
            watches[place] = nil
        }
        guard case .page(let plan) = decision else { return watches[place] = nil }
        // By position: a page is dear to copy.
        let pages = plan.pages.indices
        // A step without pages is no excuse: a level that reaches nobody goes on at once.
        if pages.contains(where: { delivered[plan.pages[$0].key] != nil }) {
            watches[place] = nil
            return
        }
        // The step before was reached, and this one came due, between two looks.
        if let since = watches[place], let last = reached[group], last > since {
            watches[place] = last
        }
        guard let since = watches[place], goodSince <= since else { return watches[place] = now }
        if now - since > limit, goodSince < now {
            let isReached = pages.contains { plan.pages[$0].due > plan.stepDue }
            failures.fail(
                "L1",
                "\(group.short) \(plan.position.words) is due since \(plan.stepDue), m\(node + 1) has "
                    + "worked and known it for \(now - since) (limit \(limit)), and nobody was "
                    + "paged\(isReached ? "" : " at all")")
        }
    }

    /// What was put off for a while comes back: the region that knows of it begins a run, or hears of
    /// one. `until` and `local` are by the region's clock.
    mutating func observe(
        snoozeOf group: GroupID, until: Instant, at node: Int, now: Instant, local: Instant,
        goodSince: Instant, limit: Span, into failures: inout Failures
    ) {
        failures.checkCount += 1
        let place = Place(group: group, number: UInt64(node))
        if putOff[place]?.until != until { putOff[place] = PutOff(until: until, since: now) }
        let since = max(goodSince, putOff[place]?.since ?? now)
        guard local - until > limit, now - since > limit else { return }
        failures.fail(
            "L1",
            "\(group.short) was put off until \(until), which is over for \(local - until) at "
                + "m\(node + 1) (limit \(limit))")
    }

    /// The region cannot be held to it now.
    mutating func forget(_ group: GroupID, at node: Int) {
        watches[Place(group: group, number: UInt64(node))] = nil
    }
}
