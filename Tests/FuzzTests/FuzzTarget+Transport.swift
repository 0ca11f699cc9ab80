import Basics

@testable import NNGTransport

extension FuzzTarget {
    /// What stands in front of every message between members, and what answers it.
    static let transportTargets = [envelope, acknowledgement]

    private static let envelope = FuzzTarget(
        name: "envelope", isText: false,
        seeds: [Envelope.Kind.message, .ping, .publication, .publishedPing].map { kind in
            let identity = TransportIdentity(
                member: MemberID(0x0102_0304_0506_0708), cluster: "fuzz", wireVersion: 2,
                incarnation: Incarnation(9))
            return Envelope(from: identity, to: MemberID(3), kind: kind, lane: .bulk).encoded
        },
        run: { bytes in
            guard let value = try? readEnvelope(bytes) else { return .refused }
            return (try? readEnvelope(value.encoded)) == value
                ? .accepted : .broken("its own bytes are not read as the same envelope")
        })

    private static func readEnvelope(_ bytes: [UInt8]) throws -> Envelope {
        var reader = ByteReader(bytes)
        let prefix = try EnvelopePrefix(from: &reader)
        return try prefix.rest(from: &reader)
    }

    private static let acknowledgement = FuzzTarget(
        name: "acknowledgement", isText: false,
        seeds: [Acknowledgement.Status.taken, .refused(.malformed), .refusedOtherwise(code: 200)]
            .map { Acknowledgement(wireVersion: 2, status: $0, responder: MemberID(7)).encoded },
        run: { bytes in
            guard let value = try? Acknowledgement(decoding: bytes) else { return .refused }
            return (try? Acknowledgement(decoding: value.encoded)) == value
                ? .accepted : .broken("its own bytes are not read as the same answer")
        })
}
