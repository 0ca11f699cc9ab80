import Basics
import Testing

@testable import NNGTransport

private func identity(
    _ number: UInt64 = 2, cluster: String = "test", wireVersion: UInt8 = 1, incarnation: UInt64 = 5
) -> TransportIdentity {
    TransportIdentity(
        member: MemberID(number), cluster: cluster, wireVersion: wireVersion,
        incarnation: Incarnation(incarnation))
}

private func name(_ number: UInt64) -> String {
    TransportIdentity.certificateName(of: MemberID(number))
}

@Suite struct EnvelopeTests {
    @Test func `a certificate's name has sixteen digits whatever the member`() {
        #expect(name(2) == "member-0000000000000002")
        #expect(name(.max) == "member-ffffffffffffffff")
    }

    @Test func `an envelope has its forty bytes where the format says`() {
        let envelope = Envelope(
            from: identity(0x0102_0304_0506_0708, incarnation: 9), to: MemberID(0xAA),
            kind: .message, lane: .bulk)
        let bytes = envelope.encoded
        #expect(bytes.count == 40)
        #expect(Array(bytes[0..<8]) == [0x4D, 0x52, 0x44, 0x4E, 1, 1, 1, 0])
        #expect(Array(bytes[16..<24]) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(bytes[31] == 0xAA)
        #expect(bytes[39] == 9)
    }

    @Test func `an envelope is read back as it was written`() throws {
        for kind in [Envelope.Kind.message, .ping, .publication, .publishedPing] {
            for lane in TransportLane.allCases {
                let envelope = Envelope(from: identity(), to: MemberID(3), kind: kind, lane: lane)
                var reader = ByteReader(envelope.encoded)
                let prefix = try EnvelopePrefix(from: &reader)
                #expect(try prefix.rest(from: &reader) == envelope)
            }
        }
    }

    @Test func `an acknowledgement is read back, and a reason of the future is kept as its number`()
        throws
    {
        let statuses: [Acknowledgement.Status] =
            [.taken, .refusedOtherwise(code: 200)] + RefusalReason.allCases.map { .refused($0) }
        for status in statuses {
            let sent = Acknowledgement(wireVersion: 1, status: status, responder: MemberID(7))
            #expect(sent.encoded.count == Acknowledgement.byteCount)
            #expect(try Acknowledgement(decoding: sent.encoded) == sent)
        }
    }

    @Test func `bytes that are no acknowledgement are an error with its place`() {
        #expect(throws: WireError(offset: 0, expected: "MRDN", found: "00000000")) {
            try Acknowledgement(decoding: [UInt8](repeating: 0, count: 24))
        }
        #expect(throws: WireError.self) { try Acknowledgement(decoding: Wire.magic) }
    }
}

@Suite struct AdmissionTests {
    private let receiver = identity(1, incarnation: 3)

    private func judge(
        _ head: [UInt8], at door: Admission.Door = .requests,
        over pipe: PipeIdentity = .unproven, roster: [MemberID] = [MemberID(2), MemberID(3)]
    ) -> Verdict {
        var roster = MemberRoster(roster)
        return Admission(for: receiver).judge(head, at: door, over: pipe, &roster)
    }

    private func reason(_ verdict: Verdict) -> RefusalReason? {
        if case .refuse(let reason, _, _) = verdict { reason } else { nil }
    }

    private func message(
        _ from: TransportIdentity = identity(), to: UInt64 = 1, kind: Envelope.Kind = .message
    ) -> [UInt8] {
        Envelope(from: from, to: MemberID(to), kind: kind, lane: .urgent).encoded
    }

    @Test func `a member's message and ping are taken`() {
        let sent = Envelope(from: identity(), to: MemberID(1), kind: .message, lane: .urgent)
        #expect(judge(sent.encoded) == .take(sent))
        let ping = Envelope(from: identity(), to: MemberID(1), kind: .ping, lane: .bulk)
        #expect(judge(ping.encoded) == .ping(ping))
    }

    @Test func `each mismatch is refused for its own reason`() {
        #expect(reason(judge(message(identity(cluster: "other")))) == .wrongCluster)
        #expect(reason(judge(message(identity(wireVersion: 2)))) == .wrongWireVersion)
        #expect(reason(judge(message(identity(9)))) == .unknownMember)
        #expect(reason(judge(message(to: 3))) == .wrongDestination)
        #expect(reason(judge(message(kind: .publication))) == .malformed)
        #expect(reason(judge(message(), over: .certified(name(3)))) == .wrongCertificate)
        #expect(reason(judge(message(), over: .certified(""))) == .wrongCertificate)
        #expect(reason(judge(message(), over: .certified(name(2) + ", O=x"))) == .wrongCertificate)
        #expect(reason(judge(message(), over: .certified(name(2)))) == nil)
    }

    @Test func `every proper prefix of an envelope is malformed`() {
        let whole = message()
        for count in 0..<whole.count {
            #expect(reason(judge(Array(whole[..<count]))) == .malformed, "\(count) bytes")
        }
    }

    @Test func `no single changed byte of the head lets a stranger in`() {
        let whole = message()
        for index in 0..<32 where index != 7 {
            for bit in 0..<8 {
                var changed = whole
                changed[index] ^= 1 << bit
                let verdict = judge(changed)
                switch verdict {
                case .refuse: break
                case .ping: #expect(index == 5, "byte \(index)")
                case .take(let envelope):
                    // Only the lane and a change to another known member keep an envelope valid.
                    #expect(index == 6 || envelope.sender == MemberID(3), "byte \(index)")
                }
            }
        }
    }

    @Test func `an older incarnation is refused once a newer one was heard`() {
        var roster = MemberRoster([MemberID(2)])
        let admission = Admission(for: receiver)
        func judge(_ incarnation: UInt64) -> RefusalReason? {
            reason(
                admission.judge(
                    message(identity(incarnation: incarnation)), at: .requests, over: .unproven,
                    &roster))
        }
        #expect(judge(5) == nil)
        #expect(judge(4) == .staleIncarnation)
        #expect(judge(6) == nil)
        #expect(judge(5) == .staleIncarnation)
        roster.replace(with: [MemberID(2), MemberID(3)])
        #expect(judge(5) == .staleIncarnation)
    }

    @Test func `a refused message teaches nothing about an incarnation`() {
        var roster = MemberRoster([MemberID(2)])
        let forged = message(identity(incarnation: 99))
        let verdict = Admission(for: receiver).judge(
            forged, at: .requests, over: .certified(name(3)), &roster)
        #expect(reason(verdict) == .wrongCertificate)
        #expect(roster.incarnation(of: MemberID(2)) == Incarnation(0))
    }

    @Test func `its own ping is taken and its own message is another process`() {
        #expect(reason(judge(message(receiver, kind: .ping))) == nil)
        #expect(reason(judge(message(receiver))) == .sameMember)
        #expect(reason(judge(message(identity(1, incarnation: 2), kind: .ping))) == .sameMember)
    }

    @Test func `a subscription takes its own peer's publications only`() {
        let everybody = Envelope.everybody.number
        let sent = message(to: everybody, kind: .publication)
        let ping = message(to: everybody, kind: .publishedPing)
        #expect(reason(judge(sent, at: .subscription(to: MemberID(2)))) == nil)
        #expect(reason(judge(ping, at: .subscription(to: MemberID(2)))) == nil)
        #expect(reason(judge(sent, at: .subscription(to: MemberID(3)))) == .wrongDestination)
        #expect(reason(judge(message(), at: .subscription(to: MemberID(2)))) == .malformed)
    }
}
