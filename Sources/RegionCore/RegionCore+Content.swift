import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging
import Replication

/// What pages say, and the order in which regions take their turns.
extension RegionCore {
    func content(
        of plan: EscalationPlan, for person: PersonID, _ group: GroupID, _ view: Incident,
        at now: Instant
    ) -> PageContent {
        let firing = view.firingAlerts
        let service = roster.service(view.service)
        if plan.position == .shiftNotice { return shiftContent(of: plan, group, at: now) }
        return PageContent(
            group: group, generation: view.generation, previousEnd: view.previousEnd,
            run: view.run.number, title: view.title, severity: view.severity, service: view.service,
            openedAt: view.openedAt.instant,
            alerts: firing.prefix(5).map(\.instance.summary), firingCount: firing.count,
            link: firing.map(\.instance.link).first { !$0.isEmpty } ?? "",
            runbook: service?.runbook ?? "",
            step: plan.position.words + (plan.moved.isEmpty ? "" : " " + plan.moved)
                + (plan.notice.isEmpty ? "" : ": " + plan.noticeSubject),
            alsoPaged: plan.people.filter { $0 != person }, region: me.name,
            otherRegion: otherRegion, isolation: isolation(at: now), isDrill: view.isDrill,
            notice: plan.notice, offersCommand: plan.offersCommand)
    }

    /// What is told about a shift: no incident, and nothing to answer.
    private func shiftContent(
        of plan: EscalationPlan, _ group: GroupID, at now: Instant
    ) -> PageContent {
        PageContent(
            group: group, generation: 0, previousEnd: .zero, run: 0, title: plan.notice,
            severity: .sev5, service: "on call", openedAt: plan.stepDue, alerts: [],
            firingCount: 0, link: "", runbook: "", step: plan.noticeSubject, alsoPaged: [],
            region: me.name, otherRegion: nil, isolation: isolation(at: now), isDrill: false,
            notice: plan.notice)
    }

    /// The region whose link a page carries besides this one's: the first that is reachable, or
    /// else any.
    private var otherRegion: RegionName? {
        let others = replica.preference.compactMap { id in
            config.members.first { $0.id == id && $0.id != me.id && $0.role == .region }
        }
        return (others.first { replica.isFresh($0.id) } ?? others.first)?.name
    }

    /// `eu and us cannot be reached from ap since 02:14 UTC`, or empty.
    private func isolation(at now: Instant) -> String {
        let lost = peers.filter { $0.role == .region && !replica.isFresh($0.id) }
        guard let last = lost.last?.name.text else { return "" }
        let others = lost.dropLast().map(\.name.text).joined(separator: ", ")
        let names = lost.count == 1 ? last : others + " and " + last
        let since = lost.compactMap { one in lostSince.first { $0.member == one.id }?.since }.min()
        return "\(names) cannot be reached from \(me.name.text) since \((since ?? now).minuteUTC)"
    }

    /// Puts the regions into the order in which they should lead and page: those whose day it is
    /// first. Waiting times depend on it: each region works it out when a minute of its clock begins, as the days
    /// do, for where two have different orders both may page at once (seed 279410).
    mutating func orderByDaylight(at now: Instant) {
        let minute = now.microseconds.flooredDivision(by: Span.minutes(1).microseconds)
        guard minute != daylightMinute else { return }
        daylightMinute = minute
        let regions = roster.regions.map {
            WorkingRegion(name: $0.name, zone: $0.zone, window: $0.day)
        }
        let names = dayRegions(regions, zones: zones, at: now)
        var order = names.compactMap { name in
            config.members.first { $0.name == name && $0.role == .region }?.id
        }
        for member in config.members where member.role == .region && !order.contains(member.id) {
            order.append(member.id)
        }
        for member in config.members where member.role == .witness { order.append(member.id) }
        replica.preference = order
    }
}
