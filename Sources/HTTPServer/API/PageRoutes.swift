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
        let all = try call.flag("all")
        let (person, channels) = (call.text("person"), call.list("channel"))
        let states = try call.words("state", of: Self.states)
        let bounds = try TimeBounds(call)
        let page = try ListPage(call, .pages, fields: 3)
        let mapping = IncidentMapping(region: node.region, now: node.now())
        let views: [IncidentView]
        if let id = call.text("incident") {
            views = [try await IncidentLookup(node: node).view(of: id)]
        } else {
            views = await node.incidents(includeResolved: all)
        }
        let pages = views.flatMap { mapping.pages($0.incident) }.filter { one in
            (person == nil || one.person == person) && channels?.contains(one.channel) ?? true
                && states?.contains(one.state) ?? true
                && bounds.admit(Self.newest(one))
        }
        let (rows, next) = page.of(pages.map { (Self.place(of: $0), $0) })
        return .json(
            PageList(
                region: node.region.text, readAt: Timestamp(node.now()), pages: rows, next: next))
    }

    /// How a page can stand.
    static let states = ["delivered", "undeliverable", "failed", "dropped", "trying"]

    private static func newest(_ page: PageSummary) -> Instant {
        page.attempts.map(\.startedAt.instant).max() ?? .epoch
    }

    /// The newest first; of the same instant, by key.
    private static func place(of page: PageSummary) -> [UInt64] {
        let key = GroupID(hex: page.key)
        return [
            .max - UInt64(clamping: newest(page).microseconds), .max - (key?.high ?? 0),
            .max - (key?.low ?? 0),
        ]
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
