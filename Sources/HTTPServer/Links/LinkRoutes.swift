import Basics
import Gateways
import HTTPTypes
import Hummingbird
import IncidentModel
import Logging
import Pages
import RegionCore
import Synchronization

/// One-tap links. GET and HEAD show and never act, for mail programs and chat servers fetch what
/// they are sent; the POST of the page's button acts. *Source:* issue point 9; design 5.
struct LinkRoutes: Sendable {
    let node: any NodeService
    private let signer: LinkSigner
    let metrics: ServerMetrics
    let underWay = TokensUnderWay()

    init(node: any NodeService, signer: LinkSigner, metrics: ServerMetrics) {
        (self.node, self.signer, self.metrics) = (node, signer, metrics)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/a/{token}", access: .open, level: .info, serve: show),
            Endpoint(.post, "/a/{token}", access: .open, level: .info, serve: press),
        ]
    }

    private func show(_ call: Call) async throws(Refusal) -> Answer {
        let page = await page()
        switch signer.verify(call.parameter("token"), at: page.now) {
        case .failure(let error): return refusal(error, on: page)
        case .success(let claim) where claim.action == .command:
            return await showCommand(claim, on: page)
        case .success(let claim):
            let view = await standing(claim)
            let state = LinkState.of(claim, view)
            return answer(
                page.offer(claim, state: state, view: view),
                status: state == .unknownHere ? .notFound : .ok, claim: claim, reason: "shown")
        }
    }

    private func press(_ call: Call) async throws(Refusal) -> Answer {
        let page = await page()
        let token = call.parameter("token")
        switch signer.verify(token, at: page.now) {
        case .failure(let error):
            metrics.link(action: "unknown", outcome: Self.name(of: error))
            return refusal(error, on: page)
        case .success(let claim) where claim.action == .command:
            return try await pressCommand(call, claim, token: token, on: page)
        case .success(let claim):
            let outcome = await carryOut(claim, token: token)
            metrics.link(action: claim.action.name, outcome: outcome.name)
            let view = await standing(claim)
            return answer(
                page.result(claim, outcome: outcome, view: view), status: Self.status(of: outcome),
                claim: claim, reason: "\(claim.action.name) by \(claim.person): \(outcome.name)")
        }
    }

    /// The incident of a link, or the one that took it over and pages for it.
    private func standing(_ claim: LinkClaim) async -> IncidentView? {
        let view = await node.incident(claim.group)
        guard let view, let carrier = view.carrier, claim.action != .resolve,
            let survivor = await node.incident(carrier)
        else { return view }
        // A link of what is over acts on nothing; who takes on something mild has not taken on what is worse.
        switch LinkState.of(claim, view) {
        case .offered, .acknowledged, .escalated:
            let isMilder = view.incident.severity > survivor.incident.severity
            return isMilder && claim.action == .acknowledge ? view : survivor
        case .resolved, .opened, .unknownHere: return view
        }
    }

    private func page() async -> LinkPage {
        LinkPage(region: node.region, now: node.now(), roster: await node.roster())
    }

    /// Does what the link says, once: a second tap while the first is under way must not ask for a
    /// further level.
    private func carryOut(_ claim: LinkClaim, token: String) async -> LinkOutcome {
        guard underWay.begin(token) else { return .underWay }
        defer { underWay.end(token) }
        let state = LinkState.of(claim, await standing(claim))
        switch state {
        case .offered: break
        // A second person's acknowledgement is recorded, although the first one stands.
        case .acknowledged(let person, _) where person != claim.person: break
        case .acknowledged, .resolved, .opened, .escalated, .unknownHere: return .unchanged(state)
        }
        switch await node.command(command(claim)) {
        case .accepted(let acceptance):
            guard case .offered = state else { return .unchanged(state) }
            return .done(acceptance.durability)
        case .unknownIncident: return .unchanged(.unknownHere)
        case .rejected(let reason): return .refused(reason: reason)
        case .overloaded(let reason): return .failed(reason: reason)
        case .upToDate: return .failed(reason: "the node answered a read")
        }
    }

    private func command(_ claim: LinkClaim) -> Command {
        switch claim.action {
        case .acknowledge:
            .acknowledge(
                group: claim.group, generation: claim.generation,
                previousEnd: claim.previousEnd, run: claim.run, by: claim.person, via: "link")
        case .resolve: .resolve(group: claim.group, by: claim.person, via: "link")
        case .escalate:
            .escalate(group: claim.group, by: claim.person, reason: "asked for by one-tap link")
        // Comes with a form (`pressCommand`); without one the node refuses it.
        case .command: .handoff(group: claim.group, .accept(readBack: ""), by: claim.person)
        }
    }

    // MARK: Answers

    private static func status(of outcome: LinkOutcome) -> HTTPResponse.Status {
        switch outcome {
        case .done, .underWay: .ok
        case .unchanged(.acknowledged), .unchanged(.resolved): .ok
        case .unchanged(.unknownHere): .notFound
        case .unchanged(.opened), .unchanged(.escalated), .unchanged(.offered), .refused: .conflict
        case .failed: .serviceUnavailable
        }
    }

    private static func name(of error: LinkError) -> String {
        switch error {
        case .malformed: "malformed"
        case .forged: "forged"
        case .expired: "expired"
        }
    }

    private func refusal(_ error: LinkError, on page: LinkPage) -> Answer {
        let status: HTTPResponse.Status =
            switch error {
            case .malformed: .notFound
            case .forged: .forbidden
            case .expired: .gone
            }
        return answer(
            page.refused(error), status: status, claim: nil, reason: "link \(Self.name(of: error))")
    }

    func answer(
        _ page: HTML, status: HTTPResponse.Status, claim: LinkClaim?, reason: String
    ) -> Answer {
        var answer = Answer.text(
            page.description, type: "text/html; charset=utf-8", status: status)
        answer.incident = claim?.group
        answer.reason = reason
        answer.response.headers[.contentSecurityPolicy] = LinkStyle.policy
        answer.response.headers[.referrerPolicy] = "no-referrer"
        answer.response.headers[.frameOptions] = "DENY"
        answer.response.headers[.robotsTag] = "noindex, nofollow"
        if status == .serviceUnavailable { answer.response.headers[.retryAfter] = "2" }
        return answer
    }
}

/// The links whose button is being carried out.
final class TokensUnderWay: Sendable {
    private let tokens = Mutex<Set<String>>([])

    /// Whether it may begin: not if it has begun and not ended.
    func begin(_ token: String) -> Bool { tokens.withLock { $0.insert(token).inserted } }

    /// It is done.
    func end(_ token: String) { tokens.withLock { _ = $0.remove(token) } }
}
