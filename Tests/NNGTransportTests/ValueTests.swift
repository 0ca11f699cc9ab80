import Basics
import Testing

@testable import NNGTransport

@Suite struct SendQueueTests {
    private func queue(messages: Int = 3, bytes: Int = 10) -> SendQueue {
        SendQueue(messagesMax: messages, bytesMax: bytes, patience: .seconds(1))
    }

    @Test func `messages leave in the order in which they came`() {
        var queue = queue(messages: 5_000, bytes: 1_000_000)
        for number in 0..<4_000 { queue.append([UInt8(number % 251)], at: .zero) }
        for number in 0..<4_000 {
            expect(queue.next(at: .zero)?.bytes, is: [UInt8(number % 251)])
        }
        expect(queue.next(at: .zero), is: nil)
        #expect(queue.count == 0)
        #expect(queue.dropped == 0)
    }

    @Test func `a full queue drops its oldest messages and counts them`() {
        var queue = queue()
        for number in 1...5 { queue.append([UInt8(number)], at: .zero) }
        #expect(queue.count == 3)
        #expect(queue.dropped == 2)
        expect(queue.next(at: .zero)?.bytes, is: [3])
    }

    @Test func `bytes are bounded as well, and a message beyond the bound is dropped itself`() {
        var queue = queue()
        queue.append([1, 1, 1, 1], at: .zero)
        queue.append([2, 2, 2, 2], at: .zero)
        queue.append([3, 3, 3, 3], at: .zero)
        #expect(queue.dropped == 1)
        queue.append([UInt8](repeating: 4, count: 11), at: .zero)
        #expect(queue.dropped == 2)
        expect(queue.next(at: .zero)?.bytes, is: [2, 2, 2, 2])
    }

    @Test func `what has waited too long is dropped when its turn comes`() {
        var queue = queue()
        queue.append([1], at: .zero)
        queue.append([2], at: .milliseconds(500))
        expect(queue.next(at: .milliseconds(1_200))?.bytes, is: [2])
        #expect(queue.expired == 1)
    }

    @Test func `the counts account for every message under random use`() {
        var random = RandomStream(seed: 42)
        var queue = queue(messages: 20, bytes: 60)
        var (appended, taken, now) = (0, 0, Span.zero)
        for _ in 0..<20_000 {
            now += .milliseconds(random.within(0...100))
            if random.chance(perMillion: 600_000) {
                queue.append([UInt8](repeating: 1, count: Int(random.below(8))), at: now)
                appended += 1
            } else if queue.next(at: now) != nil {
                taken += 1
            }
            #expect(queue.count <= 20)
            #expect(appended == taken + queue.count + queue.dropped + queue.expired)
        }
        #expect(queue.dropped > 0 && queue.expired > 0 && taken > 0)
    }
}

@Suite struct LinkJudgeTests {
    private func facts(
        since: Int64? = 0, accepted: Int64? = nil, refusal: String? = nil,
        obstacle: LinkJudge.Obstacle? = nil
    ) -> LinkJudge.Facts {
        LinkJudge.Facts(
            connectedSince: since.map { .milliseconds($0) },
            lastAccepted: accepted.map { .milliseconds($0) }, refusal: refusal, obstacle: obstacle)
    }

    @Test func `a link is up once a request was accepted over the present connection`() {
        var judge = LinkJudge(silenceLimit: .seconds(2))
        expect(judge.judge(facts(), at: .zero), is: nil)
        expect(judge.judge(facts(since: 100, accepted: 50), at: .milliseconds(110)), is: nil)
        expect(judge.judge(facts(since: 100, accepted: 120), at: .milliseconds(130)), is: .up)
        expect(judge.judge(facts(since: 100, accepted: 140), at: .milliseconds(150)), is: nil)
        #expect(judge.isUp)
        #expect(judge.downReason == nil)
    }

    @Test func `it goes down once for each cause, and says which`() {
        let causes: [(LinkJudge.Facts, String)] = [
            (facts(since: nil), "not connected"),
            (facts(since: nil, obstacle: .refused), "connection refused"),
            (facts(since: nil, obstacle: .handshake), "TLS handshake"),
            (facts(since: nil, obstacle: .foreignListener), "something else"),
            (facts(since: nil, obstacle: .unresolved("no such host")), "no such host"),
            (facts(accepted: 10, refusal: "it refuses: wrong cluster"), "wrong cluster"),
            (facts(accepted: 1_000), "no answer for 2010 ms"),
            (facts(since: 3_000, accepted: 10), "nothing is accepted yet"),
        ]
        for (cause, words) in causes {
            var judge = LinkJudge(silenceLimit: .seconds(2))
            expect(judge.judge(facts(accepted: 10), at: .milliseconds(20)), is: .up)
            guard case .down(let reason) = judge.judge(cause, at: .milliseconds(3_010)) else {
                Issue.record("still up: \(words)")
                continue
            }
            #expect(reason.contains(words))
            expect(judge.judge(cause, at: .milliseconds(3_020)), is: nil)
        }
    }
}

@Suite struct WatchdogTests {
    @Test func `a dialer that hears nothing is due every two seconds, every third time every four`()
    {
        var dog = DialWatchdog(limit: .seconds(2))
        var dials: [Int64] = []
        for now in stride(from: Int64(0), to: 20_000, by: 250)
        where dog.isDue(lastHeard: nil, at: .milliseconds(now)) {
            dog.noteDial(lastHeard: nil, at: .milliseconds(now))
            dials.append(now)
        }
        #expect(dials == [0, 2_000, 4_000, 8_000, 10_000, 12_000, 16_000, 18_000])
    }

    @Test func `a dialer that hears something is left alone, and due two seconds after the last`() {
        var dog = DialWatchdog(limit: .seconds(2))
        dog.noteDial(lastHeard: nil, at: .zero)
        #expect(!dog.isDue(lastHeard: .milliseconds(900), at: .milliseconds(2_800)))
        #expect(dog.isDue(lastHeard: .milliseconds(900), at: .milliseconds(2_900)))
    }

    @Test func `a pause of this process excuses the silence`() {
        var dog = DialWatchdog(limit: .seconds(2))
        dog.noteDial(lastHeard: nil, at: .zero)
        dog.excuse(at: .seconds(60))
        #expect(!dog.isDue(lastHeard: .seconds(1), at: .seconds(60)))
        #expect(dog.isDue(lastHeard: .seconds(1), at: .seconds(62)))
    }

    @Test func `a listener that stops to answer is made anew every five seconds until it answers`()
    {
        var check = ListenerCheck(limit: .seconds(5), at: .zero)
        expect(check.judge(lastAnswer: nil, at: .seconds(4)), is: false)
        expect(check.judge(lastAnswer: .seconds(4), at: .seconds(8)), is: false)
        #expect(check.verdict == .answering)
        expect(check.judge(lastAnswer: .seconds(4), at: .seconds(9)), is: true)
        #expect(check.verdict == .silent(for: .seconds(5)))
        expect(check.judge(lastAnswer: .seconds(4), at: .seconds(10)), is: false)
        #expect(check.verdict == .silent(for: .seconds(5)))
        expect(check.judge(lastAnswer: .seconds(4), at: .seconds(14)), is: true)
        expect(check.judge(lastAnswer: .seconds(15), at: .seconds(15)), is: false)
        #expect(check.verdict == .answering)
    }
}

@Suite struct RefusalTallyTests {
    @Test func `each kind is told at once, then once an interval with the number since`() {
        var tally = RefusalTally(interval: .seconds(60))
        let (one, two) = (MemberID(1), MemberID(2))
        expect(tally.record(.wrongCluster, of: one, at: .zero), is: 1)
        expect(tally.record(.wrongCluster, of: one, at: .seconds(1)), is: nil)
        expect(tally.record(.wrongCluster, of: two, at: .seconds(1)), is: 1)
        expect(tally.record(.malformed, of: one, at: .seconds(1)), is: 1)
        expect(tally.record(.wrongCluster, of: one, count: 5, at: .seconds(59)), is: nil)
        expect(tally.record(.wrongCluster, of: one, at: .seconds(60)), is: 7)
        expect(tally.record(.wrongCluster, of: one, at: .seconds(61)), is: nil)
        #expect(
            tally.totals == [
                .init(reason: .wrongCluster, count: 10), .init(reason: .malformed, count: 1),
            ])
    }

    @Test func `a stranger that names many members cannot fill the memory or the log`() {
        var tally = RefusalTally(interval: .seconds(60))
        var told = 0
        for number in 0..<10_000 {
            let member = MemberID(UInt64(number))
            if tally.record(.unknownMember, of: member, at: .seconds(1)) != nil { told += 1 }
        }
        #expect(told == TransportBounds.refusalKindsMax + 1)
        #expect(tally.totals == [.init(reason: .unknownMember, count: 10_000)])
    }
}

@Suite struct EventOutletTests {
    @Test func `events are delivered one call at a time and none twice`() async {
        let inside = Locked(0)
        let overlaps = Locked(0)
        let delivered = Locked<[TransportEvent]>([])
        let outlet = EventOutlet { batch in
            if inside.withLock({
                $0 += 1; return $0
            }) > 1 {
                overlaps.withLock { $0 += 1 }
            }
            delivered.withLock { $0 += batch }
            inside.withLock { $0 -= 1 }
        }
        await withTaskGroup { group in
            for member in 0..<4 {
                group.addTask {
                    for _ in 0..<1_000 { outlet.postNews(.linkUp(MemberID(UInt64(member)))) }
                }
            }
        }
        #expect(overlaps.withLock { $0 } == 0)
        #expect(delivered.withLock { $0.count } == 4_000)
    }

    @Test func `an owner that takes nothing loses messages, counted, but no news`() {
        let outlet = Locked<EventOutlet?>(nil)
        let delivered = Locked(0)
        let made = EventOutlet(eventsMax: 3, bytesMax: 1_000) { batch in
            let isFirst = delivered.withLock { count in
                defer { count += batch.count }
                return count == 0
            }
            guard isFirst, let outlet = outlet.withLock({ $0 }) else { return }
            // While this call runs nothing is taken.
            for _ in 0..<5 { _ = outlet.postMessage(.published(from: MemberID(1), bytes: [1])) }
            outlet.postNews(.linkUp(MemberID(1)))
        }
        outlet.withLock { $0 = made }
        #expect(made.postMessage(.published(from: MemberID(1), bytes: [0])) == .taken)
        #expect(made.dropped == 2)
        #expect(delivered.withLock { $0 } == 5)
        outlet.withLock { $0 = nil }
    }

    @Test func `nothing is delivered after the close`() {
        let delivered = Locked(0)
        let outlet = EventOutlet { batch in delivered.withLock { $0 += batch.count } }
        outlet.postNews(.linkUp(MemberID(1)))
        #expect(outlet.close(atMost: .seconds(1)))
        outlet.postNews(.linkUp(MemberID(1)))
        #expect(outlet.postMessage(.published(from: MemberID(1), bytes: [])) == .closed)
        #expect(delivered.withLock { $0 } == 1)
    }
}

@Suite struct LibraryTests {
    @Test(arguments: ["1.6.0", "1.5.2", "1.5", "0.9.9", "2.0.0", "x", ""])
    func `a libnng that cannot be used is refused with the remedy`(version: String) {
        #expect {
            try NNGLibrary.requireUsable(version: version)
        } throws: { error in
            guard let error = error as? TransportError else { return false }
            return error.code == .libraryTooOld && error.message.contains("libnng-dev")
        }
    }

    @Test(arguments: ["1.7.0", "1.10.1", "1.12.0-pre", NNGTransport.libraryVersion])
    func `a libnng that can be used is taken`(version: String) throws {
        try NNGLibrary.requireUsable(version: version)
    }

    @Test func `an error's number becomes a kind and a remedy`() {
        #expect {
            try NNGCode.check(NNGCode.addressInUse.rawValue, "listening")
        } throws: { error in
            guard let error = error as? TransportError else { return false }
            return error.code == .portTaken && error.message.contains("choose another port")
                && error.description.contains("(nng 10)")
        }
    }
}
