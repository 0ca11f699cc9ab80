package import Basics

/// Kinds of faults a run may have.
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
    /// A disk refuses writes for a while.
    package static let diskError = FaultKinds(rawValue: 1 << 6)
    /// A disk takes long.
    package static let slowDisk = FaultKinds(rawValue: 1 << 7)
    /// No page leaves from a region.
    package static let gatewayOutage = FaultKinds(rawValue: 1 << 8)
    /// Pages take longer than a try may.
    package static let slowGateway = FaultKinds(rawValue: 1 << 9)
    /// Pages arrive and are reported as failed.
    package static let ambiguousGateway = FaultKinds(rawValue: 1 << 10)
    /// Many alerts at once.
    package static let storm = FaultKinds(rawValue: 1 << 11)
    /// A region is gone for ever, with its disk; never a majority.
    package static let destruction = FaultKinds(rawValue: 1 << 12)

    /// Every kind and its name.
    package static let all: [(name: String, kind: FaultKinds)] = [
        ("crash", .crash), ("partition", .partition), ("one-way", .oneWayCut),
        ("swizzle", .swizzle), ("clog", .clog), ("pause", .pause), ("disk-error", .diskError),
        ("slow-disk", .slowDisk), ("gateway-outage", .gatewayOutage),
        ("slow-gateway", .slowGateway), ("ambiguous-gateway", .ambiguousGateway),
        ("storm", .storm), ("destruction", .destruction),
    ]

    /// The names of the kinds in here, in a fixed order.
    package var names: [String] { Self.all.filter { contains($0.kind) }.map(\.name) }
}

/// What one run is like, drawn from its seed. *Source:* design 11, "swarm per seed".
package struct SimOptions: Sendable, CustomStringConvertible {
    /// How many regions there are.
    package var regions: Int
    /// Whether a witness votes as well.
    package var hasWitness: Bool
    /// Whether a coordinator follows.
    package var hasCoordinator: Bool
    /// How long the phase with faults and clients lasts.
    package var safetyPhase: Span
    /// The shortest and longest way between two regions, one way.
    package var delays: ClosedRange<Span>
    /// What is added to it at random.
    package var jitterMax: Span
    /// How many frames are lost.
    package var lossPerMillion: UInt64
    /// How many frames arrive twice.
    package var duplicatesPerMillion: UInt64
    /// How many frames are overtaken by many others.
    package var reorderPerMillion: UInt64
    /// The longest sync of a healthy disk.
    package var syncMax: Span
    /// Which faults there are.
    package var faults: FaultKinds
    /// From one fault to the next, on average half of it.
    package var faultPauseMax: Span
    /// How long a fault lasts at most.
    package var faultLengthMax: Span
    /// From one request of a client to the next, on average half of it.
    package var clientPauseMax: Span
    /// How many different problems clients report.
    package var problems: UInt64
    /// How many people answer a page.
    package var answersPerMillion: UInt64
    /// How far clocks are off at most.
    package var skewMax: Span
    /// Whether a policy has a level that reaches nobody.
    package var hasEmptyLevel: Bool
    /// How long a level waits for an answer.
    package var levelTimeout: Span
    /// How many entries a log keeps behind its snapshot.
    package var logEntriesMax: Int

    /// The options of a seed.
    package init(seed: UInt64, safetyPhase chosen: Span? = nil) {
        var random = RandomStream(seed: seed).split("options")
        let shape = random.below(8)
        regions = shape == 0 ? 2 : shape < 5 ? 3 : 5
        hasWitness = regions == 2 || random.chance(perMillion: 100_000)
        hasCoordinator = random.chance(perMillion: 300_000)
        safetyPhase = .minutes(random.within(1...4))
        let near = random.pick([Span.milliseconds(25), .milliseconds(40), .milliseconds(80)])
        delays = near...random.pick([Span.milliseconds(80), .milliseconds(150)])
        jitterMax = random.pick([.milliseconds(1), .milliseconds(10), .milliseconds(60)])
        lossPerMillion = random.pick([0, 0, 10_000, 100_000, 300_000])
        duplicatesPerMillion = random.pick([0, 0, 20_000, 200_000])
        reorderPerMillion = random.pick([0, 0, 50_000])
        syncMax = random.pick([.milliseconds(2), .milliseconds(10), .milliseconds(60)])
        faultPauseMax = random.pick([.seconds(4), .seconds(10), .seconds(30)])
        faultLengthMax = random.pick([.seconds(2), .seconds(8), .seconds(25)])
        clientPauseMax = random.pick([.milliseconds(400), .seconds(2), .seconds(6)])
        problems = random.pick([1, 3, 8, 20])
        answersPerMillion = random.pick([0, 300_000, 800_000])
        skewMax = random.pick([.zero, .zero, .milliseconds(200), .seconds(5)])
        hasEmptyLevel = random.chance(perMillion: 200_000)
        levelTimeout = random.pick([.seconds(45), .seconds(90)])
        logEntriesMax = random.pick([4, 16, 64])
        faults = []
        for (_, kind) in FaultKinds.all where random.chance(perMillion: 350_000) {
            faults.insert(kind)
        }
        if random.below(8) == 0 { makeHealthy() }
        if let chosen { safetyPhase = chosen }
    }

    /// A run in which nothing goes wrong: then every page is sent exactly once.
    private mutating func makeHealthy() {
        faults = []
        (lossPerMillion, duplicatesPerMillion, reorderPerMillion) = (0, 0, 0)
        skewMax = .zero
        syncMax = .milliseconds(10)
    }

    /// Whether nothing goes wrong in this run.
    package var isHealthy: Bool {
        faults.isEmpty && lossPerMillion == 0 && skewMax == .zero && reorderPerMillion == 0
    }

    /// One line with everything in it.
    package var description: String {
        "regions \(regions)\(hasWitness ? "+witness" : "")\(hasCoordinator ? "+coordinator" : ""), "
            + "\(safetyPhase), delay \(delays.lowerBound)-\(delays.upperBound) jitter \(jitterMax), "
            + "loss \(lossPerMillion), duplicates \(duplicatesPerMillion), "
            + "reorder \(reorderPerMillion), sync \(syncMax), skew \(skewMax), "
            + "fault every \(faultPauseMax) for \(faultLengthMax): "
            + "[\(faults.names.joined(separator: " "))], client \(clientPauseMax), "
            + "problems \(problems), answers \(answersPerMillion), level \(levelTimeout)"
            + "\(hasEmptyLevel ? ", empty level" : ""), log \(logEntriesMax)"
    }
}
