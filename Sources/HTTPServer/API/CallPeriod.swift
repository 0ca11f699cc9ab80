import APIModel
import Basics
import OnCallViews

/// The times in a query, each read with its own refusal.
extension Call {
    /// From `from` to `to`. *Errors:* a `Refusal` that names the field.
    func period() throws(Refusal) -> (from: Instant, to: Instant) {
        guard let from = try time("from") else {
            throw .missing("from", remedy: "Write it like 2026-12-24T03:00:00Z.")
        }
        guard let to = try time("to") else {
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
