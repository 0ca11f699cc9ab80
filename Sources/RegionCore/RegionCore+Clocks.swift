import Basics
import Replication

/// Whether this region's clock is right, by what a quorum says. A process follows the machine's clock slowly,
/// so that only one that starts with a wrong clock is ever far off. *Source:* docs/decisions/0032.
extension RegionCore {
    /// How often it is looked at, and for how long it must be so before it is told.
    private static let (clockPause, clockPatience) = (Span.seconds(1), Span.seconds(3))

    /// How far this region knows to be ahead of the time that a quorum agrees on; zero unless that is far:
    /// so much later it says that a shift or a snooze is over. A region that hears no quorum goes by its own
    /// clock.
    var farAhead: Span {
        guard !config.defects.contains(.trustsAnyClock), let common = replica.commonTimeAhead,
            common < .zero - ClockLimits.trusted
        else { return .zero }
        return .zero - common
    }

    /// Says in the log, once, that this region's clock is off, and when it no longer is.
    mutating func noteClock(at now: Instant) {
        guard now - clockWatch.lookedAt >= Self.clockPause else { return }
        clockWatch.lookedAt = now
        let ahead = replica.commonTimeAhead ?? .zero
        let tolerance = ClockLimits.tolerated
        guard ahead > tolerance || ahead < .zero - tolerance else {
            if clockWatch.isTold, replica.commonTimeAhead != nil {
                turn.effects.append(.log(.clockAgrees))
                clockWatch.isTold = false
            }
            clockWatch.offSince = nil
            return
        }
        let since = clockWatch.offSince ?? now
        clockWatch.offSince = since
        guard !clockWatch.isTold, now - since >= Self.clockPatience else { return }
        clockWatch.isTold = true
        turn.effects.append(.log(.clockOff(ahead: .zero - ahead)))
    }
}

/// What a region has noticed of its own clock.
struct ClockWatch: Sendable {
    /// When it was last compared.
    var lookedAt: Instant = .epoch
    /// Since when it has been off; `nil` while it is not.
    var offSince: Instant?
    /// Whether the log says so.
    var isTold = false
}
