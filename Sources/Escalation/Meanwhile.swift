import Alerting
public import Basics
public import IncidentModel
public import OnCall

/// Something that became of an incident, small enough to be kept for all who come on call at once.
public struct IncidentNews: Equatable, Sendable {
    /// What became of it.
    public enum Kind: Equatable, Sendable {
        /// It opened, and is open.
        case opened
        /// It was resolved.
        case resolved
        /// Two sides saw it differently; this was decided and stands.
        case conflict(String)
    }

    /// The incident.
    public var group: GroupID
    /// Its service.
    public var service: ServiceID
    /// How bad it is, and what is wrong, on one line.
    public var title: String
    /// When it happened.
    public var at: HybridTime
    /// What happened.
    public var kind: Kind

    /// What is news of an incident. One that another one pages for is told of there.
    public static func all(
        of incident: Incident, isCarried: Bool, since: Instant
    ) -> [IncidentNews] {
        guard !isCarried, incident.generation > 0 else { return [] }
        let drill = incident.isDrill ? "DRILL " : ""
        func news(_ kind: Kind, _ at: HybridTime) -> IncidentNews {
            IncidentNews(
                group: incident.group, service: incident.service,
                title: "\(drill)\(incident.severity.name) \(incident.title)", at: at, kind: kind)
        }
        guard incident.status.isOpen else {
            guard let end = incident.resolvedAt, end.instant >= since else { return [] }
            return [news(.resolved, end)]
        }
        let conflicts = incident.decisions
            .filter { $0.isConflict && $0.rule != .duplicates && incident.isStanding($0) }
            .map { news(.conflict($0.outcome.words), $0.decidedAt) }
        return incident.openedAt.instant >= since
            ? conflicts + [news(.opened, incident.openedAt)] : conflicts
    }
}

/// What else changed while somebody was off: what whoever comes on call has to know besides the incident that
/// is handed to them. *Source:* issue 5 point 6.
public struct Meanwhile: Equatable, Sendable {
    /// From when on it is told: the end of their last shift, or twelve hours ago if that was later or is
    /// not known.
    public let since: Instant
    /// The services whose policies page them.
    public let services: [ServiceID]
    /// The news of all services, and those of theirs.
    private let news: [IncidentNews]
    private let own: [IncidentNews]
    private let rosters: [String]
    private let changes: [String]

    /// How far back the end of somebody's last shift is looked for, and news are kept.
    public static let lookBack = Span.hours(24 * 7)
    /// How much is told at least.
    public static let least = Span.hours(12)
    /// How many of each kind are told, and how long a line may be, in Unicode scalars.
    static let (linesMax, lineLengthMax) = (5, 160)

    /// What changed for somebody; for nobody in particular, what changed of late for all. `news` may be
    /// older than that.
    public init(
        for person: PersonID?, roster: Roster, book: OnCallBook, control: ControlState,
        news: [IncidentNews], at now: Instant
    ) {
        let schedules = person.map { roster.schedules(of: $0, control: control) } ?? []
        let start = min(
            person.flatMap { Self.lastEnd(of: $0, in: schedules, book, at: now) } ?? now,
            now - Self.least)
        let services = person.map { roster.services(of: $0, in: schedules) } ?? []
        (since, self.services) = (start, services)
        let recent = news.filter { news in
            // A conflict that stands wants a look, however old it is.
            if case .conflict = news.kind { return true }
            return news.at.instant >= start
        }.sorted { ($1.at, $0.group) < ($0.at, $1.group) }
        self.news = recent
        own = recent.filter { services.contains($0.service) }
        rosters = control.versions.filter { $0.time.instant >= start }.reversed().map {
            Self.line(
                "roster \($0.document.version) is in force since \($0.time.instant.dayMinuteUTC), by "
                    + $0.by.text + ($0.reason.isEmpty ? "" : ": \($0.reason)"))
        }
        changes = control.changes.reversed()
            .filter {
                $0.time.instant >= start
                    && $0.concerns(person, schedules, in: roster, control: control)
            }.map { Self.line($0.words) }
    }

    /// The end of the last shift that somebody had and that is over.
    private static func lastEnd(
        of person: PersonID, in schedules: [ScheduleID], _ book: OnCallBook, at now: Instant
    ) -> Instant? {
        var last: Instant?
        for schedule in schedules {
            var isOn = false
            for part in book.shifts(of: schedule, from: now - lookBack, to: now) {
                let wasOn = isOn
                isOn = part.people.contains { $0.person == person }
                if wasOn, !isOn { last = max(last ?? part.from, part.from) }
            }
        }
        return last
    }

    /// The lines of a brief about an incident: what else happened to their services and to its own, which
    /// rosters came into force, who stands in for whom, and which conflicts stand. Empty if nothing
    /// happened.
    public func words(besides incident: Incident) -> String {
        let service = incident.service
        let told =
            services.contains(service)
            ? own : news.filter { $0.service == service || services.contains($0.service) }
        let resolved = told.filter { $0.kind == .resolved && $0.group != incident.group }
        let opened = told.filter { $0.kind == .opened && $0.group != incident.group }
        let conflicts = told.compactMap { news -> String? in
            guard case .conflict(let outcome) = news.kind else { return nil }
            return Self.line("\(news.group.short) decided, and open to a veto: \(outcome)")
        }
        let lines =
            Self.bounded(resolved) {
                Self.line(
                    "\($0.group.short) \($0.title), resolved at \($0.at.instant.dayMinuteUTC)")
            }
            + Self.bounded(opened) {
                Self.line(
                    "\($0.group.short) \($0.title), open since \($0.at.instant.dayMinuteUTC)")
            }
            + Self.bounded(conflicts) { $0 } + Self.bounded(rosters) { $0 }
            + Self.bounded(changes) { $0 }
        guard !lines.isEmpty else { return "" }
        return (["While you slept, since \(since.dayMinuteUTC):"] + lines).joined(separator: "\n")
    }

    /// The first few in words: at a change of shift there may be thousands, for each of thousands.
    private static func bounded<Item>(
        _ items: [Item], _ words: (Item) -> String
    ) -> [String] {
        let lines = items.prefix(linesMax).map(words)
        let more = items.count - linesMax
        return more > 0 ? lines + ["- and \(more) more of these"] : lines
    }

    private static func line(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : $0 }
        let kept = String(String.UnicodeScalarView(scalars.prefix(lineLengthMax)))
        return "- " + kept + (scalars.count > lineLengthMax ? "…" : "")
    }
}

extension Roster {
    /// The schedules in which somebody takes turns, or stands in by what was said.
    public func schedules(of person: PersonID, control: ControlState) -> [ScheduleID] {
        schedules.filter { schedule in
            schedule.hasTurns(of: person)
                || control.changes.contains { $0.puts(person, into: schedule.id) }
        }.map(\.id)
    }

    /// The services whose policies page somebody, or a schedule of theirs.
    public func services(of person: PersonID, in schedules: [ScheduleID]) -> [ServiceID] {
        let policies = policies.filter { policy in
            policy.levels.flatMap(\.targets).contains { target in
                switch target {
                case .person(let one): one == person
                case .schedule(let one): schedules.contains(one)
                }
            }
        }.map(\.id)
        return services.filter { policies.contains($0.policy) }.map(\.id)
    }
}

extension Schedule {
    fileprivate func hasTurns(of person: PersonID) -> Bool {
        (shifts + temporary.flatMap(\.shifts)).contains { shift in
            shift.rotation.participants.contains(person)
                || shift.listed.contains { $0.people.contains(person) }
        }
    }
}

extension OnCallEditRecord {
    fileprivate func puts(_ person: PersonID, into schedule: ScheduleID) -> Bool {
        switch kind {
        case .override(let word): word.person == person && word.schedule == schedule.text
        case .swap(let word, let taker): taker == person && word.schedule == schedule.text
        case .leave: false
        }
    }

    /// Whether it changes something for somebody: themselves, or a schedule of theirs.
    fileprivate func concerns(
        _ person: PersonID?, _ own: [ScheduleID], in roster: Roster, control: ControlState
    ) -> Bool {
        guard let person else { return true }
        switch kind {
        case .override(let word), .swap(let word, _):
            return own.contains(ScheduleID(word.schedule)) || word.person == person
        case .leave(let word):
            return word.person == person
                || roster.schedules.contains {
                    own.contains($0.id) && $0.hasTurns(of: word.person)
                }
        }
    }

    /// What it changes, for people.
    fileprivate var words: String {
        let tail = reason.isEmpty ? "" : ": \(reason)"
        func stretch(_ from: Instant, _ to: Instant) -> String {
            "from \(from.dayMinuteUTC) to \(to.dayMinuteUTC), says \(by.text)\(tail)"
        }
        switch kind {
        case .override(let word):
            let whom = word.replaces.map { " for \($0.text)" } ?? ""
            return "\(word.person.text) is on call by \(word.schedule)\(whom) "
                + stretch(word.from, word.to)
        case .swap(let word, nil):
            return "\(word.person.text) asks who takes \(word.schedule) "
                + stretch(word.from, word.to)
        case .swap(let word, let taker?):
            return "\(taker.text) takes \(word.schedule) for \(word.person.text) "
                + stretch(word.from, word.to)
        case .leave(let word):
            return "\(word.person.text) cannot be on call " + stretch(word.from, word.to)
        }
    }
}

extension Instant {
    /// `2026-11-26 02:14 UTC`.
    fileprivate var dayMinuteUTC: String { "\(description.prefix(10)) \(minuteUTC)" }
}
