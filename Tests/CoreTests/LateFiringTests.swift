import Basics
import IncidentModel
import Testing

/// What fired at a region that was cut off, and was over before the incident's log heard of it: people were paged
/// about it, and can look at it. *Source:* decision 0036.
struct LateFiringTests {
    private func merged(_ facts: [Fact]) -> Incident {
        var incident = Incident(group: group)
        for (index, fact) in facts.enumerated() {
            incident.applyMerge([fact], index: LogIndex(index + 1))
        }
        return incident
    }

    @Test
    func `what fired before its end was seen opens and is resolved, in whatever order they come`() {
        var writer = FactWriter()
        let fires = writer.fact(report(alert(since: 0)), by: 1, at: 1)
        let ends = writer.fact(report(alert(firing: false, since: 0)), by: 2, at: 8)
        for incident in [merged([fires, ends]), merged([ends, fires])] {
            #expect(incident.status == .resolved && incident.generation == 1)
            #expect(incident.openedAt == fires.time && incident.resolvedAt == ends.time)
            #expect(incident.title == merged([fires]).title)
            let steps = incident.timeline.map(\.kind).filter { $0 == .opened || $0 == .resolved }
            #expect(steps == [.opened, .resolved])
        }
    }

    @Test func `what comes after its end was seen opens nothing, however often either is said`() {
        var writer = FactWriter()
        let ends = writer.fact(report(alert(firing: false, since: 0)), by: 2, at: 5)
        let late = writer.fact(report(alert(since: 0)), by: 1, at: 6)
        let again = writer.fact(report(alert(since: 0)), by: 3, at: 7)
        #expect(merged([ends, late, again]).status == .unopened)
    }

    @Test func `it opens once, and not what somebody has seen already`() {
        var writer = FactWriter()
        let fires = writer.fact(report(alert(since: 0)), by: 1, at: 1)
        let copy = writer.fact(report(alert(since: 0)), by: 2, at: 2)
        let ends = writer.fact(report(alert(firing: false, since: 0)), by: 3, at: 8)
        let endsAgain = writer.fact(report(alert(firing: false, since: 0)), by: 2, at: 9)
        let late = writer.fact(report(alert(since: 0)), by: 2, at: 10)
        for facts in [
            [fires, ends, copy], [ends, fires, copy], [ends, copy, fires, endsAgain],
            [copy, ends, endsAgain, fires], [ends, late, fires],
        ] {
            #expect(merged(facts).generation == 1)
            #expect(merged(facts).status == .resolved)
        }
    }

    @Test func `what fired after the last end opens the incident again`() {
        var writer = FactWriter()
        let first = [
            writer.fact(report(alert(since: 0)), by: 1, at: 1),
            writer.fact(report(alert(firing: false, since: 0)), by: 1, at: 2),
        ]
        let fires = writer.fact(report(alert(since: 20)), by: 1, at: 20)
        let ends = writer.fact(report(alert(firing: false, since: 20)), by: 2, at: 25)
        let incident = merged(first + [ends, fires])
        #expect(incident.generation == 2 && incident.status == .resolved)
        #expect(incident.openedAt == fires.time && incident.resolvedAt == ends.time)
        #expect(incident.previousEnd == first[1].time)
    }

    @Test func `in an incident that is open it is a part of it`() {
        var writer = FactWriter()
        let open = writer.fact(report(alert("a", since: 0)), by: 1, at: 0)
        let ends = writer.fact(report(alert("b", firing: false, since: 1)), by: 2, at: 8)
        let fires = writer.fact(report(alert("b", since: 1)), by: 3, at: 2)
        let incident = merged([open, ends, fires])
        #expect(incident.generation == 1 && incident.status == .triggered)
        let told = incident.timeline.filter { $0.fact == fires.id }.map(\.kind)
        #expect(told == [.alertFiring, .alertResolved])
    }

    @Test func `what came after its end opens where somebody was paged about it`() {
        var writer = FactWriter()
        let ends = writer.fact(report(alert(firing: false, since: 0)), by: 2, at: 5)
        let fires = writer.fact(report(alert(since: 0)), by: 1, at: 6)
        let paged = writer.fact(page(generation: 1, after: .zero), by: 3, at: 8)
        for facts in [[ends, fires, paged], [ends, paged, fires]] {
            let incident = merged(facts)
            #expect(incident.generation == 1 && incident.status == .resolved)
            #expect(incident.openedAt == fires.time && incident.resolvedAt == fires.time)
            #expect(incident.pages.count == 1 && incident.title == merged([fires]).title)
        }
    }

    @Test func `a page of a generation that was over belongs to it, and not to the next`() {
        var writer = FactWriter()
        let opened = writer.fact(report(alert(since: 0)), by: 1, at: 0)
        let seen = SeenAlert(fingerprint: alert().fingerprint, through: opened.time)
        let closed = writer.fact(
            .resolveSeen(Resolution(seen: [seen], by: "joe", via: "cli")), by: 1, at: 5)
        // A region that was cut off hears of it again, pages, and somebody takes it on.
        let again = writer.fact(report(alert(since: 0)), by: 3, at: 11)
        let paged = writer.fact(page(generation: 2, after: closed.time), by: 3, at: 12)
        let taken = writer.fact(
            .ackSeen(
                Acknowledgement(
                    generation: 2, previousEnd: closed.time, run: 1, by: "mei", via: "cli")),
            by: 3, at: 13)
        let ends = writer.fact(report(alert(firing: false, since: 0)), by: 2, at: 20)
        for facts in [[again, paged, taken, ends], [ends, again, paged, taken]] {
            var incident = merged([opened, closed] + facts)
            #expect(incident.generation == 2 && incident.status == .resolved)
            #expect(incident.openedAt == again.time && incident.resolvedAt == ends.time)
            incident.applyMerge(
                [writer.fact(report(alert(since: 1_000)), by: 1, at: 1_000)], index: 9)
            #expect(incident.generation == 3 && incident.status == .triggered)
        }
    }

    @Test func `an end that comes with something that was over opens nothing again`() {
        var writer = FactWriter()
        let open = writer.fact(report(alert("a", since: 0)), by: 1, at: 0)
        let ends = writer.fact(report(alert("b", firing: false, since: 1)), by: 2, at: 8)
        let both = writer.fact(
            report(alert("a", firing: false, since: 0), alert("b", since: 1)), by: 3, at: 3)
        let incident = merged([open, ends, both])
        #expect(incident.generation == 1 && incident.status == .resolved)
    }

    private func page(generation: UInt64, after end: HybridTime) -> FactBody {
        .pageIntent(
            PageIntent(
                key: StepKey(high: 1, low: 1),
                position: StepPosition(
                    generation: generation, previousEnd: end, run: 1, cycle: 0, level: 0),
                person: "mei", channel: .email, attempt: 1))
    }
}
