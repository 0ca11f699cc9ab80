import APIModel
import Basics
import Escalation
import HTTPTypes
import Hummingbird
import Logging
import OnCall
import OnCallViews
import Pages
import Paging

/// Who is on call: the page, its picture, and the forms that change it.
struct OnCallViewRoutes: Sendable {
    private let node: any NodeService
    private let gate: PageGate

    init(node: any NodeService, gate: PageGate) { (self.node, self.gate) = (node, gate) }

    /// The table.
    var endpoints: [Endpoint] {
        [
            gate.page("/oncall", page),
            gate.answering("/oncall/chart.svg", picture),
            gate.page("/oncall/coverage") { (_, visit) throws(Refusal) in
                CoveragePage(frame: visit.frame, coverage: try await visit.get(APIPath.coverage))
                    .html
            },
            gate.form("/oncall/changes", back: Self.back, change),
            word("take", .take) { APIPath.takeChange($0) },
            word("cancel", .cancel) { APIPath.cancelChange($0) },
        ]
    }

    @Sendable private static func back(_ call: Call) -> String { "/oncall" }

    private func page(_ call: Call, _ visit: Visit) async throws(Refusal) -> HTML {
        let names = await zoneNames()
        let period = period(call, zoneNames: names)
        let (timeline, chart) = try await chart(period, visit)
        let onCall: OnCallList = try await visit.get(APIPath.onCall)
        let roster: RosterAnswer = try await visit.get(APIPath.roster)
        let fairness: OnCallFairness = try await visit.get(
            APIPath.onCallFairness,
            query: [("from", timeline.from.description), ("to", timeline.to.description)])
        var page = OnCallPage(
            frame: visit.frame, now: onCall, timeline: timeline, fairness: fairness,
            changes: roster.changes,
            period: period, zoneNames: names, pictureHeight: Self.height(of: chart.svg()),
            version: String(roster.version.prefix(12)))
        page.rows = chart.rows()
        page.pick = pick(call, in: timeline)
        return page.html
    }

    /// The stretch that the address names, if it names one that makes sense.
    private func pick(_ call: Call, in timeline: OnCallTimeline) -> OnCallPick? {
        func time(_ name: String) -> Timestamp? {
            call.query(name).flatMap { Timestamp(text: $0, assumesUTC: true) }
        }
        guard let schedule = call.query("schedule"), let start = time("start") else { return nil }
        return OnCallPick(schedule: schedule, start: start, end: time("end"), in: timeline)
    }

    private func picture(_ call: Call, _ visit: Visit) async throws(Refusal) -> Answer {
        let period = period(call, zoneNames: await zoneNames())
        let (_, chart) = try await chart(period, visit)
        // Without a size of its own it takes that of its place, a telephone's as well as a wall's.
        let svg = chart.svg()
        let size = "width=\"1200\" height=\"\(Self.height(of: svg))\""
        var answer = Answer.text(
            svg.replacing(size, with: "width=\"100%\" height=\"100%\"", maxReplacements: 1),
            type: "image/svg+xml")
        // The picture has a style sheet of its own and nothing else.
        answer.response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        return answer
    }

    private func zoneNames() async -> [String] {
        let roster = await node.roster()
        return Set(roster.regions.map(\.zone) + roster.people.map(\.zone)).filter { !$0.isEmpty }
            .sorted()
    }

    private func period(_ call: Call, zoneNames: [String]) -> OnCallPeriod {
        let today = CivilDate(daysSinceEpoch: node.now().seconds.flooredDivision(by: 86_400))
        return OnCallPeriod(today: today, zoneNames: zoneNames, query: call.query)
    }

    private func chart(
        _ period: OnCallPeriod, _ visit: Visit
    ) async throws(Refusal) -> (timeline: OnCallTimeline, chart: OnCallChart) {
        let zones = await node.zones()
        let (from, to) = OnCallChart.days(
            period.days, from: period.first, zone: period.zone, zones: zones)
        let timeline: OnCallTimeline = try await visit.get(
            APIPath.timeline,
            query: [
                ("from", from.description), ("to", to.description), ("layers", "true"),
            ])
        return (
            timeline,
            OnCallChart(timeline, zone: period.zone, now: Timestamp(node.now()), zones: zones)
        )
    }

    /// The height that a picture says it has, so that the page keeps the room free.
    private static func height(of svg: String) -> Int {
        guard let start = svg.firstRange(of: "height=\"")?.upperBound else { return 400 }
        return Int(svg[start...].prefix { $0.isNumber }) ?? 400
    }

    // MARK: Changes

    /// Shows what it would change first; does it when that was seen.
    private func change(_ call: Call, _ visit: Visit, _ form: Form) async throws(Refusal) -> Answer
    {
        guard let by = visit.reader?.person else {
            return gate.redirect(to: gate.whoPath(next: "/oncall"))
        }
        let request = ChangeRequest(
            kind: form["kind"] ?? "", schedule: form["schedule"], person: form["person"],
            replaces: form["replaces"], from: try time(form, "from"), to: try time(form, "to"),
            by: by, reason: form["reason"], force: form["apply"] == "force" ? true : nil)
        guard form["apply"] != nil else {
            let plan: ChangePlan = try await visit.api.post(
                APIPath.changePlan, request, client: visit.client)
            return gate.html(
                ChangePlanPage(frame: visit.frame, plan: plan, request: request).html)
        }
        let answer: AcceptanceAnswer = try await visit.post(APIPath.changes, request)
        return done(.change, answer)
    }

    /// A browser's field for a time knows no zone; the page says that it is UTC.
    private func time(_ form: Form, _ name: String) throws(Refusal) -> Timestamp {
        guard let text = form[name], let time = Timestamp(text: text, assumesUTC: true) else {
            throw .missing(name, remedy: "Give a day and a time.")
        }
        return time
    }

    private func word(
        _ name: String, _ deed: Done.Deed, path: @escaping @Sendable (String) -> String
    ) -> Endpoint {
        gate.form("/oncall/changes/{id}/\(name)", back: Self.back) {
            (call, visit, form) throws(Refusal) in
            guard let by = visit.reader?.person else {
                return gate.redirect(to: gate.whoPath(next: "/oncall"))
            }
            let answer: AcceptanceAnswer = try await visit.post(
                path(call.parameter("id")), ChangeWordRequest(by: by, reason: form["reason"]))
            return done(deed, answer)
        }
    }

    private func done(_ deed: Done.Deed, _ answer: AcceptanceAnswer) -> Answer {
        gate.redirect(
            to: "/oncall?done=\(deed.rawValue)&safe=\(Query.encoded(answer.durability))")
    }
}
