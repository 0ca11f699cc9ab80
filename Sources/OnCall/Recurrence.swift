import Basics

/// Which day of the week within a month.
public enum MonthWeek: Int, CaseIterable, Hashable, Sendable {
    /// The first to the fourth, which every month has, and the last.
    case first = 1, second, third, fourth, last
}

/// Days that come again and again.
///
/// A small part of RFC 5545, section 3.3.10, with the same meaning there: `FREQ=WEEKLY` with
/// `INTERVAL` and `BYDAY`, weeks beginning on Monday; and `FREQ=MONTHLY` with `INTERVAL` and one
/// numbered `BYDAY`. The week, or month, of the anchor counts as the first.
public enum Recurrence: Hashable, Sendable {
    /// These days of every so many weeks, 1 to `weeksMax`.
    case weekly(every: Int, on: Weekdays)
    /// One such day of every so many months, 1 to `monthsMax`.
    case monthly(every: Int, MonthWeek, Weekday)

    /// The largest number of weeks between two.
    public static let weeksMax = 52
    /// The largest number of months between two.
    public static let monthsMax = 12

    /// What is wrong with it; `nil` if nothing is.
    public var problem: ShiftProblem? {
        switch self {
        case .weekly(let weeks, let days):
            if days.isDisjoint(with: .all) { return .noWeekdays }
            return (1...Self.weeksMax).contains(weeks) ? nil : .interval(weeks)
        case .monthly(let months, _, _):
            return (1...Self.monthsMax).contains(months) ? nil : .interval(months)
        }
    }
}

/// A recurrence without problems, counted from a day. All days are days since 1970-01-01.
struct RecurrenceClock: Sendable {
    private enum Rule {
        /// `base` is the Monday of the anchor's week; `days` from it, ascending.
        case weekly(weeks: Int64, base: Int64, days: [Int64])
        /// `base` is the anchor's month, counted from year 0.
        case monthly(months: Int64, base: Int64, week: MonthWeek, weekday: Int64)
    }

    private let rule: Rule
    /// How many of its days are at or before the anchor, counted from the base.
    private let passed: Int64

    init(_ recurrence: Recurrence, anchor: CivilDate) {
        let day = anchor.daysSinceEpoch
        switch recurrence {
        case .weekly(let weeks, let weekdays):
            // 1970-01-01 was a Thursday.
            let base = day - (day + 3).flooredModulo(by: 7)
            let days = (0..<7).filter { weekdays.contains(number: ($0 + 1) % 7) }
            rule = .weekly(weeks: Int64(weeks), base: base, days: days)
        case .monthly(let months, let week, let weekday):
            rule = .monthly(
                months: Int64(months), base: anchor.year * 12 + anchor.month - 1, week: week,
                weekday: Int64(weekday.rawValue))
        }
        passed = Self.count(upTo: day, rule)
    }

    /// After how many of its days the pattern of weekdays is the same again.
    var period: Int {
        switch rule {
        case .weekly(_, _, let days): days.count
        case .monthly: 1
        }
    }

    /// The longest way from one of its days to the next.
    var daysApartMax: Int64 {
        switch rule {
        case .weekly(let weeks, _, _): weeks * 7
        case .monthly(let months, _, _, _): months * 31 + 7
        }
    }

    /// How many of its days are later than the anchor and not later than a day; 0 before the
    /// anchor.
    func count(upTo day: Int64) -> Int64 { max(0, Self.count(upTo: day, rule) - passed) }

    /// The day of this number: 1 is the first one later than the anchor.
    func day(_ number: Int64) -> Int64 {
        let index = passed + number - 1
        switch rule {
        case .weekly(let weeks, let base, let days):
            let size = Int64(days.count)
            return base + index.flooredDivision(by: size) * weeks * 7
                + days[Int(index.flooredModulo(by: size))]
        case .monthly(let months, let base, let week, let weekday):
            return Self.day(ofMonth: base + index * months, week, weekday)
        }
    }

    /// Whether a day is one of its days, before the anchor too.
    func contains(_ day: Int64) -> Bool {
        Self.count(upTo: day, rule) > Self.count(upTo: day - 1, rule)
    }

    /// How many of its days from the base on are not later than a day; negative before the base.
    private static func count(upTo day: Int64, _ rule: Rule) -> Int64 {
        switch rule {
        case .weekly(let weeks, let base, let days):
            let size = weeks * 7
            let rest = (day - base).flooredModulo(by: size)
            return (day - base).flooredDivision(by: size) * Int64(days.count)
                + Int64(days.count { $0 <= rest })
        case .monthly(let months, let base, let week, let weekday):
            let date = CivilDate(daysSinceEpoch: day)
            let month = date.year * 12 + date.month - 1
            let turns = (month - base).flooredDivision(by: months)
            let last = Self.day(ofMonth: base + turns * months, week, weekday)
            return turns + (last <= day ? 1 : 0)
        }
    }

    private static func day(ofMonth month: Int64, _ week: MonthWeek, _ weekday: Int64) -> Int64 {
        let next = month + 1
        let ofWeek = week == .last ? next : month
        let first = CivilDate(
            year: ofWeek.flooredDivision(by: 12), month: ofWeek.flooredModulo(by: 12) + 1, day: 1
        ).daysSinceEpoch
        let ahead = (weekday - (first + 4)).flooredModulo(by: 7)
        return first + ahead + (week == .last ? -7 : Int64(week.rawValue - 1) * 7)
    }
}
