import Basics

/// Decides whether a link is up, and says so once per change. A value: no clock, no sockets.
///
/// A link is up while there is a connection for urgent requests and the peer has accepted one over
/// it within the silence limit.
struct LinkJudge: Sendable {
    /// What is known at one moment.
    struct Facts: Equatable, Sendable {
        /// Since when there is a connection; `nil` if there is none.
        var connectedSince: Span?
        /// When the peer last accepted a request.
        var lastAccepted: Span?
        /// Why it refused the last one; `nil` if it accepted it.
        var refusal: String?
        /// Why no connection can be made, if anything is known.
        var obstacle: Obstacle?
    }

    /// What became of the last attempts to connect.
    enum Obstacle: Equatable, Sendable {
        case refused
        case handshake
        case foreignListener
        case unresolved(String)
    }

    /// What has changed.
    enum Change: Equatable, Sendable {
        case up
        case down(reason: String)
    }

    private let silenceLimit: Span
    private(set) var isUp = false
    /// Why it is down; `nil` while it is up.
    private(set) var downReason: String? = "not connected yet"

    init(silenceLimit: Span) { self.silenceLimit = silenceLimit }

    /// Judges the facts; what has changed since the last time, if anything.
    mutating func judge(_ facts: Facts, at now: Span) -> Change? {
        let reason = reasonToBeDown(facts, at: now)
        let wasUp = isUp
        isUp = reason == nil
        downReason = reason
        switch (wasUp, reason) {
        case (false, nil): return .up
        case (true, .some(let reason)): return .down(reason: reason)
        case (true, nil), (false, .some): return nil
        }
    }

    private func reasonToBeDown(_ facts: Facts, at now: Span) -> String? {
        guard let since = facts.connectedSince else {
            switch facts.obstacle {
            case .refused: return "connection refused: the process is not running"
            case .handshake:
                return "the TLS handshake fails: a certificate is missing, expired, of another "
                    + "authority or for another name"
            case .foreignListener: return "something else listens at its address"
            case .unresolved(let message): return message
            case nil: return "not connected"
            }
        }
        if let refusal = facts.refusal { return refusal }
        guard let accepted = facts.lastAccepted, accepted >= since else {
            return "connected, but nothing is accepted yet"
        }
        let silence = now - accepted
        return silence < silenceLimit ? nil : "no answer for \(silence.milliseconds) ms"
    }
}

/// When a dialer is to be closed and made anew: it heard nothing for too long.
///
/// Every third attempt in a row gets twice the time, so that a handshake over a slow and lossy line
/// is not cut off for ever. A value: no clock, no sockets.
struct DialWatchdog: Equatable, Sendable {
    private let limit: Span
    private var attempts = 0
    /// When it was last dialled.
    private(set) var lastDial: Span?
    private var lastExcuse = Span.zero

    init(limit: Span) { self.limit = limit }

    /// Whether to dial now.
    func isDue(lastHeard: Span?, at now: Span) -> Bool {
        guard let lastDial else { return true }
        var since = max(lastDial, lastExcuse)
        if let lastHeard, lastHeard > since { since = lastHeard }
        let hasHeard = lastHeard.map { $0 > lastDial } ?? false
        let patience = !hasHeard && attempts % 3 == 0 ? limit * 2 : limit
        return now - since >= patience
    }

    /// Takes note of a dial.
    mutating func noteDial(lastHeard: Span?, at now: Span) {
        let hasHeard = if let lastHeard, let lastDial { lastHeard > lastDial } else { false }
        attempts = hasHeard ? 1 : attempts + 1
        lastDial = now
    }

    /// The process did not run until now: silence before does not count.
    mutating func excuse(at now: Span) { lastExcuse = now }
}
