import Basics

/// The clocks of one machine, and of the process that runs on it: the wall clock may be off, jump
/// and be put right; the oscillator behind both may run too fast or too slowly; the process follows
/// by the runtime's own rule. *Source:* design 11; docs/decisions/0002.
struct SimMachine {
    /// The wall clock is ahead of the world's by so much.
    private(set) var offset = Span.zero
    /// How much faster than the world's time the oscillator runs.
    private var driftPerMillion: Int64 = 0
    private var driftSince: Instant = .epoch
    /// What earlier drift has added to the time since boot.
    private var drifted = Span.zero
    private var process: SlewedClock?
    /// How far the process's clock was ahead of the world's when it was last read.
    private(set) var ahead = Span.zero

    /// The wall clock is set, by somebody or something.
    mutating func set(offset: Span) { self.offset = offset }

    /// The oscillator runs at another speed from now on. The wall clock is put right when it runs
    /// as it should again.
    mutating func drift(perMillion: Int64, at now: Instant) {
        drifted += extra(at: now)
        driftPerMillion = perMillion
        driftSince = now
    }

    private func extra(at now: Instant) -> Span {
        guard driftPerMillion != 0 else { return .zero }
        return .microseconds((now - driftSince).microseconds * driftPerMillion / 1_000_000)
    }

    /// A process starts: it takes the wall clock's time as it is.
    mutating func startProcess(at now: Instant) {
        process = SlewedClock(elapsed: elapsed(at: now), wall: wall(at: now))
        ahead = wall(at: now) - now
    }

    /// The process reads its clock.
    mutating func read(at now: Instant) -> Instant {
        let (elapsed, wall) = (elapsed(at: now), wall(at: now))
        guard let local = process?.now(elapsed: elapsed, wall: wall) else { return wall }
        ahead = local - now
        return local
    }

    /// What the process would read, but for the slew since it last did.
    func peek(at now: Instant) -> Instant { now + ahead }

    private func elapsed(at now: Instant) -> Span { now - World.begin + drifted + extra(at: now) }
    private func wall(at now: Instant) -> Instant { now + offset + extra(at: now) }
}
