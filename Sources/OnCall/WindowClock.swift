import Basics

/// One time that a window is open, in seconds since the epoch; half-open and not empty.
struct WindowOpening: Equatable, Sendable {
    var start: Int64
    var end: Int64
}

/// A window in a zone, closed on certain days.
struct WindowClock: Sendable {
    let window: DayWindow
    let rules: TimeZoneRules
    private let recurrence: RecurrenceClock?
    /// The local days on which it does not open, ascending.
    private let closed: [Int64]
    /// How many days ahead an opening is looked for: a week, or what its recurrence takes, and a
    /// week more in case the only day is the one that a move of the date line leaves out, and all
    /// the days on which it is closed.
    private let daysAheadMax: Int64

    init(window: DayWindow, rules: TimeZoneRules, closed: [Int64] = []) {
        (self.window, self.rules, self.closed) = (window, rules, closed)
        recurrence = window.days.map { RecurrenceClock($0.recurrence, anchor: $0.anchor) }
        let apart = recurrence?.daysApartMax ?? 7
        daysAheadMax = 2 * apart + 1 + apart * Int64(closed.count)
    }

    /// The opening that a second lies in: of several, the begin of the latest, the end of the
    /// longest.
    func opening(at second: Int64) -> WindowOpening? {
        let period = rules.period(at: second)
        let today = (second + period.offset).flooredDivision(by: secondsPerDay)
        var result: WindowOpening?
        // A window may last past midnight; clocks set back over midnight add a day either way.
        for day in today - 2...today + 1 {
            guard let opening = opening(on: day, near: period), opening.start <= second,
                second < opening.end
            else { continue }
            result = WindowOpening(
                start: max(opening.start, result?.start ?? opening.start),
                end: max(opening.end, result?.end ?? opening.end))
        }
        return result
    }

    /// When the window next begins, later than a second.
    func start(after second: Int64) -> Int64? {
        let period = rules.period(at: second)
        let today = (second + period.offset).flooredDivision(by: secondsPerDay)
        for day in today - 2...today + daysAheadMax {
            if let opening = opening(on: day, near: period), opening.start > second {
                return opening.start
            }
        }
        return nil
    }

    /// Whether it opens on a local day (days since 1970-01-01).
    func opens(on day: Int64) -> Bool { opens(onWeekdayOf: day) && !closed.has(day) }

    /// Whether it would open on a local day if no day were closed.
    func opens(onWeekdayOf day: Int64) -> Bool {
        window.weekdays.contains(number: (day + 4).flooredModulo(by: 7))
            && recurrence?.contains(day) ?? true
    }

    /// The opening that begins on a local day; `period` is that of a time not far away.
    private func opening(
        on day: Int64, near period: TimeZoneRules.Period
    ) -> WindowOpening? {
        guard opens(on: day) else { return nil }
        let lastDay = window.to <= window.from ? day + 1 : day
        let start = rules.resolve(wall: day * secondsPerDay + window.from, near: period).earliest
        let end = rules.resolve(wall: lastDay * secondsPerDay + window.to, near: period).latest
        return start < end ? WindowOpening(start: start, end: end) : nil
    }
}

/// The windows of one shift: open where any of them is. Never empty.
struct WindowsClock: Sendable {
    let windows: [WindowClock]

    func isOpen(at second: Int64) -> Bool { end(at: second) != nil }

    /// When one of them next begins, later than a second.
    func start(after second: Int64) -> Int64? {
        var first: Int64?
        for window in windows {
            guard let start = window.start(after: second) else { continue }
            first = min(start, first ?? start)
        }
        return first
    }

    /// Up to when one of them stays open from a second inside, through openings that meet.
    /// Nothing is looked for behind `limit`.
    func end(from second: Int64, limit: Int64) -> Int64 {
        var end = second
        while end < limit, let next = self.end(at: end) { end = next }
        return end
    }

    /// When the opening that a second lies in ends: of several, the last.
    private func end(at second: Int64) -> Int64? {
        var last: Int64?
        for window in windows {
            guard let end = window.opening(at: second)?.end else { continue }
            last = max(end, last ?? end)
        }
        return last
    }
}
