import APIModel
import Basics

/// Which part of a list is asked for: at most so many rows, behind a place in its order. The same for every
/// list but the timeline, which counts. *Source:* docs/decisions/0020, cursors.
struct ListPage: Sendable {
    private let kind: PageCursor.Kind
    private let limit: Int
    private let after: [UInt64]?

    /// The part that a query asks for. `fields` is how many numbers a place has; `nil` if it varies.
    /// *Errors:* a `Refusal` that names the parameter.
    init(_ call: Call, _ kind: PageCursor.Kind, fields: Int?) throws(Refusal) {
        self.kind = kind
        limit = try call.limit() ?? .max
        after = try call.cursor(kind, fields: fields)
    }

    /// Whether the list is read from its beginning.
    var isFirst: Bool { after == nil }

    /// The rows of that part, in the order of their places, and the cursor for what comes after them;
    /// `nil` at the list's end.
    func of<Row>(_ rows: [(place: [UInt64], row: Row)]) -> (rows: [Row], next: String?) {
        let wanted = rows.filter { row in after?.lexicographicallyPrecedes(row.place) ?? true }
            .sorted { $0.place.lexicographicallyPrecedes($1.place) }
        let page = wanted.prefix(limit)
        let next = wanted.count > page.count ? page.last?.place : nil
        return (page.map(\.row), next.map { PageCursor(kind, $0).text })
    }

    /// A place by a name: its bytes, eight to a number, so that numbers stand in the order of names.
    static func place(named name: String) -> [UInt64] {
        let bytes = Array(name.utf8)
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            (0..<8).reduce(0) { number, offset in
                let position = start + offset
                return number << 8 | (position < bytes.count ? UInt64(bytes[position]) : 0)
            }
        }
    }
}

/// The time that a list is narrowed to: `since` and `until`.
struct TimeBounds: Sendable {
    private let since: Instant?
    private let until: Instant?

    /// The bounds of a query. *Errors:* a `Refusal` that names the parameter.
    init(_ call: Call) throws(Refusal) {
        (since, until) = (try call.time("since"), try call.time("until"))
    }

    /// Whether an instant lies within them; `until` itself does not.
    func admit(_ instant: Instant) -> Bool {
        if let since, instant < since { return false }
        if let until, instant >= until { return false }
        return true
    }
}

extension Call {
    /// Words of the query, several with commas; `nil` if it is not there. *Errors:* a `Refusal` that
    /// names the parameter, if one is none of `known`.
    func words(_ name: String, of known: [String]) throws(Refusal) -> [String]? {
        guard let words = list(name)?.map({ $0.lowercased() }) else { return nil }
        if let odd = words.first(where: { !known.contains($0) }) {
            throw .invalid(
                name, "there is no \(name) '\(odd.prefix(40))'",
                remedy: "Use \(known.joined(separator: ", ")); several with commas.")
        }
        return words
    }
}
