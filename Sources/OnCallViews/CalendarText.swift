import Basics
import OnCall

/// Writes the lines of a calendar: CRLF, folded, escaped. *Source:* RFC 5545, sections 3.1, 3.3.
struct CalendarText {
    /// The most octets of a line, its end left out.
    static let lineOctetsMax = 75

    private(set) var text = ""

    /// Adds a line whose value is written as it is.
    mutating func add(_ name: String, _ value: String) {
        var octets = 0
        for character in "\(name):\(value)".unicodeScalars {
            let length = UTF8.width(character)
            if octets + length > Self.lineOctetsMax {
                text += "\r\n "
                octets = 1
            }
            text.unicodeScalars.append(character)
            octets += length
        }
        text += "\r\n"
    }

    /// Adds a line with a text for people.
    mutating func add(_ name: String, text: String) { add(name, Self.escaped(text)) }

    /// A text as the value of a TEXT property; control characters become spaces.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": result.append(contentsOf: "\\".unicodeScalars + [scalar])
            case "\n" where isAfterReturn: break
            case "\n", "\r": result.append(contentsOf: "\\n".unicodeScalars)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                result.append(" ")
            case _: result.append(scalar)
            }
            isAfterReturn = scalar == "\r"
        }
        return String(result)
    }

    /// `20260329T010000Z`.
    static func utc(_ instant: Instant) -> String {
        wall(instant.seconds) + "Z"
    }

    /// `20260329T010000`, of seconds since 1970-01-01 00:00 on the same clock.
    static func wall(_ second: Int64) -> String {
        let date = CivilDate(daysSinceEpoch: second.flooredDivision(by: 86_400))
        let clock = second.flooredModulo(by: 86_400)
        return "\(padded(date.year, width: 4))\(padded(date.month))\(padded(date.day))T"
            + padded(clock / 3_600) + padded(clock / 60 % 60) + padded(clock % 60)
    }

    /// `+0100`, `-0330`; seconds are written where there are any.
    static func offset(_ offset: Span) -> String {
        let seconds = abs(offset.seconds)
        let sign = offset < .zero ? "-" : "+"
        return sign + padded(seconds / 3_600) + padded(seconds / 60 % 60)
            + (seconds % 60 == 0 ? "" : padded(seconds % 60))
    }
}

/// The part of a calendar that says how the clocks of one zone run while its events last.
/// *Source:* RFC 5545, section 3.6.5.
struct CalendarZone {
    let name: String
    let rules: TimeZoneRules

    /// How far back the change of clocks is looked for that made the first offset: there is at
    /// least one a year where there are any.
    private static let lookBack = Span.hours(24 * 400)

    /// A moment in a property of this name: `;TZID=Europe/Berlin` and the local time; or in UTC
    /// where clocks show that time twice, for readers do not agree on which of them it means.
    func moment(_ property: String, _ instant: Instant) -> (name: String, value: String) {
        let local = rules.local(instant)
        if case .fold = rules.instants(of: local) {
            return (property, CalendarText.utc(instant))
        }
        let wall = local.date.daysSinceEpoch * 86_400 + local.secondOfDay
        return ("\(property);TZID=\(name)", CalendarText.wall(wall))
    }

    /// Adds the zone with the offsets that hold between two instants.
    func write(into text: inout CalendarText, from: Instant, to: Instant) {
        let clock = WallClock(rules)
        let earlier = clock.offsetChanges(from: from - Self.lookBack, to: from).last
        let later = clock.offsetChanges(from: from - .seconds(1), to: to + .seconds(1))
        text.add("BEGIN", "VTIMEZONE")
        text.add("TZID", name)
        if let earlier {
            write(earlier, into: &text)
        } else {
            let offset = rules.offset(at: from - .seconds(1))
            write(OffsetChange(at: .epoch - offset, before: offset, after: offset), into: &text)
        }
        for change in later where change.at != earlier?.at { write(change, into: &text) }
        text.add("END", "VTIMEZONE")
    }

    /// Clocks set forward begin daylight time, clocks set back end it: readers go by the offsets.
    private func write(_ change: OffsetChange, into text: inout CalendarText) {
        let kind = change.after > change.before ? "DAYLIGHT" : "STANDARD"
        text.add("BEGIN", kind)
        text.add("DTSTART", CalendarText.wall((change.at + change.before).seconds))
        text.add("TZOFFSETFROM", CalendarText.offset(change.before))
        text.add("TZOFFSETTO", CalendarText.offset(change.after))
        text.add("TZNAME", text: offsetWords(change.after).replacing("−", with: "-"))
        text.add("END", kind)
    }
}
