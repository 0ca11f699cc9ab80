package import APIModel
package import Basics
package import Escalation
import HTTPTypes
import Logging
package import OnCall
import OnCallViews
import Paging

/// Who is on call from when to when.
struct TimelineRoutes: Sendable {
    private let node: any NodeService

    init(node: any NodeService) { self.node = node }

    /// The table.
    var endpoints: [Endpoint] {
        [Endpoint(.get, APIPath.timeline, access: .token(.read), level: .debug, serve: timeline)]
    }

    private func timeline(_ call: Call) async throws(Refusal) -> Answer {
        let (from, to) = try call.period()
        return .json(
            OnCallTimeline(
                of: await node.roster(), book: await node.onCallBook(), from: from, to: to,
                answeredBy: node.region.text))
    }
}

extension OnCallTimeline {
    /// What a roster and its book say of a time; `region` is who answers, or empty.
    package init(
        of roster: Roster, book: OnCallBook, from: Instant, to: Instant,
        answeredBy region: String
    ) {
        self.init(
            region: region, rosterVersion: roster.version, tzVersion: book.tzVersion,
            from: Timestamp(from),
            to: Timestamp(to),
            regions: roster.regions.map { region in
                TimelineRegion(
                    name: region.name.text, zone: region.zone, dayFromSeconds: region.day.from,
                    dayToSeconds: region.day.to,
                    weekdays: Weekday.allCases.map(\.rawValue).filter {
                        region.day.weekdays.rawValue >> UInt8($0) & 1 == 1
                    })
            },
            people: roster.people.map { TimelinePerson(person: $0.id.text, name: $0.name) },
            schedules: roster.schedules.map { schedule in
                TimelineSchedule(ScheduleView(schedule, in: book, from: from, to: to))
            })
    }
}

extension TimelineSchedule {
    /// A schedule's duties and gaps as the API writes them.
    fileprivate init(_ view: ScheduleView) {
        self.init(
            schedule: view.id.text, name: view.name,
            duties: view.duties.map { duty in
                TimelineDuty(
                    person: duty.person.text, region: duty.region.text,
                    from: Timestamp(duty.from), to: Timestamp(duty.to), standsIn: duty.isStandIn)
            },
            gaps: view.gaps.map { TimelineGap(from: Timestamp($0.from), to: Timestamp($0.to)) })
    }
}
