import APIModel
import Basics
import Escalation
import Gateways
import HTTPTypes
import Hummingbird
import Logging
import OnCall
import OnCallViews
import Paging

/// Calendars of duties, for programs that subscribe to them, and their addresses.
///
/// The token in the address is all the guard there is (`LinkSigner`), so logs and metrics know the
/// address only as the row of the table. *Source:* issue 5.
struct CalendarRoutes: Sendable {
    private let node: any NodeService
    private let signer: LinkSigner
    private let cluster: String

    init(node: any NodeService, signer: LinkSigner, cluster: String) {
        (self.node, self.signer, self.cluster) = (node, signer, cluster)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/calendar/{token}/{kind}/{file}", access: .open, level: .debug, serve: feed),
            Endpoint(.get, APIPath.calendar, access: .token(.read), level: .debug, serve: address),
        ]
    }

    private static let suffix = ".ics"

    // MARK: The calendar

    /// What is not signed and what the roster does not have get the same answer: an address that was
    /// guessed tells nothing.
    private func feed(_ call: Call) async throws(Refusal) -> Answer {
        let unknown = Refusal(
            .notFound, "there is no such calendar",
            remedy: "Ask for its address again: `meridian oncall feed` prints it.")
        let file = call.parameter("file")
        guard file.hasSuffix(Self.suffix) else { throw unknown }
        let id = String(file.dropLast(Self.suffix.count))
        guard let scope = CalendarScope(kind: call.parameter("kind"), id: id),
            signer.verifyCalendar(token: call.parameter("token"), kind: scope.kind, id: scope.id)
        else { throw unknown }
        let roster = await node.roster()
        guard let name = Self.name(of: scope, in: roster) else { throw unknown }
        let text = await text(of: scope, name: name, roster: roster)
        return answer(text, unless: call.request.headers[.ifNoneMatch])
    }

    private func text(of scope: CalendarScope, name: String, roster: Roster) async -> String {
        let (zones, book) = (await node.zones(), await node.onCallBook())
        let (from, to) = CalendarFeed.period(at: node.now())
        let feed = CalendarFeed(
            scope: scope, title: name, cluster: cluster,
            people: PeopleNames(roster.people.map { ($0.id, $0.name) }),
            regions: roster.regions.map {
                WorkingRegion(name: $0.name, zone: $0.zone, window: $0.day)
            },
            // The same all day: a calendar that says nothing new is the same bytes.
            zones: zones, stamp: from, members: Self.members(of: scope, in: roster))
        let schedules = roster.schedules.filter { schedule in
            guard case .schedule(let wanted) = scope else { return true }
            return schedule.id == wanted
        }
        return feed.text(
            of: schedules.map { ScheduleView($0, in: book, from: from, to: to) })
    }

    private func answer(_ text: String, unless known: String?) -> Answer {
        var answer = Answer.text(text, type: "text/calendar; charset=utf-8")
        answer.response.headers[.referrerPolicy] = "no-referrer"
        answer.response.headers[.robotsTag] = "noindex, nofollow"
        answer.tag(unless: known)
        // The address is the key: no cache on the way may keep what it opens.
        answer.response.headers[.cacheControl] = "no-store"
        return answer
    }

    // MARK: Its address

    private func address(_ call: Call) async throws(Refusal) -> Answer {
        let (kind, id) = (call.query("kind") ?? "", call.query("id") ?? "")
        let roster = await node.roster()
        guard let scope = CalendarScope(kind: kind, id: id).map({ Self.meant($0, in: roster) })
        else {
            throw .invalid(
                "kind", "'\(kind.prefix(40))' is no kind of calendar",
                remedy: "Use person, team, region or schedule.")
        }
        guard let name = Self.name(of: scope, in: roster) else {
            throw Refusal(
                .notFound, "the roster has no \(kind) '\(id.prefix(40))'", field: "id",
                remedy: "Use a name of roster.yaml.")
        }
        let token = signer.calendarToken(kind: scope.kind, id: scope.id)
        return .json(
            CalendarAddress(
                kind: scope.kind, id: scope.id, name: name,
                path: "/calendar/\(token)/\(scope.kind)/\(scope.id)\(Self.suffix)"))
    }

    /// A team of this name, or else the region: its people are a team as well.
    private static func meant(_ scope: CalendarScope, in roster: Roster) -> CalendarScope {
        guard case .team(let team) = scope, roster.team(team) == nil else { return scope }
        return .region(RegionName(team.text))
    }

    private static func members(of scope: CalendarScope, in roster: Roster) -> [PersonID] {
        guard case .team(let team) = scope else { return [] }
        return roster.team(team)?.people ?? []
    }

    /// What the person, team, region or schedule is called; `nil` if the roster has none of this name.
    private static func name(of scope: CalendarScope, in roster: Roster) -> String? {
        switch scope {
        case .person(let person): roster.person(person)?.name
        case .team(let team): roster.team(team)?.name
        case .region(let region): roster.regions.first { $0.name == region }?.name.text
        case .schedule(let schedule): roster.schedule(schedule)?.name
        }
    }
}
