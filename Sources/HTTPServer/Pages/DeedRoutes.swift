import APIModel
import Basics
import HTTPTypes
import Hummingbird
import Pages

/// The forms of the pages: each is one request to the API, and leads back to where it was.
struct DeedRoutes: Sendable {
    private let gate: PageGate

    init(gate: PageGate) { self.gate = gate }

    /// The table.
    var endpoints: [Endpoint] {
        [
            gate.form("/incidents", declare),
            deed(.acknowledge) { (_, by, id) in
                (APIPath.acknowledge(id), AcknowledgeRequest(by: by))
            },
            deed(.resolve) { (_, by, id) in (APIPath.resolve(id), ResolveRequest(by: by)) },
            deed(.escalate) { (form, by, id) in
                (APIPath.escalate(id), EscalateRequest(by: by, reason: form["reason"]))
            },
            deed(.notes) { (form, by, id) in
                (
                    APIPath.notes(id),
                    NoteRequest(by: by, text: form["text"] ?? "", replyTo: form["replyTo"])
                )
            },
            deed(.snooze) { (form, by, id) in
                let minutes = form["minutes"].flatMap { UInt64($0) } ?? 0
                return (APIPath.snooze(id), SnoozeRequest(by: by, minutes: minutes))
            },
            deed(.severity) { (form, by, id) in
                (
                    APIPath.severity(id),
                    SeverityRequest(
                        severity: form["severity"] ?? "", by: by, reason: form["reason"] ?? "")
                )
            },
            deed(.commander) { (form, by, id) in
                (
                    APIPath.commander(id),
                    CommanderRequest(person: form["person"], by: by, reason: form["reason"])
                )
            },
            deed(.merge) { (form, by, id) in
                (
                    APIPath.merge(id),
                    MergeRequest(with: form["with"] ?? "", by: by, reason: form["reason"])
                )
            },
            deed(.separate) { (form, by, id) in
                (APIPath.separate(id), SeparateRequest(by: by, reason: form["reason"] ?? ""))
            },
            gate.form("/incidents/{id}/conflicts/{conflict}/overturn", back: Self.back, overturn),
            gate.form("/incidents/{id}/work/{item}/end", back: Self.back, endWork),
            gate.form("/incidents/{id}/steps", back: Self.back, tick),
        ] + handoffs + work
    }

    private var work: [Endpoint] {
        [
            deed(.work) { (form, by, id) in
                // The form offers up to an hour; what somebody else sends is kept within a day.
                let minutes = form["minutes"].flatMap { UInt64($0) }.map { min(max($0, 1), 1_440) }
                return (
                    APIPath.work(id),
                    WorkRequest(
                        by: by, kind: form["kind"] ?? "", text: form["text"] ?? "",
                        owner: form["owner"], minutes: minutes, audience: form["audience"])
                )
            },
            deed(.phase) { (form, by, id) in
                (
                    APIPath.phase(id),
                    PhaseRequest(
                        phase: form["phase"] ?? "", by: by, reason: form["reason"] ?? "")
                )
            },
        ]
    }

    private var handoffs: [Endpoint] {
        [
            deed(.offer) { (form, by, id) in
                (
                    APIPath.handoff(id, .offer),
                    HandoffRequest(
                        by: by, to: form["to"], toRegion: form["toRegion"], brief: form["brief"])
                )
            },
            deed(.brief) { (form, by, id) in
                (APIPath.handoff(id, .brief), HandoffRequest(by: by, brief: form["brief"]))
            },
            deed(.accept) { (form, by, id) in
                (APIPath.handoff(id, .accept), HandoffRequest(by: by, readBack: form["readBack"]))
            },
            deed(.decline) { (form, by, id) in
                (APIPath.handoff(id, .decline), HandoffRequest(by: by, reason: form["reason"]))
            },
            deed(.withdraw) { (form, by, id) in
                (APIPath.handoff(id, .withdraw), HandoffRequest(by: by, reason: form["reason"]))
            },
        ]
    }

    @Sendable private static func back(_ call: Call) -> String {
        "/incidents/\(Query.encoded(call.parameter("id")))"
    }

    /// A form in the room of an incident that is one request to the API.
    private func deed<Body: Encodable & Sendable>(
        _ deed: Done.Deed,
        _ request: @escaping @Sendable (Form, String, String) -> (path: String, body: Body)
    ) -> Endpoint {
        gate.form("/incidents/{id}/\(deed.rawValue)", back: Self.back) {
            (call, visit, form) throws(Refusal) in
            guard let by = visit.reader?.person else {
                return gate.redirect(to: gate.whoPath(next: Self.back(call)))
            }
            let (path, body) = request(form, by, call.parameter("id"))
            let answer: AcceptanceAnswer = try await visit.post(path, body)
            return gate.redirect(to: Self.back(call) + query(deed, answer))
        }
    }

    private func query(_ deed: Done.Deed, _ answer: AcceptanceAnswer) -> String {
        "?done=\(deed.rawValue)&safe=\(Query.encoded(answer.durability))"
    }

    private func overturn(
        _ call: Call, _ visit: Visit, _ form: Form
    ) async throws(Refusal) -> Answer {
        guard let by = visit.reader?.person else {
            return gate.redirect(to: gate.whoPath(next: Self.back(call)))
        }
        let answer: AcceptanceAnswer = try await visit.post(
            APIPath.overturn(call.parameter("conflict")),
            OverturnRequest(
                severity: form["severity"], commander: form["commander"], phase: form["phase"],
                by: by, reason: form["reason"] ?? ""))
        return gate.redirect(to: Self.back(call) + query(.overturn, answer))
    }

    private func endWork(
        _ call: Call, _ visit: Visit, _ form: Form
    ) async throws(Refusal) -> Answer {
        guard let by = visit.reader?.person else {
            return gate.redirect(to: gate.whoPath(next: Self.back(call)))
        }
        let answer: AcceptanceAnswer = try await visit.post(
            APIPath.workEnd(call.parameter("id"), call.parameter("item")),
            WorkEndRequest(by: by, state: form["state"] ?? "", outcome: form["outcome"]))
        return gate.redirect(to: Self.back(call) + query(.workEnd, answer))
    }

    /// A step of a runbook: what came of it is work on the incident.
    private func tick(
        _ call: Call, _ visit: Visit, _ form: Form
    ) async throws(Refusal) -> Answer {
        guard let by = visit.reader?.person else {
            return gate.redirect(to: gate.whoPath(next: Self.back(call)))
        }
        let runbook: RunbookAnswer = try await visit.get(APIPath.runbook(form["runbook"] ?? ""))
        let number = form["step"].flatMap { Int($0) } ?? 0
        guard let text = RunbookPart.name(of: number, runbook.summary) else {
            throw .invalid(
                "step", "the runbook has no such step any more", remedy: "Load the page again.")
        }
        let answer: AcceptanceAnswer = try await visit.post(
            APIPath.work(call.parameter("id")),
            WorkRequest(
                by: by, kind: "step", text: text, state: form["state"] ?? "done",
                outcome: form["outcome"]))
        return gate.redirect(to: Self.back(call) + query(.steps, answer))
    }

    private func declare(
        _ call: Call, _ visit: Visit, _ form: Form
    ) async throws(Refusal) -> Answer {
        let answer: AcceptanceAnswer = try await visit.post(
            APIPath.incidents,
            DeclareRequest(
                service: form["service"] ?? "", title: form["title"] ?? "",
                severity: form["severity"], by: visit.reader?.person))
        return gate.redirect(to: "/incidents/\(answer.incident)" + query(.declare, answer))
    }
}
