public import Basics

/// By what somebody takes part in an incident, the strongest first.
public enum ParticipationKind: UInt8, CaseIterable, Comparable, Sendable {
    /// Is in command.
    case commander = 1
    /// Took command elsewhere and stands by.
    case deputy = 2
    /// Has taken it on, before all others.
    case holder = 3
    /// Has taken it on as well.
    case helper = 4
    /// Has a role.
    case role = 5
    /// Does something about it.
    case action = 6
    /// Wrote something down, or wished for a field.
    case writer = 7

    /// The name in the API.
    public var name: String {
        switch self {
        case .commander: "commander"
        case .deputy: "deputy"
        case .holder: "holder"
        case .helper: "helper"
        case .role: "role"
        case .action: "action"
        case .writer: "writer"
        }
    }

    public static func < (a: ParticipationKind, b: ParticipationKind) -> Bool {
        a.rawValue < b.rawValue
    }
}

/// One thing by which somebody takes part in an incident.
public struct Participation: Equatable, Sendable {
    /// What kind of thing.
    public var kind: ParticipationKind
    /// Which: the name of a role, what an action is; empty in all others.
    public var what: String
    /// Since when.
    public var since: Instant
    /// Until when; `nil` while it lasts.
    public var until: Instant?
    /// When they last wrote something; `nil` in all others.
    public var lastAt: Instant?
}

/// Somebody who takes part in an incident.
public struct Participant: Equatable, Sendable {
    /// Who.
    public var person: PersonID
    /// By what, the strongest first; never empty.
    public var parts: [Participation]

    /// Since when they are here.
    public var since: Instant { parts.map(\.since).min() ?? .epoch }
    /// Until when they were; `nil` if they still are.
    public var until: Instant? {
        parts.contains { $0.until == nil } ? nil : parts.compactMap(\.until).max()
    }
}

/// Who is here: derived from what an incident knows of its present generation, in this one place. *Source:*
/// requirement P4; issue 6 point 1.
extension Incident {
    /// Everybody who takes part, or did: those who still do first, the strongest of them first.
    public var participants: [Participant] {
        var all: [Participant] = []
        func add(_ person: PersonID, _ part: Participation) {
            guard !person.text.isEmpty, person != .coordinator else { return }
            if let known = all.firstIndex(where: { $0.person == person }) {
                all[known].parts.append(part)
            } else {
                all.append(Participant(person: person, parts: [part]))
            }
        }
        for tenure in roleTenures { add(tenure.person, part(tenure)) }
        for (person, part) in engagements { add(person, part) }
        for item in presentWork {
            guard let draft = item.draft, draft.kind == .action, let owner = draft.owner else {
                continue
            }
            add(
                owner,
                Participation(
                    kind: .action, what: draft.text,
                    since: (item.draftMark?.time ?? item.time).instant,
                    until: limit(item.end.flatMap { _ in item.ending?.mark.time.instant })))
        }
        for (person, part) in writings { add(person, part) }
        for index in all.indices {
            all[index].parts.sort {
                ($0.until == nil ? 0 : 1, $0.kind, $0.since, $0.what)
                    < ($1.until == nil ? 0 : 1, $1.kind, $1.since, $1.what)
            }
        }
        return all.sorted { a, b in
            guard (a.until == nil) == (b.until == nil) else { return a.until == nil }
            guard let one = a.parts.first, let other = b.parts.first else { return false }
            return (one.kind, one.since, a.person) < (other.kind, other.since, b.person)
        }
    }

    private func part(_ tenure: RoleTenure) -> Participation {
        let kind: ParticipationKind =
            switch tenure.kind {
            case .commander: .commander
            case .deputy: .deputy
            case .named: .role
            }
        return Participation(
            kind: kind, what: tenure.kind == .named ? tenure.role : "", since: tenure.since,
            until: tenure.until)
    }

    /// Nothing lasts longer than the generation.
    func limit(_ end: Instant?) -> Instant? {
        guard !status.isOpen, let resolved = resolvedAt?.instant else { return end }
        return min(end ?? resolved, resolved)
    }

    /// Who took it on in this generation, each once, and for how long.
    private var engagements: [(PersonID, Participation)] {
        let own = acknowledgements.filter { $0.acknowledgement.previousEnd == previousEnd }
            .sorted { ($0.time, $0.fact) < ($1.time, $1.fact) }
        let (covering, standing) = (coveringAcknowledgement, standingAcknowledgements)
        var people: [PersonID] = []
        for record in own where !people.contains(record.acknowledgement.by) {
            people.append(record.acknowledgement.by)
        }
        return people.map { person in
            let first = own.first { $0.acknowledgement.by == person }
            let stands = standing.contains { $0.acknowledgement.by == person }
            // One that covers nothing any more was given for a run that is over.
            let end: Instant? = stands ? nil : run.startedAt
            let isHolder = covering?.acknowledgement.by == person
            return (
                person,
                Participation(
                    kind: isHolder ? .holder : .helper, what: "",
                    since: first?.time.instant ?? .epoch, until: limit(end))
            )
        }
    }

    /// Who wrote something down or wished for something in this generation, from the first word on.
    private var writings: [(PersonID, Participation)] {
        var words: [(by: PersonID, at: HybridTime)] = timeline.compactMap { entry in
            guard entry.time >= openedAt else { return nil }
            return entry.writer.map { ($0, entry.time) }
        }
        words += edits.filter { $0.edit.previousEnd == previousEnd }.map { ($0.edit.by, $0.time) }
        words += handoffs.filter { $0.previousEnd == previousEnd }
            .flatMap { $0.briefs.map { ($0.by, $0.time) } }
        words.sort { ($0.at, $0.by) < ($1.at, $1.by) }
        var people: [(PersonID, Participation)] = []
        for word in words {
            if let known = people.firstIndex(where: { $0.0 == word.by }) {
                people[known].1.lastAt = word.at.instant
            } else {
                people.append(
                    (
                        word.by,
                        Participation(
                            kind: .writer, what: "", since: word.at.instant, until: limit(nil),
                            lastAt: word.at.instant)
                    ))
            }
        }
        return people
    }
}

extension TimelineEntry {
    /// Who wrote it down, of notes and of work: their texts begin with it.
    var writer: PersonID? {
        guard kind == .note || kind == .work, let colon = text.firstRange(of: ": ") else {
            return nil
        }
        let author = PersonID(String(text[..<colon.lowerBound]))
        return author == .pager ? nil : author
    }
}
