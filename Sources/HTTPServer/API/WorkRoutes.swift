import APIModel
import Basics
import Escalation
import HTTPTypes
import IncidentModel
import Logging
import Paging
import RegionCore

/// What people write down while they work on an incident, and how far they are. *Source:* requirements D5,
/// D6; decision 0019.
struct WorkRoutes: Sendable {
    private let node: any NodeService
    private let commands: CommandRoutes
    private let lookup: IncidentLookup

    init(node: any NodeService, commands: CommandRoutes) {
        (self.node, self.commands) = (node, commands)
        lookup = IncidentLookup(node: node)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.post, APIPath.work("{id}"), access: .token(.respond), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                let roster = await node.roster()
                let now = node.now()
                return try await act(call) { (fields, _) throws(Refusal) in
                    let draft = try draft(fields, roster, at: now)
                    let state = try fields.optionalText("state", lengthMax: 64)
                    guard let state, state != "open" else { return .begin(draft) }
                    let outcome = try fields.optionalText(
                        "outcome", lengthMax: Limits.summaryLengthMax)
                    return .finish(
                        draft, try end(state, of: draft.kind), outcome: outcome ?? "")
                }
            },
            Endpoint(
                .post, APIPath.workItem("{id}", "{item}"), access: .token(.respond), level: .info
            ) {
                (call: Call) async throws(Refusal) -> Answer in
                let roster = await node.roster()
                return try await act(call) { (fields, view) throws(Refusal) in
                    .change(
                        try item(call, view).id,
                        text: try fields.optionalText("text", lengthMax: Limits.valueLengthMax),
                        owner: try fields.optionalMember("owner", of: roster)?.id,
                        due: try fields.optionalTime("due"))
                }
            },
            Endpoint(
                .post, APIPath.workEnd("{id}", "{item}"), access: .token(.respond), level: .info
            ) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, view) throws(Refusal) in
                    try end(fields, of: try item(call, view))
                }
            },
            Endpoint(.post, APIPath.phase("{id}"), access: .token(.respond), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await commands.act(call) { (fields, group, by) throws(Refusal) in
                    guard let phase = try fields.optionalPhase("phase") else {
                        throw .missing("phase", remedy: "Use investigating or mitigated.")
                    }
                    let reason = try fields.text(
                        "reason", lengthMax: Limits.summaryLengthMax,
                        remedy: "Say what shows it: it goes into the timeline.")
                    return .edit(
                        group: group, value: .phase(phase), by: by, reason: reason, overturns: nil)
                }
            },
        ]
    }

    private func act(
        _ call: Call,
        _ step: (RequestFields, IncidentView) throws(Refusal) -> WorkStep
    ) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let by = try fields.person("by", roster: await node.roster(), client: call.client)
        let view = try await lookup.view(of: call.parameter("id"))
        let command = Command.work(
            group: view.incident.group, try step(fields, view), by: by)
        return try commands.answer(
            await node.command(command, key: fields.key), status: .ok)
    }

    private static let audiences = ["customers", "stakeholders", "internal"]

    private func draft(
        _ fields: RequestFields, _ roster: Roster, at now: Instant
    ) throws(Refusal) -> WorkDraft {
        let kinds = WorkKind.allCases.map(\.name).joined(separator: ", ")
        let name = try fields.text("kind", lengthMax: 64, remedy: "Use one of \(kinds).")
        guard let kind = WorkKind(named: name) else {
            throw .invalid("kind", "there is no kind '\(name)'", remedy: "Use one of \(kinds).")
        }
        let audience = try fields.optionalText("audience", lengthMax: 64) ?? ""
        let isUpdate = kind == .update
        guard isUpdate ? Self.audiences.contains(audience) : audience.isEmpty else {
            throw isUpdate
                ? .invalid(
                    "audience", "'\(audience)' is no audience of an update",
                    remedy: "Use one of \(Self.audiences.joined(separator: ", ")).")
                : .invalid(
                    "audience", "only an update has an audience", remedy: "Leave it out.")
        }
        return WorkDraft(
            kind: kind,
            text: try fields.text(
                "text", lengthMax: Limits.valueLengthMax, remedy: "Say what it is in a sentence."),
            owner: try fields.optionalMember("owner", of: roster)?.id,
            due: try due(fields, at: now), audience: audience)
    }

    private func due(_ fields: RequestFields, at now: Instant) throws(Refusal) -> Instant? {
        guard let minutes = try fields.optionalNumber("minutes") else {
            return try fields.optionalTime("due")
        }
        guard (1...1_440).contains(minutes) else {
            throw .invalid(
                "minutes", "\(minutes) minutes are no time to look again", remedy: "Send 1 to 1440."
            )
        }
        return now + .minutes(Int64(minutes))
    }

    private func end(_ name: String, of kind: WorkKind) throws(Refusal) -> WorkEnd {
        let ends = WorkEnd.allCases.filter { $0.ends(kind) }
        guard let end = WorkEnd(named: name), ends.contains(end) else {
            throw .invalid(
                "state", "\(kind.name) is never '\(name)'",
                remedy: "Use one of \((ends.map(\.name) + ["open"]).joined(separator: ", ")).")
        }
        return end
    }

    /// What the call is about: by its id, or the digits behind the member's where no other has them.
    private func item(_ call: Call, _ view: IncidentView) throws(Refusal) -> WorkItem {
        let text = call.parameter("item").trimmed.lowercased()
        let work = view.incident.presentWork
        if let whole = work.first(where: { $0.id.description == text }) { return whole }
        let matches = work.filter { Self.isShort(text, for: $0.id) }
        guard let match = matches.first else {
            throw Refusal(
                .unknownIncident, "nothing called '\(text)' is written down for this incident",
                field: "item", remedy: "See `work` in GET /api/v1/incidents/{id}.")
        }
        guard matches.count == 1 else {
            let ids = matches.map(\.id.description).joined(separator: ", ")
            throw Refusal(
                .ambiguousIncident, "\(matches.count) things are called so: \(ids)",
                field: "item", remedy: "Give more of its id.")
        }
        return match
    }

    /// Whether a text is short for an id: `42`, or `m3f.42` with the first digits of the member.
    private static func isShort(_ text: String, for id: FactID) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let number = parts.last, number == "\(id.sequence)", parts.count <= 2 else {
            return false
        }
        return parts.count == 1 || parts[0].count > 1 && "\(id.origin)".hasPrefix(parts[0])
    }

    private func end(_ fields: RequestFields, of item: WorkItem) throws(Refusal) -> WorkStep {
        let ends = item.draft.map { draft in WorkEnd.allCases.filter { $0.ends(draft.kind) } } ?? []
        let names = (ends.map(\.name) + ["open"]).joined(separator: ", ")
        let name = try fields.text("state", lengthMax: 64, remedy: "Use one of \(names).")
        let outcome =
            try fields.optionalText("outcome", lengthMax: Limits.summaryLengthMax) ?? ""
        if name == "open" { return .reopen(item.id, reason: outcome) }
        return .end(
            item.id, try end(name, of: item.draft?.kind ?? .decision), outcome: outcome)
    }
}

extension IncidentMapping {
    /// Something that people work on.
    func work(_ item: WorkItem) -> WorkSummary? {
        guard let draft = item.draft else { return nil }
        return WorkSummary(
            id: item.id.description, kind: draft.kind.name, text: draft.text,
            owner: draft.owner?.text, due: draft.due.map { Timestamp($0) },
            audience: draft.audience.isEmpty ? nil : draft.audience,
            state: item.end?.name ?? "open",
            outcome: item.end == nil || item.ending?.outcome.isEmpty != false
                ? nil : item.ending?.outcome,
            by: item.by.text, at: Timestamp(item.time.instant), region: item.region.text,
            endedBy: item.end == nil ? nil : item.ending?.mark.by.text,
            endedAt: item.end == nil ? nil : item.ending.map { Timestamp($0.mark.time.instant) })
    }
}
