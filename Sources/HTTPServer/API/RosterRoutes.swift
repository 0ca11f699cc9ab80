import Alerting
import APIModel
import Basics
import Escalation
import HTTPTypes
import IncidentModel
import Logging
import OnCall
import Paging
import RegionCore

/// Who is on call, and the service catalogue.
struct RosterRoutes: Sendable {
    private let node: any NodeService

    init(node: any NodeService) { self.node = node }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.onCall, access: .token(.read), level: .debug, serve: onCall),
            Endpoint(.get, APIPath.services, access: .token(.read), level: .debug, serve: services),
        ]
    }

    private func onCall(_ call: Call) async throws(Refusal) -> Answer {
        let at = try instant(call)
        let roster = await node.roster()
        let answers = await node.onCallNow(at: at)
        var schedules: [OnCallSchedule] = []
        let later = await next(after: answers)
        for answer in answers {
            let next = later.first { $0.schedule == answer.schedule }
            schedules.append(schedule(answer, next: next, roster: roster))
        }
        return .json(
            OnCallList(
                region: node.region.text, at: Timestamp(at ?? node.now()),
                rosterVersion: roster.version, schedules: schedules))
    }

    private func instant(_ call: Call) throws(Refusal) -> Instant? {
        guard let text = call.query("at"), !text.isBlank else { return nil }
        guard let timestamp = Timestamp(text: text.trimmed) else {
            throw .invalid(
                "at", "'\(text.prefix(40))' is not a time with an offset",
                remedy: "Write it like 2026-12-24T03:00:00Z.")
        }
        return timestamp.instant
    }

    private struct Successor {
        var schedule: ScheduleID
        var at: Instant
        var people: [OnCallPerson]
    }

    /// Who is on call by each schedule once its present answer ends.
    private func next(after answers: [ScheduleOnCall]) async -> [Successor] {
        let ends = answers.map(\.answer.until).filter { $0 < .distantFuture }
        var asked: [(at: Instant, answers: [ScheduleOnCall])] = []
        for end in Set(ends).sorted() { asked.append((end, await node.onCallNow(at: end))) }
        return answers.compactMap { answer in
            guard let then = asked.first(where: { $0.at == answer.answer.until })?.answers,
                let next = then.first(where: { $0.schedule == answer.schedule })
            else { return nil }
            return Successor(
                schedule: answer.schedule, at: answer.answer.until, people: next.answer.people)
        }
    }

    private func schedule(
        _ onCall: ScheduleOnCall, next: Successor?, roster: Roster
    ) -> OnCallSchedule {
        let users = roster.policies.filter { policy in
            policy.levels.contains { $0.targets.contains(.schedule(onCall.schedule)) }
        }.map(\.id)
        var findings = onCall.answer.vacancy.map { ["nobody is on call: \(words($0))"] } ?? []
        findings += onCall.answer.findings.map { "\($0.region): \(words($0.problem))" }
        return OnCallSchedule(
            schedule: onCall.schedule.text,
            name: roster.schedule(onCall.schedule)?.name ?? onCall.schedule.text,
            services: roster.services.filter { users.contains($0.policy) }.map(\.id.text),
            people: onCall.answer.people.map { person($0, from: nil, roster: roster) },
            next: next.flatMap { successor in
                successor.people.first.map { person($0, from: successor.at, roster: roster) }
            },
            finding: findings.isEmpty ? nil : findings.joined(separator: "; "))
    }

    private func person(
        _ onCall: OnCallPerson, from: Instant?, roster: Roster
    ) -> OnCallPersonSummary {
        OnCallPersonSummary(
            person: onCall.person.text,
            name: roster.person(onCall.person)?.name ?? onCall.person.text,
            region: onCall.region.text, from: from.map { Timestamp($0) },
            until: onCall.until < .distantFuture ? Timestamp(onCall.until) : nil,
            reason: words(onCall.reason))
    }

    private func services(_ call: Call) async throws(Refusal) -> Answer {
        let roster = await node.roster()
        let open = await node.incidents(includeResolved: false)
        return .json(
            ServiceList(
                region: node.region.text, rosterVersion: roster.version,
                services: roster.services.map { service in
                    ServiceSummary(
                        id: service.id.text, name: service.name, policy: service.policy.text,
                        defaultSeverity: service.defaultSeverity.name,
                        runbook: service.runbook.isEmpty ? nil : service.runbook,
                        integrationKeyCount: roster.integrations.count { $0.service == service.id },
                        openIncidents: open.count { $0.incident.service == service.id })
                }))
    }

    private func words(_ reason: OnCallReason) -> String {
        switch reason {
        case .rotation: "rotation"
        case .window: "regional window"
        case .handoffOverlap: "overlap at a change of clocks"
        case .fallbackFirstShift: "stands in: no window is open"
        case .fallbackNextShift: "begins early: no window is open"
        case .override: "override"
        case .swap: "swap"
        case .standIn: "stands in: somebody is away"
        }
    }

    private func words(_ vacancy: Vacancy) -> String {
        switch vacancy {
        case .noShifts: "the schedule has no shifts"
        case .noUsableShift: "none of its shifts can be used"
        case .outsideWindows: "no window is open"
        case .noNextShift: "no window is open nor will be"
        case .everybodyAway: "everybody is away"
        }
    }

    private func words(_ problem: ShiftProblem) -> String {
        switch problem {
        case .unknownZone(let name): "unknown time zone \(name)"
        case .noParticipants: "nobody takes part"
        case .outsideDay(let second): "no day has a second \(second)"
        case .turnLength(let days): "a turn of \(days) days"
        case .noSuchDate(let date): "there is no date \(date)"
        case .noWeekdays: "the window opens on no day"
        case .interval(let number): "an interval of \(number)"
        case .cannotSkipTurns: "such turns cannot be skipped"
        case .endsBeforeItBegins(let time): "ends before it begins: \(time)"
        case .away(let person): "\(person) is away"
        case .withoutEffect(let change):
            "\(change) has no effect: a temporary schedule is in force"
        }
    }
}
