import Basics
import Testing

@testable import NNGTransport

@Suite(.serialized) struct ExchangeTests {
    /// Sends every size on every lane and publishes it, from each node to each other one.
    private func exchange(_ nodes: [Node]) async throws {
        try await join(nodes)
        let sizes = [0, 1, 40, 4_096, 200 * 1_024]
        for sender in nodes {
            for size in sizes {
                let bytes = pattern(size, seed: sender.member.number)
                for receiver in nodes where receiver.member != sender.member {
                    sender.transport.send(bytes, to: receiver.member, lane: .urgent)
                    sender.transport.send(bytes, to: receiver.member, lane: .bulk)
                }
                sender.transport.publish(bytes)
            }
        }
        for receiver in nodes {
            for sender in nodes where sender.member != receiver.member {
                let expected = sizes.map { pattern($0, seed: sender.member.number) }
                func arrived() -> [[[UInt8]]] {
                    [
                        receiver.recorder.received(from: sender.member, .urgent),
                        receiver.recorder.received(from: sender.member, .bulk),
                        receiver.recorder.published(from: sender.member),
                    ]
                }
                try await eventually("everything arrives") {
                    arrived().allSatisfy { $0.count >= sizes.count }
                }
                for messages in arrived() {
                    #expect(messages.sorted { $0.count < $1.count } == expected)
                }
            }
        }
    }

    @Test func `two members exchange urgent, bulk and published bytes of every size`() async throws
    {
        let nodes = [try Node(1, timing: .patient), try Node(2, timing: .patient)]
        try await exchange(nodes)
        for node in nodes { await node.stop() }
    }

    @Test func `three members exchange them over mutual TLS`() async throws {
        let authority = try Authority()
        let nodes = try (1...3).map {
            try Node($0, certificate: authority.issue($0), timing: .patient)
        }
        try await exchange(nodes)
        for node in nodes {
            #expect(node.transport.health().refusals == [])
            #expect(node.transport.health().isSound)
        }
        for node in nodes { await node.stop() }
    }

    @Test func `the counts say what became of every message`() async throws {
        let nodes = [try Node(1, timing: .patient), try Node(2, timing: .patient)]
        try await join(nodes)
        for number in 0..<500 {
            nodes[0].transport.send([UInt8(number % 256)], to: MemberID(2), lane: .urgent)
        }
        try await eventually("all are acknowledged") {
            nodes[0].link(to: MemberID(2))?.lanes[0].acknowledged == 500
        }
        let lane = try #require(nodes[0].link(to: MemberID(2))?.lanes[0])
        #expect(lane.dropped + lane.expired + lane.unanswered + lane.refused == 0)
        #expect(lane.queued == 0)
        #expect(nodes[1].recorder.received(from: MemberID(1), .urgent).count == 500)
        for node in nodes { await node.stop() }
    }

    @Test func `an urgent message overtakes large ones on the bulk lane`() async throws {
        let nodes = [try Node(1, timing: .patient), try Node(2, timing: .patient)]
        try await join(nodes)
        let large = pattern(Limits.bulkMessageBytesMax)
        var overtaken = 0
        // One try could be spoilt by the scheduler; in one queue no try would ever succeed.
        for round in 1...10 where overtaken == 0 {
            for _ in 0..<100 { nodes[0].transport.send(large, to: MemberID(2), lane: .bulk) }
            nodes[0].transport.send([UInt8(round)], to: MemberID(2), lane: .urgent)
            try await eventually("everything arrives") {
                nodes[1].recorder.received(from: MemberID(1), .bulk).count == round * 100
                    && nodes[1].recorder.received(from: MemberID(1), .urgent).count == round
            }
            let urgent = TransportEvent.received(
                from: MemberID(1), lane: .urgent, bytes: [UInt8(round)])
            let later = nodes[1].recorder.all.drop { $0 != urgent }
            overtaken = later.count {
                if case .received(from: _, lane: .bulk, bytes: _) = $0 { true } else { false }
            }
        }
        #expect(overtaken > 0)
        for node in nodes { await node.stop() }
    }

    @Test func `a message to nobody, to itself or beyond the size limit goes nowhere`() async throws
    {
        let nodes = [try Node(1, timing: .patient), try Node(2, timing: .patient)]
        try await join(nodes)
        let (one, two) = (nodes[0].transport, MemberID(2))
        one.send([1], to: MemberID(77), lane: .urgent)
        one.send([1], to: MemberID(1), lane: .urgent)
        let tooLarge = [UInt8](repeating: 0, count: Limits.peerMessageBytesMax)
        one.send(tooLarge, to: two, lane: .bulk)
        one.send(tooLarge, to: two, lane: .bulk)
        one.publish(tooLarge)
        one.send([2], to: two, lane: .bulk)
        try await eventually("the good one arrives") {
            nodes[1].recorder.received(from: MemberID(1), .bulk) == [[2]]
        }
        #expect(nodes[0].link(to: two)?.lanes[1].dropped == 2)
        #expect(one.health().publicationsDropped == 1)
        #expect(nodes[0].log.lines(with: "too large").count == 2)
        #expect(nodes[0].recorder.received(from: MemberID(1), .urgent) == [])
        #expect(nodes[1].recorder.published(from: MemberID(1)) == [])
        for node in nodes { await node.stop() }
    }

    @Test func `a transport starts once, and a second one cannot take its port`() async throws {
        let node = try Node(1)
        #expect { try node.transport.start() } throws: {
            ($0 as? TransportError)?.code == .wrongState
        }
        #expect { try Node(2, ports: node.transport.boundPorts) } throws: {
            ($0 as? TransportError)?.code == .portTaken
        }
        await node.stop()
        await node.stop()
        #expect { try node.transport.start() } throws: {
            ($0 as? TransportError)?.code == .wrongState
        }
        #expect(node.transport.boundPorts == (0, 0))
    }

    @Test func `a host that cannot be resolved is an error with a remedy`() throws {
        #expect { try Endpoints.resolve("no-such-host.invalid") } throws: {
            ($0 as? TransportError)?.code == .addressUnusable
        }
        #expect(try Endpoints.resolve("127.0.0.1") == ["127.0.0.1"])
        #expect(try Endpoints.resolve("::1") == ["::1"])
        #expect(try Endpoints.resolve("*") == ["0.0.0.0"])
        #expect(try !Endpoints.resolve("localhost").isEmpty)
    }

    @Test func `peers come and go while the transport runs`() async throws {
        let nodes = [try Node(1), try Node(2), try Node(3)]
        try await join(nodes)
        try nodes[0].meet([nodes[2]])
        #expect(nodes[0].transport.status().map(\.member) == [MemberID(3)])
        try await eventually("the second is no member for the first any more") {
            nodes[0].transport.health().refusals(.unknownMember) > 0
                && !nodes[1].isUp(MemberID(1))
        }
        #expect(nodes[0].isUp(MemberID(3)))
        try nodes[0].meet([nodes[1], nodes[2]])
        try await eventually("both are back") {
            nodes[0].isUp(MemberID(2)) && nodes[1].isUp(MemberID(1))
        }
        for node in nodes { await node.stop() }
    }
}
