import APIModel

/// What a list of incidents shows: the query of its address, so that a view can be kept as a bookmark.
package struct IncidentsQuery: Equatable, Sendable {
    /// `open`, `all`, or one of the API's words for a status.
    package var status: String
    /// `SEV1` to `SEV5`; or empty.
    package var severity: String
    /// The id of a service; or empty.
    package var service: String
    /// The owner region; or empty.
    package var region: String
    /// Whose: the id of a person; or empty.
    package var person: String
    /// A part of the title or id; or empty.
    package var text: String
    /// How many incidents come before the first that is shown.
    package var skip: Int

    /// What a page shows at once.
    static let pageLength = 50

    /// A filter; `query` gives the parameters of the address.
    package init(query: (String) -> String?) {
        func value(_ name: String) -> String { String((query(name) ?? "").prefix(120)) }
        let status = value("status")
        self.status = Self.statuses.contains { $0.value == status } ? status : "open"
        (severity, service, region) = (value("severity"), value("service"), value("region"))
        (person, text) = (value("person"), value("text"))
        skip = max(0, min(1_000_000, Int(value("skip")) ?? 0))
    }

    static let statuses = [
        (value: "open", label: "Open"), (value: "triggered", label: "Nobody has it"),
        (value: "acknowledged", label: "Acknowledged"), (value: "resolved", label: "Resolved"),
        (value: "all", label: "All"),
    ]

    /// Whether resolved incidents have to be asked for.
    package var needsResolved: Bool { status == "resolved" || status == "all" }

    func admits(_ incident: IncidentSummary) -> Bool {
        let isOpen = incident.status == "triggered" || incident.status == "acknowledged"
        let hasStatus: Bool =
            switch status {
            case "open": isOpen
            case "all": true
            case _: incident.status == status
            }
        let words = text.lowercased()
        return hasStatus && (severity.isEmpty || incident.severity == severity)
            && (service.isEmpty || incident.service == service)
            && (region.isEmpty || incident.label.owner == region)
            && (person.isEmpty || incident.acknowledgedBy == person)
            && (text.isEmpty || incident.title.lowercased().contains(words)
                || incident.id.hasPrefix(words))
    }

    /// Whether it narrows anything.
    var narrows: Bool {
        !(severity.isEmpty && service.isEmpty && region.isEmpty && person.isEmpty && text.isEmpty)
    }

    /// The query of an address, from another row on.
    func query(skip: Int) -> String {
        var pairs = [("status", status)]
        for (name, value) in [
            ("severity", severity), ("service", service), ("region", region), ("person", person),
            ("text", text),
        ] where !value.isEmpty {
            pairs.append((name, value))
        }
        if skip > 0 { pairs.append(("skip", "\(skip)")) }
        return pairs.map { "\($0)=\(Query.encoded($1))" }.joined(separator: "&")
    }
}

/// Values of an address's query.
package enum Query {
    /// The pairs of a query, decoded.
    package static func pairs(of query: String) -> [(name: String, value: String)] {
        query.split(separator: "&").map { pair in
            let parts = pair.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? String(parts[1]) : ""
            return (String(parts[0]), decoded(value))
        }
    }

    /// A value without its percent signs; what is no byte stays as it is.
    private static func decoded(_ text: String) -> String {
        var (bytes, rest) = ([UInt8](), Array(text.utf8)[...])
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == 0x25, digits.count == 2 {
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == 0x2B ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A value, percent-encoded but for letters, digits and `-._~`. *Source:* RFC 3986, section 2.3.
    package static func encoded(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            case _:
                let digits = String(byte, radix: 16, uppercase: true)
                out += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return out
    }
}
