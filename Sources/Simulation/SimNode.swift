import Basics
import IncidentModel
import RegionCore
import Replication

/// What is remembered of an entry.
struct MirroredEntry: Equatable {
    var term: Term
    var hash: UInt64
}

/// A log as its member wrote it down, durable or not: terms only.
struct LogMirror {
    var first: LogIndex = 1
    /// The term of the entry before the first.
    var baseTerm: Term = 0
    var terms: [Term] = []
    /// Every entry there ever was that was not truncated, also behind the snapshot.
    var entries: [LogIndex: MirroredEntry] = [:]
    var last: LogIndex { first - 1 + UInt64(terms.count) }

    func term(at index: LogIndex) -> Term? {
        if index + 1 == first { return baseTerm }
        guard index >= first, index <= last else { return nil }
        return terms[Int(index - first)]
    }

    mutating func truncate(from index: LogIndex) {
        guard index >= first, index <= last else { return }
        for gone in index...last { entries[gone] = nil }
        terms.removeLast(Int(last - index) + 1)
    }

    mutating func install(_ snapshot: Snapshot) {
        // Where the log agrees with the snapshot at its end it agrees before (S3); elsewhere the
        // snapshot replaces entries that were never committed.
        if term(at: snapshot.index) != snapshot.term { entries = [:] }
        if snapshot.index <= last, snapshot.index + 1 >= first {
            terms.removeFirst(Int(snapshot.index + 1 - first))
        } else {
            terms = []
        }
        first = snapshot.index + 1
        baseTerm = snapshot.term
    }
}

/// How a region's gateways behave for a while.
enum GatewayMode {
    /// As they should.
    case working
    /// Every try fails at once; or only those of the first provider.
    case outage(onlyFirst: Bool)
    /// The first provider refuses most tries.
    case rateLimited
    /// A try takes longer than it may; some pages arrive all the same.
    case slow
    /// Pages arrive and are reported as failed.
    case ambiguous
}

/// A core that is looked at in place: copies of it are dear, and most looks are at one field.
final class SimCore {
    private var core: RegionCore

    init(_ core: RegionCore) { self.core = core }

    func look<Result>(_ body: (inout RegionCore) -> Result) -> Result { body(&core) }
}

/// One region or witness: its core while the process lives, and what outlives it.
struct SimNode {
    let member: Member
    var config: RegionConfig
    var core: SimCore?
    var disk: SimDisk
    /// How far its machine's wall clock is off when nothing is wrong with it.
    var skew = Span.zero
    /// Its machine's clocks.
    var machine = SimMachine()
    var incarnation = Incarnation(0)
    /// When the core wants to be woken, by the world's clock, as well as can be told now.
    var wakeAt = Instant.distantFuture
    /// The same by its own clock.
    var wakeAtLocally = Instant.distantFuture
    var isPaused = false
    /// Until when it gets only slices of time.
    var slowUntil: Instant = .epoch
    /// Whether it is one of those that are healed for the liveness phase.
    var isCore = true
    /// Which wire version its program speaks.
    var version = 0
    /// Which roster it has.
    var rosterNumber = 0
    /// What came while it was paused.
    var backlog: [Input] = []
    var pausedSince: Instant = .epoch
    /// When it last went on after having stood still for longer than a core takes no notice of.
    var resumedAt = Instant(microseconds: 0)
    /// When it last went on after having stood still, for however short.
    var wentOnAt = Instant(microseconds: 0)
    /// For how long the process stood still in all.
    var pausedTotal = Span.zero
    /// When others last came within reach of it, by their positions.
    var freshAt: [Int: Instant] = [:]
    /// Whether it will never come back.
    var isDestroyed = false
    var gateway = GatewayMode.working
    var gatewayUntil: Instant = .epoch
    /// Since when process, disk and gateways have worked without a break.
    var goodSince: Instant = .epoch
    /// When it last might leave it to others to say what is over, for its clock is far ahead.
    var leftLapsesAt: Instant = .epoch
    /// Its logs as it wrote them.
    var mirrors = SlotMap<GroupID, LogMirror>()
    /// Up to which index what its logs say was looked at.
    var lookedAt: [GroupID: LogIndex] = [:]
    /// When it last lost an incident, or took one over from somebody.
    var ownerChangedAt = Instant.epoch
    /// The number of the last change of its incidents that was looked at.
    var lookedThrough: UInt64 = 0
    /// When its machine last lost power: what was on its way out then never arrives.
    var powerLostAt: Instant = .epoch
    /// Whether its last write was torn.
    var wasTorn = false
    /// When the present process started.
    var bootedAt: Instant = .epoch

    init(member: Member, config: RegionConfig, defects: HostDefects) {
        (self.member, self.config) = (member, config)
        disk = SimDisk(defects: defects)
    }

    // Where these are not inlined the whole node is copied to look at a field.
    var isUp: Bool { @inline(__always) get { core != nil } }
    /// Whether it can do anything at this moment.
    var isRunning: Bool { @inline(__always) get { core != nil && !isPaused } }
    var isRegion: Bool { @inline(__always) get { member.role == .region } }

    func gatewayMode(at now: Instant) -> GatewayMode { now < gatewayUntil ? gateway : .working }
}
