import Basics
import Escalation

extension RosterReader {
    /// `{remind: 1h, start: true, end: true}`: what people are told about their shifts. `false` only if a
    /// problem was reported.
    func readShiftNotices(into roster: inout Roster) -> Bool {
        guard section.has("shiftNotices") else { return true }
        guard let field = section.optional("shiftNotices"),
            let section = Section(field, keys: ["remind", "start", "end"])
        else { return false }
        var timings = ShiftNoticeTimings()
        if section.has("remind") {
            guard let span = section.optional("remind")?.span(in: .zero ... .hours(48)) else {
                return false
            }
            timings.reminder = span
        }
        for (key, path) in [
            ("start", \ShiftNoticeTimings.start), ("end", \ShiftNoticeTimings.end),
        ] where section.has(key) {
            guard let flag = section.optional(key)?.flag() else { return false }
            timings[keyPath: path] = flag
        }
        roster.shiftNotices = timings
        return true
    }

    /// `{offer: {sev1: 3m}, remind: 1h, limit: 3h, overlap: 15m}`: the clocks of command.
    func command() -> CommandTimings? {
        var timings = CommandTimings()
        guard section.has("command") else { return timings }
        guard let field = section.optional("command"),
            let section = Section(field, keys: ["offer", "remind", "limit", "overlap"])
        else { return nil }
        var isGood = true
        func span(
            _ key: String, _ range: ClosedRange<Span>, _ path: WritableKeyPath<CommandTimings, Span>
        ) {
            guard section.has(key) else { return }
            guard let span = section.optional(key)?.span(in: range) else { return isGood = false }
            timings[keyPath: path] = span
        }
        span("remind", .minutes(5) ... .hours(24), \.reminder)
        span("limit", .minutes(5) ... .hours(72), \.limit)
        span("overlap", .zero ... .hours(4), \.overlap)
        if section.has("offer") {
            guard let offer = section.optional("offer"),
                let section = Section(offer, keys: Self.severityKeys)
            else { return nil }
            for (index, key) in Self.severityKeys.enumerated() where section.has(key) {
                guard let span = section.optional(key)?.span(in: .seconds(30) ... .hours(4)) else {
                    isGood = false
                    continue
                }
                timings.offerPatience[index] = span
            }
        }
        if isGood, timings.limit < timings.reminder {
            field.report(
                .contradiction, "somebody has to hand over before the first reminder",
                remedy: "make `limit` longer than `remind`")
            isGood = false
        }
        return isGood ? timings : nil
    }
}
