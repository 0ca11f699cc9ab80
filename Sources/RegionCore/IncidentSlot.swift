import Basics
import Escalation
import IncidentModel
import Paging
import Replication

/// One incident at this region.
struct IncidentSlot: Sendable {
    /// What its log says.
    private(set) var sharedCommitted: Shared<Incident>
    /// The same with the pending facts applied; `nil` while there are none.
    private var sharedOverlay: Shared<Incident>?
    /// Facts known here that are not in the log, in the order (time, id).
    var pending: [Fact] = []
    /// What was last decided about paging, and what else follows from what is known.
    var derived: Derived
    /// How often something was learned of it that may change what follows.
    private(set) var learnedCount: UInt64 = 0
    /// This region's own tries to page.
    var attempts: [LocalAttempt] = []
    /// The log index of a merge that is under way, while this region owns the incident.
    var mergeIndex: LogIndex?
    /// Up to which log index everything is decided that has to be, as of this region's last look.
    var settledThrough: LogIndex = 0
    /// Since when this region has owned it.
    var ownedSince: Instant?
    /// Whether something in its log could not be applied.
    var isQuarantined = false
    /// Whether it is on the list of incidents to look at.
    var isDirty = false
    /// When it is looked at again by the agenda.
    var reviewAt: Instant?
    /// When this region tries to found or take over the group, if it has no owner by then.
    var foundingAt: Instant?
    /// Since when a step has been due of which nobody was reached, as of the last look.
    var overdueSince: Instant?
    /// When the current run of the policy was first seen here.
    var runSeen: SeenRun?
    /// Whether what it is compared by may have changed since the last look.
    var isLikenessOld = true
    /// Since when it has been one problem with an earlier one, as far as this region's owner saw.
    var duplicateSince: Instant?
    /// Since when this region has known of something worse in it than the incident that pages for it
    /// knows. By this region's clock: the one that saw it first may be ahead.
    var worseSince: Instant?
    /// Whether another incident paged for it, as of the last look.
    var isCarried = false
    /// The pages that wait for others to the same person, until when, and after whose page they come.
    var bundled: [(key: StepKey, until: Instant, after: GroupID)] = []
    /// When another incident last ceased to page for it, or a page that waited for others ceased to
    /// wait before its time: turns are counted from then.
    var resumedAt: Instant = .epoch
    /// Whether it was milder than SEV2 when it was last looked at for pages.
    var wasMild = false
    /// In which generation, by the end of the one before, it became worse and turns were taken anew.
    var worseIn: HybridTime?
    /// When the roster, or who is on call, last became another one here, and what was planned until then:
    /// whoever is asked for only because of that is asked by all regions at one moment, unless they take
    /// turns from then.
    var replanned: (at: Instant, before: [StepKey])?
    /// The pages that were asked for only because of such a change, and since when.
    var askedSince: [(key: StepKey, at: Instant)] = []
    /// What people are to be told besides being paged, and when that was first seen here.
    var noticesSeen: [SeenNotice] = []
    /// Tries of others that are dated ahead, and when they were first seen here.
    var aheadSeen: [SeenAhead] = []
    /// When command may next be offered by this region for a change of shift.
    var offerAt: Instant = .epoch
    /// When ownership may next be asked to follow command, after a try that came to nothing.
    var followAt: Instant = .epoch
    /// How long that takes while the next region is behind.
    var followPause = FollowPause()
    /// The generation whose opening the log last told: the end of the one before it.
    var announcedEnd: HybridTime?

    /// The beginning of a try, or its end, that is dated ahead: some clock is wrong, or was.
    struct SeenAhead: Sendable {
        /// Which of a page's tries: the newest one of each member.
        struct Place: Equatable, Sendable {
            var key: StepKey
            var member: MemberID
            /// Whether it is the end of a try.
            var isEnd: Bool
        }
        var place: Place
        /// What the fact that says so is dated.
        var dated: HybridTime
        /// When it was first seen here.
        var at: Instant
    }

    /// A run of the policy, and when it was first seen here.
    struct SeenRun: Sendable {
        var previousEnd: HybridTime
        var run: UInt64
        /// When it began, as its incident says.
        var startedAt: Instant
        var at: Instant

        func isSame(as other: SeenRun) -> Bool {
            previousEnd == other.previousEnd && run == other.run && startedAt == other.startedAt
        }
    }

    init(group: GroupID) {
        let nothing = Incident(group: group)
        sharedCommitted = Shared(nothing)
        derived = Derived(EscalationBasis(nothing))
    }

    /// What its log says.
    var committed: Incident {
        // Where it is not inlined the whole slot is copied to look at a field.
        @inline(__always) _read { yield sharedCommitted.value }
        _modify {
            learn()
            yield &sharedCommitted.value
        }
    }

    /// What is known here of the incident: the committed state with the pending facts applied.
    var view: Incident { @inline(__always) _read { yield sharedView.value } }

    /// The same, to be handed on without a copy.
    var sharedView: Shared<Incident> {
        @inline(__always) get { sharedOverlay ?? sharedCommitted }
    }

    /// Adds a fact that is not in the log yet; says whether it was new.
    mutating func add(_ fact: Fact) -> Bool {
        guard !committed.hasMerged(fact.id) else { return false }
        let position = pending.partitioningIndex { ($0.time, $0.id) >= (fact.time, fact.id) }
        if position < pending.count, pending[position].id == fact.id { return false }
        pending.insert(fact, at: position)
        learn()
        if fact.changesLikeness { isLikenessOld = true }
        if position == pending.count - 1, sharedOverlay != nil {
            sharedOverlay?.value.view(with: [fact])
        } else {
            resetOverlay()
        }
        return true
    }

    /// Forgets pending facts that are in the log now; gives back their ids.
    mutating func settlePending() -> [FactID] {
        guard !pending.isEmpty else { return [] }
        let known = sharedCommitted
        var merged: [FactID] = []
        pending.removeAll { fact in
            guard known.value.hasMerged(fact.id) else { return false }
            merged.append(fact.id)
            return true
        }
        learn()
        resetOverlay()
        return merged
    }

    /// Something was learned of the incident.
    private mutating func learn() {
        learnedCount += 1
        derived.isCurrent = false
    }

    /// Whether what is held was worked out from what was known after so much had been learned.
    func stands(asOf count: UInt64) -> Bool { derived.isCurrent && derived.asOf == count }

    /// What was worked out from another basis is forgotten. This is the basis of what was known when so
    /// much had been learned: more may have been since.
    mutating func stand(on basis: EscalationBasis, asOf count: UInt64) {
        if derived.basis == basis {
            derived.isCurrent = true
        } else {
            derived = Derived(basis, after: derived)
        }
        derived.asOf = count
    }

    private mutating func resetOverlay() {
        sharedOverlay = nil
        guard !pending.isEmpty else { return }
        var overlay = committed
        overlay.view(with: pending)
        sharedOverlay = Shared(overlay)
    }
}

/// This region's tries to send one page.
struct LocalAttempt: Sendable {
    /// Which page.
    var key: StepKey
    /// How many tries were begun.
    var count: UInt64 = 0
    /// The order that is under way, if one is.
    var inFlight: UInt64?
    /// When the next try may begin.
    var nextAt: Instant
    /// Whether this region gave up on it.
    var isExhausted = false
    /// Whether it was written down that the page was not sent after all.
    var isClosed = false
}

extension Fact {
    /// Whether an incident may be compared by something else because of it.
    var changesLikeness: Bool {
        switch body {
        case .alertSeen, .resolveSeen, .edited: true
        case .pageIntent, .pageResult, .ackSeen, .noteAdded, .escalationAsked, .handoff, .roster,
            .work:
            false
        }
    }
}
