import APIModel
import Basics

/// What of an incident comes due, by itself or because somebody said so.
struct RoomDue {
    /// What.
    var words: String
    /// When.
    var at: Timestamp

    /// All of it, the earliest first.
    static func all(of room: RoomPage) -> [RoomDue] {
        guard room.isOpen else { return [] }
        let names = room.frame.names
        let work = room.detail.work.compactMap { item -> RoomDue? in
            guard item.state == "open", let due = item.due else { return nil }
            let words =
                switch item.kind {
                case "update": "update" + (item.audience.map { " to \($0)" } ?? "")
                case _: (item.owner.map { names.of($0) + ": " } ?? "") + item.text
                }
            return RoomDue(words: words, at: due)
        }
        let step = room.summary.nextDue.map { RoomDue(words: words(of: room.summary), at: $0) }
        return (work + [step].compactMap(\.self)).sorted { $0.at < $1.at }
    }

    private static func words(of summary: IncidentSummary) -> String {
        if summary.status != "acknowledged" { return "the next level is paged" }
        return summary.snoozedUntil == nil ? "looks again" : "pages again"
    }

    /// As the templates take it.
    func fields(now: Timestamp) -> Fields {
        let isLate = at.instant < now.instant
        return Fields {
            $0.set("words", words)
            $0.set("isLate", isLate)
            $0.set("time", isLate ? Words.age(at, now: now) : Words.countdown(at, now: now))
        }
    }
}
