/// One server-sent event.
struct ServerEvent: Equatable, Sendable {
    /// The point of the stream that it takes its reader to; `nil` if none was named yet.
    var id: String?
    /// What kind, like `incident`; `message` if the stream does not say.
    var kind: String
    /// What it says: JSON.
    var data: String
}

/// Takes a stream of events apart as its bytes come in. *Source:* WHATWG HTML, section 9.2.6.
struct EventStreamParser: Sendable {
    private var line: [UInt8] = []
    private var id: String?
    private var kind = ""
    private var data: [String] = []

    /// The longest line that is kept, in bytes: nothing of ours comes near it.
    private static let lineBytesMax = 1 << 20

    /// The events that are whole with these bytes. A comment ends none.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [ServerEvent] {
        var events: [ServerEvent] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.lineBytesMax { line.append(byte) }
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if let event = end(String(decoding: line, as: UTF8.self)) { events.append(event) }
            line.removeAll(keepingCapacity: true)
        }
        return events
    }

    private mutating func end(_ line: String) -> ServerEvent? {
        guard !line.isEmpty else {
            defer { (kind, data) = ("", []) }
            guard !data.isEmpty else { return nil }
            return ServerEvent(
                id: id, kind: kind.isEmpty ? "message" : kind, data: data.joined(separator: "\n"))
        }
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == " " { value.removeFirst() }
        switch line[..<colon] {
        case "id": id = String(value)
        case "event": kind = String(value)
        case "data": data.append(String(value))
        case _: break
        }
        return nil
    }
}
