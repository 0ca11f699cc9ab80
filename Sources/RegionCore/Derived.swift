import Basics
import Escalation

/// What follows from what is known of an incident, the roster and the time: worked out once for each
/// basis and stretch of time. *Source:* decision 0013.
struct Derived: Sendable {
    /// What it was worked out from.
    let basis: EscalationBasis
    /// Whether nothing was learned since that may have changed the basis.
    var isCurrent = true
    /// How much had been learned of the incident when it was found to be its basis.
    var asOf: UInt64 = 0
    /// What is to be paged.
    var decision: Held<EscalationDecision>?
    /// What people are to be told.
    var told: Held<[Notice]>?
    /// What people were to be told by another basis: their keys need not be derived again.
    var toldBefore: [Notice] = []
    /// When the acknowledgements lapse.
    var lapse: Held<AcknowledgementLapse?>?

    init(_ basis: EscalationBasis) { self.basis = basis }

    /// What is worked out from another basis.
    init(_ basis: EscalationBasis, after before: Derived) {
        self.basis = basis
        toldBefore = before.knownNotices
    }

    /// What people were last to be told, whether it holds or not.
    var knownNotices: [Notice] { told?.value ?? toldBefore }

    /// What it depends on besides the basis is another one now.
    mutating func forget() {
        isCurrent = false
        (decision, told, lapse) = (nil, nil, nil)
    }

    /// Something that holds for a while.
    struct Held<Value: Sendable>: Sendable {
        var value: Value
        var from: Instant
        var until: Instant

        func value(at now: Instant) -> Value? { from <= now && now < until ? value : nil }
    }

    /// The last decision, if nothing was learned since.
    var known: EscalationDecision? { isCurrent ? decision?.value : nil }

    /// The same, if it holds.
    func current(at now: Instant) -> EscalationDecision? {
        isCurrent ? decision?.value(at: now) : nil
    }
}

extension EscalationDecision {
    /// Until when it holds, if nothing is learned meanwhile.
    var holdsUntil: Instant {
        switch self {
        case .quiet: .distantFuture
        case .page(let plan): min(plan.nextStepDue ?? .distantFuture, plan.shiftEnds)
        }
    }
}
