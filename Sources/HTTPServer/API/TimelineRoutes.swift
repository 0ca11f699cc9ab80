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
                answeredBy: node.region.text, withLayers: try call.flag("layers")))
    }
}

extension OnCallTimeline {
    /// What a roster and its book say of a time; `region` is who answers, or empty.
    package init(
        of roster: Roster, book: OnCallBook, from: Instant, to: Instant,
        answeredBy region: String, withLayers: Bool = false
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
                var timeline = TimelineSchedule(
                    ScheduleView(schedule, in: book, from: from, to: to))
                if withLayers {
                    timeline.layers = TimelineLayer.all(of: schedule, in: book, from: from, to: to)
                }
                return timeline
            })
    }
}

extension TimelineSchedule {
    /// A schedule's duties and gaps as the API writes them.
    fileprivate init(_ view: ScheduleView) {
        self.init(
            schedule: view.id.text, name: view.name, duties: view.duties.map(TimelineDuty.init),
            gaps: view.gaps.map { TimelineGap(from: Timestamp($0.from), to: Timestamp($0.to)) })
    }
}

extension TimelineDuty {
    fileprivate init(_ duty: Duty) {
        self.init(
            person: duty.person.text, region: duty.region.text, from: Timestamp(duty.from),
            to: Timestamp(duty.to), standsIn: duty.isStandIn)
    }
}

extension TimelineLayer {
    /// The layers of a schedule, the highest first; `nil` where one shift alone makes the duties.
    fileprivate static func all(
        of schedule: Schedule, in book: OnCallBook, from: Instant, to: Instant
    ) -> [TimelineLayer]? {
        var layers: [TimelineLayer] = []
        let changed = book.shifts(of: schedule.id, from: from, to: to).map { interval in
            var interval = interval
            interval.people.removeAll { $0.reason != .override && $0.reason != .swap }
            return interval
        }
        let changes = ScheduleView(id: schedule.id, name: "", intervals: changed).duties
        if !changes.isEmpty {
            layers.append(TimelineLayer(name: "changes", duties: changes.map(TimelineDuty.init)))
        }
        for (number, shift) in schedule.shifts.enumerated() {
            let id = ScheduleID("\(schedule.id.text) \(number)")
            let alone = Schedule(id: id, name: "", shifts: [shift], fallback: .nobody)
            let view = ScheduleView(alone, in: book.alone(shift, as: id), from: from, to: to)
            layers.append(
                TimelineLayer(name: shift.region.text, duties: view.duties.map(TimelineDuty.init)))
        }
        return layers.count > 1 ? layers : nil
    }
}
