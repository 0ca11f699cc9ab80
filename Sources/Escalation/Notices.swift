public import Basics
public import IncidentModel
import Paging

/// Something people have to be told about an incident besides being paged: who was paged in vain may
/// stand down, who took it on or took command elsewhere is told who else did. *Source:* design 7.
public struct Notice: Equatable, Sendable {
    /// Where it stands among the incident's pages: a step of its own.
    public var position: StepPosition
    /// The page that tells it.
    public var page: PlannedPage
    /// What is told, one sentence.
    public var text: String
    /// What it is about: by which rule it was decided, and who stands.
    public var subject: String
    /// Whether it offers command to whom it goes.
    public var offersCommand = false
    /// Whether it says what has just happened: then it is told as soon as that is known, even if the clock of
    /// whoever wrote it down was ahead.
    public var isNews = false
}

/// How long after its time somebody is still told of something.
let toldWithin = Span.minutes(30)

extension Notice {
    /// From when on it is too late to tell it.
    public var isToldUntil: Instant { page.due + toldWithin }
}

extension [Notice] {
    /// The key of one of these notices of an incident: to derive it takes a hash.
    func key(
        of subject: String, at position: StepPosition, _ person: PersonID, _ contact: Contact
    ) -> StepKey? {
        let place = indices.first { place in
            self[place].page.person.id == person && self[place].subject == subject
                && self[place].position == position && self[place].page.contact == contact
        }
        return place.map { self[$0].page.key }
    }
}

/// What people have to be told: once per person, rule and who stands, by their first contact. Who stands down
/// is told once per run of the policy, of what was decided in it: a run that begins later is no news.
public func notices(of incident: Incident, roster: Roster, at now: Instant) -> [Notice] {
    guard incident.status.isOpen else { return [] }
    var result: [Notice] = []
    for decision in incident.decisions
    where decision.isConflict && incident.isStanding(decision)
        && now - decision.decidedAt.instant < toldWithin
    {
        let subject = decision.rule.name + decision.outcome.standing
        let run = decision.outcome.isOfRun ? incident.run.number : 0
        if run > 0, decision.decidedAt.instant < incident.run.startedAt { continue }
        let position = StepPosition(
            generation: incident.generation, previousEnd: incident.previousEnd, run: run, cycle: 0,
            level: StepPosition.noticeLevel)
        for id in decision.outcome.told {
            guard let person = roster.person(id),
                let contact = person.contactForNotices
            else { continue }
            let key = StepKey.derive(
                group: incident.group, policyVersion: "notice \(subject)",
                position: position, person: id, channel: contact.channel, address: contact.address)
            result.append(
                Notice(
                    position: position,
                    page: PlannedPage(
                        key: key, person: person, contact: contact,
                        due: decision.decidedAt.instant),
                    text: decision.reason, subject: subject))
        }
    }
    return result
}

extension Person {
    /// How somebody is told what is no page: never over what they keep for something worse, and the same
    /// whatever becomes of the severity, or they would be told again.
    var contactForNotices: Contact? { contacts(for: .sev5).first }
}

extension DecisionOutcome {
    /// Who stands; people are told again when that changes.
    fileprivate var standing: String {
        switch self {
        case .commander(let person, _), .acknowledged(let person, _): " " + person.text
        case .answers(let person, _, let request):
            " \(person.text) \(request.origin.number).\(request.sequence)"
        case .severity, .standDown, .sealed, .separate, .phase: ""
        }
    }

    /// Whether it is about pages of one run of the policy.
    fileprivate var isOfRun: Bool {
        switch self {
        case .standDown: true
        case .severity, .commander, .acknowledged, .sealed, .separate, .phase, .answers: false
        }
    }

    /// Whom it concerns who may not know of it.
    fileprivate var told: [PersonID] {
        switch self {
        case .severity, .sealed, .separate, .phase: []
        case .commander(_, let deputies): deputies
        case .acknowledged(_, let others): others
        case .standDown(let people): people
        case .answers(let person, let others, _): [person] + others
        }
    }
}
