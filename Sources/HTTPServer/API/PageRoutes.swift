import APIModel
import Basics
import Escalation
import HTTPTypes
import IncidentModel
import Logging
import Paging
import RegionCore

/// The pages of open incidents, and test pages.
struct PageRoutes: Sendable {
    private let node: any NodeService

    init(node: any NodeService) { self.node = node }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.pages, access: .token(.read), level: .debug, serve: list),
            Endpoint(.post, APIPath.testPage, access: .token(.respond), level: .info, serve: test),
        ]
    }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let mapping = IncidentMapping(region: node.region, now: node.now())
        let open = await node.incidents(includeResolved: false)
        let pages = open.flatMap { mapping.pages($0.incident) }.sorted { a, b in
            (Self.newest(b), b.key) < (Self.newest(a), a.key)
        }
        return .json(
            PageList(region: node.region.text, readAt: Timestamp(node.now()), pages: pages))
    }

    private static func newest(_ page: PageSummary) -> Timestamp {
        page.attempts.map(\.startedAt).max() ?? Timestamp(.epoch)
    }

    private func test(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        guard let person = try fields.optionalMember("person", of: await node.roster()) else {
            throw .missing("person", remedy: "Give the id of a person of the roster.")
        }
        let id = person.id
        let channel = try channel(fields, of: person)
        guard let report = await node.testPage(person: id, channel: channel) else {
            throw Refusal(
                .unavailable, "region \(node.region) has no gateway that could page \(id) so",
                field: "channel", remedy: "See 'gateways' in node.yaml, or ask another region.")
        }
        let words = outcomeWords(report.outcome)
        return .json(
            TestPageAnswer(
                person: id.text, provider: report.provider, outcome: words.name,
                detail: words.detail,
                region: node.region.text))
    }

    private func channel(
        _ fields: RequestFields, of person: Person
    ) throws(Refusal) -> PageChannel? {
        let has = person.contacts.map(\.channel.name).joined(separator: ", ")
        let remedy = has.isEmpty ? "Give them a contact in roster.yaml." : "They have: \(has)."
        guard let name = try fields.optionalText("channel", lengthMax: 32) else {
            guard !person.contacts.isEmpty else {
                throw .invalid("person", "\(person.id) has no contacts", remedy: remedy)
            }
            return nil
        }
        guard let channel = PageChannel(named: name) else {
            throw .invalid("channel", "there is no channel '\(name)'", remedy: remedy)
        }
        guard person.contacts.contains(where: { $0.channel == channel }) else {
            throw .invalid("channel", "\(person.id) has no contact for '\(name)'", remedy: remedy)
        }
        return channel
    }
}
