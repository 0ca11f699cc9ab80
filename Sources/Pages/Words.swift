import APIModel
import Basics

/// Times, severities and states, as the pages write them.
enum Words {
    /// `<time>` with the minute of the day, and the day where it is not today. The script adds the
    /// reader's own clock.
    static func clock(_ time: Timestamp, now: Timestamp) -> HTML {
        let minute = time.description.dropFirst(11).prefix(5)
        return element(time, day(time, now: now) + minute, counting: "")
    }

    /// The same with seconds: for timelines, where order within a minute matters.
    static func exact(_ time: Timestamp, now: Timestamp) -> HTML {
        let second = time.description.dropFirst(11).prefix(8)
        return element(time, day(time, now: now) + second, counting: "")
    }

    /// Nothing for today, `Fri 27 Nov ` for other days, with the year for those of another one.
    private static func day(_ time: Timestamp, now: Timestamp) -> String {
        let days = [time, now].map {
            CivilDate(daysSinceEpoch: $0.instant.seconds.flooredDivision(by: 86_400))
        }
        let (date, today) = (days[0], days[1])
        if date == today { return "" }
        let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][Int(date.month) - 1]
        let year = date.year == today.year ? "" : " \(date.year)"
        return "\(weekday) \(date.day) \(month)\(year) "
    }

    /// How long ago, which the script keeps counting.
    static func age(_ time: Timestamp, now: Timestamp) -> HTML {
        element(time, span(now.instant - time.instant), counting: "up")
    }

    /// How long until then, which the script keeps counting.
    static func countdown(_ time: Timestamp, now: Timestamp) -> HTML {
        element(time, span(time.instant - now.instant), counting: "down")
    }

    private static func element(_ time: Timestamp, _ words: String, counting: String) -> HTML {
        let count = counting.isEmpty ? "" : " data-count=\"\(counting)\""
        let exact = HTML(text: time.description)
        return HTML(
            trusted:
                "<time datetime=\"\(exact)\"\(count)>\(HTML(text: words))</time>"
        )
    }

    /// `40 s`, `14 min`, `2 h 5 min`, `3 d 4 h`; a negative one is none.
    static func span(_ span: Span) -> String { span.words }

    /// The class by which a severity is coloured: `s1` to `s5`.
    static func style(ofSeverity severity: String) -> String {
        guard let digit = severity.last, ("1"..."5").contains(digit) else { return "s5" }
        return "s\(digit)"
    }

    /// A severity as a label: the word is always there, the colour only helps.
    static func severity(_ severity: String) -> HTML {
        HTML(
            trusted:
                "<span class=\"sev \(style(ofSeverity: severity))\">\(HTML(text: severity))</span>")
    }

    /// `1 alert`, `2 alerts`.
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many ?? one + "s")"
    }
}

/// Names for ids.
struct Names {
    private let byID: [String: String]

    init(_ people: [TimelinePerson]) {
        byID = Dictionary(people.map { ($0.person, $0.name) }) { first, _ in first }
    }

    /// What a person is called; the id where the roster has nobody of it.
    func of(_ person: String) -> String { byID[person] ?? person }

    /// The same of several, with commas.
    func of(_ people: [String]) -> String { people.map(of).joined(separator: ", ") }
}
