import Basics
import Escalation
import IncidentModel
import Paging

/// What may keep regions from knowing what the others do.
struct DeliveryExcuses {
    /// Whether frames are lost, or clocks are off.
    var isLossy: Bool
    /// The members that do not run now.
    var down: [Int] = []
    /// The members from which no way leads here now, not by others either.
    var unheard: [Int] = []
    /// How far the facts of each are held by the region that pages.
    var marks: [FactID] = []
    /// Whether the region that pages lacks the end of the incident's log, and no majority is there that could
    /// bring it: what was merged is told of by logs alone.
    var isBehind = false
    /// Whether a fault began or ended a moment ago, and with it the order of turns may have changed.
    var isUnsettled = false
    /// Whether some link carries nothing: then words go round, and only when they are asked for.
    var isCut = false
    /// The members that were left outside of the core, for good: nobody there can be sure to know of them, nor
    /// they of anybody; and those whose clock is off, so that their turn comes at another time.
    var outside: [Int] = []
    /// When links, processes or disks were disturbed.
    var disturbances: [(from: Instant, until: Instant)]

    /// Whether a member is gone and its fact of this number, if it got to write it down, not known here.
    func isGone(_ node: Int, _ fact: UInt64?) -> Bool {
        let mark = marks.first { $0.origin.number == UInt64(node + 1) }?.sequence ?? 0
        return down.contains(node) && fact.map { $0 > mark } ?? true
    }

    /// Whether a disturbance touches a stretch of time.
    func isDisturbed(from start: Instant, until end: Instant) -> Bool {
        disturbances.contains { $0.from < end && $0.until > start }
    }
}

/// S11: how often one page arrives. Every region delivers a page once, and again only after an
/// ambiguous try, or when it died between sending and recording; a second region does only for the
/// same reasons, or where something kept it from knowing. S14: one step key is one person, one
/// address and one kind of text, wherever it is sent from.
///
/// When a region is lost turns move up. Two that begin within the time a word takes between them cannot know of each other: such a try is *blind*.
struct DeliveryCheck {
    private struct Page {
        /// By region: deliveries, ambiguous tries, deaths between sending and recording.
        var deliveries: [Int]
        var ambiguous: [Int]
        var deaths: [Int]
        /// By region: how many tries have begun whose results are not on its disk.
        var openTries: [Int]
        /// When the first try to send it began.
        var firstOrderAt: Instant
        /// What arrived by tries that nothing excuses.
        var unexcused = 0
        /// By region: the number of the fact that says how its last try ended.
        var results: [UInt64?]
        /// When a try was last recorded that failed: others and the same region take it up at one moment.
        var failedAt = Instant.epoch
        /// By region: when its last try began.
        var lastOrders: [Instant]
        /// Whom, where and what about.
        var target: String
    }
    /// How long it takes until a region knows that another one has begun a try.
    private let wordTime: Span
    /// How long after a disturbance a region may still not know what happened meanwhile: until the
    /// others are fresh again, a heartbeat says what is missing, and it is pulled.
    private let catchUpTime: Span
    private let nodes: Int
    private var pages = SlotMap<StepKey, Page>()
    /// The key of what is to be said to somebody about a step.
    private var keys: [String: StepKey] = [:]
    /// Tries that began when their region could not know of an earlier one, by region and number: links,
    /// processes or disks had been disturbed a moment before, or both began within the time a word takes.
    private var excused: Set<Try> = []
    private struct Try: Hashable {
        var node: Int
        var number: UInt64
    }
    /// By region: pages that it is sending, or has sent without it being on its disk.
    private var unrecorded: [[StepKey]]

    init(nodes: Int, _ options: SimOptions) {
        self.nodes = nodes
        unrecorded = Array(repeating: [], count: nodes)
        // The intent is synced before it travels, and so is the other's before its last look.
        var word = options.delays.upperBound + options.jitterMax + options.syncMax * 2
        // What is overtaken by others is late by up to a second; what is lost comes with what is said next.
        if options.reorderPerMillion > 0 || options.lossPerMillion > 0 { word += .seconds(1) }
        wordTime = word
        catchUpTime = .seconds(1) + wordTime * 4
    }

    /// How long a process that starts may have to wait for an owner to tell it what is committed.
    private static let takeoverTime = Span.seconds(3)

    /// A process died; says how many pages it had sent, or was sending, without it being recorded.
    mutating func observe(crashOf node: Int) -> Int {
        let lost = unrecorded[node]
        unrecorded[node] = []
        for key in lost {
            pages.updateIfPresent(key) { page in
                page.deaths[node] += 1
                page.openTries[node] = 0
            }
        }
        return lost.count
    }

    /// A region is gone with its disk: what it had sent while nobody heard it nobody knows.
    mutating func observe(lossOf node: Int) {
        for key in pages.keys {
            pages.updateIfPresent(key) { page in
                if page.deliveries[node] > 0 { page.deaths[node] += 1 }
            }
        }
    }

    /// Facts of a region are on its disk.
    mutating func observe(recorded facts: [Fact], by node: Int, at now: Instant) {
        for fact in facts where fact.id.origin.number == UInt64(node + 1) {
            guard case .pageResult(let result) = fact.body else { continue }
            let isOpen = pages.updateIfPresent(result.key) { page in
                // The next try may have begun before this one's result was on the disk (seed 220388).
                page.openTries[node] = max(0, page.openTries[node] - 1)
                page.results[node] = fact.id.sequence
                if !result.outcome.isSuccess { page.failedAt = now }
                return page.openTries[node] > 0
            }
            if isOpen != true { unrecorded[node].removeAll { $0 == result.key } }
        }
    }

    /// How long after a failure turns may fall together.
    private static let retakenWithin = Span.seconds(12)

    /// A try begins.
    mutating func observe(
        _ order: PageOrder, from node: Int, roster: Int = 0, bootedAt: Instant = .epoch,
        at now: Instant, excuses: DeliveryExcuses, into failures: inout Failures
    ) {
        let zeros = Array(repeating: 0, count: nodes)
        // Who knows of another roster or override may know another reason for the same step: whether all
        // of the first level have night is asked of whoever is on call.
        let step =
            roster < 0
            ? order.content.step.replacing(" " + EscalationPlan.beforeWhoHasNight, with: "")
            : order.content.step
        let target =
            "\(order.person) \(order.contact.channel.name) \(order.contact.address) \(step)"
        let page = Page(
            deliveries: zeros, ambiguous: zeros, deaths: zeros,
            openTries: zeros, firstOrderAt: now,
            results: Array(repeating: nil, count: nodes),
            lastOrders: Array(repeating: .epoch, count: nodes), target: target)
        let known = pages.update(order.key, default: { page }) { page in
            let others = page.lastOrders.indices.filter {
                $0 != node && page.lastOrders[$0] > .epoch
            }
            let word = excuses.isCut ? catchUpTime : wordTime
            let isBlind =
                others.contains { now - page.lastOrders[$0] < word }
                && (excuses.isUnsettled || now - page.failedAt < Self.retakenWithin)
            let isUnknowing =
                !others.isEmpty
                && (excuses.isLossy || excuses.isDisturbed(from: now - catchUpTime, until: now)
                    || others.contains(where: { excuses.isGone($0, page.results[$0]) })
                    || others.contains(where: excuses.unheard.contains) || excuses.isBehind
                    || others.contains(where: excuses.outside.contains)
                    || excuses.outside.contains(node)
                    || now - bootedAt < catchUpTime + Self.takeoverTime
                        && others.contains { page.lastOrders[$0] < bootedAt + wordTime })
            page.lastOrders[node] = now
            page.openTries[node] += 1
            return (target: page.target, isExcused: isBlind || isUnknowing)
        }
        let own = Try(node: node, number: order.number)
        if known.isExcused { excused.insert(own) } else { excused.remove(own) }
        if !unrecorded[node].contains(order.key) { unrecorded[node].append(order.key) }
        failures.checkCount += 1
        if known.target != target {
            failures.fail("S14", "page \(order.key) is for \(known.target), and for \(target)")
        }
        let content = order.content
        let place =
            "\(content.group) \(content.previousEnd) \(content.run) \(roster) \(target)"
        // While rosters change, an order may leave under the one and be named after the other.
        if content.step == "catch-all" || roster < 0 { return }
        if let other = keys[place], other != order.key {
            failures.fail("S14", "one step has the keys \(other) and \(order.key): \(target)")
        }
        keys[place] = order.key
    }

    /// A page arrives.
    mutating func observe(
        delivery attempt: PageAttempt, at now: Instant, excuses: DeliveryExcuses,
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        let (key, node) = (attempt.order.key, attempt.node)
        guard var page = pages[key] else {
            return failures.fail("S11", "page \(key) arrives and was never sent")
        }
        page.deliveries[node] += 1
        let allowed = 1 + page.ambiguous[node] + page.deaths[node]
        if page.deliveries[node] > allowed {
            failures.fail(
                "S11",
                "m\(node + 1) delivered page \(key.high & 0xFFFF) of \(attempt.order.content.group.short) "
                    + "\(page.deliveries[node]) times, \(allowed) are allowed")
        }
        if attempt.isAmbiguous { page.ambiguous[node] += 1 }
        let ambiguous = page.ambiguous.reduce(0, +) + page.deaths.reduce(0, +)
        // What came by an excused try says nothing of the others: one of them had to come.
        if !excused.contains(Try(node: node, number: attempt.order.number)) { page.unexcused += 1 }
        if page.unexcused > 1 + ambiguous {
            failures.fail(
                "S11",
                "page \(key.high & 0xFFFF) of \(attempt.order.content.group.short) arrived "
                    + "\(page.deliveries.reduce(0, +)) times "
                    + "by \(page.deliveries) and nothing kept the regions from knowing")
        }
        pages[key] = page
    }

    /// At the end of a run without faults: every page that was ordered some time ago arrived, once.
    func finishHealthy(at now: Instant, into failures: inout Failures) {
        pages.forEach { key, page in
            failures.checkCount += 1
            let all = page.deliveries.reduce(0, +)
            guard all != 1, now - page.firstOrderAt > .seconds(5) else { return }
            failures.fail("S11", "nothing went wrong, and page \(key) arrived \(all) times")
        }
    }

    /// Pages that more than one region delivered.
    var sharedPages: UInt64 {
        var count: UInt64 = 0
        pages.forEach { _, page in
            if page.deliveries.count(where: { $0 > 0 }) > 1 { count += 1 }
        }
        return count
    }

    /// How many pages arrived, and how often in all, for reports.
    var counts: (pages: Int, deliveries: Int) {
        var (count, all) = (0, 0)
        pages.forEach { _, page in
            count += 1
            all += page.deliveries.reduce(0, +)
        }
        return (count, all)
    }
}
