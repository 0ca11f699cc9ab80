import Basics
import IncidentModel
import Testing

/// What turns out to be worse than what somebody took on, and what goes on although it was said to be
/// over. *Source:* decision 0024.
struct WorseTests {
    private func taking(
        _ severity: Severity, run: UInt64 = 1, by person: PersonID = "mei"
    ) -> FactBody {
        .ackSeen(
            Acknowledgement(
                generation: 1, previousEnd: .zero, run: run, by: person, via: "cli",
                severity: severity))
    }

    private func merged(_ facts: [Fact]) -> Incident {
        var incident = Incident(group: group)
        for (index, fact) in facts.enumerated() {
            incident.applyMerge([fact], index: LogIndex(index + 1))
        }
        return incident
    }

    @Test func `who took on something mild has not taken on what is worse`() {
        var writer = FactWriter()
        var incident = merged([
            writer.fact(report(alert("a", severity: .sev4)), at: 0),
            writer.fact(taking(.sev4), at: 5),
        ])
        #expect(incident.status == .acknowledged)
        incident.applyMerge(
            [writer.fact(report(alert("b", severity: .sev3)), by: 2, at: 600)], index: 3)
        #expect(incident.status == .triggered && incident.coveringAcknowledgement == nil)
        #expect(incident.run.number == 2 && incident.run.startedAt == at(600))
        #expect(
            incident.timeline.last?.text == "SEV3 is worse than what mei had taken on: paging anew")
        incident.applyMerge([writer.fact(taking(.sev3, run: 2), at: 610)], index: 4)
        #expect(incident.status == .acknowledged)
    }

    @Test func `what is as bad or milder changes nothing, nor does what a person says`() {
        var writer = FactWriter()
        let incident = merged([
            writer.fact(report(alert("a", severity: .sev2)), at: 0),
            writer.fact(taking(.sev2), at: 5),
            writer.fact(report(alert("b", severity: .sev2), alert("c", severity: .sev4)), at: 9),
        ])
        #expect(incident.status == .acknowledged && incident.run.number == 1)
    }

    @Test(arguments: 0..<24)
    func `it does not matter in which order regions heard of it`(number: Int) {
        var writer = FactWriter()
        let opened = writer.fact(report(alert("a", severity: .sev4)), by: 1, at: 0)
        var rest = [
            writer.fact(taking(.sev4, by: "mei"), by: 1, at: 5),
            writer.fact(report(alert("b", severity: .sev1)), by: 2, at: 6),
            writer.fact(taking(.sev1, by: "joe"), by: 2, at: 7),
            writer.fact(report(alert("c", severity: .sev3)), by: 3, at: 8),
        ]
        var order: [Fact] = []
        var left = number
        while !rest.isEmpty {
            order.append(rest.remove(at: left % rest.count))
            left /= rest.count + 1
        }
        let incident = merged([opened] + order)
        #expect(incident.status == .acknowledged)
        #expect(incident.coveringAcknowledgement?.acknowledgement.by == "joe")
        #expect(incident.standingAcknowledgements.map(\.acknowledgement.by) == ["joe"])
    }

    /// The first report, the word that it is over, and a report after it that names the same start.
    private func state(resolvedAt seconds: Int64) -> AlertState {
        var state = AlertState(alert(since: 0), at: HybridTime(at(0)))
        state.join(alert(firing: false, since: 0), at: HybridTime(at(seconds)))
        return state
    }

    @Test func `a late report does not open again what is over, a later one goes on`() {
        var known = state(resolvedAt: 300)
        let pause = Span.minutes(2)
        #expect(known.resumption(of: alert(since: 0), at: at(310), after: pause) == nil)
        #expect(known.resumption(of: alert(since: 400), at: at(900), after: pause) == nil, "new")
        let begin = known.resumption(of: alert(since: 0), at: at(421), after: pause)
        #expect(begin == at(421))
        var again = alert(since: 0)
        again.resumedAt = begin
        known.join(again, at: HybridTime(at(421)))
        #expect(known.isFiring && known.firingSince == at(421))
        #expect(known.instance.startedAt == at(0), "the source's own start is what people see")
        #expect(known.resumption(of: alert(since: 0), at: at(999), after: pause) == nil, "a repeat")
    }

    @Test func `the end of what went on names the old start, and ends it`() {
        var known = state(resolvedAt: 300)
        var again = alert(since: 0)
        again.resumedAt = at(421)
        known.join(again, at: HybridTime(at(421)))
        var over = alert(firing: false, since: 0)
        over.resumedAt = known.resumption(of: over, at: at(700), after: .minutes(2))
        #expect(over.resumedAt == at(541), "another region may have heard of it a moment later")
        known.join(over, at: HybridTime(at(700)))
        #expect(!known.isFiring)
        // One that never was said to be over before ends by its own start.
        var plain = AlertState(alert(since: 7), at: HybridTime(at(8)))
        let early = alert(firing: false, since: 0)
        #expect(plain.resumption(of: early, at: at(20), after: .minutes(2)) == nil)
        plain.join(early, at: HybridTime(at(20)))
        #expect(plain.isFiring)
    }

    @Test func `alerts that are long over are forgotten when an incident opens again`() {
        var writer = FactWriter()
        let day: Int64 = 86_400
        let incident = merged([
            writer.fact(report(alert("a")), at: 0),
            writer.fact(report(alert("a", firing: false)), at: 5),
            writer.fact(report(alert("b", since: day)), at: day),
            writer.fact(report(alert("b", firing: false, since: day)), at: day + 5),
            writer.fact(report(alert("c", since: day + 60)), at: day + 60),
        ])
        #expect(incident.generation == 3 && incident.status == .triggered)
        #expect(incident.alerts.map(\.instance.summary).sorted() == ["b fails", "c fails"])
    }

    @Test func `a timeline keeps its last entries, and its chain goes on`() {
        var incident = Incident(group: group)
        var writer = FactWriter()
        incident.applyMerge([writer.fact(report(alert()), at: 0)], index: 1)
        for number in 2..<17_000 {
            let note = FactBody.noteAdded(Note(by: "mei", text: "note \(number)"))
            incident.applyMerge([writer.fact(note, at: Int64(number))], index: LogIndex(number))
        }
        #expect(incident.timeline.count <= 16_384 && incident.timeline.count >= 8_192)
        #expect(incident.timeline.last?.text == "mei: note 16999")
        #expect(incident.chainHead == incident.timeline.last?.digest)
        #expect(incident.encoded.count < 8 << 20)
    }
}
