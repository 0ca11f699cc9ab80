import Basics
import Glibc
import Logging

/// When a listener is to be made anew because it does not answer its own process. A value: no
/// clock.
struct ListenerCheck: Equatable, Sendable {
    private let limit: Span
    private var since: Span
    private(set) var verdict = TransportHealth.ListenerCheck.answering

    /// A check that begins now: until the limit is over the listener is believed.
    init(limit: Span, at now: Span) { (self.limit, since) = (limit, now) }

    /// Judges; whether to make the listener anew now.
    mutating func judge(lastAnswer: Span?, at now: Span) -> Bool {
        let heard = max(since, lastAnswer ?? since)
        let silence = now - heard
        guard silence >= limit else {
            // Silence since the last renewal is no answer yet.
            if let lastAnswer, lastAnswer >= since { verdict = .answering }
            return false
        }
        verdict = .silent(for: silence)
        since = now
        return true
    }

    /// The process did not run until now: silence before does not count.
    mutating func excuse(at now: Span) { since = max(since, now) }
}

/// The thread that looks after the two listeners: closes silent connections, keeps subscribers from
/// hearing nothing, counts failed handshakes and descriptors, and makes a listener anew that does
/// not answer the self-check.
final class ListenerKeeper: Sendable {
    private struct Summary {
        var requestListener = TransportHealth.ListenerCheck.answering
        var publishListener = TransportHealth.ListenerCheck.answering
        var recreated = 0
        var descriptors: (open: Int, max: Int)?
        var lastTurn: Span
        var isStopping = false
    }

    /// What only the thread itself uses.
    private struct Memory {
        var requests: ListenerCheck
        var publications: ListenerCheck
        var lastTurn: Span
        var lastDescriptorCount: Span?
        var lastHandshakeCount: Span?
        var handshakes: [Int] = [0, 0]
        var hasWarned = false
    }

    private let server: RequestServer
    private let publisher: Publisher
    private let selfLink: PeerLink
    private let roster: Locked<MemberRoster>
    private let ledger: RefusalLedger
    private let timing: TransportTiming
    private let logger: Logger
    private let ownName: String
    private let wake = Signal()
    private let ended = Signal()
    private let summary = Locked(Summary(lastTurn: Uptime.now()))

    init(
        server: RequestServer, publisher: Publisher, selfLink: PeerLink,
        _ around: PeerLink.Surroundings
    ) {
        (self.server, self.publisher, self.selfLink) = (server, publisher, selfLink)
        (roster, ledger) = (around.roster, around.ledger)
        (timing, logger) = (around.timing, around.logger)
        ownName = TransportIdentity.certificateName(of: around.identity.member)
    }

    /// Starts the thread. *Errors:* `outOfResources`.
    func start() throws(TransportError) {
        try TransportThread.start("listeners") { [self] in keep() }
    }

    /// When the thread last turned.
    var lastTurn: Span { summary.withLock { $0.lastTurn } }

    /// Fills in what this thread knows of the transport's health.
    func describe(into health: inout TransportHealth) {
        summary.withLock { summary in
            health.requestListener = summary.requestListener
            health.publishListener = summary.publishListener
            health.listenersRecreated = summary.recreated
            health.descriptorsOpen = summary.descriptors?.open
            health.descriptorsMax = summary.descriptors?.max
        }
    }

    /// Tells the thread to close both sockets and end.
    func requestEnd() {
        summary.withLock { $0.isStopping = true }
        wake.raise()
    }

    /// Waits for that, at most so long; whether it has ended.
    func waitUntilEnded(atMost limit: Span) -> Bool { ended.wait(atMost: limit) }

    private func keep() {
        let now = Uptime.now()
        var memory = Memory(
            requests: ListenerCheck(limit: timing.selfCheckLimit, at: now),
            publications: ListenerCheck(limit: timing.selfCheckLimit, at: now), lastTurn: now)
        while !summary.withLock({ $0.isStopping }) {
            turn(&memory, at: Uptime.now())
            memory.lastTurn = Uptime.now()
            summary.withLock { $0.lastTurn = memory.lastTurn }
            wake.wait(atMost: timing.tick, lowering: true)
        }
        if !server.end(atMost: .seconds(3)) {
            logger.error("the request listener does not end and is left to the process")
        }
        publisher.end()
        ended.raise()
    }

    private func turn(_ memory: inout Memory, at now: Span) {
        if now - memory.lastTurn > timing.pauseLimit + timing.tick {
            memory.requests.excuse(at: now)
            memory.publications.excuse(at: now)
            server.socket.forgiveSilence(at: now)
            publisher.socket.forgiveSilence(at: now)
        }
        publisher.pingIfIdle(for: timing.pingInterval, at: now)
        server.receiveWhereIdle()
        closeSilent(at: now)
        countHandshakes(&memory, at: now)
        countDescriptors(&memory, at: now)
        check(&memory, at: now)
    }

    private func closeSilent(at now: Span) {
        server.socket.disconnect { now - $0.lastHeard >= timing.inboundSilenceLimit }
        // A subscriber says nothing by itself; over TLS its member is known, and must send
        // requests.
        let roster = roster.withLock { $0 }
        publisher.socket.disconnect { inbound in
            guard case .certified(let name) = inbound.identity, name != ownName else {
                return false
            }
            guard let member = roster.member(certifiedAs: name) else { return true }
            let heard = max(inbound.lastHeard, server.lastRequest(of: member) ?? inbound.lastHeard)
            return now - heard >= timing.subscriberSilenceLimit
        }
    }

    private func countHandshakes(_ memory: inout Memory, at now: Span) {
        if let last = memory.lastHandshakeCount, now - last < .seconds(1) { return }
        memory.lastHandshakeCount = now
        let sockets = [(server.socket, "request"), (publisher.socket, "publish")]
        for (index, (socket, name)) in sockets.enumerated() {
            guard let counts = socket.counts else { continue }
            let failed = counts.unauthenticated + counts.foreign
            let new = failed - memory.handshakes[index]
            memory.handshakes[index] = failed
            if new > 0 {
                ledger.record(
                    .handshakeFailed, of: nil, count: new,
                    "connections to the \(name) listener ended in the handshake: no certificate, "
                        + "one of another authority, or no member at all")
            }
        }
    }

    private func countDescriptors(_ memory: inout Memory, at now: Span) {
        if let last = memory.lastDescriptorCount, now - last < timing.descriptorInterval {
            return
        }
        memory.lastDescriptorCount = now
        guard let open = Descriptors.openCount(), let limit = Descriptors.limit() else { return }
        summary.withLock { $0.descriptors = (open, limit) }
        let isHigh = open * 100 >= limit * TransportBounds.descriptorWarningPercent
        if isHigh, !memory.hasWarned {
            let remedy = "restart this process in an orderly way, or raise its limit"
            logger.error("\(open) of \(limit) descriptors are open: \(remedy)")
        }
        memory.hasWarned = isHigh
    }

    private func check(_ memory: inout Memory, at now: Span) {
        let lane = selfLink.lanes[0]
        if memory.requests.judge(lastAnswer: lane.lastAccepted, at: now) {
            renew(server.socket, "request", because: lane.refusal)
            memory.handshakes[0] = 0
        }
        if memory.publications.judge(lastAnswer: selfLink.subscription.lastHeard, at: now) {
            renew(publisher.socket, "publish", because: nil)
            memory.handshakes[1] = 0
        }
        let (requests, publications) = (memory.requests.verdict, memory.publications.verdict)
        summary.withLock { summary in
            (summary.requestListener, summary.publishListener) = (requests, publications)
        }
    }

    private func renew(_ socket: ListenedSocket, _ name: String, because reason: String?) {
        let why = reason ?? "it does not answer"
        logger.error("the \(name) listener fails its self-check and is made anew: \(why)")
        summary.withLock { $0.recreated += 1 }
        do throws(TransportError) {
            try socket.listen()
        } catch {
            // The old port may be free a moment later: the check fails again and this is tried
            // again.
            logger.error("the \(name) listener cannot be made anew: \(error)")
        }
    }
}

/// The open descriptors of this process.
enum Descriptors {
    /// How many are open; `nil` where there is no /proc.
    static func openCount() -> Int? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Without ".", ".." and the directory itself.
        return max(0, count - 3)
    }

    /// How many may be open; `nil` if the system does not say.
    static func limit() -> Int? {
        var limits = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else {
            return nil
        }
        return Int(clamping: limits.rlim_cur)
    }
}
