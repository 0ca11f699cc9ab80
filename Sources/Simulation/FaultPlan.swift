import Basics

/// One fault of a run's plan.
struct PlannedFault {
    /// Its number: `--without-faults` leaves it out, and nothing else moves.
    var number: Int
    var at: Instant
    var kind: FaultKinds
    var node: Int
    var length: Span
    /// For what the fault itself draws.
    var random: RandomStream
}

/// A fault that goes on until its end.
enum ActiveFault {
    case cut(links: [Int])
    case down(node: Int)
    case paused(node: Int)
    case clock(node: Int)
}

/// Which faults come when: all drawn before the run begins, each from its own stream.
struct FaultPlan {
    let planned: [PlannedFault]
    /// How many faults began.
    var begun: UInt64 = 0
    /// When faults began or ended.
    var changes: [Instant] = []
    /// When a member died that had just begun to lead: the others begin anew.
    var leaderDeaths: [Instant] = []
    /// When all processes ended at once: nobody's turn moves by that.
    var restarts: [Instant] = []
    /// From when until when something kept regions from knowing of each other, or may.
    var disturbances: [(from: Instant, until: Instant)] = []
    var destroyed = 0
    private var skews: RandomStream
    /// How much of what came during a pause is read at once.
    var bunches: RandomStream
    /// For crashes right after votes, and right after `Establish`.
    var temptations: RandomStream
    var leaderTemptations: RandomStream

    init(_ options: SimOptions, nodes: Int, without: [Int], random: RandomStream) {
        skews = random.split("skews")
        temptations = random.split("temptations")
        leaderTemptations = random.split("leader temptations")
        bunches = random.split("bunches")
        let kinds = FaultKinds.all.map(\.kind).filter { options.faults.contains($0) }
        guard !kinds.isEmpty else {
            planned = []
            return
        }
        var plan: [PlannedFault] = []
        var at = World.begin + .seconds(5)
        var number = 0
        while at < World.begin + options.safetyPhase {
            var own = random.split("fault", UInt64(number))
            let fault = PlannedFault(
                number: number, at: at, kind: own.pick(kinds),
                node: Int(own.below(UInt64(nodes))),
                length: own.span(
                    .milliseconds(200)...max(.milliseconds(200), options.faultLengthMax)),
                random: own.split("inside"))
            if !without.contains(number) { plan.append(fault) }
            let pause = max(Span.milliseconds(100), options.faultPauseMax)
            at = at + own.span(.milliseconds(100)...pause)
            number += 1
        }
        planned = plan
    }

    /// How far a machine's clock is off.
    mutating func skew(_ largest: Span) -> Span {
        largest == .zero ? .zero : skews.span(.microseconds(-largest.microseconds)...largest)
    }

    /// A fault began.
    mutating func begin(at now: Instant) {
        begun += 1
        changes.append(now)
    }

    /// Whether a planned fault of some other kind than these touches a stretch of time; a full disk is full so
    /// many times as long as planned.
    func isAny(
        but kinds: FaultKinds, from start: Instant, until end: Instant, fullDiskTimes: Int
    ) -> Bool {
        planned.contains {
            let times = $0.kind == .diskFull ? Int64(fullDiskTimes) : 1
            return !kinds.contains($0.kind) && $0.at < end && $0.at + $0.length * times > start
        }
    }

    /// How often terms may move on since an instant: with each begin and end of a fault, and twice with a restart
    /// of all.
    func termCauseCount(since start: Instant) -> UInt64 {
        changeCount(since: start) + UInt64(restarts.count { $0 >= start }) * 2
    }

    /// How many faults began or ended since an instant.
    func changeCount(since start: Instant) -> UInt64 {
        var count: UInt64 = 0
        for change in changes.reversed() {
            guard change >= start else { break }
            count += 1
        }
        return count
    }
}
