public import Basics
public import Escalation
import IncidentModel
public import OnCall
import Paging
import Reconciliation
import Replication
import Wire

/// The core of one region: everything it decides, as one value.
///
/// It knows incidents (committed state, and facts seen but not committed yet), drives replication,
/// and does the duty of paging. It does nothing itself: each step takes one input and the time, and
/// returns what is to be done. Time, randomness, identity and disk completion come in as inputs.
///
/// Order of a step: the input is taken in, dirty incidents are reviewed (merge what the owner must
/// merge, found what has no owner, page what is due), and the turn is closed: one durable batch,
/// then everything that may leave before it is durable; the rest waits in the outbox.
/// *Source:* design 9; docs/decisions/0002.
public struct RegionCore: Sendable {
    /// What it was told once.
    let config: RegionConfig
    /// This member.
    let me: Member
    /// Which start of the process this is.
    let incarnation: Incarnation
    /// Who responds to what.
    private(set) var roster: Roster
    /// What was changed about who is on call since the roster was written.
    var dutyChanges = OnCallChanges.none
    /// What the control group says of that, as it was last taken over.
    var controlChanges: [OnCallEditRecord] = []
    /// What people are told about their shifts for a while, by this roster and these changes.
    var shifts: Derived.Held<[Notice]>?
    /// The group that says which roster is in force.
    let controlGroup: GroupID
    /// The roster that was last asked to be read.
    var askedRoster = ""
    /// The roster's schedules in their zones.
    private(set) var book: OnCallBook
    /// Until when who is on call was worked out ahead.
    private var bookPreparedUntil: Instant = .epoch
    /// The time zones the roster needs.
    let zones: TimeZones
    /// The command layer.
    var replica: ReplicaNode
    /// The region's hybrid clock.
    var clock: HybridClock
    /// For jitter only.
    var random: RandomStream
    /// The incidents known here.
    var incidents = SlotMap<GroupID, IncidentSlot>()
    /// Facts that are not merged yet, and how far each member's facts are held.
    var ledger: FactLedger
    /// Requests that wait for durability.
    var waiting = WaitingRequests()
    /// Tries to page that are under way, and the gateways' health.
    var duty: DutyBook
    /// What may leave only when a batch is durable.
    var outbox = TurnOutbox()
    /// When to look at which incident again.
    var agenda = Agenda()
    /// Incidents to look at before the turn ends, in the order in which they became dirty.
    var dirty: [GroupID] = []
    /// What members last said of themselves.
    var beacons: [(member: MemberID, beacon: Beacon, bytes: [UInt8])] = []
    /// The heartbeat that is being looked at: its memory is used again.
    var heartbeat = Heartbeat(
        member: MemberID(0), incarnation: Incarnation(0), sequence: 0, sentAt: .epoch, echoes: [],
        attachment: [])
    /// The coordinators that were heard, and when.
    var coordinators: [(member: MemberID, incarnation: Incarnation, at: Instant)] = []
    /// When this member last asked another for facts.
    var lastPullAt: [(member: MemberID, at: Instant)] = []
    /// Wishes for fields that wait for word that a majority hears this region.
    var askedEdits: [(request: RequestID?, command: Command, key: ActKey, at: Instant)] = []
    /// Reads that wait until this region has all that was decided before they were asked.
    var reads = AskedReads()
    /// Until when nothing is decided: members have just come within reach, and what they know with them.
    var settleAfter: Instant = .epoch
    /// The members that cannot be reached, and since when.
    var lostSince: [(member: MemberID, since: Instant)] = []
    /// What offers at changes of shift have in common, as it was a moment ago.
    var changeBook: ChangeBook?
    /// Which open incidents may be one problem.
    var suspects = Suspects()
    /// Which incidents are merged.
    var sealed = SealedIncidents()
    /// Changes of incidents, for coordinators.
    var changes = ChangeLog()
    /// Since when facts have been missing here that others are known to have told.
    var missingSince: Instant?
    /// Since when a region that is heard has said that it holds facts that are not here.
    var untoldSince: Instant?
    /// Until when this process, having been paused or just started, does not page what is overdue.
    var strangerUntil: Instant
    /// Whether this region's clock is off, as far as it has noticed.
    var clockWatch = ClockWatch()
    /// When the last step was taken.
    var lastStepAt: Instant
    /// In which minute since the epoch the regions' daylight order was worked out; `nil` is to be worked out anew.
    var daylightMinute: Int64?
    /// How the bytes of what an `Establish` carries begin: all but its time.
    private let establishBegin: [UInt8]
    /// When `establishPayload` was last renewed.
    var establishStampedAt: Instant = .epoch
    /// The instant last asked for by `Effect.wake`.
    var wakeAskedFor: Instant?
    /// How many incidents this region owns.
    var ownedCount = 0
    /// What became of incidents of late, and what of it and of the roster somebody is told who comes on
    /// call: kept for the length of a change of shift.
    var news: Derived.Held<[IncidentNews]>?
    var heldMeanwhile: (person: PersonID, told: Derived.Held<Meanwhile>)?
    /// Scratch of one turn.
    var turn = Turn()

    /// A core over what the store gave back.
    public init(
        config: RegionConfig, roster: Roster, zones: TimeZones, restored: RestoredState,
        random: RandomStream, at now: Instant
    ) {
        guard let me = config.members.first(where: { $0.id == config.me }) else {
            halt("\(config.me) is not among the members")
        }
        self.config = config
        self.me = me
        self.roster = roster
        self.zones = zones
        book = roster.book(zones: zones)
        controlGroup = Self.controlGroup(
            cluster: config.cluster, foundingEpoch: config.foundingEpoch)
        self.random = random
        incarnation = restored.incarnation
        establishBegin = EstablishRecord.begin(owner: me.id, region: me.name)
        replica = ReplicaNode(
            config: config.replication, incarnation: restored.incarnation,
            restored: restored.groups, random: random.split("replication"), at: now)
        ledger = FactLedger(
            me: config.me, facts: restored.facts, through: restored.factsThrough)
        clock = HybridClock(
            last: restored.facts.filter { $0.id.origin == config.me }.map(\.time).max() ?? .zero)
        duty = DutyBook(gateways: config.gateways)
        strangerUntil = now + config.timings.firstGrace
        lastStepAt = now
        lostSince = config.members.filter { $0.id != me.id }.map { ($0.id, now) }
    }

    /// Takes one input and says what is to be done, in order.
    public mutating func step(_ input: Input, at now: Instant) -> [Effect] {
        beginTurn(at: now)
        take(input, at: now)
        endTurn(at: now)
        return turn.takeEffects()
    }

    /// The same over a list that was worked through: its memory is used again.
    public mutating func step(_ input: Input, at now: Instant, over effects: inout [Effect]) {
        if !effects.isEmpty { effects.removeAll(keepingCapacity: true) }
        swap(&effects, &turn.effects)
        beginTurn(at: now)
        take(input, at: now)
        endTurn(at: now)
        swap(&effects, &turn.effects)
    }

    /// Takes inputs that came together, in order, as one turn: one durable batch and one frame per
    /// peer and lane for all of them. `worked` is for how long this core's thread has computed since the
    /// turn before began.
    public mutating func step(
        _ inputs: [Input], at now: Instant, worked: Span = .zero
    ) -> [Effect] {
        // Whoever was busy is no stranger: a long turn is no pause.
        lastStepAt = min(now, lastStepAt + worked)
        beginTurn(at: now)
        for input in inputs { take(input, at: now) }
        endTurn(at: now)
        return turn.takeEffects()
    }

    private mutating func beginTurn(at now: Instant) {
        notePause(at: now)
        stampEstablish(at: now)
    }

    private mutating func endTurn(at now: Instant) {
        runDue(at: now)
        settleReplication(at: now)
        releaseRipeOrders(at: now)
        reviewDirty(at: now)
        settleReads(at: now)
        closeTurn(at: now)
    }

    private mutating func take(_ input: Input, at now: Instant) {
        switch input {
        case .start: start(at: now)
        case .wake: break
        case .received(let member, let bytes): receive(bytes, from: member, at: now)
        case .published(let member, let bytes): receivePublication(bytes, from: member, at: now)
        case .linkRefused(let member): replica.linkRefused(member, at: now)
        case .durable(let token): becomeDurable(token, at: now)
        case .writeFailed(_, let reason): diskFailed(reason, at: now)
        case .intake(let request, let report): takeIn(report, for: request, at: now)
        case .command(let request, let command, let key):
            obey(command, key: key, for: request, at: now)
        case .confirm(let request, let scope): confirm(scope, for: request, at: now)
        case .paged(let report): finishAttempt(report, at: now)
        case .roster(let new): replaceRoster(new, at: now)
        case .handOver(let group, let member): handOver(group, to: member, at: now)
        }
    }

    /// What an `Establish` of this member would carry; its time need not be exact, the log orders
    /// it.
    private mutating func stampEstablish(at now: Instant) {
        guard now - establishStampedAt >= .milliseconds(100) else { return }
        establishStampedAt = now
        let time = clock.tick(at: now)
        replica.renewEstablishPayload { [establishBegin] writer in
            writer.writeRaw(establishBegin)
            writer.write(time)
        }
    }

    /// A process that was stopped believes in a past that is over: before it pages anything overdue
    /// it asks for facts, or waits G0. *Source:* design 5.
    private mutating func notePause(at now: Instant) {
        let gap = now - lastStepAt
        lastStepAt = now
        guard gap > config.timings.pauseThreshold,
            !config.defects.contains(.pausedIsNoStranger)
        else { return }
        strangerUntil = now + config.timings.firstGrace
        turn.effects.append(.log(.paused(gap)))
        outbox.restartWaiting(at: now)
        for peer in peers { pullFacts(from: peer.id, at: now) }
    }

    private mutating func start(at now: Instant) {
        orderByDaylight(at: now)
        noteShiftsAsked(toldOfShifts(at: now).map(\.page.key), at: now)
        let facts = ledger.unmerged.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        for fact in facts { add(fact, at: now) }
        replica.start(at: now, into: &turn.replication)
        settleReplication(at: now)
        // What was open before is no news.
        for group in incidents.keys {
            withSlot(group) { slot in
                if slot.view.generation > 0 { slot.announcedEnd = slot.view.previousEnd }
            }
        }
    }

    private mutating func replaceRoster(_ new: Roster, at now: Instant) {
        let toldBefore = toldOfShifts(at: now).map(\.page.key)
        roster = new
        // What is in force may be another one by now.
        askedRoster = ""
        rosterChanged(toldBefore, at: now)
        takeOverControl(at: now)
    }

    /// Who is on call is worked out anew; these notices about shifts were planned before.
    mutating func rosterChanged(_ toldBefore: [StepKey], at now: Instant) {
        book = roster.book(changes: dutyChanges, zones: zones)
        bookPreparedUntil = .epoch
        shifts = nil
        prepareBook(at: now)
        daylightMinute = nil
        for group in incidents.keys {
            withSlot(group) { slot in
                if case .page(let plan) = slot.derived.known {
                    let keys = plan.pages.map(\.key)
                    slot.replanned = (now, keys)
                    slot.askedSince.removeAll { !keys.contains($0.key) }
                } else {
                    // Of one that is over people are told as well: by turns, as of others (seed 345).
                    slot.replanned = (now, slot.view.pages.map(\.key))
                }
                slot.askedSince.removeAll { now - $0.at > .minutes(1) }
                slot.derived.forget()
                slot.isLikenessOld = true
            }
            markDirty(group)
        }
        noteShiftsAsked(toldBefore, at: now)
    }

    /// Notices about shifts that are due only because of a change take turns from it; those that were planned
    /// before do not.
    private mutating func noteShiftsAsked(_ before: [StepKey], at now: Instant) {
        guard roster.shiftNotices != nil else { return }
        let new = toldOfShifts(at: now).map(\.page.key).filter { !before.contains($0) }
        withSlot(controlGroup) { slot in
            slot.askedSince.removeAll { new.contains($0.key) }
            slot.askedSince += new.map { ($0, now) }
        }
        markDirty(controlGroup)
    }

    /// From when, and for how long, who is on call is worked out ahead: steps that are over are looked
    /// at as well.
    private static let (bookBehind, bookAhead) = (Span.hours(1), Span.minutes(30))

    private mutating func prepareBook(at now: Instant) {
        guard now >= bookPreparedUntil else { return }
        bookPreparedUntil = now + Self.bookAhead
        book.prepare(from: now - Self.bookBehind, through: now + Self.bookAhead)
    }

    private mutating func runDue(at now: Instant) {
        prepareBook(at: now)
        orderByDaylight(at: now)
        if replica.nextWakeInPlace() <= now { replica.tick(at: now, into: &turn.replication) }
        while let wish = agenda.popDue(at: now) {
            let isCurrent = incidents.updateIfPresent(wish.group) { slot in
                guard slot.reviewAt == wish.at else { return false }
                slot.reviewAt = nil
                return true
            }
            if isCurrent == true { markDirty(wish.group) }
        }
        noteHangingDisk(at: now)
        noteClock(at: now)
        handOnUnwritten(at: now)
        takeAskedEdits(at: now)
        answerOverdueRequests(at: now)
    }

    /// How many incidents are looked at in one turn: heartbeats must not wait for a roster that
    /// concerns ten thousand.
    private static let reviewsPerTurnMax = 1_000

    /// Looks at every dirty incident once, as far as one turn goes; what that changes in replication is
    /// settled in the same turn.
    private mutating func reviewDirty(at now: Instant) {
        var rounds = 0
        var left = Self.reviewsPerTurnMax
        while !dirty.isEmpty, left > 0 {
            rounds += 1
            require(rounds < 1_000, "reviews go on for ever: \(dirty.prefix(3))")
            let groups = Array(dirty.prefix(left))
            dirty.removeFirst(groups.count)
            left -= groups.count
            for group in groups { review(group, at: now) }
            beginDuePages(at: now)
            settleReplication(at: now)
        }
    }

    /// Other members that have a vote.
    var peers: [Member] {
        config.members.filter { $0.id != me.id && $0.role != .coordinator }
    }

    /// Marks an incident to be looked at before the turn ends.
    mutating func markDirty(_ group: GroupID) {
        incidents.updateIfPresent(group) { slot in
            guard !slot.isDirty else { return }
            slot.isDirty = true
            dirty.append(group)
        }
    }
}

/// What `Establish` entries carry: who established, where, when.
struct EstablishRecord: WireCodable, Equatable, Sendable {
    var owner: MemberID
    var region: RegionName
    var time: HybridTime

    init(owner: MemberID, region: RegionName, time: HybridTime) {
        (self.owner, self.region, self.time) = (owner, region, time)
    }
    func encode(into writer: inout ByteWriter) {
        writer.writeRaw(Self.begin(owner: owner, region: region))
        writer.write(time)
    }
    /// The bytes of all but the time, which come first.
    static func begin(owner: MemberID, region: RegionName) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(owner)
        writer.write(region)
        return writer.bytes
    }
    init(from reader: inout ByteReader) throws(WireError) {
        self.init(owner: try reader.read(), region: try reader.read(), time: try reader.read())
    }
}
