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
        let at = try call.time("at")
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
                rosterVersion: roster.version, tzVersion: await node.zones().version,
                schedules: schedules))
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
        var findings = onCall.answer.vacancy.map { ["nobody is on call: \($0.words)"] } ?? []
        findings += onCall.answer.findings.map { "\($0.region): \($0.problem.words)" }
        return OnCallSchedule(
            schedule: onCall.schedule.text,
            name: roster.schedule(onCall.schedule)?.name ?? onCall.schedule.text,
            services: roster.services.filter { users.contains($0.policy) }.map(\.id.text),
            people: onCall.answer.people.map { OnCallPersonSummary($0, roster: roster) },
            next: next.flatMap { successor in
                successor.people.first.map {
                    OnCallPersonSummary($0, from: successor.at, roster: roster)
                }
            },
            finding: findings.isEmpty ? nil : findings.joined(separator: "; "))
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
                        openIncidents: open.count { $0.incident.service == service.id },
                        playbooks: service.playbooks.isEmpty ? nil : service.playbooks,
                        dependencies: service.dependencies.isEmpty
                            ? nil : service.dependencies.map(\.text),
                        moreRunbooks: service.moreRunbooks.isEmpty ? nil : service.moreRunbooks,
                        team: service.team?.text, tier: service.tier.map(Int.init))
                }))
    }
}
