import Basics
import Foundation
import Testing

@testable import NNGTransport

/// Every stranger is refused, counted, told once to the owner, and logged in one line.
@Suite(.serialized) struct RefusalTests {
    /// Lets `stranger` call `home`, which it knows as a member, and checks what `home` makes of it.
    private func expectRefusal(
        _ reason: RefusalReason, of stranger: Node, at home: Node, isAnswered: Bool = true
    ) async throws {
        try stranger.meet([home])
        stranger.transport.send([1], to: home.member, lane: .urgent)
        stranger.transport.send([1], to: home.member, lane: .bulk)
        try await eventually("it is refused: \(reason)") {
            home.transport.health().refusals(reason) >= 3
        }
        if isAnswered {
            try await eventually("it learns why") {
                stranger.link(to: home.member)?.downReason?.contains("\(reason)") == true
            }
        }
        #expect(!stranger.isUp(home.member))
        #expect(home.recorder.received(from: stranger.member, .urgent) == [])
        #expect(home.recorder.received(from: stranger.member, .bulk) == [])
        #expect(home.log.lines(with: "refused, \(reason)").count == 1)
        let told = home.recorder.count {
            if case .strangerRefused(reason: reason.description, detail: _) = $0 {
                true
            } else {
                false
            }
        }
        #expect(told == 1)
    }

    @Test func `a member of another cluster`() async throws {
        let (home, stranger) = (try Node(1, roster: [2]), try Node(2, cluster: "other"))
        try await expectRefusal(.wrongCluster, of: stranger, at: home)
        for node in [home, stranger] { await node.stop() }
    }

    @Test func `a member with another wire version`() async throws {
        let (home, stranger) = (try Node(1, wireVersion: 2, roster: [2]), try Node(2))
        try await expectRefusal(.wrongWireVersion, of: stranger, at: home)
        for node in [home, stranger] { await node.stop() }
    }

    @Test func `a member that is not known`() async throws {
        let (home, stranger) = (try Node(1, roster: [2]), try Node(3))
        try await expectRefusal(.unknownMember, of: stranger, at: home)
        for node in [home, stranger] { await node.stop() }
    }

    @Test func `publications of another cluster and of the wrong member`() async throws {
        let (home, other, third) = (
            try Node(1), try Node(2, cluster: "other"), try Node(3, roster: [1])
        )
        var wrong = third.address
        wrong.member = MemberID(4)
        try home.transport.updatePeers([other.address, third.address, wrong])
        try await eventually("both are refused") {
            other.transport.publish([1])
            third.transport.publish([2])
            return home.transport.health().refusals(.wrongCluster) > 0
                && home.transport.health().refusals(.wrongDestination) > 0
        }
        try await eventually(
            "and the answers of the wrong member are not taken for the right one's"
        ) {
            home.link(to: MemberID(4))?.downReason?.contains("wrong destination") == true
        }
        #expect(!home.isUp(MemberID(4)))
        #expect(home.recorder.published(from: other.member) == [])
        #expect(home.recorder.published(from: MemberID(4)) == [])
        for node in [home, other, third] { await node.stop() }
    }

    @Test func `a member that shows the certificate of another member`() async throws {
        let authority = try Authority()
        let home = try Node(1, certificate: authority.issue(1), roster: [2, 3])
        let impostor = try Node(2, certificate: authority.issue(3))
        try await expectRefusal(.wrongCertificate, of: impostor, at: home)
        #expect(home.log.lines(with: "member-0000000000000002").count == 1)
        for node in [home, impostor] { await node.stop() }
    }

    @Test func `a server that shows the certificate of another member is not spoken to`()
        async throws
    {
        let authority = try Authority()
        let one = try Node(1, certificate: authority.issue(1))
        let impostor = try Node(2, certificate: authority.issue(3), roster: [1])
        try one.meet([impostor])
        try await eventually("the handshake fails") {
            one.link(to: impostor.member)?.downReason?.contains("TLS handshake") == true
        }
        #expect(!one.isUp(impostor.member))
        #expect(one.link(to: impostor.member)?.lanes[0].acknowledged == 0)
        for node in [one, impostor] { await node.stop() }
    }

    @Test func `a subscriber whose certificate is of no member hears nothing`() async throws {
        let authority = try Authority()
        let home = try Node(1, certificate: authority.issue(1), roster: [2])
        let stranger = try Node(9, certificate: authority.issue(9))
        try stranger.meet([home])
        try await eventually("it is turned away") {
            home.transport.publish([1])
            return !home.log.lines(with: "wants to subscribe").isEmpty
                && home.transport.health().refusals(.unknownMember) >= 5
        }
        #expect(home.log.lines(with: "wants to subscribe").count == 1)
        #expect(stranger.recorder.published(from: home.member) == [])
        for node in [home, stranger] { await node.stop() }
    }

    @Test func `a member without a certificate`() async throws {
        let home = try Node(1, certificate: Authority().issue(1), roster: [2])
        let stranger = try Node(2)
        try await expectRefusal(.handshakeFailed, of: stranger, at: home, isAnswered: false)
        #expect(home.transport.health().isSound)
        for node in [home, stranger] { await node.stop() }
    }

    @Test func `a member with a certificate of another authority`() async throws {
        let home = try Node(1, certificate: Authority().issue(1), roster: [2])
        let stranger = try Node(2, certificate: Authority().issue(2))
        try stranger.meet([home])
        try await eventually("the handshake fails, for its own dialer") {
            stranger.link(to: home.member)?.downReason?.contains("TLS handshake") == true
        }
        #expect(!stranger.isUp(home.member))
        #expect(home.recorder.all.allSatisfy { if case .received = $0 { false } else { true } })
        for node in [home, stranger] { await node.stop() }
    }

    @Test func `a TLS client that shows no certificate at all`() async throws {
        let authority = try Authority()
        let home = try Node(1, certificate: authority.issue(1), roster: [2])
        for _ in 0..<3 {
            let client = Process()
            client.executableURL = URL(filePath: "/usr/bin/env")
            client.arguments = [
                "openssl", "s_client", "-connect", "127.0.0.1:\(home.transport.boundPorts.request)",
                "-CAfile", authority.path, "-tls1_3",
            ]
            client.standardInput = FileHandle.nullDevice
            client.standardOutput = FileHandle.nullDevice
            client.standardError = FileHandle.nullDevice
            try client.run()
            client.waitUntilExit()
        }
        try await eventually("it is counted") {
            home.transport.health().refusals(.handshakeFailed) >= 3
        }
        #expect(home.log.lines(with: "refused, handshake failed").count == 1)
        #expect(home.transport.health().isSound)
        await home.stop()
    }

    @Test func `certificates that cannot be used are an error before anything starts`() throws {
        let good = try Authority().issue(1)
        let broken = [
            Certificate(certificate: "no PEM", key: good.key, authority: good.authority),
            Certificate(certificate: good.certificate, key: "no PEM", authority: good.authority),
            Certificate(certificate: good.certificate, key: good.key, authority: ""),
        ]
        for certificate in broken {
            #expect { try Node(1, certificate: certificate) } throws: {
                ($0 as? TransportError)?.code == .certificateUnusable
            }
        }
        let half = TransportIdentity(
            member: MemberID(1), cluster: "test", wireVersion: 1, incarnation: Incarnation(1),
            certificatePEM: good.certificate)
        #expect { try TLSMaterial(of: half) } throws: {
            ($0 as? TransportError)?.code == .certificateUnusable
        }
    }
}
