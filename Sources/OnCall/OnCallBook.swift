public import Basics

/// The schedules of one roster with the rules of their zones worked out once, for whoever asks often:
/// it answers what `onCall` and `shifts` answer.
public struct OnCallBook: Sendable {
    private let clocks: [(id: ScheduleID, clock: ScheduleClock)]

    /// The schedules of a roster in their zones.
    public init(_ schedules: [Schedule], zones: TimeZones) {
        clocks = schedules.map { ($0.id, ScheduleClock($0, zones: zones)) }
    }

    /// Who is on call at an instant, and until when that holds; `nil` if there is no such schedule.
    public func people(
        of schedule: ScheduleID, at instant: Instant
    ) -> (people: [OnCallPerson], until: Instant)? {
        guard let clock = clock(of: schedule) else { return nil }
        let segment = clock.segment(at: instant.seconds)
        return (segment.people, .saturating(seconds: segment.end))
    }

    /// Who is on call between two instants, as `shifts` tells it.
    public func shifts(of schedule: ScheduleID, from: Instant, to: Instant) -> [ShiftInterval] {
        clock(of: schedule)?.intervals(from: from, to: to) ?? []
    }

    private func clock(of schedule: ScheduleID) -> ScheduleClock? {
        clocks.first { $0.id == schedule }?.clock
    }
}
