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
            Endpoint(.get, APIPath.roster, access: .token(.read), level: .debug, serve: show),
            Endpoint(
                .get, APIPath.rosterVersion("{version}"), access: .token(.read), level: .debug,
                serve: version),
            Endpoint(
                .post, APIPath.roster, access: .token(.administer), level: .info, serve: apply),
            Endpoint(
                .post, APIPath.changes, access: .token(.respond), level: .info, serve: change),
            Endpoint(
                .post, APIPath.changePlan, access: .token(.respond), level: .debug, serve: plan),
            Endpoint(
                .post, APIPath.takeChange("{id}"), access: .token(.respond), level: .info,
                serve: take),
            Endpoint(
                .post, APIPath.cancelChange("{id}"), access: .token(.respond), level: .info,
                serve: cancel),
        ]
    }

    private func show(_ call: Call) async throws(Refusal) -> Answer {
        let (state, roster) = (await node.control(), await node.roster())
        let now = node.now()
        let applied = state.versions.last { $0.document.version == roster.version }?.document
        let inFile = await node.rosterFileText()
        return .json(
            RosterAnswer(
                region: node.region.text, readAt: Timestamp(now), version: roster.version,
                source: applied == nil ? "file" : "cluster",
                text: (applied?.text ?? inFile).map { shown($0, to: call) },
                unread: await unread(state, roster),
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
        return .json(RosterTextAnswer(version: match.version, text: shown(match.text, to: call)))
    }

    /// The text as whoever asks may see it.
    private func shown(_ text: String, to call: Call) -> String {
        call.may < .administer ? IntegrationKeyMask.mask(text) : text
    }

    /// The version that is in force in the cluster and not at this region, and why.
    private func unread(_ state: ControlState, _ roster: Roster) async -> UnreadRoster? {
        guard let document = state.current?.document, document.version != roster.version else {
            return nil
        }
        let problems = await node.checkRoster(document.text).problems.map(\.description)
        return UnreadRoster(
            version: document.version,
            problems: problems.isEmpty
                ? ["it is being read, or will be when it is read again"] : problems,
            remedy: "Correct what is wrong and apply it again; until then this region goes by "
                + "\(roster.version). What it lacks may be there at other regions: compare "
                + "`meridian --version` and their time zones.")
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
        guard !text.contains(IntegrationKeyMask.prefix) else {
            throw .invalid(
                "text", "its integration keys are hidden ones",
                remedy: "Read the roster with a token that may administer, and change that.")
        }
        let base = try fields.optionalText("base", lengthMax: 64) ?? roster.version
        let check = await node.checkRoster(text)
        guard check.problems.isEmpty else {
            let count = check.problems.count
            throw Refusal(
                .invalidRequest,
                "the roster cannot be used: \(count) problem\(count == 1 ? "" : "s")",
                field: "text", remedy: "Correct the file, and apply it again.",
                errors: check.problems)
        }
        if !check.holes.isEmpty, try fields.optionalFlag("force") != true {
            throw Refusal(
                .rejected, "it opens a hole in a continuous service", field: "text",
                remedy: "Close it, or send force: true (--force).", errors: check.holes)
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
        let asked = try asked(fields, by: by, await check(roster))
        let reason = try fields.optionalText("reason", lengthMax: Limits.summaryLengthMax) ?? ""
        if !asked.found.cover.isEmpty, try fields.optionalFlag("force") != true {
            throw Refusal(
                .rejected, "\(asked.person) would not be there", field: "person",
                remedy: "Put somebody else on call, or send force: true (--force).",
                errors: asked.found.cover)
        }
        return try commands.answer(
            await node.command(
                .roster(control: control, asked.saying, by: by, reason: reason), key: fields.key),
            status: .created,
            warnings: (asked.found.cover + asked.found.others).map(\.description))
    }

    /// What the same request would change; nothing is written.
    private func plan(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let roster = await node.roster()
        let by = try fields.person("by", roster: roster, client: call.client)
        let check = await check(roster)
        let asked = try asked(fields, by: by, check)
        return .json(check.plan(of: asked, region: node.region.text, at: node.now()))
    }

    /// What a request wants to be said, and what speaks against it. *Errors:* a `Refusal` that names the
    /// field.
    private func asked(
        _ fields: RequestFields, by: PersonID, _ check: ChangeCheck
    ) throws(Refusal) -> ChangeCheck.Asked {
        let kind = try fields.text(
            "kind", lengthMax: 16, remedy: "Use `override`, `leave` or `swap`.")
        let person = try fields.optionalMember("person", of: check.roster)?.id ?? by
        let from = try fields.optionalTime("from") ?? node.now()
        guard let to = try fields.optionalTime("to") else {
            throw .missing("to", remedy: "Say until when, like 2026-12-24T03:00:00Z.")
        }
        switch kind {
        case "leave":
            // Whoever is ill is ill: a hole is told, and somebody else has to be found.
            let word = LeaveWord(person: person, from: from, to: to)
            return check.asked(leave: word)
        case "override", "swap":
            let schedule = try fields.text(
                "schedule", lengthMax: 128, remedy: "Give the id of a schedule.")
            let word = OverrideWord(
                schedule: schedule, person: person,
                replaces: try fields.optionalMember("replaces", of: check.roster)?.id, from: from,
                to: to)
            return kind == "swap" ? check.asked(swap: word) : check.asked(override: word)
        case _:
            throw .invalid(
                "kind", "there is no change '\(kind)'",
                remedy: "Use `override`, `leave` or `swap`.")
        }
    }

    private func check(_ roster: Roster) async -> ChangeCheck {
        ChangeCheck(
            roster: roster, zones: await node.zones(), changes: OnCallChanges(await node.control()))
    }

    /// Takes a swap, unless somebody would have too little rest, or cover would break.
    private func take(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let roster = await node.roster()
        let by = try fields.person("by", roster: roster, client: call.client)
        let id = try changeID(call)
        var items: [ProblemItem] = []
        let known = await node.control().changes.first { $0.fact == id }
        // What cannot be taken is refused where it is taken.
        if case .swap(let word, nil) = known?.kind, word.person != by {
            let found = await check(roster).problems(
                of: ChangeCheck.override(word, .swap, person: by, replaces: word.person))
            items = found.cover + found.others
        }
        if !items.isEmpty, try fields.optionalFlag("force") != true {
            throw Refusal(
                .rejected, "rest or cover would break if \(by) took it", field: "by",
                remedy: "Let somebody else take it, or send force: true (--force).",
                errors: items)
        }
        return try await say(.swapTaken(id), fields, by: by, warnings: items)
    }

    private func cancel(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let by = try fields.person("by", roster: await node.roster(), client: call.client)
        return try await say(.cancelled(try changeID(call)), fields, by: by)
    }

    private func say(
        _ saying: RosterSaying, _ fields: RequestFields, by: PersonID,
        warnings: [ProblemItem] = []
    ) async throws(Refusal) -> Answer {
        let reason = try fields.optionalText("reason", lengthMax: Limits.summaryLengthMax) ?? ""
        return try commands.answer(
            await node.command(
                .roster(control: control, saying, by: by, reason: reason), key: fields.key),
            status: .ok, warnings: warnings.map(\.description))
    }

    private func changeID(_ call: Call) throws(Refusal) -> FactID {
        let text = call.parameter("id")
        guard let id = FactID(text: text) else {
            throw Refusal(
                .unknownIncident, "'\(text.prefix(40))' is no id of a change", field: "id",
                remedy: "See GET \(APIPath.roster).")
        }
        return id
    }
}
