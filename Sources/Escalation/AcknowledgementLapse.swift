public import Basics
public import IncidentModel
public import OnCall

/// When an incident that somebody has taken on is to be paged again, and why.
public struct AcknowledgementLapse: Equatable, Sendable {
    /// From when on nobody has it any more.
    public var at: Instant
    /// Who had it last.
    public var by: PersonID
    /// Whether their shift ends then; otherwise they had put it off until then.
    public var isEndOfShift: Bool
}

/// When the acknowledgements that cover an incident have all lapsed: each holds until the time it was given
/// for, or until the shift ends in which it was given; whoever takes an incident on shortly before their
/// shift begins has it for that shift. One that somebody gave who was not on call for the service holds
/// for good, and so does one for which nobody else comes on call. `nil` if one holds for good, or none
/// covers. *Source:* requirement D4; issue 5 point 7.
public func acknowledgementLapse(
    of incident: Incident, roster: Roster, book: OnCallBook
) -> AcknowledgementLapse? {
    var last: AcknowledgementLapse?
    let schedules = incident.schedules(in: roster)
    for record in incident.standingAcknowledgements {
        let given = record.acknowledgement
        let shiftEnd = endOfShift(
            of: given.by, at: record.time.instant, comingWithin: roster.command.overlap,
            in: schedules, book)
        let end = min(given.until ?? .distantFuture, shiftEnd ?? .distantFuture)
        guard end < .distantFuture else { return nil }
        if let known = last, (known.at, known.by.text) > (end, given.by.text) { continue }
        last = AcknowledgementLapse(
            at: end, by: given.by, isEndOfShift: given.until.map { shiftEnd ?? $0 < $0 } ?? true)
    }
    return last
}

/// How many stretches of one person in a row are looked through: who is on call for longer is so always.
private let stretchesMax = 32

/// When somebody else comes on call after a person who is so at a moment, or comes on call within a while of
/// it, in the schedule in which that is last; `nil` if the person is neither, or nobody ever comes after
/// them. Where nobody is on call for a while there is nobody to ask.
func endOfShift(
    of person: PersonID, at moment: Instant, comingWithin overlap: Span,
    in schedules: [ScheduleID], _ book: OnCallBook
) -> Instant? {
    var longest: Instant?
    for schedule in schedules {
        var cursor = moment
        var stretches = 0
        while let answer = book.people(of: schedule, at: cursor) {
            let isOnCall = answer.people.contains { $0.person == person }
            if isOnCall {
                stretches += 1
            } else if stretches > 0 {
                guard answer.people.isEmpty else { break }
            } else if answer.until - moment > overlap {
                break
            }
            guard stretches < stretchesMax, answer.until < .distantFuture, answer.until > cursor
            else { return nil }
            cursor = answer.until
        }
        if stretches > 0 { longest = max(longest ?? cursor, cursor) }
    }
    return longest
}
