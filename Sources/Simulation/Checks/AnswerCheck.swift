import Basics

/// L6: every request is answered within 2 s, unless its process died or stood still.
struct AnswerCheck {
    static let limit = Span.seconds(2)
    private var open: [Asked] = []

    mutating func observe(asked: Asked) { open.append(asked) }

    /// A process died: who waited for it gets no answer.
    mutating func observe(crashOf node: Int) { open.removeAll { $0.node == node } }

    /// An answer; gives back what it answers.
    mutating func observe(
        reply request: UInt64, at now: Instant, pausedTotal: Span, isExcused: Bool,
        into failures: inout Failures
    ) -> Asked? {
        failures.checkCount += 1
        guard let position = open.firstIndex(where: { $0.request == request }) else {
            failures.fail("L6", "request \(request) is answered twice, or was never asked")
            return nil
        }
        let asked = open.remove(at: position)
        judge(asked, at: now, pausedTotal, isExcused, &failures)
        return asked
    }

    /// Looks for requests of one process that should have been answered by now.
    mutating func look(
        node: Int, at now: Instant, pausedTotal: Span, isExcused: Bool,
        into failures: inout Failures
    ) {
        for asked in open where asked.node == node {
            failures.checkCount += 1
            judge(asked, at: now, pausedTotal, isExcused, &failures)
        }
    }

    private func judge(
        _ asked: Asked, at now: Instant, _ pausedTotal: Span, _ isExcused: Bool,
        _ failures: inout Failures
    ) {
        let waited = now - asked.askedAt - (pausedTotal - asked.pausedBefore)
        guard waited > Self.limit, !isExcused else { return }
        failures.fail(
            "L6",
            "request \(asked.request) to m\(asked.node + 1) waits for \(waited): \(asked.evidence)")
    }
}
