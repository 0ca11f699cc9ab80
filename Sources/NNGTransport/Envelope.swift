import Basics

/// What stands in front of every request and publication: who sends what to whom.
///
/// The first 24 bytes (up to and including the sender) keep their places in every wire version, so
/// that any two versions can tell each other what is wrong. Numbers are big-endian:
///
///     0 magic "MRDN" · 4 wire version · 5 kind · 6 lane · 7 zero · 8 cluster · 16 sender
///     24 destination (0: everybody) · 32 incarnation · 40 body
struct Envelope: Equatable, Sendable {
    /// What follows the envelope.
    enum Kind: UInt8, Sendable {
        /// A message for the owner.
        case message = 1
        /// Nothing: it proves that the connection lives.
        case ping = 2
        /// A publication for the owner.
        case publication = 3
        /// Nothing, published for the same proof.
        case publishedPing = 4
    }

    /// The envelope's length in bytes.
    static let byteCount = 40
    /// The destination of a publication.
    static let everybody = MemberID(0)

    var wireVersion: UInt8
    var kind: Kind
    var lane: TransportLane
    var cluster: UInt64
    var sender: MemberID
    var destination: MemberID
    var incarnation: Incarnation

    /// The envelope of an identity's messages.
    init(
        from identity: TransportIdentity, to destination: MemberID, kind: Kind, lane: TransportLane
    ) {
        wireVersion = identity.wireVersion
        (self.kind, self.lane, self.destination) = (kind, lane, destination)
        cluster = Self.fingerprint(ofCluster: identity.cluster)
        (sender, incarnation) = (identity.member, identity.incarnation)
    }

    /// The first 64 bits of the SHA-256 of a cluster's id.
    static func fingerprint(ofCluster id: String) -> UInt64 {
        Digest256(of: Array(id.utf8)).bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The envelope's 40 bytes.
    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.writeRaw(Wire.magic)
        writer.write(wireVersion)
        writer.write(kind.rawValue)
        writer.write(lane.rawValue)
        writer.write(UInt8(0))
        writer.writeFixed(cluster)
        writer.writeFixed(sender.number)
        writer.writeFixed(destination.number)
        writer.writeFixed(incarnation.number)
        return writer.bytes
    }
}

/// What both layouts share.
enum Wire {
    /// The first four bytes of everything the transport sends: "MRDN".
    static let magic: [UInt8] = [0x4D, 0x52, 0x44, 0x4E]

    /// Reads the magic. *Errors:* `WireError` if something else is there.
    static func readMagic(_ reader: inout ByteReader) throws(WireError) {
        let found = try reader.readRaw(magic.count)
        guard found == magic else {
            throw WireError(offset: 0, expected: "MRDN", found: hexadecimal(found))
        }
    }
}

/// The part of an envelope that every wire version has, read before anything else is believed.
struct EnvelopePrefix: Equatable, Sendable {
    var wireVersion: UInt8
    var cluster: UInt64
    var sender: MemberID
    private var kind: UInt8
    private var lane: UInt8

    /// Reads the first 24 bytes. *Errors:* `WireError` if they are no envelope of any version.
    init(from reader: inout ByteReader) throws(WireError) {
        try Wire.readMagic(&reader)
        wireVersion = try reader.readByte()
        kind = try reader.readByte()
        lane = try reader.readByte()
        _ = try reader.readByte()
        cluster = try reader.readFixed()
        sender = MemberID(try reader.readFixed())
    }

    /// The whole envelope, once the wire version is known to be ours.
    func rest(from reader: inout ByteReader) throws(WireError) -> Envelope {
        guard let kind = Envelope.Kind(rawValue: kind) else {
            throw WireError(offset: 5, expected: "a kind of 1 to 4", found: "\(kind)")
        }
        guard let lane = TransportLane(rawValue: lane) else {
            throw WireError(offset: 6, expected: "a lane of 0 or 1", found: "\(lane)")
        }
        let destination = MemberID(try reader.readFixed())
        let incarnation = Incarnation(try reader.readFixed())
        return Envelope(prefix: self, kind: kind, lane: lane, to: destination, incarnation)
    }
}

extension Envelope {
    fileprivate init(
        prefix: EnvelopePrefix, kind: Kind, lane: TransportLane, to destination: MemberID,
        _ incarnation: Incarnation
    ) {
        (wireVersion, cluster, sender) = (prefix.wireVersion, prefix.cluster, prefix.sender)
        (self.kind, self.lane) = (kind, lane)
        (self.destination, self.incarnation) = (destination, incarnation)
    }
}

/// The answer to every request: taken, or refused and why. 24 bytes, the same in every wire
/// version:
///
///     0 magic "MRDN" · 4 wire version · 5 status (0: taken, else the reason) · 6 zero · 8
/// responder · 16 zero
struct Acknowledgement: Equatable, Sendable {
    /// What became of the request.
    enum Status: Equatable, Sendable {
        case taken
        case refused(RefusalReason)
        /// A reason that a newer version has and this one does not.
        case refusedOtherwise(code: UInt8)
    }

    /// The acknowledgement's length in bytes.
    static let byteCount = 24

    var wireVersion: UInt8
    var status: Status
    var responder: MemberID

    /// The acknowledgement's bytes.
    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.writeRaw(Wire.magic)
        writer.write(wireVersion)
        switch status {
        case .taken: writer.write(UInt8(0))
        case .refused(let reason): writer.write(reason.rawValue)
        case .refusedOtherwise(let code): writer.write(code)
        }
        writer.writeRaw([0, 0])
        writer.writeFixed(responder.number)
        writer.writeFixed(0)
        return writer.bytes
    }

    init(wireVersion: UInt8, status: Status, responder: MemberID) {
        (self.wireVersion, self.status, self.responder) = (wireVersion, status, responder)
    }

    /// Reads an acknowledgement; more bytes than 24 are allowed and ignored.
    init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        try Wire.readMagic(&reader)
        wireVersion = try reader.readByte()
        let code = try reader.readByte()
        _ = try reader.readRaw(2)
        responder = MemberID(try reader.readFixed())
        _ = try reader.readFixed()
        if code == 0 {
            status = .taken
        } else if let reason = RefusalReason(rawValue: code) {
            status = .refused(reason)
        } else {
            status = .refusedOtherwise(code: code)
        }
    }
}
