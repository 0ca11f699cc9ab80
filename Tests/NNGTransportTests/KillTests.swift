import Basics
import Foundation
import Logging
import Testing

@testable import NNGTransport

/// A peer in a process of its own that is killed or paused under traffic: what locked up older
/// libraries.
@Suite(.serialized) struct KillTests {
    /// What a child has heard from its parent.
    private struct Heard {
        var urgent = 0
        var bulk = 0
        var published = 0
        var isTold = false

        mutating func note(_ event: TransportEvent) {
            switch event {
            case .received(from: _, lane: .urgent, bytes: let bytes):
                urgent += 1
                if bytes == KillTests.farewell { isTold = true }
            case .received(from: _, lane: .bulk, bytes: _): bulk += 1
            case .published: published += 1
            case .linkUp, .linkDown, .refused, .strangerRefused: break
            }
        }
    }

    private static let farewell: [UInt8] = [0xFA, 0xFA]

    /// The life of a child: it joins the parent, tells its ports and its process, and talks until
    /// it has heard enough; then it calls `end`. If it never does, it exits with 3, and the test
    /// fails.
    private static func live(
        incarnation: UInt64, parent: (request: Int, publish: Int), _ certificate: Certificate?,
        until isEnough:
            @escaping @Sendable (_ urgent: Int, _ bulk: Int, _ published: Int, Bool) -> Bool,
        end: () -> Void
    ) throws {
        let heard = Locked(Heard())
        let transport = try NNGTransport(
            identity: TransportIdentity(
                member: MemberID(2), cluster: "kill", wireVersion: 1,
                incarnation: Incarnation(incarnation), certificatePEM: certificate?.certificate,
                privateKeyPEM: certificate?.key, authorityPEM: certificate?.authority),
            listen: (host: "127.0.0.1", requestPort: 0, publishPort: 0),
            peers: [
                PeerAddress(
                    member: MemberID(1), name: "parent", host: "127.0.0.1",
                    requestPort: parent.request, publishPort: parent.publish)
            ], logger: Logger(label: "child") { _ in SwiftLogNoOpLogHandler() },
            deliver: { batch in heard.withLock { for event in batch { $0.note(event) } } })
        try transport.start()
        let ports = transport.boundPorts
        var writer = ByteWriter()
        for number in [ports.request, ports.publish, Int(getpid())] { writer.write(number) }
        let large = pattern(64 * 1_024)
        for _ in 0..<6_000 {
            transport.send(writer.bytes, to: MemberID(1), lane: .urgent)
            transport.send(large, to: MemberID(1), lane: .bulk)
            transport.publish(large)
            usleep(5_000)
            let now = heard.withLock { $0 }
            if isEnough(now.urgent, now.bulk, now.published, now.isTold) { end() }
        }
        exit(3)
    }

    /// The parent's end: it talks to the child, wherever the child last said that it is.
    private final class Parent: Sendable {
        let node: Node
        private let isOver = Locked(false)
        private let pid = Locked<pid_t?>(nil)

        init(_ node: Node) { self.node = node }

        /// The child's process, once it has told it.
        var child: pid_t? { pid.withLock { $0 } }

        func talk() async throws {
            let large = pattern(32 * 1_024)
            while !isOver.withLock({ $0 }) {
                try follow()
                for _ in 0..<10 {
                    node.transport.send([1], to: MemberID(2), lane: .urgent)
                    node.transport.send(large, to: MemberID(2), lane: .bulk)
                    node.transport.publish([2])
                }
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        func hush() { isOver.withLock { $0 = true } }

        private func follow() throws {
            let told = node.recorder.received(from: MemberID(2), .urgent)
            guard let bytes = told.last else { return }
            var reader = ByteReader(bytes)
            let address = PeerAddress(
                member: MemberID(2), name: "child", host: "127.0.0.1",
                requestPort: try reader.readInt(), publishPort: try reader.readInt())
            let process = try reader.readInt()
            pid.withLock { $0 = pid_t(process) }
            try node.transport.updatePeers([address])
        }
    }

    @Test(arguments: [false, true])
    func `a peer that is killed under traffic again and again is reached again every time`(
        isTLS: Bool
    ) async throws {
        let authority = isTLS ? try Authority() : nil
        let certificate = try authority?.issue(2)
        let parent = Parent(
            try Node(1, cluster: "kill", certificate: authority?.issue(1), roster: [2]))
        let node = parent.node
        let (request, publish) = node.transport.boundPorts
        let talker = Task { try await parent.talk() }
        for round in UInt64(1)...4 {
            let before = node.recorder.received(from: MemberID(2), .bulk).count
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [
                    round = round as UInt64, request = request as Int, publish = publish as Int,
                    certificate = certificate as Certificate?,
                ] in
                try KillTests.live(
                    incarnation: round, parent: (request, publish), certificate,
                    until: { urgent, bulk, published, _ in min(urgent, bulk, published) > 50 },
                    end: { kill(getpid(), SIGKILL) })
            }
            #expect(node.recorder.received(from: MemberID(2), .bulk).count > before)
        }
        parent.hush()
        try await talker.value
        #expect(node.recorder.linkUps(MemberID(2)) >= 4)
        try await eventually("the parent is sound") { node.transport.health().isSound }
        let last = try Node(2, cluster: "kill", incarnation: 99, certificate: certificate)
        try await join([node, last])
        await node.stop()
        await last.stop()
    }

    @Test(arguments: [false, true])
    func `a peer that is paused is missed, and reached again once it goes on`(isTLS: Bool)
        async throws
    {
        let authority = isTLS ? try Authority() : nil
        let certificate = try authority?.issue(2)
        let parent = Parent(
            try Node(1, cluster: "kill", certificate: authority?.issue(1), roster: [2]))
        let node = parent.node
        let (request, publish) = node.transport.boundPorts
        let talker = Task { try await parent.talk() }
        let story = Task {
            try await eventually("the child is there") {
                parent.child != nil && node.isUp(MemberID(2))
            }
            let child = try #require(parent.child)
            kill(child, SIGSTOP)
            // The child goes on whatever becomes of this, else its exit is waited for in vain.
            do {
                try await eventually("it is missed") { !node.isUp(MemberID(2)) }
                try await Task.sleep(for: .seconds(3))
            } catch {
                kill(child, SIGCONT)
                throw error
            }
            kill(child, SIGCONT)
            try await eventually("it is reached again") { node.isUp(MemberID(2)) }
            try await eventually("it hears the farewell") {
                node.transport.send(KillTests.farewell, to: MemberID(2), lane: .urgent)
                return !node.isUp(MemberID(2))
            }
        }
        await #expect(processExitsWith: .success) {
            [
                request = request as Int, publish = publish as Int,
                certificate = certificate as Certificate?,
            ] in
            try KillTests.live(
                incarnation: 1, parent: (request, publish), certificate,
                until: { _, _, _, isTold in isTold }, end: { exit(0) })
        }
        try await story.value
        parent.hush()
        try await talker.value
        #expect(node.transport.health().isSound)
        await node.stop()
    }
}
