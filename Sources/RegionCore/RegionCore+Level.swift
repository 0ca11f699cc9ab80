import Basics
import Escalation
import IncidentModel
import OnCall

/// At which level of its policy an incident stands.
extension RegionCore {
    /// The level that a request for the next one leaves, from 0: where a later level was asked before its
    /// turn the next one is the first.
    func levelLeft(of view: Incident, at now: Instant) -> UInt64 {
        var copy = view
        copy.acknowledgements = []
        guard case .page(let plan) = decideEscalation(of: copy, roster: roster, book: book, at: now)
        else { return 0 }
        return plan.moved.isEmpty ? plan.position.level : EscalationRequest.anew
    }

    /// The level an incident stands at now, from 0; the first, while a later one was asked before its turn.
    static func currentLevel(
        of view: Incident, roster: Roster, book: OnCallBook, at now: Instant
    ) -> UInt64 {
        var copy = view
        copy.acknowledgements = []
        switch decideEscalation(of: copy, roster: roster, book: book, at: now) {
        case .quiet: return 0
        case .page(let plan): return plan.moved.isEmpty ? plan.position.level : 0
        }
    }
}
