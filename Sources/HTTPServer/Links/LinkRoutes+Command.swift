import Basics
import Gateways
import HTTPTypes
import IncidentModel
import RegionCore

/// The link that takes command: the brief, and a form for what is read back. *Source:* issue 5 point 5;
/// design 6.
extension LinkRoutes {
    /// The page a GET shows.
    func showCommand(_ claim: LinkClaim, on page: LinkPage) async -> Answer {
        let view = await node.incident(claim.group)
        let state = CommandState.of(claim, view)
        return answer(
            page.offer(claim, state: state, view: view, hasMajority: await hasMajority),
            status: state == .unknownHere ? .notFound : .ok, claim: claim, reason: "shown")
    }

    /// Says what the form says, once. *Errors:* a `Refusal` of a body that cannot be read.
    func pressCommand(
        _ call: Call, _ claim: LinkClaim, token: String, on page: LinkPage
    ) async throws(Refusal) -> Answer {
        let form = CommandForm(try await call.body(bytesMax: CommandForm.bytesMax))
        let outcome = await carryOut(form, of: claim, token: token)
        let action = form.answer == .decline ? "decline" : claim.action.name
        metrics.link(action: action, outcome: outcome.name)
        let view = await node.incident(claim.group)
        let state = CommandState.of(claim, view)
        return answer(
            page.result(
                claim, form: form, outcome: outcome, state: state, view: view,
                hasMajority: await hasMajority),
            status: Self.status(of: outcome, state), claim: claim,
            reason: "\(action) by \(claim.person): \(outcome.name)")
    }

    private var hasMajority: Bool {
        get async { await node.clusterView().hasMajority }
    }

    private func carryOut(
        _ form: CommandForm, of claim: LinkClaim, token: String
    ) async -> CommandOutcome {
        guard underWay.begin(token) else { return .underWay }
        defer { underWay.end(token) }
        let state = CommandState.of(claim, await node.incident(claim.group))
        guard let offer = state.offer else { return .unchanged }
        guard offer.offer.description == form.offer else { return .otherOffer }
        guard let answer = form.answer, !form.words.isEmpty else { return .wordless }
        let step: HandoffStep =
            switch answer {
            case .accept: .accept(readBack: form.words)
            case .decline: .decline(reason: form.words)
            }
        switch await node.command(.handoff(group: claim.group, step, by: claim.person)) {
        case .accepted(let acceptance): return .done(answer, acceptance.durability)
        case .unknownIncident: return .unchanged
        case .rejected(let reason): return .refused(reason: reason)
        case .overloaded(let reason): return .failed(reason: reason)
        case .upToDate: return .failed(reason: "the node answered a read")
        }
    }

    private static func status(
        of outcome: CommandOutcome, _ state: CommandState
    ) -> HTTPResponse.Status {
        switch outcome {
        case .done, .underWay: .ok
        case .unchanged: status(of: state)
        case .otherOffer, .refused: .conflict
        case .wordless: .badRequest
        case .failed: .serviceUnavailable
        }
    }

    private static func status(of state: CommandState) -> HTTPResponse.Status {
        switch state {
        case .unknownHere: .notFound
        case .wished, .taken, .resolved: .ok
        case .offered, .declined, .withdrawn, .superseded, .merged, .opened: .conflict
        }
    }
}
