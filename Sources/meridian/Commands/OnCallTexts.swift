import APIModel
import Basics

/// How on-call answers look on a terminal.
enum OnCallTexts {
    /// The schedules that answer for a service, or the one that was named.
    /// *Errors:* `CommandFailure` if there is no such service or schedule.
    static func select(
        from list: OnCallList, services: ServiceList?, service: String?, schedule: String?
    ) throws(CommandFailure) -> [OnCallSchedule] {
        if let schedule {
            return try Selection.of(
                [schedule], from: list.schedules, what: "schedule", name: \.schedule)
        }
        guard let service else { return list.schedules }
        let found = list.schedules.filter { $0.services.contains(service) }
        if !found.isEmpty { return found }
        guard let known = services?.services.first(where: { $0.id == service }) else {
            throw Selection.unknown("service", service, (services?.services ?? []).map(\.id))
        }
        throw CommandFailure(
            .failed, "the policy \"\(known.policy)\" of \(service) asks no schedule",
            remedy: "it pages persons by name; see the policy in roster.yaml")
    }

    /// One row for each person, with the schedule's next.
    static func table(
        _ list: OnCallList, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        let now = list.at.instant
        var table = Table(
            [.init("SCHEDULE"), .init("ON CALL"), .init("REGION")] + clock.heads("UNTIL")
                + [.init("NEXT", .cut), .init("SERVICES", .wrap)])
        for schedule in list.schedules {
            let name = Cell(schedule.schedule)
            let services = Cell(schedule.services.joined(separator: " "))
            let next = Cell(self.next(schedule, now: now))
            if schedule.people.isEmpty {
                let why = schedule.finding.map { " (\($0))" } ?? ""
                table.add(
                    [name, Cell("NOBODY\(why)", .bad), Cell("-")] + clock.cells(nil)
                        + [next, services])
            }
            for (index, person) in schedule.people.enumerated() {
                let isFirst = index == 0
                table.add(
                    [
                        isFirst ? name : Cell(""), Cell(who(person)), Cell(person.region),
                        Cell(until(person.until, now: now)),
                    ] + clock.cellsBeside(person.until?.instant)
                        + [isFirst ? next : Cell(""), isFirst ? services : Cell("")])
            }
        }
        return table.render(for: terminal)
    }

    /// `mei (Mei Tanaka)`.
    static func who(_ person: OnCallPersonSummary) -> String {
        person.name.isEmpty || person.name == person.person
            ? person.person : "\(person.person) (\(person.name))"
    }

    /// Until when somebody is on call: `18:00Z (4 h left)`.
    static func until(_ time: Timestamp?, now: Instant) -> String {
        guard let time else { return "open end" }
        let clock = TimeText.utcMinute(time.instant, now: now)
        return "\(clock) (\(TimeText.length(time.instant - now)) left)"
    }

    /// Who comes next and when; `-` if the roster does not say.
    static func next(_ schedule: OnCallSchedule, now: Instant) -> String {
        guard let next = schedule.next else { return "-" }
        let from = next.from.map { " at \(TimeText.utcMinute($0.instant, now: now))" } ?? ""
        return "\(next.person) in \(next.region)\(from)"
    }
}
