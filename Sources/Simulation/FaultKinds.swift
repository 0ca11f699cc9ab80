/// Kinds of faults a run may have. Loss, duplicates, reordering, delay and skew are knobs of
/// `SimOptions`: they are there all the time. *Source:* design 11.
package struct FaultKinds: OptionSet, Hashable, Sendable {
    /// One bit per kind.
    package let rawValue: UInt32
    /// The kinds of these bits.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A process dies; what was not synced may be gone.
    package static let crash = FaultKinds(rawValue: 1 << 0)
    /// The regions fall into two parts.
    package static let partition = FaultKinds(rawValue: 1 << 1)
    /// One direction of one link is cut.
    package static let oneWayCut = FaultKinds(rawValue: 1 << 2)
    /// One region after the other is cut off, and comes back in another order.
    package static let swizzle = FaultKinds(rawValue: 1 << 3)
    /// What is sent over one link arrives only after a while, all at once.
    package static let clog = FaultKinds(rawValue: 1 << 4)
    /// A process stands still, as after SIGSTOP.
    package static let pause = FaultKinds(rawValue: 1 << 5)
    /// A disk refuses to sync for a while.
    package static let diskError = FaultKinds(rawValue: 1 << 6)
    /// A disk takes long.
    package static let slowDisk = FaultKinds(rawValue: 1 << 7)
    /// No page leaves from a region, or none through its first provider.
    package static let gatewayOutage = FaultKinds(rawValue: 1 << 8)
    /// Pages take longer than a try may.
    package static let slowGateway = FaultKinds(rawValue: 1 << 9)
    /// Pages arrive and are reported as failed.
    package static let ambiguousGateway = FaultKinds(rawValue: 1 << 10)
    /// Many alerts at once, up to thousands.
    package static let storm = FaultKinds(rawValue: 1 << 11)
    /// A region is gone for ever, with its disk; never a majority.
    package static let destruction = FaultKinds(rawValue: 1 << 12)
    /// A process dies while it writes, and the write ends at some byte.
    package static let tornWrite = FaultKinds(rawValue: 1 << 13)
    /// A record on the disk is damaged, in the middle or the last one; it is found at the next
    /// start, which comes at once. Never on so many disks that no majority is left.
    package static let corruption = FaultKinds(rawValue: 1 << 14)
    /// A disk is full until somebody makes room.
    package static let diskFull = FaultKinds(rawValue: 1 << 15)
    /// A machine's wall clock jumps; its processes follow slowly, those that start anew at once.
    package static let clockJump = FaultKinds(rawValue: 1 << 16)
    /// A machine's oscillator runs too fast or too slowly.
    package static let drift = FaultKinds(rawValue: 1 << 17)
    /// A process gets so little time that everything takes it long.
    package static let slowNode = FaultKinds(rawValue: 1 << 18)
    /// All processes are replaced one after the other; the new ones may refuse to talk to the old.
    package static let upgrade = FaultKinds(rawValue: 1 << 19)
    /// A provider takes only so many pages per second.
    package static let rateLimit = FaultKinds(rawValue: 1 << 20)

    /// Those that make pages fail.
    package static let ofGateways: FaultKinds = [
        .gatewayOutage, .slowGateway, .ambiguousGateway, .rateLimit,
    ]
    /// A new roster reaches one region after the other.
    package static let rosterChange = FaultKinds(rawValue: 1 << 21)

    /// Every kind, its name and what it does, for `sim knobs`.
    package static let all: [(name: String, kind: FaultKinds, about: String)] = [
        ("crash", .crash, "a process dies, and is back at the end of the fault"),
        ("partition", .partition, "the regions fall into two parts"),
        ("one-way", .oneWayCut, "one direction of one link is cut"),
        ("swizzle", .swizzle, "regions are cut off one by one and come back in another order"),
        ("clog", .clog, "what is sent over a link waits, and arrives all at once"),
        ("pause", .pause, "a process stands still, as after SIGSTOP"),
        ("disk-error", .diskError, "a disk refuses to sync"),
        ("slow-disk", .slowDisk, "a sync takes 200 ms to slow-disk-ms"),
        ("gateway-outage", .gatewayOutage, "no page leaves, or none through the first provider"),
        (
            "slow-gateway", .slowGateway,
            "a try ends with its time-out; some pages arrive: slow-arrivals"
        ),
        ("ambiguous-gateway", .ambiguousGateway, "pages arrive and are reported as failed"),
        ("storm", .storm, "storm-alerts alerts within 2 s about storm-problems problems"),
        ("destruction", .destruction, "a member is gone for ever with its disk; never a majority"),
        (
            "torn-write", .tornWrite,
            "a process dies within a write, which then took place as a whole or not at all"
        ),
        (
            "corruption", .corruption,
            "a record on a disk is damaged: its store refuses to start, and the member is lost"
        ),
        (
            "disk-full", .diskFull,
            "a disk takes no write until room is made, full-disk-times as long"
        ),
        ("clock-jump", .clockJump, "a wall clock jumps by up to clock-jump-ms and back at the end"),
        ("drift", .drift, "a clock runs too fast or too slowly, by drift"),
        ("slow-node", .slowNode, "a process takes its input every 50 ms to slow-node-ms only"),
        ("upgrade", .upgrade, "all processes restart in turn, with two wire versions or one"),
        (
            "rate-limit", .rateLimit,
            "a region's first provider refuses most pages as too many: refused"
        ),
        ("roster-change", .rosterChange, "a new roster reaches one region after the other"),
    ]

    /// The names of the kinds in here, in a fixed order.
    package var names: [String] { Self.all.filter { contains($0.kind) }.map(\.name) }
}

/// What is healed for the liveness phase; all that is broken outside of it stays so for ever.
/// *Source:* design 11, "Safety, then liveness".
package enum LivenessCore: UInt64, CaseIterable, Sendable {
    /// Every member that is not destroyed.
    case everyone = 0
    /// A majority; the others are dead, deaf, mute, cut off or stopped for good.
    case majority = 1
    /// One region with a working gateway: it must page, and can do nothing else.
    case lone = 2

    /// The name in options and reports.
    package var name: String { "\(self)" }
}
