package import APIModel
import Alerting
package import Basics
import Coverage
package import Escalation
package import OnCall
import Paging

/// What a roster and the book of its schedules say of times to come, as the API and the commands that
/// read a roster file tell it. `region` is who answers, or empty.
extension OnCallNextList {
    /// Who comes next after an instant, so many turns for each schedule.
    package init(
        of roster: Roster, book: OnCallBook, at instant: Instant, count: Int,
        answeredBy region: String
    ) {
        self.init(
            region: region, rosterVersion: roster.version, tzVersion: book.tzVersion,
            at: Timestamp(instant),
            schedules: roster.schedules.map { schedule in
                OnCallNext(
                    schedule: schedule.id.text, name: schedule.name,
                    turns: Self.turns(
                        of: schedule.id, in: book, roster: roster, after: instant, count: count))
            })
    }

    /// How often a book is asked for one schedule: enough for a year of shifts that one person has.
    private static let looksMax = 1_200

    private static func turns(
        of schedule: ScheduleID, in book: OnCallBook, roster: Roster, after start: Instant,
        count: Int
    ) -> [OnCallTurn] {
        var turns: [OnCallTurn] = []
        guard var answer = book.people(of: schedule, at: start) else { return [] }
        for _ in 0..<looksMax where answer.until < .distantFuture {
            let begin = answer.until
            guard let next = book.people(of: schedule, at: begin) else { return turns }
            if next.people.map(\.person) != answer.people.map(\.person) {
                if !turns.isEmpty { turns[turns.count - 1].to = Timestamp(begin) }
                if turns.count == count { return turns }
                turns.append(
                    OnCallTurn(
                        from: Timestamp(begin), to: nil,
                        people: next.people.map { OnCallPersonSummary($0, roster: roster) }))
            }
            answer = next
        }
        return turns
    }
}

extension OnCallPersonSummary {
    /// Somebody who is on call, as the API writes it.
    init(_ onCall: OnCallPerson, from: Instant? = nil, roster: Roster) {
        self.init(
            person: onCall.person.text,
            name: roster.person(onCall.person)?.name ?? onCall.person.text,
            region: onCall.region.text, from: from.map { Timestamp($0) },
            until: onCall.until < .distantFuture ? Timestamp(onCall.until) : nil,
            reason: onCall.reason.words)
    }
}

extension OnCallCoverage {
    /// How schedules and services are covered between two instants.
    package init(
        of roster: Roster, book: OnCallBook, zones: TimeZones, from: Instant, to: Instant,
        answeredBy region: String
    ) {
        let covers = serviceCovers(of: roster, book: book, zones: zones, from: from, to: to)
        self.init(
            region: region, rosterVersion: roster.version, tzVersion: book.tzVersion,
            from: Timestamp(from),
            to: Timestamp(to),
            services: zip(roster.services, covers).map { service, cover in
                CoveredService(
                    service: service.id.text, name: service.name,
                    coverage: service.coverage.name,
                    demandedSeconds: cover.demandedLength.seconds,
                    coveredSeconds: cover.coveredLength.seconds,
                    holes: cover.holes.map {
                        TimelineGap(from: Timestamp($0.from), to: Timestamp($0.to))
                    })
            },
            schedules: roster.schedules.map { schedule in
                CoveredSchedule(
                    schedule, stretches: book.shifts(of: schedule.id, from: from, to: to))
            })
    }
}

extension CoveredSchedule {
    /// A schedule whose answers follow one another.
    fileprivate init(_ schedule: Schedule, stretches: [ShiftInterval]) {
        self.init(schedule: schedule.id.text, name: schedule.name, coveredSeconds: 0, gaps: [])
        for stretch in stretches {
            guard let vacancy = stretch.vacancy else {
                coveredSeconds += (stretch.to - stretch.from).seconds
                continue
            }
            if let last = gaps.last, last.to.instant == stretch.from, last.reason == vacancy.words {
                gaps[gaps.count - 1].to = Timestamp(stretch.to)
            } else {
                gaps.append(
                    ScheduleGap(
                        from: Timestamp(stretch.from), to: Timestamp(stretch.to),
                        reason: vacancy.words))
            }
        }
    }
}

extension OnCallFairness {
    /// How the load of these schedules is split between two instants.
    package init(
        of roster: Roster, schedules: [Schedule], book: OnCallBook, zones: TimeZones,
        from: Instant, to: Instant, answeredBy region: String
    ) {
        let shifts = schedules.flatMap { $0.shifts + $0.temporary.flatMap(\.shifts) }
        let members = shifts.flatMap { $0.rotation.participants + $0.listed.flatMap(\.people) }
        let loads = dutyLoads(
            of: schedules.flatMap { book.shifts(of: $0.id, from: from, to: to) },
            homes: roster.people.map {
                PersonHome(
                    person: $0.id, region: $0.region, zone: $0.zone, night: $0.night,
                    hours: $0.hours)
            }, holidays: roster.holidays, zones: zones
        ).filter { $0.seconds > 0 || members.contains($0.person) }
        let kinds: [(name: String, seconds: (DutyLoad) -> Int64)] = [
            ("all", \.seconds), ("night", \.nightSeconds), ("weekend", \.weekendSeconds),
            ("holiday", \.holidaySeconds), ("outside", \.outsideSeconds),
        ]
        self.init(
            region: region, rosterVersion: roster.version, tzVersion: book.tzVersion,
            from: Timestamp(from),
            to: Timestamp(to),
            people: loads.map { load in
                let person = roster.person(load.person)
                return PersonLoad(
                    person: load.person.text, name: person?.name ?? load.person.text,
                    region: person?.region.text ?? "", seconds: load.seconds,
                    nightSeconds: load.nightSeconds, weekendSeconds: load.weekendSeconds,
                    holidaySeconds: load.holidaySeconds, outsideSeconds: load.outsideSeconds)
            },
            spread: kinds.map { kind in
                let all = loads.map(kind.seconds)
                return LoadSpread(
                    kind: kind.name, leastSeconds: all.min() ?? 0, mostSeconds: all.max() ?? 0)
            })
    }
}
