import Basics
import CoordinatorCore
import IncidentModel
import OnCall
import Paging
import Escalation
import RegionCore
import Replication

/// One simulated cluster: the real cores and the real codec over a simulated network, disks,
/// clocks, gateways and people; one thread, one seed. It jumps from event to event. *Source:*
/// design 9 and 11.
struct World {
    /// When every run begins by the world's own count; the roster's zones are shifted so that it
    /// is the hour that the options ask for.
    static let begin = Instant(seconds: 1_795_593_600)
    static let cluster = "sim"

    let seed: UInt64
    let options: SimOptions
    let plant: PlantedBug
    let calendar: SimCalendar
    let zones: TimeZones
    let random: RandomStream
    /// Who plays instead of the members and the roster of the simulator's own, if anybody does.
    let cast: SimCast?
    /// What is rehearsed, if that is what the run is for.
    var rehearsal: Rehearsal?

    var now: Instant
    var queue = EventQueue()
    var nodes: [SimNode]
    var coordinators: [SimCoordinator]
    var network: SimNetwork
    var gatewayRandom: RandomStream
    var diskRandoms: [RandomStream]
    var faults: FaultPlan
    var lookRandom: RandomStream
    var client: SimClient
    var people: SimPeople
    var checks: Checks
    var trace: Trace
    var sometimes = Sometimes()
    /// The memory of effects that were worked through, for those of the next step.
    private var spareEffects: [Effect] = []
    /// How many inputs cores have taken.
    var stepCount: UInt64 = 0
    /// Whether the faults are over.
    var isHealed = false
    var healedAt = Instant.distantFuture
    /// The rosters that were made, by number.
    private var madeRosters: [Roster] = []
    /// How many rosters there have been, and the version the newest programs speak.
    var rosterCount = 0
    /// When acknowledgements lapse, as last seen anywhere.
    var lapsesSeen: [GroupID: Instant] = [:]
    var wireVersion = 0
    /// Pages that have left a region and are not with a provider yet.
    var pagesOnTheirWay: Set<StepKey> = []
    /// Whose requests are left out, and who is told of every batch that a store takes.
    let withoutActs: [UInt64]
    let onBatch: (@Sendable (Int, WriteBatch) -> Void)?

    init(_ request: SimRequest, options: SimOptions, cast: SimCast? = nil) {
        seed = request.seed
        self.cast = cast
        now = cast?.begin ?? World.begin
        plant = request.plant ?? PlantedBug(name: "", properties: [], seeds: 0...0)
        self.options = options
        let options = self.options
        withoutActs = request.withoutActs
        onBatch = request.onBatch
        random = RandomStream(seed: seed)
        calendar = SimCalendar(options)
        zones = cast?.zones ?? calendar.timeZones(isStandardOnly: false)
        nodes = Self.makeNodes(options, plant, cast)
        coordinators = (0..<options.coordinators).map { _ in SimCoordinator() }
        network = SimNetwork(
            count: nodes.count + options.coordinators, options,
            random: random.split("network"))
        gatewayRandom = random.split("gateways")
        let disks = random.split("disks")
        diskRandoms = nodes.indices.map { disks.split("disk", UInt64($0)) }
        faults = FaultPlan(
            options, nodes: nodes.count, without: request.withoutFaults,
            random: random.split("faults"))
        client = SimClient(options, random: random.split("client"))
        lookRandom = random.split("looks")
        people = SimPeople(random: random.split("people"))
        checks = Checks(nodes: nodes.count, options)
        trace = Trace(isKept: request.linesMax > 0, linesMax: max(1, request.linesMax))
    }

    mutating func rosters(_ number: Int) -> Roster {
        if let cast { return cast.roster }
        while madeRosters.count <= number {
            madeRosters.append(SimRoster.make(options, number: madeRosters.count))
        }
        return madeRosters[number]
    }

    /// When this run began.
    var began: Instant { cast?.begin ?? World.begin }

    private static func makeNodes(
        _ options: SimOptions, _ plant: PlantedBug, _ cast: SimCast?
    ) -> [SimNode] {
        let members = makeMembers(options, cast)
        let joiners = joiners(options, plant)
        let first = members.filter { !joiners.contains(Int($0.id.number) - 1) }
        return members.filter { $0.role != .coordinator }.map { member in
            let isJoiner = joiners.contains(Int(member.id.number) - 1)
            let config = makeConfig(member, isJoiner ? members : first, options, plant, cast)
            return SimNode(member: member, config: config, defects: plant.host)
        }
    }

    static func makeMembers(_ options: SimOptions, _ cast: SimCast?) -> [Member] {
        var members = (0..<options.regions).map { position in
            Member(
                id: MemberID(UInt64(position + 1)),
                name: cast?.regions[position].name ?? SimRoster.region(position), role: .region)
        }
        if options.hasWitness {
            members.append(
                Member(id: MemberID(UInt64(members.count + 1)), name: "w", role: .witness))
        }
        for number in 0..<options.coordinators {
            members.append(
                Member(
                    id: MemberID(UInt64(members.count + 1)), name: ["c", "d"][number],
                    role: .coordinator))
        }
        return members
    }

    /// A member's configuration as its file has it, with these members in it.
    static func makeConfig(
        _ member: Member, _ members: [Member], _ options: SimOptions, _ plant: PlantedBug,
        _ cast: SimCast?
    ) -> RegionConfig {
        let voters = members.filter { $0.role != .coordinator }
            .map { Voter(id: $0.id, isWitness: $0.role == .witness) }
        var replication = ReplicationConfig(me: member.id, voters: voters)
        replication.defects = plant.replication
        replication.logEntriesMax = options.logEntriesMax
        replication.messageBytesMax = options.messageBytesMax
        let own =
            member.role == .region
            ? [
                GatewayInventory(channel: .sms, providers: ["a", "b"]),
                GatewayInventory(channel: .email, providers: ["a", "b"]),
            ] : []
        let gateways = cast?.regions.first { $0.name == member.name }?.gateways ?? own
        var config = RegionConfig(
            me: member.id, cluster: cluster, foundingEpoch: 1, members: members,
            gateways: gateways, replication: replication)
        config.defects = plant.region
        config.timings.resumeAfter = SimClient.resumeAfter
        if let cast { config.timings = cast.timings }
        return config
    }

    /// The group of a correlation key.
    static func group(of correlationKey: String) -> GroupID {
        .derive(tenant: cluster, correlationKey: correlationKey, foundingEpoch: 1)
    }

    /// The position of a member; coordinators' stand behind all nodes'.
    func position(of member: MemberID) -> Int { Int(member.number) - 1 }

    // MARK: - The loop

    /// Runs until an instant, or until a property is broken.
    mutating func run(until end: Instant) {
        while checks.failure == nil {
            var waking = -1
            var next = queue.next
            for position in nodes.indices where nodes[position].isRunning {
                if nodes[position].wakeAt < next {
                    next = nodes[position].wakeAt
                    waking = position
                }
            }
            for number in coordinators.indices where coordinators[number].wakeAt < next {
                next = coordinators[number].wakeAt
                waking = nodes.count + number
            }
            guard next <= end else { break }
            now = max(now, next)
            if waking >= nodes.count {
                coordinators[waking - nodes.count].wakeAt = .distantFuture
                step(coordinator: waking - nodes.count, .wake)
            } else if waking >= 0 {
                wake(waking)
            } else if let event = queue.pop() {
                perform(event.event)
            }
        }
        if checks.failure == nil { now = max(now, end) }
    }

    /// A core is woken when its own clock says so, which need not be when it was thought to.
    private mutating func wake(_ node: Int) {
        let local = nodes[node].machine.read(at: now)
        let early = nodes[node].wakeAtLocally - local
        guard early <= .zero else { return nodes[node].wakeAt = now + early }
        nodes[node].wakeAt = .distantFuture
        step(node, .wake)
    }

    private mutating func perform(_ event: SimEvent) {
        switch event {
        case .frame(let from, let to, let sent, let bytes):
            if from >= nodes.count || sent >= nodes[from].powerLostAt { arrive(from, to, bytes) }
        case .publication(let from, let to, let sent, let bytes):
            arrivePublication(from, to, sent: sent, bytes)
        case .refused(let node, let by): refuse(node, by: by)
        case .coordinator(let number, let starts): change(coordinator: number, starts: starts)
        case .synced(let node, let incarnation): synced(node, incarnation)
        case .pageEnds(let attempt): pageEnds(attempt)
        case .answer(let command, let tries): answer(command, tries: tries)
        case .client(let number): clientActs(number)
        case .read(let node, let group, let scope): read(group, scope, at: node)
        case .stormAlert(let number): stormReports(number)
        case .fault(let position): beginFault(position)
        case .voterDies(let node): voterDies(node)
        case .leaderDies(let node): leaderDies(node)
        case .nag(let number): nag(number)
        case .pagerDies(let node): pagerDies(node)
        case .upgrade(let node): upgrade(node)
        case .grow(let number): grow(number)
        case .allEnd: endAll()
        case .startsAgain(let node): if !isHealed { boot(node) }
        case .roster(let node): takeRoster(node)
        case .rosterRead(let node, let incarnation, let number):
            rosterIsRead(node, incarnation, number)
        case .slice(let node): slice(node)
        case .rehearsed(let act): perform(act)
        case .faultEnds(let fault): endFault(fault)
        case .cutBegins(let links, let length): beginCut(of: links, for: length)
        case .look: look()
        }
    }

    /// Keeps a line of the trace. To be asked only where `trace.isKept`: making lines is dear.
    mutating func tell(_ text: String) { trace.line(at: now, text) }

    // MARK: - One step of one core

    /// Hands an input to a core and does what it asks for. A paused process reads it later.
    mutating func step(_ node: Int, _ input: Input) {
        guard nodes[node].isUp else { return }
        if nodes[node].isPaused { return nodes[node].backlog.append(input) }
        take(node) { core, local, effects in core.step(input, at: local, over: &effects) }
    }

    /// Hands inputs over that came together.
    mutating func step(_ node: Int, _ inputs: [Input]) {
        take(node) { core, local, effects in effects = core.step(inputs, at: local) }
    }

    private mutating func take(
        _ node: Int, _ turn: (inout RegionCore, Instant, inout [Effect]) -> Void
    ) {
        stepCount += 1
        let local = nodes[node].machine.read(at: now)
        // One step may lead to another.
        var effects: [Effect] = []
        swap(&effects, &spareEffects)
        guard
            let changes = nodes[node].core?.look({
                turn(&$0, local, &effects)
                return $0.probeChangeCount
            })
        else { return }
        trace.note(.step, at: now, UInt64(node), UInt64(effects.count))
        for effect in effects { perform(effect, of: node) }
        if !effects.isEmpty { effects.removeAll(keepingCapacity: true) }
        swap(&effects, &spareEffects)
        // Most steps change nothing.
        if changes != nodes[node].lookedThrough { lookAtChanges(of: node) }
    }

    private mutating func perform(_ effect: Effect, of node: Int) {
        switch effect {
        case .persist(let batch): persist(batch, at: node)
        case .send(let to, _, let bytes): send(bytes, from: node, to: position(of: to))
        case .publish(let bytes): publish(bytes, from: node)
        case .wake(let at):
            nodes[node].wakeAtLocally = at
            nodes[node].wakeAt = at == .distantFuture ? at : at - nodes[node].machine.ahead
        case .reply(let request, let reply): receive(reply, to: request, from: node)
        case .page(let order): beginPage(order, from: node)
        case .readRoster(let document):
            let number = document.version.split(separator: "-").last.flatMap { Int($0) } ?? 0
            queue.add(
                .rosterRead(node: node, incarnation: nodes[node].incarnation, number: number),
                at: now + .milliseconds(20))
        case .log(let event): note(event, of: node)
        case .halt(let reason):
            checks.fail("halt", "\(name(node)) stops itself: \(reason)")
        }
    }

    // MARK: - Start

    /// Starts every process, the clients, the faults and the checkers.
    mutating func start() {
        for node in nodes.indices {
            nodes[node].skew = faults.skew(options.skewMax)
            nodes[node].machine.set(offset: nodes[node].skew)
            if !joiners.contains(node) { boot(node) }
        }
        if !joiners.isEmpty { queue.add(.grow(0), at: now + options.growsAfter) }
        if options.restartPause > .zero { queue.add(.allEnd, at: now + options.restartPause) }
        for number in coordinators.indices { start(coordinator: number) }
        queue.add(.client(0), at: now + .seconds(3))
        queue.add(.look, at: now + Checks.lookPause)
        if options.nagPause > .zero { queue.add(.nag(0), at: now + .seconds(4)) }
        for (position, fault) in faults.planned.enumerated() {
            queue.add(.fault(position), at: fault.at)
        }
    }

    /// Starts a process with what its disk holds.
    mutating func boot(_ node: Int) {
        guard !nodes[node].isUp, !nodes[node].isDestroyed else { return }
        let incarnation = nodes[node].disk.nextIncarnation()
        nodes[node].incarnation = incarnation
        nodes[node].machine.startProcess(at: now)
        nodes[node].bootedAt = now
        nodes[node].lookedThrough = 0
        let restored = nodes[node].disk.restored(incarnation)
        checks.restart.observe(
            restored, at: node, nodes[node].member.id, into: &checks.failures)
        nodes[node].mirrors = SlotMap()
        nodes[node].lookedAt = [:]
        for group in restored.groups { mirror(group, at: node) }
        checks.commit.restarted(node)
        let roster = rosters(nodes[node].rosterNumber)
        nodes[node].core = SimCore(
            RegionCore(
                config: nodes[node].config, roster: roster,
                zones: zonesOnDisk(of: node), restored: restored,
                random: random.split("core", UInt64(node), incarnation.number),
                at: nodes[node].machine.read(at: now)))
        nodes[node].goodSince = max(
            now, nodes[node].gatewayUntil, nodes[node].disk.failsUntil, nodes[node].disk.slowUntil)
        trace.note(.boot, at: now, UInt64(node), incarnation.number)
        if trace.isKept { tell("\(nodes[node].member.id) starts (incarnation \(incarnation))") }
        step(node, .start)
    }

    /// The time-zone data that a process reads.
    func zonesOnDisk(of node: Int) -> TimeZones {
        plant.host.contains(.localTimeAcrossDST)
            ? calendar.timeZones(isStandardOnly: true) : zones
    }

    private mutating func mirror(_ group: RestoredGroup, at node: Int) {
        var mirror = LogMirror()
        if let snapshot = group.snapshot { mirror.install(snapshot) }
        mirror.terms = group.entries.map(\.term)
        for entry in group.entries {
            mirror.entries[entry.index] = MirroredEntry(term: entry.term, hash: entry.hash)
        }
        nodes[node].mirrors[group.group] = mirror
    }
}
