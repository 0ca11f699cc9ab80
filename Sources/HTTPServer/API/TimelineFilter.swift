import APIModel
import Basics

/// Which entries of a timeline are asked for, and from where on.
///
/// A cursor counts entries from the begin of the timeline: what is in the log keeps its place for
/// ever, so going backwards from the newest finds every entry once while others are added.
struct TimelineFilter: Sendable {
    private var kinds: [String]?
    private var region: String?
    private var bounds: TimeBounds
    private var text: String?
    private var isNewestFirst: Bool
    private var limit: Int
    private var place: Int?

    /// The filter of a query. *Errors:* a `Refusal` that names the parameter.
    init(_ call: Call) throws(Refusal) {
        (kinds, region) = (call.list("kind"), call.text("region"))
        bounds = try TimeBounds(call)
        text = call.text("text")?.lowercased()
        switch call.text("order")?.lowercased() {
        case nil, "oldest": isNewestFirst = false
        case "newest": isNewestFirst = true
        case let odd?:
            throw .invalid(
                "order", "there is no order '\(odd.prefix(40))'", remedy: "Use oldest or newest.")
        }
        limit = try call.limit() ?? .max
        place = try call.cursor(.timeline, fields: 1).map { Int(clamping: $0[0]) }
    }

    /// The entries of a timeline that are wanted.
    func page(of whole: TimelineAnswer) -> TimelineAnswer {
        var page = whole
        page.entries = []
        let count = whole.entries.count
        let start = min(place ?? (isNewestFirst ? count : 0), count)
        let indices = isNewestFirst ? Array((0..<start).reversed()) : Array(start..<count)
        var last = start
        for index in indices where admits(whole.entries[index]) {
            if page.entries.count == limit {
                page.next = PageCursor(.timeline, [UInt64(last)]).text
                break
            }
            page.entries.append(whole.entries[index])
            last = isNewestFirst ? index : index + 1
        }
        return page
    }

    private func admits(_ entry: TimelineItem) -> Bool {
        if let kinds, !kinds.contains(entry.kind) { return false }
        if let region, entry.region != region { return false }
        guard bounds.admit(entry.at.instant) else { return false }
        guard let text else { return true }
        return entry.text.lowercased().contains(text)
    }
}
