import Basics

/// Makes JSON of what was read of a body, also of one that was cut off.
///
/// Alertmanager writes a group's key and labels behind its alerts; so where the end of a large body
/// is known, those are looked for there. *Source:* contracts 3.
enum CutBody {
    /// Members of which each is followed by the rest of the outermost object, as Alertmanager and
    /// Grafana write it; the first that makes sense is used.
    private static let endings = ["groupLabels", "commonLabels", "groupKey"]

    /// A body as JSON: an empty object where nothing can be made of the beginning of a larger one.
    /// *Errors:* a `Refusal` if a whole body is not JSON.
    static func json(of start: BodyStart) throws(Refusal) -> JSONValue {
        guard !start.isWhole else { return try Call.json(of: start.bytes) }
        let beginning = try? JSONParser.parse(beginning: start.bytes)
        return .object((beginning?.members ?? []) + (start.isEnded ? endMembers(start.end) : []))
    }

    private static func endMembers(_ end: [UInt8]) -> [JSONValue.Member] {
        for name in endings {
            guard let place = lastPlace(of: Array("\"\(name)\":".utf8), in: end),
                let value = try? JSONParser.parse([UInt8(ascii: "{")] + end[place...])
            else { continue }
            return value.members
        }
        return []
    }

    private static func lastPlace(of word: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= word.count else { return nil }
        return (0...(bytes.count - word.count)).last { bytes[$0...].starts(with: word) }
    }
}
