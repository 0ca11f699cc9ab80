import Basics
import IncidentModel
import Testing

struct SnoozeTests {
    private func incident(_ given: (PersonID, Int64?)...) -> Incident {
        var writer = FactWriter()
        var facts = [writer.fact(report(alert()), at: 0)]
        for (index, one) in given.enumerated() {
            let body = FactBody.ackSeen(
                Acknowledgement(
                    generation: 1, previousEnd: .zero, run: 1, by: one.0, via: "cli",
                    until: one.1.map { at($0) }))
            facts.append(writer.fact(body, at: Int64(index + 1)))
        }
        var incident = Incident(group: group)
        incident.applyMerge(facts, index: 1)
        return incident
    }

    @Test func `a snooze holds until the last of those who put it off is to be asked again`() {
        #expect(incident(("mei", 100)).snoozedUntil == at(100))
        #expect(incident(("mei", 100), ("joe", 200)).snoozedUntil == at(200))
        #expect(incident(("mei", 100), ("joe", nil)).snoozedUntil == nil)
        #expect(incident(("mei", 100)).status == .acknowledged)
    }

    @Test func `what somebody says last is what they mean`() {
        #expect(incident(("mei", nil), ("mei", 100)).snoozedUntil == at(100))
        #expect(incident(("mei", 100), ("mei", nil)).snoozedUntil == nil)
    }

    @Test func `when it is over a run begins, and it silences nothing again`() {
        var incident = incident(("mei", 100))
        var writer = FactWriter()
        let over = writer.fact(
            .escalationAsked(
                EscalationRequest(
                    generation: 1, previousEnd: .zero, run: 1, level: EscalationRequest.anew,
                    by: "mei", reason: EscalationRequest.snoozeOver,
                    lapsed: incident.acknowledgements.map(\.fact))), by: 2, at: 100)
        incident.applyMerge([over], index: 2)
        #expect(incident.status == .triggered)
        #expect(incident.run.number == 2)
        #expect(incident.run.firstLevel == 0)
        #expect(incident.acknowledgements.isEmpty)
    }
}

struct IncidentTests {
    @Test func `a firing alert opens an incident, its end resolves it, a new one opens it again`() {
        var writer = FactWriter()
        var view = incident([writer.fact(report(alert(since: 0)), at: 0)])
        #expect(view.status == .triggered)
        #expect(view.generation == 1)
        view.applyMerge([writer.fact(report(alert(firing: false, since: 0)), at: 5)], index: 2)
        #expect(view.status == .resolved)
        view.applyMerge([writer.fact(report(alert(since: 9)), at: 9)], index: 3)
        #expect(view.status == .triggered)
        #expect(view.generation == 2)
    }

    @Test func `a resolve that arrives before its alert still ends it`() {
        var writer = FactWriter()
        let view = incident([
            writer.fact(report(alert(firing: false, since: 0)), by: 2, at: 5),
            writer.fact(report(alert(since: 0)), by: 1, at: 6),
        ])
        #expect(view.status == .unopened)
    }

    @Test func `a fact merged twice counts once`() {
        var writer = FactWriter()
        let fact = writer.fact(report(alert()), at: 0)
        let once = incident([fact])
        var twice = once
        twice.applyMerge([fact], index: 1)
        #expect(once == twice)
    }

    @Test func `closing by hand closes only what was seen`() {
        var writer = FactWriter()
        let first = writer.fact(report(alert("a")), at: 0)
        let unseen = writer.fact(report(alert("b")), by: 2, at: 1)
        let close = writer.fact(
            .resolveSeen(
                Resolution(
                    seen: [SeenAlert(fingerprint: alert("a").fingerprint, through: first.time)],
                    by: "mei", via: "cli")), at: 3)
        let view = incident([first, unseen, close])
        #expect(view.status == .triggered)
        #expect(view.firingAlerts.map(\.instance.summary) == ["b fails"])
    }

    @Test func `an alert that still fires after it was closed by hand opens the incident again`() {
        var writer = FactWriter()
        let first = writer.fact(report(alert("a")), at: 0)
        let close = writer.fact(
            .resolveSeen(
                Resolution(
                    seen: [SeenAlert(fingerprint: alert("a").fingerprint, through: first.time)],
                    by: "mei", via: "cli")), at: 3)
        let again = writer.fact(report(alert("a")), at: 60)
        let view = incident([first, close, again])
        #expect(view.status == .triggered)
        #expect(view.generation == 2)
    }

    @Test func `an acknowledgement of an old generation does not silence the new one`() {
        var writer = FactWriter()
        let view = incident([
            writer.fact(report(alert(since: 0)), at: 0),
            writer.fact(report(alert(firing: false, since: 0)), at: 5),
            writer.fact(report(alert(since: 9)), at: 9),
            writer.fact(
                .ackSeen(
                    Acknowledgement(
                        generation: 1, previousEnd: .zero, run: 1, by: "mei", via: "link")), at: 10),
        ])
        #expect(view.status == .triggered)
        #expect(view.coveringAcknowledgement == nil)
    }

    @Test func `an acknowledgement that is merged before its alert counts once the alert is there`()
    {
        var writer = FactWriter()
        let opened = writer.fact(report(alert()), by: 1, at: 0)
        let taken = writer.fact(
            .ackSeen(
                Acknowledgement(generation: 1, previousEnd: .zero, run: 1, by: "mei", via: "link")),
            by: 2, at: 1)
        #expect(incident([taken, opened]).status == .acknowledged)
    }

    @Test
    func `asking for the next level starts a run that the old acknowledgement does not cover`() {
        var writer = FactWriter()
        let view = incident([
            writer.fact(report(alert()), at: 0),
            writer.fact(
                .ackSeen(
                    Acknowledgement(
                        generation: 1, previousEnd: .zero, run: 1, by: "mei", via: "cli")), at: 1),
            writer.fact(
                .escalationAsked(
                    EscalationRequest(
                        generation: 1, previousEnd: .zero, run: 1, level: 0, by: "mei",
                        reason: "help")),
                at: 2),
        ])
        #expect(view.status == .triggered)
        #expect(view.run == PolicyRun(number: 2, startedAt: at(2), firstLevel: 1))
    }

    /// A page to `mei`, tried once, in the generation after `previousEnd`.
    private func page(
        _ key: UInt64, count: UInt64, after previousEnd: HybridTime
    ) -> (intent: PageIntent, delivered: PageResult) {
        let intent = PageIntent(
            key: StepKey(high: key, low: 0),
            position: StepPosition(
                generation: count, previousEnd: previousEnd, run: 1, cycle: 0, level: 0),
            person: "mei", channel: .email, attempt: 1)
        return (
            intent, PageResult(of: intent, provider: "mail", outcome: .delivered(receipt: "250"))
        )
    }

    @Test func `a page that is merged before its alert is known once the alert is there`() {
        var writer = FactWriter()
        let opened = writer.fact(report(alert()), by: 1, at: 0)
        let (intent, delivered) = page(7, count: 1, after: .zero)
        let sent = [
            writer.fact(.pageIntent(intent), by: 2, at: 1),
            writer.fact(.pageResult(delivered), by: 2, at: 2),
        ]
        #expect(incident(sent + [opened]).page(intent.key)?.isDelivered == true)
    }

    @Test func `a generation is known by when the one before ended, however it is counted`() throws
    {
        var writer = FactWriter()
        var view = incident([
            writer.fact(report(alert(since: 0)), at: 0),
            writer.fact(report(alert(firing: false, since: 0)), at: 5),
        ])
        let end = try #require(view.resolvedAt)
        // A region that was apart counts otherwise, and has paged for what opens here next.
        let (early, earlyDelivered) = page(7, count: 3, after: end)
        let (stale, staleDelivered) = page(8, count: 2, after: .zero)
        for body: FactBody in [
            .pageIntent(early), .pageResult(earlyDelivered), .pageIntent(stale),
            .pageResult(staleDelivered), report(alert(since: 9)),
        ] {
            view.applyMerge([writer.fact(body, by: 2, at: 9)], index: 3)
        }
        #expect(view.generation == 2)
        #expect(view.previousEnd == end)
        #expect(view.page(early.key)?.isDelivered == true)
        #expect(view.page(stale.key) == nil)
        view.applyMerge([writer.fact(.pageIntent(stale), by: 2, at: 10)], index: 9)
        #expect(view.page(stale.key) == nil)
    }

    @Test func `two generations that end at one timestamp are two`() {
        var writer = FactWriter()
        var view = incident([
            writer.fact(report(alert(since: 0)), at: 0),
            writer.fact(report(alert(firing: false, since: 0)), at: 5),
            writer.fact(report(alert("b", since: 5)), by: 2, at: 5),
            writer.fact(report(alert("b", firing: false, since: 5)), by: 2, at: 5),
            writer.fact(report(alert(since: 9)), at: 9),
        ])
        #expect(view.generation == 3)
        // What is sent for the third does not belong to the second, which is over.
        let (intent, delivered) = page(7, count: 3, after: view.previousEnd)
        for body: FactBody in [.pageIntent(intent), .pageResult(delivered)] {
            view.applyMerge([writer.fact(body, at: 10)], index: 3)
        }
        #expect(view.page(intent.key)?.isDelivered == true)
    }

    @Test func `an acknowledgement counts however the one who gave it counts generations`() throws {
        var writer = FactWriter()
        let base = incident([
            writer.fact(report(alert(since: 0)), at: 0),
            writer.fact(report(alert(firing: false, since: 0)), at: 5),
            writer.fact(report(alert(since: 9)), at: 9),
        ])
        for (count, end, covers): (UInt64, HybridTime, Bool) in [
            (1, base.previousEnd, true), (5, base.previousEnd, true), (2, .zero, false),
        ] {
            var view = base
            let given = Acknowledgement(
                generation: count, previousEnd: end, run: 1, by: "mei", via: "link")
            view.applyMerge([writer.fact(.ackSeen(given), by: 2, at: 10)], index: 4)
            #expect((view.coveringAcknowledgement != nil) == covers, "\(count) after \(end)")
        }
    }

    @Test func `an acknowledgement of a generation that is over silences no later one`() {
        // One side closed and opened again, and took that on; a region that was cut off saw another
        // alert do the same earlier, by its clock, and its facts are merged behind.
        var near = FactWriter()
        var view = incident([
            near.fact(report(alert("a", since: 10)), at: 10),
            near.fact(report(alert("a", firing: false, since: 10)), at: 100),
            near.fact(report(alert("a", since: 101)), at: 101),
        ])
        let taken = Acknowledgement(
            generation: 2, previousEnd: view.previousEnd, run: 1, by: "mei", via: "link")
        let late = Acknowledgement(
            generation: 2, previousEnd: view.previousEnd, run: 1, by: "raj", via: "link")
        view.applyMerge(
            [
                near.fact(.ackSeen(taken), at: 105),
                near.fact(report(alert("a", firing: false, since: 101)), at: 110),
            ], index: 4)
        #expect(view.coveringAcknowledgement?.acknowledgement.by == "mei")
        var far = FactWriter()
        view.applyMerge(
            [
                far.fact(report(alert("b", since: 50)), by: 2, at: 50),
                far.fact(report(alert("b", firing: false, since: 50)), by: 2, at: 90),
                far.fact(report(alert("b", since: 95)), by: 2, at: 95),
                far.fact(.ackSeen(late), by: 2, at: 120),
            ], index: 5)
        #expect(view.generation == 4)
        #expect(view.status == .triggered)
        #expect(view.coveringAcknowledgement == nil)
    }

    @Test func `the timeline is a chain: each digest holds the one before`() {
        var writer = FactWriter()
        let view = incident([
            writer.fact(report(alert("a")), at: 0), writer.fact(report(alert("b")), by: 2, at: 1),
            writer.fact(.noteAdded(Note(by: "mei", text: "looking")), at: 2),
        ])
        var previous = Digest256.zero
        for entry in view.timeline {
            #expect(entry.sealed(after: previous).digest == entry.digest)
            previous = entry.digest
        }
        var forged = view.timeline[0]
        forged.text += "!"
        #expect(forged.sealed(after: .zero).digest != view.timeline[0].digest)
    }

    @Test func `what is known but not merged shows in the view and leaves the log's state alone`() {
        var writer = FactWriter()
        let base = incident([writer.fact(report(alert()), at: 0)])
        let view = base.viewed(with: [
            writer.fact(
                .ackSeen(
                    Acknowledgement(
                        generation: 1, previousEnd: .zero, run: 1, by: "mei", via: "link")), by: 2,
                at: 4)
        ])
        #expect(view.status == .acknowledged)
        #expect(base.status == .triggered)
        #expect(view.timeline.last?.index == 0)
    }

    @Test func `alert states join in any order`() {
        let reports: [(AlertInstance, Int64)] = [
            (alert(since: 0), 1), (alert(firing: false, since: 0), 2), (alert(since: 7), 8),
            (alert(firing: false, since: 7), 11), (alert(since: 12), 13),
        ]
        var seen: [Bool] = []
        var random = RandomStream(seed: 7)
        for _ in 0..<50 {
            var order = reports
            for index in order.indices.dropLast() {
                order.swapAt(index, index + Int(random.below(UInt64(order.count - index))))
            }
            var state = AlertState(order[0].0, at: HybridTime(at(order[0].1)))
            for (report, seconds) in order.dropFirst() {
                state.join(report, at: HybridTime(at(seconds)))
            }
            seen.append(state.isFiring)
            #expect(state.firingSince == at(12))
            #expect(state.resolvedThrough == at(7))
        }
        #expect(seen.allSatisfy { $0 })
    }

    @Test func `a snapshot is read back equal, and cut short it is refused`() throws {
        var writer = FactWriter()
        var view = incident([
            writer.fact(report(alert("a"), alert("b", severity: .sev3)), at: 0),
            writer.fact(.noteAdded(Note(by: "mei", text: "größer")), at: 2),
        ])
        view.applyEstablish(
            owner: MemberID(3), region: "us", term: 4, index: 9, at: HybridTime(at(3)))
        let bytes = view.encoded
        #expect(try Incident(decoding: bytes) == view)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: WireError.self) { try Incident(decoding: Array(bytes[..<length])) }
        }
    }
}
