import APIModel
import Basics
import OnCallViews

/// The times in a query, each read with its own refusal.
extension Call {
    /// A time that may be there. *Errors:* a `Refusal` that names it.
    func optionalInstant(_ name: String) throws(Refusal) -> Instant? {
        guard let text = query(name), !text.isBlank else { return nil }
        guard let timestamp = Timestamp(text: text.trimmed),
            // Times of other centuries are no use, and sums with them overflow.
            (0...253_402_300_799).contains(timestamp.instant.seconds)
        else {
            throw .invalid(
                name, "'\(text.prefix(40))' is not a time with an offset",
                remedy: "Write it like 2026-12-24T03:00:00Z.")
        }
        return timestamp.instant
    }

    /// From `from` to `to`. *Errors:* a `Refusal` that names the field.
    func period() throws(Refusal) -> (from: Instant, to: Instant) {
        guard let from = try optionalInstant("from") else {
            throw .missing("from", remedy: "Write it like 2026-12-24T03:00:00Z.")
        }
        guard let to = try optionalInstant("to") else {
            throw .missing("to", remedy: "Write it like 2026-12-31T03:00:00Z.")
        }
        // The work grows with it. A day more than a picture shows, for days are not all of one
        // length.
        guard from < to, to - from <= .hours(24 * Int64(OnCallChart.daysMax + 1)) else {
            throw .invalid(
                "to", "it has to be later than 'from', by \(OnCallChart.daysMax) days at most",
                remedy: "Ask for less at once.")
        }
        return (from, to)
    }
}
