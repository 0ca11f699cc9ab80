import Basics
import OnCall

/// The forms in which configuration files write times; each answers `nil` for anything else.
enum TextForms {
    private static let units: [(suffix: String, span: Span)] = [
        ("d", .hours(24)), ("h", .hours(1)), ("m", .minutes(1)), ("s", .seconds(1)),
        ("ms", .milliseconds(1)),
    ]

    /// `5m`, `90s`, `1h30m`, `250ms`: whole numbers with units, the larger first, each at most
    /// once.
    static func span(_ text: String) -> Span? {
        var rest = Substring(text)
        var total = Span.zero
        var nextUnit = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            // Nine digits of days stay far below the range of 64 bits of microseconds.
            guard (1...9).contains(digits.count), let number = Int64(digits),
                let unit = units[nextUnit...].firstIndex(where: { $0.suffix == letters }),
                number <= Int64.max / 8 / units[unit].span.microseconds
            else { return nil }
            total += units[unit].span * number
            nextUnit = unit + 1
        }
        return nextUnit == 0 ? nil : total
    }

    /// `09:00` or `24:00`, in seconds after midnight.
    static func secondOfDay(_ text: some StringProtocol) -> SecondOfDay? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            let hour = digits(parts[0]), let minute = digits(parts[1]), minute < 60,
            hour * 60 + minute <= 24 * 60
        else { return nil }
        return hour * 3_600 + minute * 60
    }

    /// `09:00-17:00`; `22:00-06:00` ends on the next day.
    static func window(_ text: String) -> (from: SecondOfDay, to: SecondOfDay)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = secondOfDay(trimmed(parts[0])),
            let to = secondOfDay(trimmed(parts[1])), from < 86_400
        else { return nil }
        return (from, to)
    }

    /// `2026-01-05`, a date that the calendar has.
    static func date(_ text: String) -> CivilDate? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2]),
            year > 0, (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date ? date : nil
    }

    /// `2026-12-24 18:00`, a time that a clock on the wall could show.
    static func localTime(_ text: String) -> LocalTime? {
        let words = text.split(separator: " ")
        guard words.count == 2, let date = date(String(words[0])),
            let second = secondOfDay(words[1]), second < 86_400
        else { return nil }
        return LocalTime(date: date, secondOfDay: second)
    }

    /// `second tuesday` or `last fri`.
    static func dayOfMonth(_ text: String) -> (week: MonthWeek, weekday: Weekday)? {
        let words = text.lowercased().split(separator: " ")
        guard words.count == 2, let weekday = weekday(words[1]) else { return nil }
        return MonthWeek.allCases.first { name($0) == words[0] }.map { ($0, weekday) }
    }

    /// `2 weeks`, `1 week`: a number from 1 to `max` of some unit.
    static func count(_ text: String, of unit: String, max: Int) -> Int? {
        let words = text.lowercased().split(separator: " ")
        guard words.count == 2, words[1] == unit || words[1] == unit + "s",
            let count = digits(words[0]), (1...Int64(max)).contains(count)
        else { return nil }
        return Int(count)
    }

    /// The English name of a week of the month.
    static func name(_ week: MonthWeek) -> String {
        switch week {
        case .first: "first"
        case .second: "second"
        case .third: "third"
        case .fourth: "fourth"
        case .last: "last"
        }
    }

    /// `mon` or `monday`.
    static func weekday(_ text: some StringProtocol) -> Weekday? {
        let word = text.lowercased()
        return Weekday.allCases.first { word == name($0) || word == name($0).prefix(3) }
    }

    /// `mon-fri`, `sat, sun`, `fri-mon`, `all`.
    static func weekdays(_ text: String) -> Weekdays? {
        if text.lowercased() == "all" { return .all }
        var days: [Weekday] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { weekday(trimmed($0)) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else {
                return nil
            }
            let count = (last.rawValue - first.rawValue + 7) % 7
            for step in 0...count {
                if let day = Weekday(rawValue: (first.rawValue + step) % 7) { days.append(day) }
            }
        }
        return Weekdays(days)
    }

    /// The English name of a day, in lower case.
    static func name(_ day: Weekday) -> String {
        switch day {
        case .sunday: "sunday"
        case .monday: "monday"
        case .tuesday: "tuesday"
        case .wednesday: "wednesday"
        case .thursday: "thursday"
        case .friday: "friday"
        case .saturday: "saturday"
        }
    }

    /// A text without the blanks around it.
    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }

    private static func digits(_ text: some StringProtocol) -> Int64? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int64(text) : nil
    }
}
