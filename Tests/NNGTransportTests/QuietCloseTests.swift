import Basics
import CNNG
import Foundation
import Testing

@testable import NNGTransport

/// That no endpoint of libnng is closed while something of it may still be ended: that aborts the
/// process, seldom.
@Suite(.serialized) struct QuietCloseTests {
    @Test func `the reaper frees nothing while an endpoint is being closed`() throws {
        var probe: ReaperHold?
        var wasReapedMeanwhile: Bool?
        try QuietClose.whileReaperIsHeld {
            probe = try? ReaperHold()
            wasReapedMeanwhile = probe?.waitUntilHeld(atMost: .milliseconds(100))
        }
        #expect(wasReapedMeanwhile == false)
        let reaped = try #require(probe)
        #expect(reaped.waitUntilHeld(atMost: .seconds(30)))
        reaped.release()
    }

    @Test func `all that a closing sets off is over before the reaper goes on`() throws {
        let ended = Locked(0)
        var next: AsyncSlot?
        for _ in 0..<3 {
            let following = next
            next = try AsyncSlot { outcome in
                _ = consume outcome
                usleep(50_000)
                ended.withLock { $0 += 1 }
                if let following { QuietCloseTests.runTask(following) }
            }
        }
        let first = try #require(next)
        var endedMeanwhile: Int?
        try QuietClose.whileReaperIsHeld {
            QuietCloseTests.runTask(first)
            endedMeanwhile = ended.withLock { $0 }
        }
        #expect(endedMeanwhile == 0)
        #expect(ended.withLock { $0 } == 3)
    }

    @Test func `libnng has as many task threads as the barrier thinks`() throws {
        let threads = NNGLibrary.taskThreads
        var (haveAllMet, hasOneMore) = (false, true)
        try QuietClose.whileReaperIsHeld {
            haveAllMet = TaskBarrier.pass(threads: threads, atMost: .seconds(8))
            hasOneMore = TaskBarrier.pass(threads: threads + 1, atMost: .milliseconds(200))
        }
        #expect(haveAllMet)
        #expect(!hasOneMore)
    }

    @Test func `endpoints are closed in one file only`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/NNGTransport").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let closers = try files.filter { file in
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            return text.contains("nng_dialer_close") || text.contains("nng_listener_close")
        }
        #expect(closers == ["QuietClose.swift"])
    }

    @Test func `dialers into a black hole are closed amid their connects, and nothing is left`()
        async throws
    {
        let authority = try Authority()
        let hole = try Relay(to: 1, backlog: 0)
        hole.becomeBlackHole()
        let tls = try QuietCloseTests.tls(authority.issue(1), server: MemberID(2))
        let port = hole.port
        let before = QuietClose.tally
        let descriptors = try #require(Descriptors.openCount())
        try await withThrowingTaskGroup { group in
            for worker in UInt64(0)..<4 {
                group.addTask {
                    var random = RandomStream(seed: worker)
                    let socket = try DialedSocket(
                        .requests, to: MemberID(2), tls: tls, timing: TransportTiming(),
                        onChange: {}, onImpostor: { _, _ in })
                    for _ in 0..<50 {
                        try socket.dial("tls+tcp://127.0.0.1:\(port)")
                        try await Task.sleep(for: .microseconds(Int(random.next() % 4_000)))
                    }
                    #expect(socket.connection == nil)
                    #expect(socket.close())
                }
            }
            try await group.waitForAll()
        }
        #expect(QuietClose.tally.closed - before.closed >= 200)
        #expect(QuietClose.tally.leftOpen == before.leftOpen)
        // Other suites open and close sockets meanwhile: ask until the count is low once.
        try await eventually("the descriptors are closed") {
            (Descriptors.openCount() ?? .max) <= descriptors + 20
        }
        hole.end()
    }

    @Test func `a peer behind a black hole is reached soon after its end`() async throws {
        var timing = TransportTiming()
        (timing.silenceLimit, timing.bulkSilenceLimit) = (.seconds(1), .seconds(1))
        let authority = try Authority()
        let one = try Node(1, certificate: authority.issue(1), timing: timing)
        let two = try Node(2, certificate: authority.issue(2))
        let ports = two.transport.boundPorts
        let relays = [
            try Relay(to: ports.request, backlog: 0), try Relay(to: ports.publish, backlog: 0),
        ]
        for relay in relays { relay.becomeBlackHole() }
        try two.meet([one])
        try one.transport.updatePeers([
            PeerAddress(
                member: two.member, name: "behind a black hole", host: "127.0.0.1",
                requestPort: relays[0].port, publishPort: relays[1].port)
        ])
        try await eventually("everything is dialled again and again") {
            guard let link = one.link(to: two.member) else { return false }
            return link.lanes.allSatisfy { $0.redials >= 2 && !$0.isConnected }
                && link.subscription.redials >= 2
        }
        for relay in relays { relay.thaw() }
        // A connect that is left alone would be repeated by the kernel after 7, 15, 31 s.
        try await eventually("the link is up", within: 10) { one.isUp(two.member) }
        try await eventually("publications pass", within: 10) {
            two.transport.publish([2])
            return !one.recorder.published(from: two.member).isEmpty
        }
        for relay in relays { relay.becomeBlackHole() }
        try await eventually("the silence is noticed") { !one.isUp(two.member) }
        // Stopping amid connects neither hangs nor aborts.
        for node in [one, two] { await node.stop() }
        for relay in relays { relay.end() }
    }

    /// Runs a slot's callback as a task of libnng.
    private static func runTask(_ slot: AsyncSlot) {
        unsafe slot.receive(timeout: nil) { aio in
            _ = unsafe nng_aio_begin(aio)
            unsafe nng_aio_finish(aio, 0)
        }
    }

    private static func tls(
        _ certificate: Certificate, server: MemberID
    ) throws -> TLSConfiguration? {
        let identity = TransportIdentity(
            member: MemberID(1), cluster: "test", wireVersion: 1, incarnation: Incarnation(1),
            certificatePEM: certificate.certificate, privateKeyPEM: certificate.key,
            authorityPEM: certificate.authority)
        return try TLSMaterial(of: identity)?.dialerConfiguration(
            serverName: TransportIdentity.certificateName(of: server))
    }
}
