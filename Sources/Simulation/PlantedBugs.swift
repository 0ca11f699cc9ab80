import Basics
package import RegionCore
package import Replication

/// Bugs of a store, a clock or a set of rules that the simulator plants on its own side.
package struct HostDefects: OptionSet, Hashable, Sendable {
    /// One bit per defect.
    package let rawValue: UInt32
    /// The defects of these bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// One sync in a thousand is reported and not done.
    package static let syncSkipped = HostDefects(rawValue: 1 << 0)
    /// A write that was cut off is taken for what it has.
    package static let tornTransactionKept = HostDefects(rawValue: 1 << 1)
    /// A damaged record is taken for a torn tail: all behind it is forgotten.
    package static let damageTakenForTornTail = HostDefects(rawValue: 1 << 2)
    /// A member whose disk is lost comes back with an empty one under the same id.
    package static let sameIDAfterDiskLoss = HostDefects(rawValue: 1 << 3)
    /// Local times are worked out with the standard time's offset all year.
    package static let localTimeAcrossDST = HostDefects(rawValue: 1 << 4)
    /// The coordinator's rules go by the order in which views arrived.
    package static let reconcileInArrivalOrder = HostDefects(rawValue: 1 << 5)
    /// The coordinator's rules iterate over hash tables.
    package static let reconcileInHashOrder = HostDefects(rawValue: 1 << 6)
    /// Two members join at once: what two of three have is on no majority of five.
    package static let twoMembersAtOnce = HostDefects(rawValue: 1 << 7)
}

/// A bug that is planted on purpose, to prove that the simulator sees it. *Source:* design 11.
package struct PlantedBug: Sendable {
    /// The name: `sim run --plant NAME`.
    package let name: String
    /// The bug in the command layer, if it is there.
    package var replication: Defects = []
    /// The bug in the duty layer, if it is there.
    package var region: RegionDefects = []
    /// The bug in what is around the core, if it is there.
    package var host: HostDefects = []
    /// The properties of which one must be seen broken; a halt or a refusal of the store counts as
    /// the property it protects.
    package let properties: [String]
    /// Seeds of which one shows it within one minute of faults. Bugs with a window of few seeds are the
    /// quick set; the others are looked for at night.
    package let seeds: ClosedRange<UInt64>

    /// The options of a seed with what the bug needs to be there at all.
    func needs(_ options: SimOptions) -> SimOptions {
        var options = options
        if region.contains(.decidesAtOnce) {
            // Much is said of one incident, by regions that are apart again and again.
            (options.regions, options.problems, options.core) = (5, 1, .everyone)
            (options.faults, options.editsPerMillion) = ([.partition, .swizzle], 500_000)
            (options.faultPauseMax, options.faultLengthMax) = (.seconds(4), .seconds(8))
            options.clientPauseMax = .milliseconds(400)
        }
        if region.contains(.holdsFromDates) {
            // Whoever has begun to page stands still for long, and its clock is ahead.
            (options.regions, options.core, options.answersPerMillion) = (3, .majority, 0)
            (options.faults, options.clockJumpMax) = (
                [.clockJump, .pause, .gatewayOutage], .hours(1)
            )
            (options.faultPauseMax, options.faultLengthMax) = (.seconds(20), .seconds(60))
            (options.clientPauseMax, options.problems) = (.seconds(2), 8)
            options.safetyPhase = .minutes(3)
        }
        if region.contains(.mentionsLeftToOwner) {
            // Notes reach regions that are cut off from the owner, or alone for good.
            (options.mentionsPerMillion, options.core) = (600_000, .lone)
            (options.faults, options.faultLengthMax) = ([.partition], .minutes(1))
            (options.clientPauseMax, options.problems) = (.milliseconds(400), 3)
        }
        if region.contains(.startsOutOfTurn) {
            // All start again, and nothing else is in the way.
            (options.restartPause, options.core) = (.seconds(7), .everyone)
            (options.faults, options.lossPerMillion, options.reorderPerMillion) = ([], 0, 0)
            (options.clientPauseMax, options.skewMax) = (.milliseconds(400), .zero)
        }
        if replication.contains(.takesOverLate) {
            // Owners die, and nothing else is in the way.
            (options.lossPerMillion, options.reorderPerMillion) = (0, 0)
            (options.faults, options.core) = ([.crash], .everyone)
        }
        guard host.contains(.twoMembersAtOnce) else { return options }
        (options.regions, options.hasWitness) = (5, false)
        options.growsAfter = .seconds(6)
        return options
    }

    /// Whether it is shown at once.
    package var isQuick: Bool { seeds.count <= 10 }

    /// Every planted bug.
    package static let all: [PlantedBug] =
        replicationBugs + dutyBugs + hostBugs

    /// The bug of a name.
    package static func named(_ name: String) -> PlantedBug? { all.first { $0.name == name } }

    private static let replicationBugs = [
        PlantedBug(
            name: "quorumOneTooFew", replication: .quorumOneTooFew,
            properties: ["S1", "S3", "S4"], seeds: 4...4),
        PlantedBug(
            name: "voteNotPersisted", replication: .voteNotPersisted, properties: ["S1", "S2"],
            seeds: 14...14),
        PlantedBug(
            name: "hardStateNotPersisted", replication: .hardStateNotPersisted,
            properties: ["S1", "S2", "S4", "halt", "store"], seeds: 1...1),
        PlantedBug(
            name: "oldTermCommitByCount", replication: .oldTermCommitByCount,
            properties: ["S4", "S3"], seeds: 21...21),
        PlantedBug(
            name: "standsWithoutAsking", replication: .standsWithoutAsking, properties: ["L5"],
            seeds: 3...3),
        PlantedBug(
            name: "keepsTransferring", replication: .keepsTransferring, properties: ["L4"],
            seeds: 11...11),
        PlantedBug(
            name: "takesOverLate", replication: .takesOverLate, properties: ["L3"], seeds: 42...42),
        PlantedBug(
            name: "noPrevTermCheck", replication: .noPrevTermCheck, properties: ["S3", "S4"],
            seeds: 14...14),
        PlantedBug(
            name: "upToDateByIndexOnly", replication: .upToDateByIndexOnly,
            properties: ["S4", "S3"], seeds: 226...226),
        PlantedBug(
            name: "serveBeforeEstablish", replication: .serveBeforeEstablish,
            properties: ["S1", "S12"], seeds: 1...1),
        PlantedBug(
            name: "staleTimeoutNow", replication: .staleTimeoutNow,
            properties: ["S12"], seeds: 9...9),
        PlantedBug(
            name: "transferToLaggard", replication: .transferToLaggard,
            properties: ["S12"], seeds: 3...3),
        PlantedBug(
            name: "proposalsDuringTransfer", replication: .proposalsDuringTransfer,
            properties: ["S12"], seeds: 2...2),
        PlantedBug(
            name: "freshnessByArrivalTime", replication: .freshnessByArrivalTime,
            properties: ["L3", "L2", "L1", "S9"], seeds: 2...2),
        PlantedBug(
            name: "quiesceWithLaggard", replication: .quiesceWithLaggard,
            properties: ["L2", "L3"], seeds: 11...11),
    ]

    private static let dutyBugs = [
        PlantedBug(
            name: "intentSuppressesForEver", region: .intentSuppressesForEver,
            properties: ["L1", "mention"],
            seeds: 945...945),
        PlantedBug(
            name: "oldAcknowledgementSilences", region: .oldAcknowledgementSilences,
            properties: ["S10"], seeds: 3...3),
        PlantedBug(
            name: "regionInStepKey", region: .regionInStepKey, properties: ["S11", "S14"],
            seeds: 2...2),
        PlantedBug(
            name: "resolveClosesUnseen", region: .resolveClosesUnseen, properties: ["S6"],
            seeds: 2...2),
        PlantedBug(
            name: "rankTimersReset", region: .rankTimersReset, properties: ["L1", "S11"],
            seeds: 238...238),
        PlantedBug(
            name: "dutyDroppedAtTransfer", region: .dutyDroppedAtTransfer, properties: ["S12"],
            seeds: 2...2),
        PlantedBug(
            name: "noLastLook", region: .noLastLook, properties: ["S10", "S11"], seeds: 54...54),
        PlantedBug(
            name: "pausedIsNoStranger", region: .pausedIsNoStranger, properties: ["S10", "S11"],
            seeds: 5...5),
        PlantedBug(
            name: "answerBeforeDurable", region: .answerBeforeDurable, properties: ["S6"],
            seeds: 14...14),
        PlantedBug(
            name: "majorityIsBelieved", region: .majorityIsBelieved, properties: ["S9"],
            seeds: 2...2),
        PlantedBug(
            name: "decidesAtOnce", region: .decidesAtOnce, properties: ["S9"],
            seeds: 745...745),
        PlantedBug(
            name: "snoozesForEver", region: .snoozesForEver, properties: ["L1"],
            seeds: 55...55),
        PlantedBug(
            name: "neverResumes", region: .neverResumes, properties: ["S6"], seeds: 2...2),
        PlantedBug(
            name: "claimsToKnowWorse", region: .claimsToKnowWorse, properties: ["S10"],
            seeds: 6...6),
        PlantedBug(
            name: "announcesUnwritten", region: .announcesUnwritten,
            properties: ["L2"], seeds: 1178...1178),
        PlantedBug(
            name: "keepsUnwritten", region: .keepsUnwritten,
            properties: ["L2"], seeds: 402...402),
        PlantedBug(
            name: "keepsOffShift", region: .keepsOffShift, properties: ["L1"], seeds: 53...53),
        PlantedBug(
            name: "trustsAnyClock", region: .trustsAnyClock, properties: ["clock"],
            seeds: 206...206),
        PlantedBug(
            name: "answersWhenDecided", region: .answersWhenDecided, properties: ["L6"],
            seeds: 1...1),
        PlantedBug(
            name: "emptyLevelsWait", region: .emptyLevelsWait, properties: ["L1"], seeds: 55...55),
        PlantedBug(
            name: "holdsFromDates", region: .holdsFromDates, properties: ["L1"], seeds: 77...77),
        PlantedBug(
            name: "startsOutOfTurn", region: .startsOutOfTurn, properties: ["S11"], seeds: 12...12),
        PlantedBug(
            name: "vacantWhenOffered", region: .vacantWhenOffered, properties: ["S12"],
            seeds: 7...7),
        PlantedBug(
            name: "neverBundles", region: .neverBundles, properties: ["bundle"],
            seeds: 648...648),
        PlantedBug(
            name: "readsLocalCopy", region: .readsLocalCopy, properties: ["read"],
            seeds: 15...15),
        PlantedBug(
            name: "mentionsLeftToOwner", region: .mentionsLeftToOwner, properties: ["mention"],
            seeds: 1...1),
        PlantedBug(
            name: "mentionKeyOfRegion", region: .mentionKeyOfRegion,
            properties: ["mention", "S14"], seeds: 2...2),
        PlantedBug(
            name: "carriedWhenSealed", region: .carriedWhenSealed, properties: ["L1"],
            seeds: 53...53),
    ]

    private static let hostBugs = [
        PlantedBug(
            name: "syncSkipped", host: .syncSkipped,
            properties: ["S2", "S3", "S4", "S6", "halt", "store"], seeds: 60...60),
        PlantedBug(
            name: "tornTransactionKept", host: .tornTransactionKept,
            properties: ["S2", "S3", "S4", "S6", "S7", "halt", "store", "L2"], seeds: 62...62),
        PlantedBug(
            name: "damageTakenForTornTail", host: .damageTakenForTornTail,
            properties: ["S2", "S3", "S4", "S6", "L2", "halt", "store"], seeds: 53...53),
        PlantedBug(
            name: "sameIDAfterDiskLoss", host: .sameIDAfterDiskLoss,
            properties: ["S1", "S2", "S3", "S4", "S6", "S8", "L2", "halt"], seeds: 5...5),
        PlantedBug(
            name: "localTimeAcrossDST", host: .localTimeAcrossDST, properties: ["S13"],
            seeds: 14...14),
        PlantedBug(
            name: "reconcileInArrivalOrder", host: .reconcileInArrivalOrder, properties: ["S9"],
            seeds: 6...6),
        PlantedBug(
            name: "reconcileInHashOrder", host: .reconcileInHashOrder, properties: ["S9"],
            seeds: 13...13),
        PlantedBug(
            name: "twoMembersAtOnce", host: .twoMembersAtOnce,
            properties: ["S1", "S3", "S4", "S6"],
            seeds: 14...14),
    ]
}
