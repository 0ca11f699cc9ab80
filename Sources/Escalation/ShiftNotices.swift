public import Basics
import IncidentModel
public import OnCall
import Paging

/// What people are told about their shifts. *Source:* issue 5 point 9.
public struct ShiftNoticeTimings: Equatable, Sendable {
    /// How long before a shift somebody is reminded of it; zero for no reminder.
    public var reminder: Span = .hours(1)
    /// Whether people are told when a shift of theirs begins.
    public var start = true
    /// Whether people are told when a shift of theirs ends, and who has it now.
    public var end = true

    /// The defaults.
    public init() {}
}

/// What is to be told about shifts at a time: reminders, beginnings and ends, those included that are due
/// within `ahead`. Empty if the roster does not ask for it.
public func shiftNotices(
    group: GroupID, roster: Roster, book: OnCallBook, at now: Instant, ahead: Span
) -> [Notice] {
    guard let timings = roster.shiftNotices else { return [] }
    let teller = ShiftTeller(
        group: group, roster: roster, book: book, timings: timings, now: now, ahead: ahead)
    return roster.schedules.flatMap { teller.notices(of: $0) }
}

private struct ShiftTeller {
    let group: GroupID
    let roster: Roster
    let book: OnCallBook
    let timings: ShiftNoticeTimings
    let now: Instant
    let ahead: Span

    /// How long after its time somebody is still told: later it is no news.
    private static let shiftToldWithin = Span.minutes(10)
    /// How far ahead the end of a shift is looked for.
    private static let lookAhead = Span.hours(24 * 14)

    /// A moment at which other people come on call.
    private struct Change {
        var at: Instant
        var before: [PersonID]
        var after: [PersonID]
    }

    func notices(of schedule: Schedule) -> [Notice] {
        let begin = now - Self.shiftToldWithin
        let end = now + timings.reminder + ahead + .seconds(1)
        let parts = book.shifts(of: schedule.id, from: begin, to: end)
        var result: [Notice] = []
        for (index, part) in parts.enumerated() where index > 0 {
            let change = Change(
                at: part.from, before: parts[index - 1].people.map(\.person),
                after: part.people.map(\.person))
            result += notices(of: change, in: schedule)
        }
        return result.filter { $0.page.due > begin && $0.page.due <= now + ahead }
    }

    private func notices(of change: Change, in schedule: Schedule) -> [Notice] {
        let coming = change.after.filter { !change.before.contains($0) }
        let going = change.before.filter { !change.after.contains($0) }
        var result: [Notice] = []
        func add(_ kind: String, _ people: [PersonID], _ due: Instant, _ text: (Person) -> String) {
            for id in people {
                guard let person = roster.person(id) else { continue }
                let subject = "\(kind) \(schedule.id.text) \(change.at.milliseconds)"
                notice(subject, to: person, due: due, text(person)).map { result.append($0) }
            }
        }
        if timings.reminder > .zero {
            add("shift reminder", coming, change.at - timings.reminder) { person in
                "in \(timings.reminder.words) you come on call for \(schedule.name): from "
                    + "\(clock(change.at, of: person)) until \(end(of: person, change, schedule))"
                    + list("; before you: ", change.before)
            }
        }
        if timings.start {
            add("shift start", coming, change.at) { person in
                "you are on call for \(schedule.name) now, until "
                    + end(of: person, change, schedule)
                    + list("; with you: ", change.after.filter { $0 != person.id })
            }
        }
        if timings.end {
            add("shift end", going, change.at) { _ in
                "your shift for \(schedule.name) is over: "
                    + (change.after.isEmpty
                        ? "nobody is on call now" : list("", change.after) + " now")
            }
        }
        return result
    }

    private func notice(
        _ subject: String, to person: Person, due: Instant, _ text: String
    ) -> Notice? {
        guard let contact = person.contactForNotices else { return nil }
        let key = StepKey.derive(
            group: group, policyVersion: "notice \(subject)", position: .shiftNotice,
            person: person.id, channel: contact.channel, address: contact.address)
        return Notice(
            position: .shiftNotice,
            page: PlannedPage(key: key, person: person, contact: contact, due: due), text: text,
            subject: subject)
    }

    private func list(_ head: String, _ people: [PersonID]) -> String {
        guard !people.isEmpty else { return "" }
        return head + people.map { roster.person($0)?.name ?? $0.text }.joined(separator: ", ")
    }

    /// When somebody who comes on call goes off again.
    private func end(of person: Person, _ change: Change, _ schedule: Schedule) -> String {
        let limit = change.at + Self.lookAhead
        let parts = book.shifts(of: schedule.id, from: change.at, to: limit)
        let over = parts.first { part in !part.people.contains { $0.person == person.id } }
        return over.map { clock($0.from, of: person) } ?? "further notice"
    }

    /// `2026-11-27 08:00 UTC (Fri 09:00 Europe/Berlin)`.
    private func clock(_ instant: Instant, of person: Person) -> String {
        let own = book.clock(in: person.zone, at: instant)
        return instant.minuteUTC + (own.map { " (\($0) \(person.zone))" } ?? "")
    }
}
