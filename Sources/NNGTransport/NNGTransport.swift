package import Basics
package import Logging

/// Moves bytes between the members of a cluster over nng; it knows nothing of what they mean.
///
/// Per peer there are two request lanes and a subscription; one REP and one PUB socket serve all
/// peers. Messages are one-way: the receiver answers each request at once with a tiny
/// acknowledgement. They may be lost and may overtake each other; none is delivered twice. Every
/// message names cluster, wire version, member and incarnation, and a mismatch is refused, counted
/// and told.
///
/// Watchdogs redial what hangs, each link on a thread of its own, and a self-check dials the
/// process's own listeners. *Source:* design 4, "Channels".
package final class NNGTransport: Sendable {
    private enum Phase {
        case fresh
        case running
        case stopped
    }

    private struct State {
        var phase = Phase.fresh
        var hasToldOversized = false
        var links: [PeerLink] = []
        var retired: [PeerLink] = []
        var server: RequestServer?
        var publisher: Publisher?
        var keeper: ListenerKeeper?
        var selfLink: PeerLink?
    }

    private let listen: (host: String, requestPort: Int, publishPort: Int)
    private let around: PeerLink.Surroundings
    private let initialPeers: [PeerAddress]
    private let state = Locked(State())

    /// The version of libnng this process runs with.
    package static var libraryVersion: String { NNGLibrary.version }

    /// Refuses a libnng that locks up. *Errors:* `libraryTooOld`, with the remedy in the message.
    package static func requireUsableLibrary() throws(TransportError) {
        try NNGLibrary.requireUsable()
    }

    /// A transport that is not started. Port 0 lets the system choose; the host `*` means every
    /// IPv4 address, `::` every address, and of a name's addresses the first is taken. `deliver` is
    /// called on threads of libnng and of the transport, one call at a time, and must only enqueue.
    /// *Errors:* `libraryTooOld`, `certificateUnusable`.
    package init(
        identity: TransportIdentity,
        listen: (host: String, requestPort: Int, publishPort: Int), peers: [PeerAddress],
        logger: Logger, timing: TransportTiming = TransportTiming(),
        deliver: @escaping @Sendable ([TransportEvent]) -> Void
    ) throws(TransportError) {
        try Self.requireUsableLibrary()
        self.listen = listen
        initialPeers = peers
        let outlet = EventOutlet(deliver: deliver)
        around = PeerLink.Surroundings(
            identity: identity, tls: try TLSMaterial(of: identity), timing: timing,
            roster: Locked(MemberRoster(peers.map(\.member))), outlet: outlet,
            ledger: RefusalLedger(
                interval: timing.refusalReportInterval, outlet: outlet, logger: logger),
            logger: logger)
    }

    deinit {
        // Its owner forgot to stop it: end the threads, and do not wait.
        _ = around.outlet.close(atMost: .zero)
        let (links, keeper) = state.withLock { state in
            (state.links + (state.selfLink.map { [$0] } ?? []), state.keeper)
        }
        for link in links { link.requestEnd() }
        keeper?.requestEnd()
    }

    /// Listens, and dials the peers in the background. *Errors:* `portTaken`, `addressUnusable`,
    /// `outOfResources`; `wrongState` unless it is the first call. After an error call `stop`.
    package func start() throws(TransportError) {
        let isFirst = state.withLock { state in
            defer { if state.phase == .fresh { state.phase = .running } }
            return state.phase == .fresh
        }
        guard isFirst else {
            throw TransportError(.wrongState, "the transport can be started once only")
        }
        let host = try Endpoints.resolve(listen.host)[0]
        let (server, publisher) = try openListeners(at: host)
        state.withLock { ($0.server, $0.publisher) = (server, publisher) }
        let selfLink = try PeerLink(
            to: PeerAddress(
                member: around.identity.member, name: "self",
                host: Endpoints.loopback(ofListener: host), requestPort: server.socket.port,
                publishPort: publisher.socket.port),
            purpose: .selfCheck, around)
        try begin(selfLink) { $0.selfLink = selfLink }
        let keeper = ListenerKeeper(
            server: server, publisher: publisher, selfLink: selfLink, around)
        try keeper.start()
        state.withLock { $0.keeper = keeper }
        try updatePeers(initialPeers)
    }

    /// The ports it listens at; (0, 0) before `start`.
    package var boundPorts: (request: Int, publish: Int) {
        state.withLock { ($0.server?.socket.port ?? 0, $0.publisher?.socket.port ?? 0) }
    }

    /// Replaces the peers: links to new ones are begun, to lost ones ended, and those whose address
    /// has changed are begun anew. This member itself is left out. One call at a time, and not from
    /// within `deliver`.
    /// *Errors:* `outOfResources`, `wrongState` unless the transport runs.
    package func updatePeers(_ peers: [PeerAddress]) throws(TransportError) {
        guard state.withLock({ $0.phase == .running }) else {
            throw TransportError(.wrongState, "peers can be changed while the transport runs only")
        }
        let wanted = peers.filter { $0.member != around.identity.member }
        around.roster.withLock { $0.replace(with: wanted.map(\.member)) }
        let (kept, lost) = state.withLock { state in
            let lost = state.links.filter { !wanted.contains($0.address) }
            state.links.removeAll { !wanted.contains($0.address) }
            state.retired = state.retired.filter { !$0.waitUntilEnded(atMost: .zero) } + lost
            return (state.links.map(\.address), lost)
        }
        for link in lost { link.requestEnd() }
        for address in wanted where !kept.contains(address) {
            let link = try PeerLink(to: address, purpose: .peer, around)
            try begin(link) { $0.links.append(link) }
        }
    }

    /// Sends a message to a peer, as soon as its lane has room. Never blocks. It may be lost: a
    /// bounded queue drops its oldest, and what waits too long is dropped. A message to nobody is
    /// dropped.
    package func send(_ bytes: [UInt8], to member: MemberID, lane: TransportLane) {
        let link = state.withLock { $0.links.first { $0.address.member == member } }
        guard let link else { return }
        if link.send(bytes, on: lane) { return }
        let isNews = state.withLock { state in
            defer { state.hasToldOversized = true }
            return !state.hasToldOversized
        }
        if isNews {
            around.logger.error(
                "a message of \(bytes.count) bytes is too large and was dropped: a defect")
        }
    }

    /// Sends a message to every peer that is subscribed now. Never blocks, and may be lost.
    package func publish(_ bytes: [UInt8]) {
        state.withLock { $0.publisher }?.publish(bytes)
    }

    /// The link to itself, for tests of the self-check.
    var selfLinkForTests: PeerLink? { state.withLock { $0.selfLink } }

    /// The two listening sockets, for tests of the self-check.
    var listenersForTests: [ListenedSocket] {
        state.withLock { [$0.server?.socket, $0.publisher?.socket].compactMap { $0 } }
    }

    /// The links, by member.
    package func status() -> [LinkStatus] {
        let now = Uptime.now()
        return state.withLock { $0.links }
            .sorted { $0.address.member < $1.address.member }
            .map { $0.status(at: now) }
    }

    /// The transport's own state.
    package func health() -> TransportHealth {
        let (server, publisher, keeper, selfLink, links) = state.withLock {
            ($0.server, $0.publisher, $0.keeper, $0.selfLink, $0.links)
        }
        let counts = publisher?.counts ?? (published: 0, dropped: 0)
        var health = TransportHealth(
            requestListener: .answering, publishListener: .answering, listenersRecreated: 0,
            stuckKeepers: [], refusals: around.ledger.totals,
            eventsDropped: around.outlet.dropped, published: counts.published,
            publicationsDropped: counts.dropped, descriptorsOpen: nil, descriptorsMax: nil,
            inboundConnections: (server?.socket.inboundCount ?? 0)
                + (publisher?.socket.inboundCount ?? 0))
        keeper?.describe(into: &health)
        let now = Uptime.now()
        var turns = links.map { ($0.address.name, $0.lastTurn) }
        if let selfLink { turns.append(("self-check", selfLink.lastTurn)) }
        if let keeper { turns.append(("listeners", keeper.lastTurn)) }
        health.stuckKeepers = turns.filter { now - $0.1 > .seconds(5) }.map(\.0)
        return health
    }

    /// Ends everything: nothing is delivered after it returns. Blocks for a moment, at most for
    /// `TransportTiming.stopLimit`; what libnng has not let go by then is left to the process's
    /// end. A second call does nothing. Not from within `deliver`.
    package func stop() {
        let taken = state.withLock { state -> State? in
            guard state.phase == .running else {
                state.phase = .stopped
                return nil
            }
            defer { state = State(phase: .stopped) }
            return state
        }
        guard let taken else { return }
        let deadline = Uptime.now() + around.timing.stopLimit
        if !around.outlet.close(atMost: .seconds(2)) {
            around.logger.error("a delivery of the transport's events does not return")
        }
        let selfLinks = taken.selfLink.map { [$0] } ?? []
        let links = taken.links + taken.retired + selfLinks
        for link in links { link.requestEnd() }
        for link in links where !link.waitUntilEnded(atMost: deadline - Uptime.now()) {
            around.logger.error("the link to \(link.address.name) did not end in time")
        }
        guard let keeper = taken.keeper else {
            _ = taken.server?.end(atMost: deadline - Uptime.now())
            taken.publisher?.end()
            return
        }
        keeper.requestEnd()
        if !keeper.waitUntilEnded(atMost: deadline - Uptime.now()) {
            around.logger.error("the listeners did not end in time")
        }
    }

    /// Starts a link's keeper and enters the link into the state; ends it at once if the transport
    /// was stopped meanwhile.
    private func begin(
        _ link: PeerLink, _ enter: (inout State) -> Void
    ) throws(TransportError) {
        do throws(TransportError) {
            try link.start()
        } catch {
            link.endUnstarted()
            throw error
        }
        let isWelcome = state.withLock { state in
            guard state.phase == .running else { return false }
            enter(&state)
            return true
        }
        if !isWelcome { link.requestEnd() }
    }

    private func openListeners(
        at host: String
    ) throws(TransportError) -> (RequestServer, Publisher) {
        let around = around
        let configuration: TLSConfiguration? =
            if let tls = around.tls { try tls.listenerConfiguration() } else { nil }
        let replies = try ListenedSocket(
            .replies, host: host, port: listen.requestPort, tls: configuration,
            admits: { _, _ in true })
        let server: RequestServer
        do throws(TransportError) {
            try replies.listen()
            server = try RequestServer(
                replies, identity: around.identity, roster: around.roster, outlet: around.outlet,
                ledger: around.ledger, timing: around.timing)
        } catch {
            replies.close()
            throw error
        }
        do throws(TransportError) {
            let socket = try ListenedSocket(
                .publisher, host: host, port: listen.publishPort, tls: configuration,
                admits: { around.admitsSubscriber($0, at: $1) })
            let publisher = Publisher(socket, identity: around.identity, logger: around.logger)
            do throws(TransportError) {
                try socket.listen()
            } catch {
                publisher.end()
                throw error
            }
            return (server, publisher)
        } catch {
            _ = server.end(atMost: .seconds(3))
            throw error
        }
    }
}

extension PeerLink.Surroundings {
    /// A subscriber cannot be answered, so a stranger is disconnected before it hears anything.
    func admitsSubscriber(_ identity: PipeIdentity, at address: String) -> Bool {
        guard case .certified(let name) = identity else { return true }
        let isMember =
            name == TransportIdentity.certificateName(of: self.identity.member)
            || roster.withLock { $0.member(certifiedAs: name) } != nil
        if !isMember {
            ledger.record(
                .unknownMember, of: nil,
                "\(address) wants to subscribe with the certificate of \"\(name)\", no member "
                    + "known here")
        }
        return isMember
    }
}
