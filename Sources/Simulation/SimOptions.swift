package import Basics

/// What one run is like, drawn from its seed. *Source:* design 11, "swarm per seed". Every value
/// has a name and a line of explanation in `SimKnobs`.
package struct SimOptions: Sendable, CustomStringConvertible {
    /// How many regions there are.
    package var regions: Int
    /// Whether a witness votes as well.
    package var hasWitness: Bool
    /// How many coordinators follow.
    package var coordinators: Int
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
    /// How many votes are followed by the voter's death, where there are crashes.
    package var voterDeathsPerMillion: UInt64
    /// How many pages are cut short by the sender's death, where there are crashes.
    package var pagerDeathsPerMillion: UInt64
    /// How many leaders die right after they wrote `Establish` down, where there are crashes.
    package var leaderDeathsPerMillion: UInt64
    /// From one repeat of a nagging source to the next; zero if there is none.
    package var nagPause: Span
    /// From one request of a client to the next, on average half of it.
    package var clientPauseMax: Span
    /// How many different problems clients report.
    package var problems: UInt64
    /// How many alerts a storm has, and about how many problems.
    package var stormAlerts: UInt64
    /// How many different problems a storm is about.
    package var stormProblems: UInt64
    /// How many people answer a page.
    package var answersPerMillion: UInt64
    /// The longest time a person takes to answer.
    package var answerMax: Span
    /// How many answers come from two people at once.
    package var doubleAnswersPerMillion: UInt64
    /// How many alerts are reported to be over before they are reported to fire.
    package var resolvedFirstPerMillion: UInt64
    /// How many alerts that were said to be over go on, with the start they always had.
    package var resumedPerMillion: UInt64
    /// How many commands ask an owner to hand an incident to another region.
    package var handOversPerMillion: UInt64
    /// How many commands set a severity or take command.
    package var editsPerMillion: UInt64
    /// Commands that merge two incidents or take one apart again, per million.
    package var mergesPerMillion: UInt64
    /// Commands that offer command, accept or decline it, per million.
    package var handoffsPerMillion: UInt64
    /// Commands that write down what is worked on, or what came of it, per million.
    package var workPerMillion: UInt64
    /// Notes that mention somebody, per million; as many answer another note.
    package var mentionsPerMillion: UInt64
    /// Acts of clients that apply a roster, override it or say that somebody is away, per million.
    package var rosterWordsPerMillion: UInt64
    /// Acts of clients with which a mad coordinator proposes to merge any two incidents, per million.
    package var madProposalsPerMillion: UInt64
    /// Answers `quorum` after which somebody reads through another region, per million.
    package var readsPerMillion: UInt64
    /// How far clocks are off at most.
    package var skewMax: Span
    /// How far a wall clock jumps at most.
    package var clockJumpMax: Span
    /// Whether a policy has a level that reaches nobody.
    package var hasEmptyLevel: Bool
    /// How long a level waits for an answer.
    package var levelTimeout: Span
    /// How many entries a log keeps behind its snapshot.
    package var logEntriesMax: Int
    /// The most payload bytes in one replication message; small ones make entries travel one by one.
    package var messageBytesMax: Int
    /// When the run begins: on a plain day, or close to a handoff on a day on which clocks change.
    package var beginning: SimBeginning
    /// What is healed for the liveness phase.
    package var core: LivenessCore
    /// When the last region joins, from the beginning on; zero if it is there from then.
    package var growsAfter: Span = .zero
    /// How often all processes end at once and start again; zero if they never do.
    package var restartPause: Span = .zero
    /// How many reports reach every region, as from tools that send to all of them.
    package var copiesPerMillion: UInt64 = 200_000
    /// How long a coordinator lives at most before it dies and comes back; zero if it lives on.
    package var coordinatorLifeMax: Span = .zero
    /// How long a sync of a slow disk takes at most.
    package var slowDiskMax: Span = .milliseconds(700)
    /// How many times as long as planned a full disk is full.
    package var fullDiskTimes = 3
    /// After how long a slow process takes its input at most.
    package var slowNodeMax: Span = .milliseconds(400)
    /// By how much a drifting clock is too fast or too slow, per million.
    package var driftPerMillion: UInt64 = 50_000
    /// How many pages a provider refuses that limits the rate, per million.
    package var refusedPerMillion: UInt64 = 800_000
    /// How many pages arrive of those to which a slow gateway says nothing, per million.
    package var slowArrivalsPerMillion: UInt64 = 500_000

    /// The options of a seed.
    package init(seed: UInt64, safetyPhase chosen: Span? = nil) {
        var random = RandomStream(seed: seed).split("options")
        let shape = random.below(8)
        regions = shape == 0 ? 2 : shape < 5 ? 3 : 5
        hasWitness = regions == 2 || random.chance(perMillion: 100_000)
        coordinators = random.chance(perMillion: 300_000) ? 1 : 0
        safetyPhase = .minutes(random.within(1...4))
        let near = random.pick([Span.milliseconds(25), .milliseconds(40), .milliseconds(80)])
        delays =
            near...random.pick([Span.milliseconds(80), .milliseconds(150), .milliseconds(300)])
        jitterMax = random.pick([.milliseconds(1), .milliseconds(10), .milliseconds(60)])
        lossPerMillion = random.pick([0, 0, 10_000, 100_000, 300_000])
        duplicatesPerMillion = random.pick([0, 0, 20_000, 200_000])
        reorderPerMillion = random.pick([0, 0, 50_000])
        syncMax = random.pick([.milliseconds(2), .milliseconds(10), .milliseconds(60)])
        faultPauseMax = random.pick([.seconds(4), .seconds(10), .seconds(30)])
        faultLengthMax = random.pick([.seconds(2), .seconds(8), .seconds(25)])
        voterDeathsPerMillion = random.pick([0, 20_000, 100_000])
        pagerDeathsPerMillion = random.pick([0, 20_000, 100_000])
        clientPauseMax = random.pick([.milliseconds(400), .seconds(2), .seconds(6)])
        problems = random.pick([1, 3, 8, 20])
        stormAlerts = random.pick([60, 60, 60, 300, 300, 300, 300, 1_500])
        stormProblems = random.pick([3, 20, 150])
        answersPerMillion = random.pick([0, 300_000, 800_000])
        answerMax = random.pick([.seconds(40), .seconds(40), .minutes(3)])
        doubleAnswersPerMillion = random.pick([0, 100_000])
        resolvedFirstPerMillion = random.pick([0, 100_000])
        handOversPerMillion = random.pick([0, 100_000, 300_000])
        skewMax = random.pick([.zero, .zero, .milliseconds(200), .seconds(5)])
        clockJumpMax = random.pick([.seconds(1), .seconds(5), .hours(1)])
        hasEmptyLevel = random.chance(perMillion: 200_000)
        levelTimeout = random.pick([.seconds(45), .seconds(90)])
        logEntriesMax = random.pick([4, 16, 64])
        messageBytesMax = random.pick([Limits.bulkMessageBytesMax, Limits.bulkMessageBytesMax, 64])
        beginning = random.pick([.plain, .plain, .plain, .shift, .spring, .autumn])
        core = random.pick([.everyone, .everyone, .everyone, .majority, .majority, .lone])
        faults = []
        for (_, kind, _) in FaultKinds.all where random.chance(perMillion: 300_000) {
            faults.insert(kind)
        }
        if faults.contains(.clockJump), clockJumpMax > .minutes(30), beginning == .plain {
            beginning = .soon
        }
        let isHealthy = random.below(8) == 0
        leaderDeathsPerMillion = random.pick([0, 0, 100_000, 400_000])
        nagPause = random.pick([.zero, .zero, .milliseconds(700), .milliseconds(1_500)])
        editsPerMillion = random.pick([0, 200_000, 500_000])
        mergesPerMillion = random.pick([0, 100_000, 300_000])
        madProposalsPerMillion = random.pick([0, 0, 200_000])
        handoffsPerMillion = random.pick([0, 150_000, 400_000])
        rosterWordsPerMillion = random.pick([0, 0, 100_000])
        workPerMillion = random.pick([0, 100_000, 300_000])
        resumedPerMillion = random.pick([0, 300_000])
        readsPerMillion = random.pick([0, 0, 0, 0, 0, 400_000])
        mentionsPerMillion = random.pick([0, 300_000, 600_000])
        if isHealthy { makeHealthy() }
        if let chosen { safetyPhase = chosen }
        var growth = RandomStream(seed: seed).split("growth")
        if regions >= 3, !hasWitness, !isHealthy, growth.chance(perMillion: 150_000) {
            growsAfter = growth.span(.seconds(4)...(.seconds(25)))
        }
        var deaths = RandomStream(seed: seed).split("coordinator deaths")
        if coordinators > 0, !isHealthy, deaths.chance(perMillion: 500_000) {
            coordinatorLifeMax = deaths.pick([.seconds(4), .seconds(30)])
        }
        var second = RandomStream(seed: seed).split("second coordinator")
        if coordinators > 0, second.chance(perMillion: 400_000) { coordinators = 2 }
        var copies = RandomStream(seed: seed).split("copies")
        copiesPerMillion = copies.pick([200_000, 200_000, 200_000, 0, 800_000])
        var restart = RandomStream(seed: seed).split("restart of all")
        if !isHealthy, restart.chance(perMillion: 60_000) {
            restartPause = restart.span(.seconds(20)...(.seconds(100)))
        }
    }

    /// A run in which nothing goes wrong: then every page is sent exactly once.
    private mutating func makeHealthy() {
        faults = []
        (lossPerMillion, duplicatesPerMillion, reorderPerMillion) = (0, 0, 0)
        skewMax = .zero
        syncMax = .milliseconds(10)
        core = .everyone
    }

    /// Whether nothing goes wrong in this run.
    package var isHealthy: Bool {
        faults.isEmpty && lossPerMillion == 0 && skewMax == .zero && reorderPerMillion == 0
            && core == .everyone && restartPause == .zero
    }

    /// Every knob with its value, in one line.
    package var description: String {
        SimKnobs.all.map { "\($0.name)=\($0.read(self))" }.joined(separator: " ")
    }
}

/// When a run begins.
package enum SimBeginning: String, CaseIterable, Sendable {
    /// A Wednesday in the middle of shifts.
    case plain
    /// A minute before one region hands over to the next.
    case shift
    /// Half an hour before it: to a clock that is an hour ahead that shift is over.
    case soon
    /// A minute before the change to summer time of two regions, at a handoff of one of them.
    case spring
    /// A minute before the change back.
    case autumn
}
