import Basics

/// The local days on which the turns of a rotation begin; turn 0 begins on the anchor. All days
/// are days since 1970-01-01.
struct TurnDays: Sendable {
    private enum Rule {
        /// Every so many days from the anchor on.
        case every(days: Int64)
        /// Every 7 days, so many days after the anchor for the first time.
        case weekly(first: Int64)
        case recurring(RecurrenceClock)
    }

    let anchor: Int64
    private let rule: Rule

    /// The days of a rotation without problems; of hours, days that nothing is asked about.
    init(_ rotation: Rotation) {
        anchor = rotation.anchor.daysSinceEpoch
        switch rotation.handoff {
        case .daily, .everyHours: rule = .every(days: 1)
        case .every(let days, _): rule = .every(days: Int64(days))
        case .weekly(let weekday, _):
            // From the anchor to the first such weekday after it: 1 to 7.
            let ahead = Int64(weekday.rawValue - rotation.anchor.weekday + 6).flooredModulo(by: 7)
            rule = .weekly(first: ahead + 1)
        case .recurring(let recurrence, _):
            rule = .recurring(RecurrenceClock(recurrence, anchor: rotation.anchor))
        }
    }

    /// The day on which a turn begins.
    func day(ofTurn number: Int64) -> Int64 {
        if number == 0 { return anchor }
        return switch rule {
        case .every(let days): anchor + number * days
        case .weekly(let first): anchor + first + (number - 1) * 7
        case .recurring(let clock): clock.day(number)
        }
    }

    /// The last turn that begins on a day or before; the first if there is none.
    func turn(on day: Int64) -> Int64 {
        let days = max(0, day - anchor)
        return switch rule {
        case .every(let length): days / length
        case .weekly(let first): days < first ? 0 : (days - first) / 7 + 1
        case .recurring(let clock): clock.count(upTo: day)
        }
    }

    /// After how many turns, from turn 1 on, they begin on the same days of the week again, or
    /// last so long that it makes no difference.
    var period: Int {
        switch rule {
        case .every: 7
        case .weekly: 1
        case .recurring(let clock): clock.period
        }
    }
}

/// Which turns of a rotation have duty: those in which a window begins.
///
/// Without holidays the pattern repeats with the days of the week, and holidays are a list: so the
/// number of such turns since the anchor needs no walk from the anchor.
struct ActiveTurns: Sendable {
    private let days: TurnDays
    private let handoff: SecondOfDay
    private let windows: [WindowClock]
    /// At index n how many of the turns 1 to n have duty, over one period.
    private let prefix: [Int64]
    /// The turns, from 1 on, that have none because of a holiday, ascending.
    private let lost: [Int64]

    init(_ days: TurnDays, handoff: SecondOfDay, windows: [WindowClock], holidays: [Int64]) {
        (self.days, self.handoff, self.windows) = (days, handoff, windows)
        var prefix: [Int64] = [0]
        for number in 1...Int64(days.period) {
            let hasDuty = Self.begins(in: number, days, handoff, windows) {
                $0.opens(onWeekdayOf: $1)
            }
            prefix.append(prefix[prefix.count - 1] + (hasDuty ? 1 : 0))
        }
        var lost: [Int64] = []
        for holiday in holidays {
            // A window of that day belongs to the turn of the day or of the day before.
            for number in days.turn(on: holiday - 1)...days.turn(on: holiday)
            where number > lost.last ?? 0 {
                let would = Self.begins(in: number, days, handoff, windows) {
                    $0.opens(onWeekdayOf: $1)
                }
                let does = Self.begins(in: number, days, handoff, windows) { $0.opens(on: $1) }
                if would, !does { lost.append(number) }
            }
        }
        (self.prefix, self.lost) = (prefix, lost)
    }

    /// How many turns in a row can have none.
    var inactiveMax: Int64 { 7 + Int64(lost.count) }

    /// Whether a turn has duty. Turn 0 always counts.
    func contains(_ number: Int64) -> Bool {
        number == 0 || Self.begins(in: number, days, handoff, windows) { $0.opens(on: $1) }
    }

    /// How many of the turns 1 to `number` have duty.
    func count(upTo number: Int64) -> Int64 {
        let period = Int64(prefix.count - 1)
        return number / period * prefix[prefix.count - 1] + prefix[Int(number % period)]
            - Int64(lost.count(upTo: number))
    }

    /// Whether a window begins in a turn.
    private static func begins(
        in number: Int64, _ days: TurnDays, _ handoff: SecondOfDay, _ windows: [WindowClock],
        opens: (WindowClock, Int64) -> Bool
    ) -> Bool {
        let turn = days.day(ofTurn: number)..<days.day(ofTurn: number + 1)
        return windows.contains { clock in
            // Before the time of the handoff, the day still belongs to the turn before.
            let shift: Int64 = clock.window.from < handoff ? 1 : 0
            return turn.contains { opens(clock, $0 + shift) }
        }
    }
}
