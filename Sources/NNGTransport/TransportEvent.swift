package import Basics

/// What the transport tells its owner.
package enum TransportEvent: Equatable, Sendable {
    /// A peer sent a message. No order is promised, not even within a lane, and a message may be
    /// lost.
    case received(from: MemberID, lane: TransportLane, bytes: [UInt8])
    /// A peer published a message. Arrival says nothing about freshness: a process that was paused
    /// reads messages that are many seconds old.
    case published(from: MemberID, bytes: [UInt8])
    /// The peer accepts our requests again, or for the first time.
    case linkUp(MemberID)
    /// The peer no longer answers our urgent requests; the reason is for people.
    case linkDown(MemberID, reason: String)
    /// A redial was answered "connection refused": the peer's machine lives, its process does not.
    case refused(MemberID)
    /// Somebody was refused: `reason` is a `RefusalReason`, `detail` is for people. Told once for
    /// each kind and member, then at most once a minute; the counts are in the health report.
    case strangerRefused(reason: String, detail: String)

    /// The payload's length in bytes; what the outlet's bound counts.
    var payloadByteCount: Int {
        switch self {
        case .received(from: _, lane: _, bytes: let bytes): bytes.count
        case .published(from: _, bytes: let bytes): bytes.count
        case .linkUp, .linkDown, .refused, .strangerRefused: 0
        }
    }
}

/// Why a request, a publication or a connection was refused. The numbers are part of the wire
/// format.
package enum RefusalReason: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// The message names another cluster.
    case wrongCluster = 1
    /// The message has another layout version.
    case wrongWireVersion = 2
    /// The sender is no member of this cluster, as far as is known here.
    case unknownMember = 3
    /// The connection's certificate belongs to somebody else than the sender named in the message.
    case wrongCertificate = 4
    /// The message is meant for another member: an address in somebody's configuration is wrong.
    case wrongDestination = 5
    /// The sender's process has been restarted since: this one is a leftover, or runs on an old
    /// copy of its data directory.
    case staleIncarnation = 6
    /// The sender claims to be the receiver: one member id, two processes.
    case sameMember = 7
    /// The bytes are no message of ours.
    case malformed = 8
    /// The receiver has too much waiting already.
    case overloaded = 9
    /// The TLS handshake failed: no certificate, one of another authority, or no TLS at all.
    case handshakeFailed = 10
    /// The receiver is being stopped.
    case stopping = 11

    /// The reason as it stands in logs, metrics and events.
    package var description: String {
        switch self {
        case .wrongCluster: "wrong cluster"
        case .wrongWireVersion: "wrong wire version"
        case .unknownMember: "unknown member"
        case .wrongCertificate: "wrong certificate"
        case .wrongDestination: "wrong destination"
        case .staleIncarnation: "stale incarnation"
        case .sameMember: "same member"
        case .malformed: "malformed"
        case .overloaded: "overloaded"
        case .handshakeFailed: "handshake failed"
        case .stopping: "stopping"
        }
    }
}
