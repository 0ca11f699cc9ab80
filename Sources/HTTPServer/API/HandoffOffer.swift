import APIModel
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging
import RegionCore

/// What the fields of an offer of command say: to whom, for one incident or for many.
struct HandoffOffer: Sendable {
    private enum Target {
        case person(PersonID)
        case region(RegionName)
    }

    private let target: Target
    private let brief: String
    private let roster: Roster
    private let book: OnCallBook
    private let now: Instant

    /// Reads `to` or `toRegion`, and `brief`. *Errors:* a `Refusal` that names the field.
    init(_ fields: RequestFields, node: any NodeService) async throws(Refusal) {
        roster = await node.roster()
        (book, now) = (await node.onCallBook(), node.now())
        brief = try fields.optionalText("brief", lengthMax: Limits.briefLengthMax) ?? ""
        if let person = try fields.optionalMember("to", of: roster) {
            target = .person(person.id)
            return
        }
        guard let name = try fields.optionalText("toRegion", lengthMax: 128) else {
            throw .missing(
                "to", remedy: "Give the id of a person, or a region in `toRegion`.")
        }
        guard roster.regions.contains(where: { $0.name.text == name }) else {
            throw .invalid(
                "toRegion", "the roster has no region '\(name)'",
                remedy: "Use one of " + roster.regions.map(\.name.text).joined(separator: ", ")
                    + ".")
        }
        target = .region(RegionName(name))
    }

    /// The offer of one incident. *Errors:* a `Refusal` if the region has nobody for it.
    func step(for incident: Incident) throws(Refusal) -> HandoffStep {
        switch target {
        case .person(let person): return .offer(to: person, brief: brief)
        case .region(let region):
            guard let person = onCall(in: region, for: incident) else {
                throw Refusal(
                    .rejected,
                    "nobody of region '\(region)' is on call within a week, or leads it",
                    field: "toRegion", remedy: "Give the id of a person in `to`.")
            }
            return .offer(to: person, brief: brief)
        }
    }

    /// How far ahead the next one of a region is looked for.
    private static let lookAhead = Span.hours(24 * 7)

    /// Who of a region is on call for an incident's service, or comes on call next; then for anything;
    /// then its lead.
    private func onCall(in region: RegionName, for incident: Incident) -> PersonID? {
        func isWanted(_ person: PersonID) -> Bool {
            roster.person(person)?.region == region && person != incident.commander
        }
        let own = incident.schedules(in: roster)
        for schedule in own + roster.schedules.map(\.id).filter({ !own.contains($0) }) {
            let shifts = book.shifts(of: schedule, from: now, to: now + Self.lookAhead)
            let next = shifts.lazy.flatMap(\.people).map(\.person).first(where: isWanted)
            if let next { return next }
        }
        return roster.regions.first { $0.name == region }?.lead.flatMap { isWanted($0) ? $0 : nil }
    }
}
