import Basics
import Testing

@testable import NNGTransport

@Suite(.serialized) struct FailureTests {
    @Test(arguments: [false, true])
    func `a member that stops and starts again at its ports is reached again`(isTLS: Bool)
        async throws
    {
        let authority = isTLS ? try Authority() : nil
        let one = try Node(1, certificate: authority?.issue(1))
        let certificate = try authority?.issue(2)
        let two = try Node(2, certificate: certificate)
        try await join([one, two])
        let ports = two.transport.boundPorts
        await two.stop()
        try await eventually("it is missed") { !one.isUp(two.member) }
        try await eventually("its ports refuse connections") {
            one.recorder.count { $0 == .refused(MemberID(2)) } > 0
        }
        #expect(one.recorder.linkDowns(two.member) >= 1)
        #expect(one.link(to: two.member)?.downReason?.contains("refused") == true)

        let again = try Node(2, incarnation: 2, certificate: certificate, ports: ports)
        try again.meet([one])
        try await eventually("it is reached again") { one.isUp(again.member) }
        try await deliver([9], from: one, to: again, .urgent)
        try await deliver([8], from: one, to: again, .bulk)
        try await eventually("publications arrive again, both ways") {
            one.transport.publish([7])
            again.transport.publish([6])
            return !again.recorder.published(from: one.member).isEmpty
                && !one.recorder.published(from: again.member).isEmpty
        }
        #expect(one.recorder.linkUps(two.member) >= 2)
        for node in [one, again] { await node.stop() }
    }

    @Test(arguments: [false, true])
    func `a line that is cut without a word is noticed, dialled anew, and used again once healed`(
        isTLS: Bool
    ) async throws {
        let authority = isTLS ? try Authority() : nil
        let one = try Node(1, certificate: authority?.issue(1))
        let two = try Node(2, certificate: authority?.issue(2))
        let ports = two.transport.boundPorts
        let (requests, publications) = (try Relay(to: ports.request), try Relay(to: ports.publish))
        try two.meet([one])
        try one.transport.updatePeers([
            PeerAddress(
                member: two.member, name: "behind a relay", host: "127.0.0.1",
                requestPort: requests.port, publishPort: publications.port)
        ])
        try await eventually("the link is up") {
            one.isUp(two.member) && one.link(to: two.member)?.subscription.isConnected == true
        }
        for relay in [requests, publications] { relay.freeze() }
        try await eventually("the silence is noticed") { !one.isUp(two.member) }
        try await eventually("everything is dialled anew, again and again") {
            guard let link = one.link(to: two.member) else { return false }
            return link.lanes.allSatisfy { $0.redials >= 2 } && link.subscription.redials >= 2
        }
        for relay in [requests, publications] { relay.thaw() }
        try await eventually("the link is up again", within: 15) { one.isUp(two.member) }
        try await deliver([1], from: one, to: two, .bulk)
        try await eventually("publications pass again", within: 15) {
            two.transport.publish([2])
            return !one.recorder.published(from: two.member).isEmpty
        }
        for node in [one, two] { await node.stop() }
        for relay in [requests, publications] { relay.end() }
    }

    @Test func `messages to a dead member are dropped and counted, and nobody waits`() async throws
    {
        let one = try Node(1, roster: [2])
        let large = pattern(200 * 1_024)
        let before = Uptime.now()
        for _ in 0..<20_000 { one.transport.send([1], to: MemberID(2), lane: .urgent) }
        for _ in 0..<500 { one.transport.send(large, to: MemberID(2), lane: .bulk) }
        // No speed is asserted: waiting for a dead member would take seconds for each message.
        #expect(Uptime.now() - before < .seconds(60))
        let link = try #require(one.link(to: MemberID(2)))
        #expect(link.lanes[0].queued <= TransportBounds.queuedMessagesMax(.urgent))
        let bulkMax = TransportBounds.queuedBytesMax(.bulk) / large.count
        #expect(link.lanes[1].queued <= bulkMax)
        #expect(link.lanes[0].dropped > 0)
        #expect(link.lanes[1].dropped > 0)
        try await eventually("what waits grows too old") {
            guard let link = one.link(to: MemberID(2)) else { return false }
            let (urgent, bulk) = (link.lanes[0], link.lanes[1])
            return urgent.queued + urgent.inFlight + bulk.queued + bulk.inFlight == 0
                && urgent.dropped + urgent.expired == 20_000
                && bulk.dropped + bulk.expired == 500
        }
        #expect(one.link(to: MemberID(2))?.isUp == false)
        await one.stop()
    }

    @Test func `a listener that no longer answers its own process is made anew`() async throws {
        var timing = TransportTiming()
        timing.selfCheckLimit = .seconds(3)
        let (one, two) = (try Node(1, timing: timing), try Node(2))
        try await join([one, two])
        #expect(one.transport.health().isSound)
        for socket in one.transport.listenersForTests { try socket.stopListening() }
        try await eventually("both listeners are made anew") {
            one.transport.health().listenersRecreated >= 2
        }
        try await eventually("they answer, and the other member is back") {
            one.transport.health().isSound && two.isUp(one.member)
        }
        #expect(!one.log.lines(with: "fails its self-check").isEmpty)
        try await deliver([5], from: two, to: one, .urgent)
        for node in [one, two] { await node.stop() }
    }

    @Test func `an older incarnation of a member is refused once the newer one was heard`()
        async throws
    {
        let (one, newer) = (try Node(1), try Node(2, incarnation: 5))
        try await join([one, newer])
        let older = try Node(2, incarnation: 4)
        try older.meet([one])
        try await eventually("the leftover is refused and told so") {
            one.transport.health().refusals(.staleIncarnation) > 0
                && older.link(to: one.member)?.downReason?.contains("stale incarnation") == true
        }
        #expect(one.isUp(newer.member))
        for node in [one, older, newer] { await node.stop() }
    }

    @Test func `a silent connection to the request listener is closed`() async throws {
        var timing = TransportTiming()
        timing.inboundSilenceLimit = .seconds(1)
        let one = try Node(1, timing: timing)
        // The connection is made by a bare socket that never sends a request.
        let bare = try DialedSocket(
            .requests, to: MemberID(1), tls: nil, timing: timing, onChange: {},
            onImpostor: { _, _ in })
        try bare.dial("tcp://127.0.0.1:\(one.transport.boundPorts.request)")
        try await eventually("it is connected") { bare.connection != nil }
        let first = try #require(bare.connection?.pipe)
        try await eventually("it is closed, whereupon it dials again") {
            guard let now = bare.connection else { return false }
            return now.pipe != first
        }
        bare.close()
        await one.stop()
    }

    @Test func `a subscriber whose member sends no requests is disconnected`() async throws {
        let authority = try Authority()
        var timing = TransportTiming()
        timing.subscriberSilenceLimit = .seconds(1)
        let one = try Node(1, certificate: authority.issue(1), roster: [2], timing: timing)
        let certificate = try authority.issue(2)
        let identity = TransportIdentity(
            member: MemberID(2), cluster: "test", wireVersion: 1, incarnation: Incarnation(1),
            certificatePEM: certificate.certificate, privateKeyPEM: certificate.key,
            authorityPEM: certificate.authority)
        let tls = try TLSMaterial(of: identity)?.dialerConfiguration(
            serverName: TransportIdentity.certificateName(of: MemberID(1)))
        let bare = try DialedSocket(
            .subscription, to: MemberID(1), tls: tls, timing: timing, onChange: {},
            onImpostor: { _, _ in })
        try bare.dial("tls+tcp://127.0.0.1:\(one.transport.boundPorts.publish)")
        try await eventually("it is connected") { bare.connection != nil }
        let first = try #require(bare.connection?.pipe)
        try await eventually("it is disconnected, whereupon it dials again") {
            guard let now = bare.connection else { return false }
            return now.pipe != first
        }
        #expect(one.transport.health().isSound)
        bare.close()
        await one.stop()
    }

    @Test func `starting and stopping leaves no descriptors behind`() async throws {
        let authority = try Authority()
        let certificates = try (1...2).map { try authority.issue($0) }
        func round() async throws {
            let nodes = [
                try Node(1, certificate: certificates[0]),
                try Node(2, certificate: certificates[1]),
            ]
            try await join(nodes)
            for node in nodes { await node.stop() }
        }
        try await round()
        let before = try #require(Descriptors.openCount())
        for _ in 0..<4 { try await round() }
        // Other suites open and close sockets meanwhile: ask until the count is low once.
        try await eventually("the descriptors are closed") {
            (Descriptors.openCount() ?? .max) <= before + 8
        }
    }
}
