package import APIModel
import Basics

/// The stretch of a schedule that a reader has pointed at, in the picture or in a list: what the form of an override
/// begins with. Nothing is changed by it.
package struct OnCallPick: Equatable, Sendable {
    /// The schedule.
    package var schedule: String
    /// The first instant.
    package var from: Timestamp
    /// The first instant after it.
    package var to: Timestamp
    /// Who is on call then, if that is one person.
    package var replaces: String?

    /// A stretch of a schedule. Where no end is given it is that of the duty, or of the gap, at its beginning;
    /// `nil` if there is no such schedule, or nothing there.
    package init?(schedule: String, start: Timestamp, end: Timestamp?, in timeline: OnCallTimeline)
    {
        guard let all = timeline.schedules.first(where: { $0.schedule == schedule }) else {
            return nil
        }
        self.schedule = schedule
        if let end {
            guard start < end else { return nil }
            (from, to) = (start, end)
        } else if let duty = all.duties.first(where: { $0.from <= start && start < $0.to }) {
            (from, to) = (duty.from, duty.to)
        } else if let gap = all.gaps.first(where: { $0.from <= start && start < $0.to }) {
            (from, to) = (gap.from, gap.to)
        } else {
            return nil
        }
        let (from, to) = (from, to)
        let people = Set(all.duties.filter { $0.from < to && $0.to > from }.map(\.person))
        replaces = people.count == 1 ? people.first : nil
    }

    /// The address of the page with this stretch in its form.
    static func address(
        _ period: OnCallPeriod, _ schedule: String, from: Timestamp, to: Timestamp
    ) -> String {
        "/oncall?\(period.query())&schedule=\(Query.encoded(schedule))"
            + "&start=\(field(from))&end=\(field(to))#change"
    }

    /// A time as a browser's field has it.
    static func field(_ time: Timestamp) -> String { String(time.description.prefix(16)) }
}
