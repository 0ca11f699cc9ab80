import Basics

/// Rare states that must be reached now and then, or the simulator does not look where bugs are.
/// *Source:* FoundationDB's code probes; design 11.
package struct Sometimes: Sendable {
    /// A rare state.
    package enum Mark: Int, CaseIterable, Sendable {
        case writeFailed, unackedWriteKept, ambiguousDelivery, answeredLocal, coordinatorFinding
        case ownerLost, ownerRegained, majorityLost, paused, reopened, snapshotRestored
        case pageDropped, secondRegionPaged, destroyed, catchAll
        /// A write ended in its middle; and one with a vote in it did.
        case tornWrite, tornVote
        /// A vote was given by a member whose last write before was torn.
        case votedAfterTornWrite
        /// A store refused to open because of damage.
        case damageRefused
        /// Two members led one incident at the same time, each without knowing of the other.
        case twoOwners
        /// A member joined while the others ran.
        case memberJoined
        /// All processes ended at once, and started again.
        case allRestarted
        /// An incident was handed over; tried while links were cut; given up.
        case handedOver, handOverWhileCut, handOverFailed
        /// A member took over 100 incidents or more within two seconds.
        case bulkTakeover
        /// A snapshot was installed at a member that had just started.
        case snapshotAtRestart
        /// A process died between sending a page and writing that down.
        case diedBeforeRecord
        /// Severities, commands or acknowledgements of two sides were settled; somebody was told that a
        /// page was in vain.
        case severitiesSettled, commandersSettled, acknowledgementsSettled, stoodDown
        case escalationCrossed
        /// Incidents were merged in several ways at once; a coordinator found that two are one; one took
        /// another over; one was released by a survivor that was over, or let go again.
        case mergesSettled, duplicateMerged, absorbed, released, disowned
        /// Command was offered and accepted, declined, or went another way; somebody was told of an offer
        /// that nobody took; an acknowledgement lapsed with a shift.
        case commandHandedOver, commandDeclined, offerOver, offerEscalated, shiftLapsed
        /// Phases that two sides said were settled; something was written down and came to its end.
        case phasesSettled, workEnded
        /// Somebody was told that a note mentions them; a note answered another one.
        case mentionTold, noteAnswered
        /// A roster that was applied was read; somebody was paged who was put on call by hand.
        case rosterApplied, overridePaged
        /// A linearizable read waited for what its region lacked; one was refused.
        case readWaited, readRefused
        /// One message brought pages about several incidents.
        case bundled
        /// An alert that was said to be over went on.
        case resumed
        /// Somebody had taken on something milder than it turned out to be, and it paged anew.
        case pagedWorse
        /// A page was put off because of another one, which its timeline says.
        case putOff
        /// A page was lost because its sender died.
        case pageDiedWithSender
        /// A page was sent while regions had different rosters.
        case pagedWithOldRoster
        /// A frame was refused because the sender speaks another version.
        case versionRefused
        /// Somebody acknowledged a level that was over; two people did at once.
        case lateAnswer, doubleAnswer
        /// An alert was reported to be over before it was reported to fire.
        case resolvedFirst
        /// A clock was more than half an hour off.
        case clockFarOff
        /// A region that knew its clock to be far ahead left it to others to say that a shift or a snooze was over.
        case leftToRightClocks
        /// A region was told by the others' heartbeats that its clock is off, and said so.
        case clockToldOff
        /// A region was left alone while it knew of another one's page that was on its way.
        case cutWhilePaging
        /// A lone region paged; a majority without the others committed.
        case loneRegionPaged, coreCommitted
        /// Somebody was paged within ten minutes of a change of clocks.
        case pagedAtClockChange
        /// A coordinator died and came back; two that were there found the same.
        case coordinatorRestarted, coordinatorsAgree
        /// A region took another roster while links were cut.
        case rosterWhileCut
        /// A storm opened more than 100 incidents.
        case bigStorm
        /// A provider said that it was asked too often.
        case rateLimited
    }
    private var counts = [UInt64](repeating: 0, count: Mark.allCases.count)
    private var faults = [UInt64](repeating: 0, count: FaultKinds.all.count)

    init() {}

    mutating func mark(_ mark: Mark, _ times: UInt64 = 1) { counts[mark.rawValue] += times }

    mutating func mark(fault kind: FaultKinds) {
        guard let position = FaultKinds.all.firstIndex(where: { $0.kind == kind }) else { return }
        faults[position] += 1
    }

    /// Adds the counts of another run.
    package mutating func add(_ other: Sometimes) {
        for index in counts.indices { counts[index] += other.counts[index] }
        for index in faults.indices { faults[index] += other.faults[index] }
    }

    /// Every mark and fault with its count, in a fixed order.
    package var all: [(name: String, count: UInt64)] {
        Mark.allCases.map { ("\($0)", counts[$0.rawValue]) }
            + FaultKinds.all.indices.map { ("fault-" + FaultKinds.all[$0].name, faults[$0]) }
    }

    /// The names of what was never reached.
    package var missing: [String] { all.filter { $0.count == 0 }.map(\.name) }
}
