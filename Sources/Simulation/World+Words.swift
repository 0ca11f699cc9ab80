import Basics
import IncidentModel
import Replication

/// Trace lines in words.
extension World {
    static func words(for message: Message) -> String {
        switch message {
        case .vote(let items):
            "vote "
                + items.map {
                    "\($0.group.short) \($0.kind) term \($0.term) log \($0.lastTerm)/\($0.lastIndex)"
                }
                .joined(separator: ", ")
        case .voteReply(let items):
            "vote-reply "
                + items.map {
                    "\($0.group.short) \($0.kind) term \($0.candidateTerm) \($0.verdict)"
                }
                .joined(separator: ", ")
        case .append(let items):
            "append "
                + items.map {
                    "\($0.group.short) term \($0.term) prev \($0.prevTerm)/\($0.prevIndex) "
                        + "+\($0.entries.count) commit \($0.commit)"
                        + ($0.snapshot.map { " snapshot \($0.index)" } ?? "")
                }.joined(separator: ", ")
        case .appendReply(let items):
            "append-reply "
                + items.map {
                    "\($0.group.short) term \($0.term) commit \($0.commit) \($0.outcome)"
                }
                .joined(separator: ", ")
        case .timeoutNow(let items):
            "timeout-now "
                + items.map { "\($0.group.short) term \($0.term)" }.joined(separator: ", ")
        case .digest: "digest"
        case .digestReply: "digest-reply"
        }
    }

    static func words(for body: FactBody) -> String {
        switch body {
        case .alertSeen(let report):
            "alert "
                + report.alerts.map { "\($0.fingerprint)\($0.isFiring ? "+" : "-")" }
                .joined(separator: " ")
        case .pageIntent(let intent):
            "intent \(intent.key.high & 0xFFFF) try \(intent.attempt)"
        case .pageResult(let result):
            "result \(result.key.high & 0xFFFF) try \(result.attempt) \(result.outcome.words)"
        case .ackSeen(let ack): "ack \(ack.generation)/\(ack.run) by \(ack.by)"
        case .resolveSeen(let resolution): "resolve by \(resolution.by)"
        case .noteAdded(let note): "note \(note.text)"
        case .edited(let edit): "edit \(edit.value.words)\(edit.isApart ? " apart" : "")"
        case .handoff(let word): "handoff \(word.saying)"
        case .work(let word): "work \(word.saying)"
        case .roster(let word): "roster \(word.saying)"
        case .escalationAsked(let request): "escalate \(request.generation)/\(request.run)"
        }
    }
}
