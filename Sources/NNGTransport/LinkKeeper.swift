import Basics
import Logging

/// What a link's keeper thread knows and does at each turn: watch, redial, ping, judge, tell.
struct LinkKeeper {
    /// One dialer and its watchdog.
    private struct Watch {
        var name: String
        var socket: DialedSocket
        var port: Int
        var lastHeard: @Sendable () -> Span?
        var dog: DialWatchdog
        /// Which of the host's addresses is in use, counted on past the last.
        var addressIndex = 0
        var seen = EndpointCounts()
    }

    private let link: PeerLink
    private let purpose: PeerLink.Purpose
    private let around: PeerLink.Surroundings
    private var watches: [Watch] = []
    private var lastTurn: Span?
    private var obstacle: LinkJudge.Obstacle?
    private(set) var judge: LinkJudge

    init(
        of link: PeerLink, _ purpose: PeerLink.Purpose, _ around: PeerLink.Surroundings,
        silenceLimit: Span
    ) {
        (self.link, self.purpose, self.around) = (link, purpose, around)
        judge = LinkJudge(silenceLimit: silenceLimit)
        for lane in link.lanes {
            watches.append(
                Watch(
                    name: "\(lane.lane) lane", socket: lane.socket, port: link.address.requestPort,
                    lastHeard: { lane.lastHeard },
                    dog: DialWatchdog(limit: around.timing.silenceLimit(of: lane.lane))))
        }
        let subscription = link.subscription
        watches.append(
            Watch(
                name: "subscription", socket: subscription.socket, port: link.address.publishPort,
                lastHeard: { subscription.lastHeard },
                dog: DialWatchdog(limit: around.timing.silenceLimit)))
    }

    /// One turn; how many dials were answered "connection refused" since the last.
    mutating func turn(at now: Span) -> Int {
        let limit = around.timing.pauseLimit + around.timing.tick
        let wasPaused = lastTurn.map { now - $0 > limit } ?? false
        if wasPaused {
            for index in watches.indices { watches[index].dog.excuse(at: now) }
        }
        for index in watches.indices where isDialDue(watches[index], at: now) {
            dial(index, at: now)
        }
        for lane in link.lanes { lane.pingIfIdle(for: around.timing.pingInterval, at: now) }
        link.subscription.receiveIfIdle()
        let refused = lookAtObstacles()
        // After a pause of this process the pings above first get a chance to be answered.
        if !wasPaused { tell(judge.judge(facts, at: Uptime.now()), refused: refused) }
        // A slow redial above is no pause of the process.
        lastTurn = Uptime.now()
        return refused
    }

    /// The link ends: it is down for its owner.
    mutating func tellEnd() {
        guard purpose == .peer, judge.isUp else { return }
        around.outlet.postNews(.linkDown(link.address.member, reason: "the link was ended here"))
    }

    private var facts: LinkJudge.Facts {
        let urgent = link.lanes[0]
        return LinkJudge.Facts(
            connectedSince: urgent.socket.connection?.since, lastAccepted: urgent.lastAccepted,
            refusal: urgent.refusal, obstacle: obstacle)
    }

    private func isDialDue(_ watch: Watch, at now: Span) -> Bool {
        if watch.dog.isDue(lastHeard: watch.lastHeard(), at: now) { return true }
        switch purpose {
        case .peer: return false
        case .selfCheck:
            // A new connection now and then shows that the listener still accepts.
            let age = watch.dog.lastDial.map { now - $0 } ?? .zero
            return age >= around.timing.selfCheckRedialInterval
        }
    }

    private mutating func dial(_ index: Int, at now: Span) {
        let watch = watches[index]
        let lastHeard = watch.lastHeard()
        // A host with several addresses: one that has answered is kept, else the next has its turn.
        if let lastDial = watch.dog.lastDial, lastHeard.map({ $0 < lastDial }) ?? true {
            watches[index].addressIndex += 1
        }
        watches[index].dog.noteDial(lastHeard: lastHeard, at: now)
        watches[index].seen = EndpointCounts()
        do throws(TransportError) {
            let hosts = try Endpoints.resolve(link.address.host)
            let host = hosts[watches[index].addressIndex % hosts.count]
            try watch.socket.dial(
                Endpoints.url(host: host, port: watch.port, isTLS: around.tls != nil))
            obstacle = nil
            around.logger.debug("dialled \(link.address.name), \(watch.name), at \(host)")
        } catch {
            obstacle = .unresolved(error.message)
        }
    }

    /// Looks why connections fail, where there is none; how many were refused since the last look.
    private mutating func lookAtObstacles() -> Int {
        var refused = 0
        for index in watches.indices {
            let socket = watches[index].socket
            guard socket.connection == nil, let counts = socket.counts else { continue }
            let seen = watches[index].seen
            watches[index].seen = counts
            if counts.refused > seen.refused {
                refused += counts.refused - seen.refused
                obstacle = .refused
            } else if counts.unauthenticated > seen.unauthenticated {
                obstacle = .handshake
            } else if counts.foreign > seen.foreign {
                obstacle = .foreignListener
            }
        }
        if link.lanes[0].socket.connection != nil { obstacle = nil }
        return refused
    }

    private func tell(_ change: LinkJudge.Change?, refused: Int) {
        let address = link.address
        switch purpose {
        case .selfCheck: return
        case .peer: break
        }
        switch change {
        case .up:
            around.logger.info("the link to \(address.name) (\(address.member)) is up")
            around.outlet.postNews(.linkUp(address.member))
        case .down(let reason):
            around.logger.warning(
                "the link to \(address.name) (\(address.member)) is down: \(reason)")
            around.outlet.postNews(.linkDown(address.member, reason: reason))
        case nil: break
        }
        if refused > 0 { around.outlet.postNews(.refused(address.member)) }
    }
}
