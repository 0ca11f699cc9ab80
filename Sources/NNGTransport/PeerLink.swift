import Basics
import CNNG
import Logging

/// Everything between this process and one peer: a lane or two, a subscription, and a keeper thread
/// of its own, so that a name server or a dialer of one peer that hangs holds up no other peer.
///
/// The transport's self-check is such a link too, from the process to itself.
final class PeerLink: Sendable {
    /// Whom the link leads to.
    enum Purpose: Sendable {
        case peer
        case selfCheck
    }

    /// What several links share.
    struct Surroundings: Sendable {
        var identity: TransportIdentity
        var tls: TLSMaterial?
        var timing: TransportTiming
        var roster: Locked<MemberRoster>
        var outlet: EventOutlet
        var ledger: RefusalLedger
        var logger: Logger
    }

    private struct Summary {
        var isUp = false
        var downReason: String? = "not connected yet"
        var connectionsRefused = 0
        var lastTurn: Span
        var isStopping = false
    }

    let address: PeerAddress
    let lanes: [RequestLane]
    let subscription: Subscription
    private let purpose: Purpose
    private let around: Surroundings
    private let wake: Signal
    private let ended = Signal()
    private let summary: Locked<Summary>

    /// Opens the sockets; nothing is dialled before `start`.
    init(
        to address: PeerAddress, purpose: Purpose, _ around: Surroundings
    ) throws(TransportError) {
        (self.address, self.purpose, self.around) = (address, purpose, around)
        let wake = Signal()
        self.wake = wake
        summary = Locked(Summary(lastTurn: Uptime.now()))
        let configuration = try Self.configuration(for: address.member, around.tls)
        func open(_ kind: DialedSocket.Kind) throws(TransportError) -> DialedSocket {
            try DialedSocket(
                kind, to: address.member, tls: configuration, timing: around.timing,
                onChange: { wake.raise() },
                onImpostor: { name, remote in
                    around.ledger.record(
                        .wrongCertificate, of: address.member,
                        "\(remote), configured for \(address.member), shows the certificate of "
                            + "\"\(name)\"")
                })
        }
        let kinds: [TransportLane] = purpose == .peer ? [.urgent, .bulk] : [.urgent]
        var opened: [RequestLane] = []
        do throws(TransportError) {
            for kind in kinds {
                let socket = try open(.requests)
                opened.append(
                    try RequestLane(
                        kind, to: address.member, identity: around.identity, socket: socket,
                        timing: around.timing, wake: wake))
            }
            let outlet = purpose == .peer ? around.outlet : nil
            subscription = try Subscription(
                to: address.member, identity: around.identity, socket: try open(.subscription),
                roster: around.roster, ledger: around.ledger,
                deliver: { outlet?.postMessages($0) })
        } catch {
            for lane in opened { _ = lane.end(atMost: .seconds(1)) }
            throw error
        }
        lanes = opened
    }

    /// Starts the keeper, which dials. *Errors:* `outOfResources`.
    func start() throws(TransportError) {
        try TransportThread.start("link-\(address.name)") { [self] in keep() }
    }

    /// Sends a message on a lane; `false` if it is too large for any. Never blocks.
    func send(_ bytes: [UInt8], on lane: TransportLane) -> Bool {
        lanes.first { $0.lane == lane }?.send(bytes) ?? true
    }

    /// When the keeper last turned.
    var lastTurn: Span { summary.withLock { $0.lastTurn } }

    /// The link's status.
    func status(at now: Span) -> LinkStatus {
        let lanes = lanes.map { $0.status(at: now) }
        let subscription = subscription.status(at: now)
        return summary.withLock { summary in
            LinkStatus(
                member: address.member, name: address.name, isUp: summary.isUp,
                downReason: summary.downReason,
                lastSuccessAge: lanes.compactMap(\.lastSuccessAge).min(),
                connectionsRefused: summary.connectionsRefused, lanes: lanes,
                subscription: subscription)
        }
    }

    /// Tells the keeper to end the link.
    func requestEnd() {
        summary.withLock { $0.isStopping = true }
        wake.raise()
    }

    /// Waits for that, at most so long; whether the link has ended.
    func waitUntilEnded(atMost limit: Span) -> Bool { ended.wait(atMost: limit) }

    /// Ends a link whose keeper was never started.
    func endUnstarted() { end() }

    private static func configuration(
        for member: MemberID, _ material: TLSMaterial?
    ) throws(TransportError) -> TLSConfiguration? {
        guard let material else { return nil }
        return try material.dialerConfiguration(
            serverName: TransportIdentity.certificateName(of: member))
    }

    /// The keeper's thread.
    private func keep() {
        var keeper = LinkKeeper(
            of: self, purpose, around, silenceLimit: around.timing.silenceLimit)
        while !summary.withLock({ $0.isStopping }) {
            let now = Uptime.now()
            let refused = keeper.turn(at: now)
            let (isUp, downReason) = (keeper.judge.isUp, keeper.judge.downReason)
            summary.withLock { summary in
                (summary.isUp, summary.downReason) = (isUp, downReason)
                summary.connectionsRefused += refused
                summary.lastTurn = Uptime.now()
            }
            wake.wait(atMost: around.timing.tick, lowering: true)
        }
        keeper.tellEnd()
        end()
        ended.raise()
    }

    private func end() {
        for lane in lanes where !lane.end(atMost: .seconds(3)) {
            around.logger.error(
                "the \(lane.lane) lane to \(address.name) does not end and is left to the process")
        }
        if !subscription.end(atMost: .seconds(3)) {
            around.logger.error(
                "the subscription to \(address.name) does not end and is left to the process")
        }
    }
}
