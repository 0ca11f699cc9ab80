import APIModel
import Basics
import Foundation
import IncidentModel

/// What a query may say, each read with its own refusal.
extension Call {
    /// A text of the query; `nil` if it is not there or blank.
    func text(_ name: String) -> String? {
        query(name).flatMap { $0.isBlank ? nil : $0.trimmed }
    }

    /// A list of the query, `a,b`; `nil` if it is not there or blank.
    func list(_ name: String) -> [String]? {
        text(name).map { $0.split(separator: ",").map { String($0).trimmed } }
    }

    /// A truth value of the query, `false` if it is not there.
    /// *Errors:* a `Refusal` that names it.
    func flag(_ name: String) throws(Refusal) -> Bool {
        switch query(name)?.lowercased() {
        case nil, "false", "0", "no": return false
        case "true", "1", "yes", "": return true
        case _:
            throw .invalid(
                name, "'\(name)' is neither true nor false", remedy: "Use ?\(name)=true.")
        }
    }

    /// A time of the query. *Errors:* a `Refusal` that names it.
    func time(_ name: String) throws(Refusal) -> Instant? {
        guard let text = text(name) else { return nil }
        // A plus sign that is not escaped arrives as a space, or as itself. Times of other centuries are
        // no use, and sums with them overflow.
        guard let timestamp = Timestamp(text: text),
            (0...253_402_300_799).contains(timestamp.instant.seconds)
        else {
            throw .invalid(
                name, "'\(text.prefix(40))' is not a time with an offset",
                remedy: "Write it like 2026-12-24T03:00:00Z.")
        }
        return timestamp.instant
    }

    /// Severities of the query. *Errors:* a `Refusal` that names the parameter.
    func severities(_ name: String) throws(Refusal) -> [Severity]? {
        guard let list = list(name) else { return nil }
        var severities: [Severity] = []
        for text in list {
            guard let severity = Severity(named: text) else {
                throw .invalid(
                    name, "there is no severity '\(text.prefix(40))'", remedy: "Use SEV1 to SEV5.")
            }
            severities.append(severity)
        }
        return severities
    }

    /// The most rows that one answer is asked for; `nil` for all there are.
    /// *Errors:* a `Refusal` that names it.
    func limit() throws(Refusal) -> Int? {
        guard let text = text("limit") else { return nil }
        guard let limit = Int(text), (1...Limits.pageRowsMax).contains(limit) else {
            throw .invalid(
                "limit", "'\(text.prefix(40))' is no number of rows",
                remedy: "Use 1 to \(Limits.pageRowsMax).")
        }
        return limit
    }

    /// The numbers in the cursor of the query, `fields` of them if that is given. *Errors:* a `Refusal` that names it, if the cursor is
    /// none of these.
    func cursor(_ kind: PageCursor.Kind, fields: Int?) throws(Refusal) -> [UInt64]? {
        guard let text = text("cursor") else { return nil }
        guard let cursor = PageCursor(text: text), cursor.kind == kind,
            fields.map({ $0 == cursor.numbers.count }) ?? !cursor.numbers.isEmpty
        else {
            throw .invalid(
                "cursor", "'\(text.prefix(40))' is no cursor of such a list",
                remedy: "Send what the answer before gave in `next`, or none to begin anew.")
        }
        return cursor.numbers
    }
}

/// Where a list goes on: opaque to clients, and the same at every region.
struct PageCursor: Equatable, Sendable {
    /// Of which list.
    enum Kind: String, Sendable {
        /// Incidents.
        case incidents = "i"
        /// A timeline.
        case timeline = "t"
        /// Pages.
        case pages = "p"
        /// Conflicts.
        case conflicts = "c"
        /// Offers of command.
        case handoffs = "h"
        /// Facts that are in no log yet.
        case facts = "f"
        /// Runbooks.
        case runbooks = "r"
    }

    /// Of which list.
    var kind: Kind
    /// What says where: the row's place in the list's order.
    var numbers: [UInt64]

    init(_ kind: Kind, _ numbers: [UInt64]) { (self.kind, self.numbers) = (kind, numbers) }

    /// The cursor of a text; `nil` if it is none.
    init?(text: String) {
        var parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard !parts.isEmpty, let kind = Kind(rawValue: String(parts.removeFirst())) else {
            return nil
        }
        let numbers = parts.compactMap { part in
            part.allSatisfy { $0.isHexDigit && $0.isASCII } ? UInt64(part, radix: 16) : nil
        }
        guard numbers.count == parts.count else { return nil }
        (self.kind, self.numbers) = (kind, numbers)
    }

    /// The cursor as a text.
    var text: String {
        ([kind.rawValue] + numbers.map { String($0, radix: 16) }).joined(separator: ".")
    }
}
