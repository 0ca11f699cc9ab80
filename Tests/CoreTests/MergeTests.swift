import Basics
import IncidentModel
import Reconciliation
import Testing

/// Several incidents with a log each, whose owners write down what decisions and merges ask for, each
/// looking at the others' logs as they were some time ago.
struct MergingWorld {
    private var writer = FactWriter()
    /// What each log says, entry by entry: the last is the present.
    private(set) var histories: [GroupID: [Incident]] = [:]
    private var clock: Int64 = 100

    static func group(_ name: String) -> GroupID {
        GroupID.derive(tenant: "test", correlationKey: name, foundingEpoch: 1)
    }

    subscript(_ name: String) -> Incident {
        histories[Self.group(name)]?.last ?? Incident(group: Self.group(name))
    }

    private mutating func write(_ name: String, _ change: (inout Incident) -> Void) {
        var incident = self[name]
        change(&incident)
        histories[Self.group(name), default: []].append(incident)
    }

    /// A fact is merged into a log.
    mutating func add(_ body: FactBody, to name: String, by member: UInt64 = 1, at seconds: Int64) {
        let fact = writer.fact(body, by: member, at: seconds, about: Self.group(name))
        write(name) { $0.applyMerge([fact], index: $0.lastIndex + 1) }
    }

    mutating func fire(
        _ name: String, _ alerts: AlertInstance..., by member: UInt64 = 1, at seconds: Int64
    ) {
        let body = FactBody.alertSeen(
            AlertReport(
                service: "checkout", correlationKey: name, title: name, source: "json",
                alerts: alerts))
        add(body, to: name, by: member, at: seconds)
    }

    mutating func wish(
        _ name: String, into other: String?, by person: PersonID = "mei", member: UInt64 = 1,
        seen: [FactID] = [], isProposal: Bool = false, at seconds: Int64
    ) {
        let value = other.map { FieldValue.mergedInto(MergeTarget(self[$0])) } ?? .separate
        add(
            .edited(
                FieldEdit(
                    previousEnd: self[name].previousEnd, value: value, by: person, reason: "",
                    isApart: false, seen: seen, isProposal: isProposal)),
            to: name, by: member, at: seconds)
    }

    mutating func acknowledge(_ name: String, by person: PersonID, at seconds: Int64) {
        let incident = self[name]
        add(
            .ackSeen(
                Acknowledgement(
                    generation: incident.generation, previousEnd: incident.previousEnd,
                    run: incident.run.number, by: person, via: "cli")), to: name, at: seconds)
    }

    /// The rules over logs as they were so many entries ago, but one's own as it is.
    private func rules(_ name: String, ages: (GroupID) -> Int) -> MergeRules {
        var known: [GroupID: Incident] = [:]
        for (group, history) in histories {
            let age = group == Self.group(name) ? 0 : min(ages(group), history.count - 1)
            known[group] = history[history.count - 1 - age]
        }
        return MergeRules { known[$0].map(Shared.init) }
    }

    /// Whether another incident pages for one, by what is known everywhere.
    func isCarried(_ name: String) -> Bool {
        rules(name) { _ in 0 }.isCarried(self[name], by: chain(name))
    }
    func chain(_ name: String) -> MergeChain { rules(name) { _ in 0 }.chain(from: self[name]) }

    /// Whether something worse than what pages for it is known of an incident alone.
    func knowsWorse(_ name: String) -> Bool {
        rules(name) { _ in 0 }.knowsWorse(self[name], than: chain(name))
    }

    /// One owner writes down the next thing, if there is one.
    @discardableResult
    mutating func advance(_ name: String, ages: (GroupID) -> Int = { _ in 0 }) -> Bool {
        clock += 1
        let time = HybridTime(at(clock))
        let incident = self[name]
        let missing = missingDecisions(for: incident)
        if !missing.isEmpty {
            write(name) {
                $0.applyDecisions(missing, in: "eu", at: time, index: $0.lastIndex + 1)
            }
            return true
        }
        let rules = rules(name, ages: ages)
        let children = histories.keys.sorted().compactMap { histories[$0]?.last }
            .filter { $0.sealing != nil }
        let steps =
            rules.release(of: incident).map { [$0] }
            ?? rules.adoptions(by: incident, of: children) { $0.run.firstLevel }
        guard !steps.isEmpty else { return false }
        write(name) { $0.applyMerge(steps: steps, in: "eu", at: time, index: $0.lastIndex + 1) }
        return true
    }

    /// All owners, again and again, until nobody has anything to write. *Errors:* a failed test if that
    /// never ends.
    mutating func settle(_ names: [String]) {
        for _ in 0..<200 {
            var isMoving = false
            for name in names where advance(name) { isMoving = true }
            if !isMoving { return }
        }
        Issue.record("owners never come to an end")
    }
}

struct MergeTests {
    private var world = MergingWorld()

    init() {
        world.fire("a", alert("a", severity: .sev3), at: 1)
        world.fire("b", alert("b", severity: .sev3), at: 2)
    }

    @Test mutating func `a sealed incident pages until another one has absorbed it`() {
        world.wish("b", into: "a", at: 3)
        #expect(world["b"].sealing == nil)
        world.advance("b")
        #expect(world["b"].sealing?.group == MergingWorld.group("a"))
        #expect(!world.isCarried("b"))
        world.advance("a")
        #expect(world.isCarried("b"))
        #expect(world["a"].firingAlerts.count == 2)
    }

    @Test mutating func `what comes later follows, and the survivor ends both`() {
        world.wish("b", into: "a", at: 3)
        world.settle(["a", "b"])
        world.fire("b", alert("c", severity: .sev1), at: 5)
        world.settle(["a", "b"])
        #expect(world["a"].severity == .sev1)
        world.fire("a", alert("a", firing: false, severity: .sev3), at: 6)
        world.fire("b", alert("b", firing: false, severity: .sev3), at: 7)
        world.fire("b", alert("c", firing: false, severity: .sev1), at: 8)
        world.settle(["a", "b"])
        #expect(world["a"].status == .resolved)
        #expect(world["b"].status == .resolved)
        #expect(world["b"].sealing == nil)
    }

    @Test mutating func `closed by hand with the survivor, a child does not page again`() {
        world.wish("b", into: "a", at: 3)
        world.settle(["a", "b"])
        let seen = world["a"].firingAlerts.map {
            SeenAlert(fingerprint: $0.instance.fingerprint, through: $0.firingSeen)
        }
        world.add(.resolveSeen(Resolution(seen: seen, by: "mei", via: "cli")), to: "a", at: 9)
        #expect(world["a"].status == .resolved)
        // Its own log has not heard of it yet, and it is silent all the same.
        #expect(world["b"].status.isOpen)
        #expect(world.isCarried("b"))
        world.settle(["a", "b"])
        #expect(world["b"].status == .resolved)
    }

    @Test mutating func `what the survivor had not seen when it ended pages anew`() {
        world.wish("b", into: "a", at: 3)
        world.settle(["a", "b"])
        let seen = world["a"].firingAlerts.map {
            SeenAlert(fingerprint: $0.instance.fingerprint, through: $0.firingSeen)
        }
        world.fire("b", alert("late"), at: 8)
        world.add(.resolveSeen(Resolution(seen: seen, by: "mei", via: "cli")), to: "a", at: 9)
        #expect(!world.isCarried("b"))
        world.settle(["a", "b"])
        #expect(world["b"].status == .triggered)
        #expect(world["b"].firingAlerts.count == 1)
        #expect(world["b"].run.number == 2)
    }

    @Test mutating func `who took on the worse one has taken on the whole, not so the milder one`()
    {
        world.fire("b", alert("c", severity: .sev1), at: 3)
        world.acknowledge("b", by: "mei", at: 4)
        world.wish("b", into: "a", at: 5)
        world.settle(["a", "b"])
        #expect(world["a"].coveringAcknowledgement?.acknowledgement.by == "mei")
        var other = MergingWorld()
        other.fire("a", alert("a", severity: .sev1), at: 1)
        other.fire("b", alert("b", severity: .sev4), at: 2)
        other.acknowledge("b", by: "mei", at: 4)
        other.wish("b", into: "a", at: 5)
        other.settle(["a", "b"])
        #expect(other["a"].status == .triggered)
    }

    @Test mutating func `a worse child is paged although the survivor was taken on`() {
        world.acknowledge("a", by: "mei", at: 3)
        world.fire("b", alert("c", severity: .sev1), at: 4)
        world.wish("b", into: "a", at: 5)
        world.settle(["a", "b"])
        #expect(world["a"].status == .triggered)
        #expect(world["a"].run.number == 2)
    }

    @Test mutating func `a merge into a resolved incident is undone`() {
        world.wish("b", into: "a", at: 3)
        world.fire("a", alert("a", firing: false, severity: .sev3), at: 4)
        #expect(world["a"].status == .resolved)
        world.settle(["a", "b"])
        #expect(world["b"].sealing == nil)
        #expect(world["b"].status == .triggered)
    }

    @Test mutating func `a child that is parted takes its alerts with it`() {
        world.wish("b", into: "a", at: 3)
        world.settle(["a", "b"])
        world.wish("b", into: nil, seen: [FactID(origin: MemberID(1), sequence: 3)], at: 9)
        world.settle(["a", "b"])
        #expect(world["b"].sealing == nil)
        #expect(world["a"].firingAlerts.map(\.instance.summary) == ["a fails"])
        #expect(world["a"].absorbed.isEmpty)
        // And may be merged again.
        world.wish("b", into: "a", seen: [FactID(origin: MemberID(1), sequence: 4)], at: 12)
        world.settle(["a", "b"])
        #expect(world["a"].firingAlerts.count == 2)
        #expect(world.isCarried("b"))
    }

    @Test mutating func `who took on a child that is parted has not taken on the survivor`() {
        world.acknowledge("b", by: "joe", at: 3)
        world.wish("b", into: "a", at: 4)
        world.settle(["a", "b"])
        #expect(world["a"].coveringAcknowledgement?.acknowledgement.by == "joe")
        world.wish("b", into: nil, seen: [FactID(origin: MemberID(1), sequence: 4)], at: 9)
        world.settle(["a", "b"])
        #expect(world["a"].status == .triggered)
        #expect(world["a"].run.number == 2)
        #expect(world["b"].status == .acknowledged)
    }

    @Test mutating func `a severity that a person set comes along, an alert that both have stays`()
    {
        world.fire("a", alert("c", severity: .sev3), at: 3)
        world.fire("b", alert("c", severity: .sev3), at: 4)
        world.add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: .severity(.sev1), by: "mei", reason: "",
                    isApart: false, seen: [])), to: "b", at: 5)
        world.wish("b", into: "a", at: 6)
        world.settle(["a", "b"])
        #expect(world["a"].severity == .sev1)
        world.wish("b", into: nil, seen: [FactID(origin: MemberID(1), sequence: 6)], at: 9)
        world.settle(["a", "b"])
        #expect(world["a"].firingAlerts.map(\.instance.summary).sorted() == ["a fails", "c fails"])
    }

    @Test mutating func `what is parted after hours begins at the first level again`() {
        world.acknowledge("a", by: "mei", at: 3)
        world.wish("b", into: "a", at: 4)
        world.settle(["a", "b"])
        world.wish("b", into: nil, seen: [FactID(origin: MemberID(1), sequence: 4)], at: 9)
        world.settle(["a", "b"])
        #expect(world["b"].status == .triggered)
        #expect(world["b"].run.number == 2)
        #expect(world["b"].run.startedAt >= at(100))
    }

    @Test mutating func `something worse that the survivor does not know is told apart`() {
        world.wish("b", into: "a", at: 3)
        world.settle(["a", "b"])
        world.fire("b", alert("mild", severity: .sev4), at: 5)
        #expect(!world.knowsWorse("b"))
        world.fire("b", alert("bad", severity: .sev1), at: 6)
        #expect(world.knowsWorse("b"))
        world.settle(["a", "b"])
        #expect(!world.knowsWorse("b"))
    }

    @Test mutating func `two merges that cross are broken by the one that opened first`() {
        world.wish("b", into: "a", at: 3)
        world.wish("a", into: "b", member: 2, at: 4)
        world.advance("a")
        world.advance("b")
        #expect(world.chain("a") == .ring(breaker: MergingWorld.group("a")))
        #expect(!world.isCarried("a") && !world.isCarried("b"))
        world.settle(["b", "a"])
        #expect(world["a"].sealing == nil)
        #expect(world.isCarried("b"))
        #expect(world["a"].firingAlerts.count == 2)
    }

    @Test mutating func `whoever says that it is its own wins over who did not know of it`() {
        world.wish("b", into: "a", at: 3)
        world.wish("b", into: nil, by: "ana", member: 2, at: 4)
        world.settle(["a", "b"])
        #expect(world["b"].sealing == nil)
        #expect(world["b"].decisions.last?.rule == .merges)
    }

    @Test mutating func `a proposal changes nothing until a person says yes`() {
        world.wish("b", into: "a", by: .coordinator, isProposal: true, at: 3)
        world.settle(["a", "b"])
        #expect(world["b"].sealing == nil)
        #expect(world["b"].openWishes.count == 1)
        world.wish("b", into: "a", seen: [FactID(origin: MemberID(1), sequence: 3)], at: 9)
        world.settle(["a", "b"])
        let isCarried = world.isCarried("b")
        #expect(isCarried)
        #expect(world["b"].openWishes.isEmpty)
    }

    /// S9 over several logs: whoever writes first, and however old what they know of the others is, in
    /// the end there is no ring, every seal leads to an incident that has all, and nothing that fires is
    /// without somebody who pages for it.
    @Test(arguments: UInt64(1)...500)
    func `merges end well, whatever the order and however late owners hear`(seed: UInt64) {
        var random = RandomStream(seed: seed)
        let names = ["a", "b", "c", "d"]
        var world = MergingWorld()
        for (place, name) in names.enumerated() {
            world.fire(name, alert(name), by: UInt64(place + 1), at: Int64(1 + random.below(5)))
        }
        for round in 0..<20 {
            let (name, other) = (random.pick(names), random.pick(names))
            let seconds = Int64(10 + round)
            switch random.below(12) {
            case 0..<4 where name != other:
                world.wish(name, into: other, member: 1 + random.below(3), at: seconds)
            case 4: world.wish(name, into: nil, member: 1 + random.below(3), at: seconds)
            case 5:
                world.fire(
                    name, alert(name, firing: false, since: seconds), by: 2, at: seconds)
            case 6, 7: world.fire(name, alert(name, since: seconds), by: 3, at: seconds)
            case _: break
            }
            for _ in 0..<random.below(6) {
                let ages = names.map { _ in Int(random.below(4)) }
                world.advance(random.pick(names)) { group in
                    ages[names.firstIndex { MergingWorld.group($0) == group } ?? 0]
                }
            }
        }
        world.settle(names)
        for name in names where world[name].sealing != nil {
            guard case .open(let survivor) = world.chain(name) else {
                Issue.record("\(name) is sealed into \(world.chain(name))")
                continue
            }
            #expect(world.isCarried(name))
            let holder = world.histories[survivor]?.last
            for firing in world[name].firingAlerts {
                let known = holder?.alert(firing.instance.fingerprint)
                // It may know already that what fires here is over.
                #expect(known?.includes(firing) == true)
            }
        }
    }
}

struct DuplicateTests {
    private func suspect(
        _ name: String, at seconds: Int64, labels: [Label], exact: Bool = false,
        service: ServiceID = "checkout", severity: Severity = .sev4
    ) -> Suspect {
        Suspect(
            group: MergingWorld.group(name), service: service, previousEnd: .zero,
            openedAt: HybridTime(at(seconds)), severity: severity,
            likeness: Likeness(labels: labels.sorted(), isExact: exact, isDrill: false))
    }
    private let labels = [
        Label("cluster", "fra1"), Label("job", "web"), Label("alertname", "Slow"),
    ]

    @Test func `alike is one service, half an hour, and most labels`() {
        let one = suspect("a", at: 0, labels: labels)
        let other = labels.dropLast() + [Label("alertname", "Errors")]
        #expect(reasonToMerge(one, suspect("b", at: 60, labels: Array(other))) != nil)
        #expect(reasonToMerge(one, suspect("b", at: 1_801, labels: labels)) == nil)
        #expect(reasonToMerge(one, suspect("b", at: 1_799, labels: labels)) != nil)
        #expect(reasonToMerge(one, suspect("b", at: 1, labels: labels, service: "mail")) == nil)
        #expect(reasonToMerge(one, suspect("b", at: 1, labels: [labels[0]])) == nil)
        #expect(reasonToMerge(one, one) == nil)
    }

    @Test func `a rule of the roster wants its labels and no others`() {
        let one = suspect("a", at: 0, labels: [labels[0]], exact: true)
        #expect(reasonToMerge(one, suspect("b", at: 9, labels: [labels[0]], exact: true)) != nil)
        let elsewhere = [Label("cluster", "iad2")]
        #expect(reasonToMerge(one, suspect("b", at: 9, labels: elsewhere, exact: true)) == nil)
    }

    @Test func `only what is milder than SEV3 is merged without asking`() {
        let mild = suspect("a", at: 0, labels: labels)
        #expect(mergesByItself(mild, suspect("b", at: 0, labels: labels, severity: .sev5)))
        #expect(!mergesByItself(mild, suspect("b", at: 0, labels: labels, severity: .sev3)))
    }
}
