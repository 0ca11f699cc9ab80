import Basics
import Foundation
import Logging
import NNGTransport

/// Watches what no other part of a process can mend: threads stuck inside the transport's library.
/// Listeners and dialers are made anew by the transport itself; a thread that does not come back is
/// ended only with its process, which a supervisor starts again. *Source:* facts, "nng"; issue point
/// 6.
final class TransportWatch: Sendable {
    /// How long the transport may be unsound before the process gives up.
    static let patience = Span.seconds(30)

    private let unsoundSince = Locked<Instant?>(nil)
    private let logger: Logger
    private let giveUp: @Sendable () -> Void

    /// A watch that ends the process.
    init(logger: Logger) {
        self.logger = logger
        giveUp = { exit(70) }
    }

    /// A watch that calls `giveUp` instead, for tests.
    init(logger: Logger, giveUp: @escaping @Sendable () -> Void) {
        (self.logger, self.giveUp) = (logger, giveUp)
    }

    /// Looks at the transport's health; to be called about once a second.
    func look(_ health: TransportHealth, at now: Instant) {
        let (began, ended) = unsoundSince.withLock { since -> (Instant?, Bool) in
            if health.isSound {
                defer { since = nil }
                return (nil, since != nil)
            }
            since = since ?? now
            return (since, false)
        }
        if ended { logger.notice("the transport works again") }
        guard let began else { return }
        let what = health.troubles.joined(separator: ", ")
        if began == now {
            logger.error("the transport is stuck", metadata: ["what": "\(what)"])
        }
        guard now - began >= Self.patience else { return }
        logger.critical(
            "stopping: the transport is stuck; started again, the process has all it accepted",
            metadata: ["for": "\(now - began)", "what": "\(what)"])
        giveUp()
    }
}

/// What a node's core last said of itself, for readiness probes that must not wait for the core.
final class Pulse: Sendable {
    /// A core that has taken no turn for so long is stuck: it beats four times a second.
    static let silenceMax = Span.seconds(3)

    private struct State {
        var lastTurn: Instant?
        var diskError = ""
        var hasMajority = false
    }
    private let state = Locked(State())

    /// A turn has ended.
    func beat(at now: Instant, diskError: String, hasMajority: Bool) {
        state.withLock {
            $0 = State(lastTurn: now, diskError: diskError, hasMajority: hasMajority)
        }
    }

    /// Whether a majority could be reached then.
    var hasMajority: Bool { state.withLock(\.hasMajority) }

    /// Why the node should get no traffic now; `nil` if it may.
    func notReadyReason(at now: Instant) -> String? {
        let state = state.withLock { $0 }
        guard let lastTurn = state.lastTurn else { return "the core has not begun" }
        if now - lastTurn > Self.silenceMax {
            return "the core has taken no turn for \((now - lastTurn).seconds) s"
        }
        if !state.diskError.isEmpty {
            return "the disk takes no writes: \(state.diskError); pages go on"
        }
        return nil
    }
}
