import Basics

/// The yearly rule behind the table of a zone file: a standard offset and, maybe, daylight saving
/// between two edges of every year. *Source:* POSIX `TZ`, with the extensions of RFC 9636, 3.3.1.
struct PosixRule: Equatable, Sendable {
    /// How a rule names a day of the year.
    enum Day: Equatable, Sendable {
        /// 1 to 365; 29 February is never counted.
        case julian(Int64)
        /// 0 to 365; 29 February is counted.
        case zeroBased(Int64)
        /// The `week`th (5: last) `weekday` (0: Sunday) of a month.
        case monthly(month: Int64, week: Int64, weekday: Int64)
    }

    /// A day, and seconds on the clock since its midnight, -167 h to 167 h.
    struct Edge: Equatable, Sendable {
        var day: Day
        var second: Int64
    }

    /// Daylight saving: its UTC offset in seconds, its first and its last moment. The start is
    /// written in standard time, the end in daylight time.
    struct Daylight: Equatable, Sendable {
        var offset: Int64
        var start: Edge
        var end: Edge
    }

    /// The UTC offset in seconds outside daylight saving.
    var standardOffset: Int64
    /// `nil` if clocks never change.
    var daylight: Daylight?

    /// The stretch of one offset around a second.
    ///
    /// Looks two years either way: an edge may lie up to a week outside its year. Where daylight
    /// saving ends and starts at the same moment, it lasts all year (RFC 9636, 3.3.1).
    func period(at second: Int64) -> TimeZoneRules.Period {
        var period = TimeZoneRules.Period(start: .min, end: .max, offset: standardOffset)
        guard let daylight else { return period }
        let day = (second + standardOffset).flooredDivision(by: secondsPerDay)
        let year = CivilDate(daysSinceEpoch: day).year
        for candidate in year - 2...year + 2 {
            let end = daylight.end.wallSecond(in: candidate) - daylight.offset
            let start = daylight.start.wallSecond(in: candidate) - standardOffset
            if end > second {
                period.end = min(period.end, end)
            } else if end > period.start {
                (period.start, period.offset) = (end, standardOffset)
            }
            if start > second {
                period.end = min(period.end, start)
            } else if start >= period.start {
                (period.start, period.offset) = (start, daylight.offset)
            }
        }
        return period
    }
}

extension PosixRule.Edge {
    /// Seconds since 1970-01-01 00:00 on the clocks that the edge is written in.
    fileprivate func wallSecond(in year: Int64) -> Int64 {
        day.daysSinceEpoch(in: year) * secondsPerDay + second
    }
}

extension PosixRule.Day {
    fileprivate func daysSinceEpoch(in year: Int64) -> Int64 {
        let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
        switch self {
        case .julian(let number):
            let leapDay = CivilDate(year: year, month: 3, day: 1).daysSinceEpoch - newYear - 59
            return newYear + number - 1 + (number >= 60 ? leapDay : 0)
        case .zeroBased(let number):
            return newYear + number
        case .monthly(let month, let week, let weekday):
            let first = CivilDate(year: year, month: month, day: 1)
            let next =
                month == 12
                ? CivilDate(year: year + 1, month: 1, day: 1)
                : CivilDate(year: year, month: month + 1, day: 1)
            let skip = (weekday - Int64(first.weekday)).flooredModulo(by: 7)
            let day = first.daysSinceEpoch + skip + (week - 1) * 7
            return day < next.daysSinceEpoch ? day : day - 7
        }
    }
}
