import APIModel
import Basics
import IncidentModel
import RegionCore

/// Finds incidents by what people write: 32 hexadecimal digits, or a beginning that no other has.
struct IncidentLookup: Sendable {
    /// The fewest digits that may stand for an incident.
    static let digitsMin = 4

    private let node: any NodeService

    init(node: any NodeService) { self.node = node }

    /// The incident of an id. *Errors:* a `Refusal` if it is no id, or there is none or more than
    /// one.
    func view(of id: String) async throws(Refusal) -> IncidentView {
        if let group = GroupID(hex: try digits(of: id)) {
            guard let view = await node.incident(group) else { throw unknown }
            return view
        }
        return try view(of: id, among: await node.incidents(includeResolved: true))
    }

    /// The same, among incidents that were read before.
    func view(of id: String, among views: [IncidentView]) throws(Refusal) -> IncidentView {
        let text = try digits(of: id)
        let matches = views.filter { $0.incident.group.description.hasPrefix(text) }
        guard let match = matches.first else { throw unknown }
        guard matches.count == 1 else {
            let ids = matches.prefix(5).map { $0.incident.group.description }.sorted()
            throw Refusal(
                .ambiguousIncident,
                "\(matches.count) incidents begin so: \(ids.joined(separator: ", "))",
                field: "id", remedy: "Give more digits.")
        }
        return match
    }

    private func digits(of id: String) throws(Refusal) -> String {
        let text = id.trimmed.lowercased()
        guard text.utf8.count >= Self.digitsMin, text.utf8.count <= 32,
            text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
        else {
            throw Refusal(
                .invalidRequest, "this is no id of an incident", field: "id",
                remedy: "Give its 32 hexadecimal digits, or the first \(Self.digitsMin) or more.")
        }
        return text
    }

    private var unknown: Refusal {
        Refusal(
            .unknownIncident, "region \(node.region) knows no such incident", field: "id",
            remedy:
                "See GET /api/v1/incidents?all=true; what another region has just taken in, it may "
                + "know before this one.")
    }
}
