import Basics
import Foundation
import Logging
import Testing

@testable import NNGTransport

/// A peer that is killed with SIGKILL, under traffic, again and again: what locked up older libraries.
@Suite(.serialized) struct KillTests {
    /// The life of the child: it joins the parent, tells its ports, talks, and kills itself once it has
    /// heard enough. If it does not, it exits, and the test fails.
    private static func liveAndDie(round: UInt64, parent: (request: Int, publish: Int)) throws {
        let heard = Locked(0)
        let enough = Signal()
        let transport = try NNGTransport(
            identity: TransportIdentity(
                member: MemberID(2), cluster: "kill", wireVersion: 1,
                incarnation: Incarnation(round)),
            listen: (host: "127.0.0.1", requestPort: 0, publishPort: 0),
            peers: [
                PeerAddress(
                    member: MemberID(1), name: "parent", host: "127.0.0.1",
                    requestPort: parent.request, publishPort: parent.publish)
            ], logger: Logger(label: "child") { _ in SwiftLogNoOpLogHandler() },
            deliver: { batch in
                let count = heard.withLock { count in
                    count += batch.count
                    return count
                }
                if count > 300 { enough.raise() }
            })
        try transport.start()
        let ports = transport.boundPorts
        var writer = ByteWriter()
        writer.write(ports.request)
        writer.write(ports.publish)
        let large = pattern(64 * 1_024)
        for _ in 0..<3_000 {
            transport.send(writer.bytes, to: MemberID(1), lane: .urgent)
            transport.send(large, to: MemberID(1), lane: .bulk)
            transport.publish(large)
            if enough.wait(atMost: .milliseconds(5)) { kill(getpid(), SIGKILL) }
        }
        exit(3)
    }

    /// Answers what the child needs to be found: its ports are in its urgent messages.
    private func follow(_ parent: Node, round: Int) throws {
        guard let bytes = parent.recorder.received(from: MemberID(2), .urgent).last else { return }
        var reader = ByteReader(bytes)
        let address = PeerAddress(
            member: MemberID(2), name: "child", host: "127.0.0.1",
            requestPort: try reader.readInt(), publishPort: try reader.readInt())
        try parent.transport.updatePeers([address])
    }

    @Test func `a peer that is killed under traffic again and again is reached again every time`()
        async throws
    {
        let parent = try Node(1, cluster: "kill", roster: [2])
        let ports = parent.transport.boundPorts
        let isOver = Locked(false)
        let talker = Task {
            while !isOver.withLock({ $0 }) {
                try follow(parent, round: 0)
                for _ in 0..<20 {
                    parent.transport.send([1], to: MemberID(2), lane: .urgent)
                    parent.transport.send(pattern(32 * 1_024), to: MemberID(2), lane: .bulk)
                    parent.transport.publish([2])
                }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        for round in UInt64(1)...4 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [round, request = ports.request, publish = ports.publish] in
                try KillTests.liveAndDie(round: round, parent: (request, publish))
            }
            #expect(!parent.recorder.received(from: MemberID(2), .bulk).isEmpty)
        }
        isOver.withLock { $0 = true }
        _ = await talker.result
        #expect(parent.recorder.linkUps(MemberID(2)) >= 1)
        try await eventually("the parent is sound") { parent.transport.health().isSound }
        let last = try Node(2, cluster: "kill", incarnation: 99)
        try await join([parent, last])
        await parent.stop()
        await last.stop()
    }
}
