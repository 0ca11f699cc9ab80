import IncidentModel

/// Lets a bounded number of tries run at one provider at a time; others wait, the worst severity
/// first. A storm must neither open a thousand connections nor hold a SEV1 back behind a thousand
/// SEV4s.
actor DeliveryGate {
    /// What became of a wish to enter.
    enum Entry: Equatable, Sendable {
        /// It may run; it must say `leave()` when it is done.
        case admitted
        /// Too many are waiting.
        case crowded
        /// The gate is closed for good, or the caller gave up.
        case stopped
    }

    private struct Waiter {
        var ticket: UInt64
        var severity: Severity
        var resume: CheckedContinuation<Entry, Never>
    }

    private let runningMax: Int
    private let waitingMax: Int
    private var running = 0
    private var waiting: [Waiter] = []
    private var abandoned: Set<UInt64> = []
    private var nextTicket: UInt64 = 0
    private var isClosed = false

    /// A gate with its two bounds.
    init(runningMax: Int, waitingMax: Int) {
        self.runningMax = runningMax
        self.waitingMax = waitingMax
    }

    /// How many run now.
    var runningCount: Int { running }
    /// How many wait now.
    var waitingCount: Int { waiting.count }

    /// Waits for a place. Whoever is cancelled while waiting is `stopped` at once.
    func enter(_ severity: Severity) async -> Entry {
        if isClosed { return .stopped }
        if running < runningMax {
            running += 1
            return .admitted
        }
        if waiting.count >= waitingMax { return .crowded }
        nextTicket += 1
        let ticket = nextTicket
        return await withTaskCancellationHandler {
            await withCheckedContinuation { resume in
                wait(Waiter(ticket: ticket, severity: severity, resume: resume))
            }
        } onCancel: {
            Task { await self.abandon(ticket) }
        }
    }

    /// Gives the place to the worst of those who wait, the longest waiting among equals.
    func leave() {
        guard let next = waiting.indices.min(by: { isBefore(waiting[$0], waiting[$1]) }) else {
            running -= 1
            return
        }
        waiting.remove(at: next).resume.resume(returning: .admitted)
    }

    /// Lets nobody in from now on.
    func close() {
        isClosed = true
        let all = waiting
        waiting = []
        for waiter in all { waiter.resume.resume(returning: .stopped) }
    }

    private func isBefore(_ a: Waiter, _ b: Waiter) -> Bool {
        (a.severity, a.ticket) < (b.severity, b.ticket)
    }

    private func wait(_ waiter: Waiter) {
        // The cancellation may have come first.
        if Task.isCancelled {
            waiter.resume.resume(returning: .stopped)
        } else {
            waiting.append(waiter)
        }
    }

    private func abandon(_ ticket: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiting.remove(at: index).resume.resume(returning: .stopped)
    }
}
