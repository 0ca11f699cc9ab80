import Basics
import IncidentModel
import Paging

/// What may keep regions from knowing what the others do.
struct DeliveryExcuses {
    /// Whether frames are lost, or clocks are off.
    var isLossy: Bool
    /// When links, processes or disks were disturbed.
    var disturbances: [(from: Instant, until: Instant)]

    /// Whether a disturbance touches a stretch of time.
    func isDisturbed(from start: Instant, until end: Instant) -> Bool {
        disturbances.contains { $0.from < end && $0.until > start }
    }
}

/// S11: how often one page arrives. Every region delivers a page once, and again only after a crash
/// or an ambiguous try; a second region does only where something kept it from knowing.
///
/// After a failed try every region whose turn has come tries again at a time of its own. Two that
/// begin within the time a word takes between them cannot know of each other: such a try is *blind*.
struct DeliveryCheck {
    /// How long after a disturbance regions may still not know of each other's pages.
    static let settling = Span.seconds(12)

    private struct Page {
        /// By region: deliveries, ambiguous tries, crashes before the first order.
        var deliveries: [Int]
        var ambiguous: [Int]
        var crashesBefore: [Int]
        /// When the first try to send it began.
        var firstOrderAt: Instant
        var firstDeliveryAt: Instant?
        var isExcused = false
        /// By region: when its last try began.
        var lastOrders: [Instant]
        var hasFailed = false
        var blindTries = 0
    }
    /// How long it takes until a region knows that another one has begun a try.
    private let wordTime: Span
    private var pages: [StepKey: Page] = [:]
    private var crashes: [Int]

    init(nodes: Int, _ options: SimOptions) {
        crashes = Array(repeating: 0, count: nodes)
        // The intent is synced before it travels, and so is the other's before its last look.
        wordTime = options.delays.upperBound + options.jitterMax + options.syncMax * 2
    }

    mutating func observe(crashOf node: Int) { crashes[node] += 1 }

    /// A try begins.
    mutating func observe(
        _ order: PageOrder, from node: Int, at now: Instant, excuses: DeliveryExcuses,
        into failures: inout Failures
    ) {
        let zeros = Array(repeating: 0, count: crashes.count)
        var page =
            pages[order.key]
            ?? Page(
                deliveries: zeros, ambiguous: zeros, crashesBefore: crashes, firstOrderAt: now,
                lastOrders: Array(repeating: .epoch, count: crashes.count))
        if excuses.isLossy { page.isExcused = true }
        let isBlind = page.lastOrders.indices.contains {
            $0 != node && now - page.lastOrders[$0] < wordTime
        }
        if page.hasFailed, isBlind { page.blindTries += 1 }
        page.lastOrders[node] = now
        pages[order.key] = page
    }

    /// A try ends, and its region is told that it failed.
    mutating func observe(failed key: StepKey) { pages[key]?.hasFailed = true }

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
        let firstDeliveryAt = page.firstDeliveryAt ?? now
        page.firstDeliveryAt = firstDeliveryAt
        let allowed =
            1 + page.ambiguous[node] + crashes[node] - page.crashesBefore[node]
        if page.deliveries[node] > allowed {
            failures.fail(
                "S11",
                "m\(node + 1) delivered page \(key.high & 0xFFFF) of \(attempt.order.content.group.short) "
                    + "\(page.deliveries[node]) times, \(allowed) are allowed")
        }
        if attempt.isAmbiguous { page.ambiguous[node] += 1 }
        let all = page.deliveries.reduce(0, +)
        let ambiguous = page.ambiguous.reduce(0, +)
        // What disturbs the regions later does not make them forget.
        let isDisturbed = excuses.isDisturbed(
            from: page.firstOrderAt - Self.settling, until: firstDeliveryAt + Self.settling)
        if !page.isExcused, !isDisturbed, all > 1 + ambiguous + page.blindTries {
            failures.fail(
                "S11",
                "page \(key.high & 0xFFFF) of \(attempt.order.content.group.short) arrived \(all) times "
                    + "by \(page.deliveries) and nothing kept the regions from knowing")
        }
        pages[key] = page
    }

    /// Pages that more than one region delivered.
    var sharedPages: UInt64 {
        pages.values.reduce(0) { $0 + ($1.deliveries.count { $0 > 0 } > 1 ? 1 : 0) }
    }

    /// How many pages arrived, and how often in all, for reports.
    var counts: (pages: Int, deliveries: Int) {
        var (count, all) = (0, 0)
        // Sums do not depend on the order.
        for page in pages.values {
            count += 1
            all += page.deliveries.reduce(0, +)
        }
        return (count, all)
    }
}
