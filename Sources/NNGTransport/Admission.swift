import Basics

/// Who may speak here: the known members and the newest incarnation seen of each.
struct MemberRoster: Equatable, Sendable {
    private var newest: [MemberID: Incarnation] = [:]

    /// A roster of these members.
    init(_ members: [MemberID]) { replace(with: members) }

    /// Replaces the members; what is known of those that stay is kept.
    mutating func replace(with members: [MemberID]) {
        var next: [MemberID: Incarnation] = [:]
        for member in members { next[member] = newest[member] ?? Incarnation(0) }
        newest = next
    }

    /// The newest incarnation seen of a member; `nil` if it is none.
    func incarnation(of member: MemberID) -> Incarnation? { newest[member] }

    /// Takes note of an incarnation.
    mutating func observe(_ incarnation: Incarnation, of member: MemberID) {
        guard let known = newest[member], known < incarnation else { return }
        newest[member] = incarnation
    }

    /// The member that a certificate's common name belongs to.
    func member(certifiedAs name: String) -> MemberID? {
        newest.keys.first { TransportIdentity.certificateName(of: $0) == name }
    }
}

/// What is to be done with an envelope that arrived.
enum Verdict: Equatable, Sendable {
    /// The body is for the owner.
    case take(Envelope)
    /// The connection lives, and that was all.
    case ping(Envelope)
    /// Nothing of it is believed. The sender is the one it claims, if it got so far.
    case refuse(RefusalReason, sender: MemberID?, detail: String)
}

/// The rule by which envelopes are taken or refused. *Source:* design 4, "every message names
/// cluster, wire version, member, incarnation; a mismatch is refused".
struct Admission: Sendable {
    /// Where an envelope came in.
    enum Door: Equatable, Sendable {
        /// At the request listener.
        case requests
        /// Through the subscription to this member.
        case subscription(to: MemberID)
    }

    private let member: MemberID
    private let cluster: UInt64
    private let wireVersion: UInt8
    private let incarnation: Incarnation

    /// The rule of one receiver.
    init(for identity: TransportIdentity) {
        (member, wireVersion) = (identity.member, identity.wireVersion)
        incarnation = identity.incarnation
        cluster = Envelope.fingerprint(ofCluster: identity.cluster)
    }

    /// Judges the first bytes of a message. What it believes of a member's incarnation it enters
    /// into the roster.
    func judge(
        _ head: [UInt8], at door: Door, over pipe: PipeIdentity, _ roster: inout MemberRoster
    ) -> Verdict {
        var sender: MemberID?
        do throws(WireError) {
            var reader = ByteReader(head)
            let prefix = try EnvelopePrefix(from: &reader)
            sender = prefix.sender
            if let refusal = judge(prefix, over: pipe, roster) { return refusal }
            let envelope = try prefix.rest(from: &reader)
            if let refusal = judge(envelope, at: door, roster) { return refusal }
            roster.observe(envelope.incarnation, of: envelope.sender)
            switch envelope.kind {
            case .message, .publication: return .take(envelope)
            case .ping, .publishedPing: return .ping(envelope)
            }
        } catch {
            return .refuse(.malformed, sender: sender, detail: "\(error)")
        }
    }

    /// What every wire version has.
    private func judge(
        _ prefix: EnvelopePrefix, over pipe: PipeIdentity, _ roster: MemberRoster
    ) -> Verdict? {
        func refuse(_ reason: RefusalReason, _ detail: String) -> Verdict {
            .refuse(reason, sender: prefix.sender, detail: detail)
        }
        let sender = prefix.sender
        guard prefix.cluster == cluster else {
            return refuse(.wrongCluster, "\(sender) belongs to another cluster")
        }
        guard prefix.wireVersion == wireVersion else {
            return refuse(
                .wrongWireVersion,
                "\(sender) speaks wire version \(prefix.wireVersion), this member \(wireVersion); "
                    + "bring both to the same release")
        }
        guard sender == member || roster.incarnation(of: sender) != nil else {
            return refuse(.unknownMember, "\(sender) is no member known here")
        }
        guard pipe.mayBe(sender) else {
            let name = TransportIdentity.certificateName(of: sender)
            let found = if case .certified(let found) = pipe { found } else { "none" }
            return refuse(
                .wrongCertificate, "\(sender) must show a certificate of \(name), not \"\(found)\"")
        }
        return nil
    }

    /// What this wire version has.
    private func judge(_ envelope: Envelope, at door: Door, _ roster: MemberRoster) -> Verdict? {
        func refuse(_ reason: RefusalReason, _ detail: String) -> Verdict {
            .refuse(reason, sender: envelope.sender, detail: detail)
        }
        let sender = envelope.sender
        if let refusal = judgeAddress(envelope, at: door) { return refusal }
        if sender == member {
            let isOwnCheck = envelope.kind == .ping || envelope.kind == .publishedPing
            guard door == .subscription(to: member) || isOwnCheck,
                envelope.incarnation == incarnation
            else {
                return refuse(
                    .sameMember,
                    "another process runs as this member, incarnation \(envelope.incarnation): "
                        + "stop one of the two")
            }
            return nil
        }
        guard let newest = roster.incarnation(of: sender), envelope.incarnation >= newest else {
            return refuse(
                .staleIncarnation,
                "\(sender) incarnation \(envelope.incarnation) is older than one already heard; "
                    + "an old process, or an old copy of its data directory, is running")
        }
        return nil
    }

    private func judgeAddress(_ envelope: Envelope, at door: Door) -> Verdict? {
        let sender = envelope.sender
        switch (door, envelope.kind) {
        case (.requests, .message), (.requests, .ping):
            if envelope.destination == member { return nil }
            return .refuse(
                .wrongDestination, sender: sender,
                detail:
                    "\(sender) meant \(envelope.destination) and reached \(member): correct the "
                    + "address it has for \(envelope.destination)")
        case (.subscription(let expected), .publication),
            (.subscription(let expected), .publishedPing):
            if sender == expected { return nil }
            return .refuse(
                .wrongDestination, sender: sender,
                detail: "\(sender) publishes at the address configured for \(expected): correct it")
        case (.requests, .publication), (.requests, .publishedPing), (.subscription, .message),
            (.subscription, .ping):
            return .refuse(
                .malformed, sender: sender, detail: "\(sender) sent \(envelope.kind) to \(door)")
        }
    }
}
