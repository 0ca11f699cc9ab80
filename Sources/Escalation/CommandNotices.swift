import Alerting
public import Basics
public import IncidentModel
public import OnCall
import Paging

/// What people have to be told about command: an offer, its escalation on the incoming side and then to the
/// outgoing one, its end, and that somebody has been in command for long. Those that are due later are among
/// them: their time is in the page.
/// *Source:* design 6, "an offer not taken escalates on the incoming side, then to the outgoing
/// side's lead"; requirement D10. `known` is what was worked out before.
public func commandNotices(
    of incident: Incident, roster: Roster, book: OnCallBook, at now: Instant,
    known: [Notice] = []
) -> [Notice] {
    guard incident.status.isOpen, incident.commander != nil || !incident.handoffs.isEmpty else {
        return []
    }
    return CommandTeller(incident: incident, roster: roster, book: book, now: now, known: known)
        .notices
}

/// When there is next more to be told about command than now, if nothing is learned meanwhile: a further
/// round of an offer, or a further reminder.
public func furtherCommandNotices(
    of incident: Incident, roster: Roster, book: OnCallBook, after now: Instant
) -> Instant {
    guard incident.status.isOpen, incident.commander != nil || !incident.handoffs.isEmpty else {
        return .distantFuture
    }
    return CommandTeller(incident: incident, roster: roster, book: book, now: now, known: [])
        .furtherWordsAt
}

private struct CommandTeller {
    let incident: Incident
    let roster: Roster
    let book: OnCallBook
    let now: Instant
    let known: [Notice]

    /// Something to be told to people at a time.
    private struct Word {
        var subject: String
        var people: [PersonID]
        var due: Instant
        var text: String
        /// Whether who reads it may take command by it.
        var offersCommand = false
        /// Whether it says what has just happened.
        var isNews = false
    }

    var notices: [Notice] {
        (openOffer + endedOffers + reminders).flatMap(notices)
    }

    private func notices(_ word: Word) -> [Notice] {
        guard now - word.due < toldWithin else { return [] }
        // Whatever run of the policy there is: it is told once.
        let position = StepPosition(
            generation: incident.generation, previousEnd: incident.previousEnd, run: 0, cycle: 0,
            level: StepPosition.noticeLevel)
        return word.people.compactMap { id in
            guard let person = roster.person(id),
                let contact = person.contactForNotices
            else { return nil }
            let key =
                known.key(of: word.subject, at: position, id, contact)
                ?? StepKey.derive(
                    group: incident.group, policyVersion: "notice \(word.subject)",
                    position: position, person: id, channel: contact.channel,
                    address: contact.address)
            return Notice(
                position: position,
                page: PlannedPage(key: key, person: person, contact: contact, due: word.due),
                text: word.text, subject: word.subject, offersCommand: word.offersCommand,
                isNews: word.isNews)
        }
    }

    private var what: String { "\(incident.severity.name) \(incident.group.short)" }

    /// The offer goes to its person; then to the others of that side; then back to where it came
    /// from; and so on, for as long as it is open.
    private var openOffer: [Word] {
        guard let offer = incident.openHandoff else { return [] }
        let rounds = rounds(of: offer)
        // The round before may still have something to tell, and the next one has its time.
        return (max(0, rounds - 1)...rounds + 1).flatMap { round in
            words(of: offer, from: offer.time.instant + patience * 3 * round, patience, round)
        }
    }

    private var patience: Span {
        max(.seconds(1), roster.command.patience(for: incident.severity))
    }

    /// How many rounds an offer has made.
    private func rounds(of offer: HandoffRecord) -> Int64 {
        max(0, (now - offer.time.instant).microseconds) / (patience * 3).microseconds
    }

    /// How many reminders have come due.
    private var remindersPassed: Int64 {
        max(0, (now - incident.commandSince.instant).microseconds)
            / roster.command.reminder.microseconds
    }

    /// When the next round of the offer, or the reminder after the next, has its time.
    var furtherWordsAt: Instant {
        var next = Instant.distantFuture
        if let offer = incident.openHandoff {
            next = offer.time.instant + patience * 3 * (rounds(of: offer) + 1)
        }
        if incident.commander != nil, roster.command.reminder > .zero {
            let reminder = roster.command.reminder * (remindersPassed + 1)
            next = min(next, incident.commandSince.instant + reminder)
        }
        return next
    }

    private func words(
        of offer: HandoffRecord, from start: Instant, _ patience: Span, _ round: Int64
    ) -> [Word] {
        let who = offer.by == .coordinator ? "the coordinator" : offer.by.text
        let id = "handoff \(offer.offer) \(round)"
        let waits = (start + patience - offer.time.instant).words
        let waitsLonger = (start + patience * 2 - offer.time.instant).words
        let incoming = Word(
            subject: id, people: [offer.to], due: start,
            text: "\(who) offers you command of \(what)", offersCommand: true, isNews: round == 0)
        let side = Word(
            subject: id + " side", people: incomingSide(of: offer, at: start + patience),
            due: start + patience,
            text: "\(offer.to.text) has not taken command of \(what) for \(waits): "
                + "anybody of your side may accept it",
            offersCommand: true)
        let outgoing = Word(
            subject: id + " back", people: outgoingSide(of: offer), due: start + patience * 2,
            text: "nobody has taken command of \(what) for \(waitsLonger): it stays where it is; "
                + "offer it to somebody else, or take the offer back")
        return [incoming, side, outgoing]
    }

    /// The lead of the incoming region, and whoever is on call in it for this service.
    private func incomingSide(of offer: HandoffRecord, at moment: Instant) -> [PersonID] {
        guard let region = roster.person(offer.to)?.region else { return [] }
        let lead = roster.regions.first { $0.name == region }?.lead
        let onCall = incident.schedules(in: roster).flatMap { id in
            (book.people(of: id, at: moment)?.people ?? []).map(\.person)
        }
        return unique(
            [lead].compactMap { $0 } + onCall.filter { roster.person($0)?.region == region }
        )
        .filter { $0 != offer.to && $0 != incident.commander }
    }

    /// Whoever is in command, whoever offered, and the lead of that side.
    private func outgoingSide(of offer: HandoffRecord) -> [PersonID] {
        let people = unique([incident.commander, offer.by].compactMap { $0 })
        let region = people.compactMap { roster.person($0)?.region }.first
        let lead = roster.regions.first { $0.name == region }?.lead
        return unique(people + [lead].compactMap { $0 })
    }

    /// What became of offers: whoever did not say it is told.
    private var endedOffers: [Word] {
        incident.handoffs.filter { $0.isKnown && $0.previousEnd == incident.previousEnd }
            .compactMap { offer in
                let id = "handoff \(offer.offer) over"
                switch incident.state(of: offer) {
                case .open, .superseded: return nil
                case .taken(let person):
                    guard let taken = offer.taken else { return nil }
                    let people = unique([offer.by, offer.to] + [offer.from].compactMap { $0 })
                        .filter { $0 != person }
                    return Word(
                        subject: id, people: people, due: taken.at.instant,
                        text: "\(person.text) is in command of \(what) now", isNews: true)
                case .declined(let person, let reason):
                    let people = unique([offer.from, offer.by].compactMap { $0 })
                    return Word(
                        subject: id, people: people.filter { $0 != person },
                        due: offer.answers.first?.time.instant ?? now,
                        text: "\(person.text) declines command of \(what)"
                            + (reason.isEmpty ? "" : ": \(reason)")
                            + "; it stays where it is: offer it to somebody else", isNews: true)
                case .withdrawn(let person):
                    return Word(
                        subject: id, people: [offer.to].filter { $0 != person },
                        due: offer.answers.first?.time.instant ?? now,
                        text: "\(person.text) takes the offer of command of \(what) back: "
                            + "there is nothing for you to do", isNews: true)
                }
            }
    }

    /// The last reminder that was due, and the next.
    private var reminders: [Word] {
        guard let commander = incident.commander, roster.command.reminder > .zero else { return [] }
        let since = incident.commandSince.instant
        let passed = max(1, remindersPassed)
        return (passed...passed + 1).map { count in
            let span = roster.command.reminder * count
            let isOver = span >= roster.command.limit
            let region = roster.person(commander)?.region
            let lead = roster.regions.first { $0.name == region }?.lead
            let people = isOver ? [commander] + [lead].compactMap { $0 } : [commander]
            return Word(
                subject: "command \(commander.text) \(since.milliseconds) \(count)",
                people: unique(people), due: since + span,
                text: "\(commander.text) has been in command of \(what) for \(span.words)"
                    + (isOver ? ": it is time to hand over" : ""))
        }
    }

    private func unique(_ people: [PersonID]) -> [PersonID] {
        people.reduce(into: []) { if !$0.contains($1), $1 != .coordinator { $0.append($1) } }
    }
}

extension Incident {
    /// The schedules that its policy pages.
    public func schedules(in roster: Roster) -> [ScheduleID] {
        let policy = roster.service(service).flatMap { roster.policy($0.policy) }
        let targets = policy?.levels.flatMap(\.targets) ?? []
        return targets.compactMap { target in
            if case .schedule(let id) = target { id } else { nil }
        }
    }
}
