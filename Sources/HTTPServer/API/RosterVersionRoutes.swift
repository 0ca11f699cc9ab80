import APIModel
import Basics
import Escalation
import HTTPTypes
import IncidentModel
import Logging
import OnCall
import Paging
import RegionCore

/// The roster in force, and changes of who is on call: replicated, with every version kept.
/// *Source:* issue 5 points 1 and 2; decision 0018.
struct RosterVersionRoutes: Sendable {
    private let node: any NodeService
    private let commands: CommandRoutes
    private let control: GroupID

    init(node: any NodeService, commands: CommandRoutes, config: HTTPServerConfig) {
        (self.node, self.commands) = (node, commands)
        control = RegionCore.controlGroup(
            cluster: config.cluster, foundingEpoch: config.foundingEpoch)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.roster, access: .token, level: .debug, serve: show),
            Endpoint(
                .get, APIPath.rosterVersion("{version}"), access: .token, level: .debug,
                serve: version),
            Endpoint(.post, APIPath.roster, access: .token, level: .info, serve: apply),
            Endpoint(.post, APIPath.changes, access: .token, level: .info, serve: change),
            Endpoint(.post, APIPath.takeChange("{id}"), access: .token, level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await answer(call) { .swapTaken($0) }
            },
            Endpoint(.post, APIPath.cancelChange("{id}"), access: .token, level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await answer(call) { .cancelled($0) }
            },
        ]
    }

    private func show(_ call: Call) async throws(Refusal) -> Answer {
        let (state, roster) = (await node.control(), await node.roster())
        let now = node.now()
        let isApplied = state.current?.document.version == roster.version
        return .json(
            RosterAnswer(
                region: node.region.text, readAt: Timestamp(now), version: roster.version,
                source: isApplied ? "cluster" : "file",
                text: isApplied ? state.current?.document.text : await node.rosterFileText(),
                versions: state.versions.reversed().map(summary),
                proposals: state.proposals.reversed().map(summary),
                changes: state.changes.filter { $0.end > now }.map(change)))
    }

    private func version(_ call: Call) async throws(Refusal) -> Answer {
        let wanted = call.parameter("version")
        let matches = await node.control().versions.map(\.document)
            .filter { !wanted.isEmpty && $0.version.hasPrefix(wanted) }
        guard let match = matches.last, matches.allSatisfy({ $0.version == match.version }) else {
            throw Refusal(
                .unknownIncident, "no version '\(wanted.prefix(40))' of the roster is kept here",
                field: "version", remedy: "See GET \(APIPath.roster).")
        }
        return .json(RosterTextAnswer(version: match.version, text: match.text))
    }

    private func summary(_ version: RosterVersion) -> RosterVersionSummary {
        RosterVersionSummary(
            version: version.document.version,
            base: version.document.base.isEmpty ? nil : version.document.base,
            by: version.by.text, region: version.region.text,
            at: Timestamp(version.time.instant),
            reason: version.reason.isEmpty ? nil : version.reason)
    }

    private func change(_ record: OnCallEditRecord) -> OnCallChange {
        let (kind, schedule, person, replaces, taker, from):
            (
                String, String?, PersonID, PersonID?, PersonID?, Instant
            ) =
                switch record.kind {
                case .override(let word):
                    ("override", word.schedule, word.person, word.replaces, nil, word.from)
                case .swap(let word, let taker):
                    ("swap", word.schedule, word.person, nil, taker, word.from)
                case .leave(let word): ("leave", nil, word.person, nil, nil, word.from)
                }
        return OnCallChange(
            id: record.fact.description, kind: kind, schedule: schedule, person: person.text,
            replaces: replaces?.text, takenBy: taker?.text, from: Timestamp(from),
            to: Timestamp(record.end), by: record.by.text, at: Timestamp(record.time.instant),
            reason: record.reason.isEmpty ? nil : record.reason)
    }

    private func apply(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let roster = await node.roster()
        let by = try fields.person("by", roster: roster, client: call.client)
        let reason = try fields.text(
            "reason", lengthMax: Limits.summaryLengthMax,
            remedy: "Say why: it goes into the history.")
        let text = try fields.wholeText(
            "text", bytesMax: Limits.rosterBytesMax, remedy: "Send the roster as it is written.")
        let base = try fields.optionalText("base", lengthMax: 64) ?? roster.version
        let check = await node.checkRoster(text)
        if let problem = check.problems.first {
            let more = check.problems.count > 1 ? " (and \(check.problems.count - 1) more)" : ""
            throw .invalid(
                "text", problem + more, remedy: "See all with `meridian roster validate FILE`.")
        }
        let isForced = try fields.optionalFlag("force") ?? false
        if let hole = check.holes.first, !isForced {
            let more = check.holes.count > 1 ? " (and \(check.holes.count - 1) more)" : ""
            throw Refusal(
                .rejected, "it opens a hole in a continuous service: \(hole)\(more)", field: "text",
                remedy: "Close it, or send force: true.")
        }
        let document = RosterDocument(version: check.version, base: base, text: text)
        return try commands.answer(
            await node.command(
                .roster(control: control, .applied(document), by: by, reason: reason),
                key: fields.key),
            status: .ok)
    }

    private func change(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let roster = await node.roster()
        let by = try fields.person("by", roster: roster, client: call.client)
        let kind = try fields.text(
            "kind", lengthMax: 16, remedy: "Use `override`, `leave` or `swap`.")
        let person = try fields.optionalMember("person", of: roster)?.id ?? by
        let from = try fields.optionalTime("from") ?? node.now()
        guard let to = try fields.optionalTime("to") else {
            throw .missing("to", remedy: "Say until when, like 2026-12-24T03:00:00Z.")
        }
        let reason = try fields.optionalText("reason", lengthMax: Limits.summaryLengthMax) ?? ""
        let saying: RosterSaying
        switch kind {
        case "leave": saying = .left(LeaveWord(person: person, from: from, to: to))
        case "override", "swap":
            let schedule = try fields.text(
                "schedule", lengthMax: 128, remedy: "Give the id of a schedule.")
            let word = OverrideWord(
                schedule: schedule, person: person,
                replaces: try fields.optionalMember("replaces", of: roster)?.id, from: from, to: to)
            saying = kind == "swap" ? .swapAsked(word) : .overridden(word)
        case _:
            throw .invalid(
                "kind", "there is no change '\(kind)'",
                remedy: "Use `override`, `leave` or `swap`.")
        }
        return try commands.answer(
            await node.command(
                .roster(control: control, saying, by: by, reason: reason), key: fields.key),
            status: .created)
    }

    private func answer(
        _ call: Call, _ saying: (FactID) -> RosterSaying
    ) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let by = try fields.person("by", roster: await node.roster(), client: call.client)
        let reason = try fields.optionalText("reason", lengthMax: Limits.summaryLengthMax) ?? ""
        let text = call.parameter("id")
        guard let id = FactID(text: text) else {
            throw Refusal(
                .unknownIncident, "'\(text.prefix(40))' is no id of a change", field: "id",
                remedy: "See GET \(APIPath.roster).")
        }
        return try commands.answer(
            await node.command(
                .roster(control: control, saying(id), by: by, reason: reason), key: fields.key),
            status: .ok)
    }
}
