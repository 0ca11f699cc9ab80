package import Basics

/// A way of its own to a peer, so that a vote never queues behind megabytes. *Source:* design 4.
package enum TransportLane: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// Votes, term checks, forwarded commands, acknowledgements: small and soon.
    case urgent = 0
    /// Append batches with snapshots, facts pushed and pulled: up to 256 KiB each.
    case bulk = 1

    /// `urgent` or `bulk`.
    package var description: String {
        switch self {
        case .urgent: "urgent"
        case .bulk: "bulk"
        }
    }
}

/// Where a peer listens.
package struct PeerAddress: Equatable, Sendable {
    /// The peer.
    package var member: MemberID
    /// The name of its region, for logs and status only.
    package var name: String
    /// A host name or a numeric address; names are resolved again at every dial.
    package var host: String
    /// The TCP port of its REP socket.
    package var requestPort: Int
    /// The TCP port of its PUB socket.
    package var publishPort: Int

    /// A peer at this address.
    package init(
        member: MemberID, name: String, host: String, requestPort: Int, publishPort: Int
    ) {
        (self.member, self.name, self.host) = (member, name, host)
        (self.requestPort, self.publishPort) = (requestPort, publishPort)
    }
}

/// Who this process is: what every message of it names, and what proves it.
package struct TransportIdentity: Sendable {
    /// This member.
    package var member: MemberID
    /// The cluster's id; members of other clusters are refused.
    package var cluster: String
    /// The layout version of the messages; members with another one are refused.
    package var wireVersion: UInt8
    /// Which start of this member's process this is.
    package var incarnation: Incarnation
    /// This member's certificate (and chain) in PEM; `nil` means TCP without TLS.
    package var certificatePEM: String?
    /// The certificate's private key in PEM, not encrypted.
    package var privateKeyPEM: String?
    /// The certificates of the cluster's authority in PEM.
    package var authorityPEM: String?

    /// An identity; without the three PEM texts the transport speaks plain TCP, which is for tests
    /// and for `--insecure` only.
    package init(
        member: MemberID, cluster: String, wireVersion: UInt8, incarnation: Incarnation,
        certificatePEM: String? = nil, privateKeyPEM: String? = nil, authorityPEM: String? = nil
    ) {
        (self.member, self.cluster) = (member, cluster)
        (self.wireVersion, self.incarnation) = (wireVersion, incarnation)
        (self.certificatePEM, self.privateKeyPEM) = (certificatePEM, privateKeyPEM)
        self.authorityPEM = authorityPEM
    }

    /// The name in a member's certificate: its common name, which stands last in the subject, and
    /// its DNS name. `member-` and the member's number as 16 hexadecimal digits.
    package static func certificateName(of member: MemberID) -> String {
        let digits = String(member.number, radix: 16)
        return "member-" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
