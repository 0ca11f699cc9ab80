import Basics
import Replication

/// What happened since the last command, in numbers; for scripts with many groups.
struct TraceCounts: Equatable {
    var messages = 0
    var items = 0
    var batches = 0
    var writes = 0
    var becameOwner: [Int] = []
    var lostOwnership = 0
    var peersLost = 0
}

// How a script shows what a cluster does.

extension ScriptWorld {
    mutating func note(_ write: GroupWrite, _ host: Int) {
        counts.writes += 1
        guard !isBrief else { return }
        var words: [String] = []
        if let hard = write.hardState {
            words.append("term \(hard.term) vote \(hard.votedFor.map { "\($0)" } ?? "-")")
        }
        if let from = write.truncateFrom { words.append("truncate \(from)") }
        if let snapshot = write.snapshot { words.append("snapshot \(snapshot.text)") }
        if !write.entries.isEmpty { words.append("append " + write.entries.text) }
        if let commit = write.commit { words.append("commit \(commit)") }
        trace.append("\(host + 1) writes \(write.group.name): " + words.joined(separator: ", "))
    }

    mutating func note(_ batch: CommittedBatch, _ host: Int) {
        counts.batches += 1
        guard !isBrief else { return }
        trace.append("\(host + 1) applies \(batch.group.name): " + batch.entries.text)
    }

    mutating func note(_ event: ReplicationEvent, _ host: Int) {
        switch event {
        case .becameOwner: counts.becameOwner[host] += 1
        case .lostOwnership: counts.lostOwnership += 1
        case .peerLost: counts.peersLost += 1
        default: break
        }
        guard !isBrief else { return }
        trace.append("\(host + 1) " + event.text)
    }

    mutating func note(_ message: Message, from: Int, to: Int) {
        counts.messages += 1
        counts.items += message.lines.count
        guard !isBrief else { return }
        for line in message.lines { trace.append("\(from + 1)->\(to + 1) \(line)") }
    }
}

extension GroupID {
    /// As scripts call it.
    var name: String { "g\(low)" }
}

extension Snapshot {
    var text: String { "\(index):\(term) \"\(String(decoding: payload, as: UTF8.self))\"" }
}

extension [LogEntry] {
    /// `index:term` and what is in it, for each.
    var text: String {
        let texts = map { entry in
            let isData = entry.kind == .data
            let what = isData ? String(decoding: entry.payload, as: UTF8.self) : "establish"
            return "\(entry.index):\(entry.term) \(what)"
        }
        return "[" + texts.joined(separator: ", ") + "]"
    }
}

extension Message {
    /// One line for each group it names.
    var lines: [String] {
        switch self {
        case .vote(let items): items.map(\.text)
        case .voteReply(let items): items.map(\.text)
        case .append(let items): items.map(\.text)
        case .appendReply(let items): items.map(\.text)
        case .timeoutNow(let items):
            items.map { "\($0.group.name) timeoutNow term \($0.term) last \($0.lastIndex)" }
        case .digest(let digest):
            ["digest \(digest.part + 1)/\(digest.parts) of \(digest.groups.count) groups"]
                + digest.groups.map(\.text)
        case .digestReply(let reply):
            ["digestReply \(reply.part + 1), \(reply.replies.count) differ"]
                + reply.replies.map(\.text)
        }
    }
}

extension VoteRequest {
    var text: String {
        "\(group.name) vote? \(kind) for \(term) (now \(currentTerm)) log \(lastIndex):\(lastTerm)"
    }
}

extension VoteReply {
    var text: String {
        "\(group.name) vote! \(kind) for \(candidateTerm) \(verdict) (now \(term)"
            + (leader.map { " leader \($0)" } ?? "") + ")"
    }
}

extension AppendRequest {
    var text: String {
        "\(group.name) append term \(term) after \(prevIndex):\(prevTerm)"
            + (snapshot.map { " snapshot \($0.text)" } ?? "")
            + (entries.isEmpty ? "" : " " + entries.text) + " commit \(commit)"
    }
}

extension AppendReply {
    var text: String {
        let what =
            switch outcome {
            case .matched(let index): "matched \(index)"
            case .conflict(let rejected, let term, let first):
                "conflict at \(rejected), here term \(term) from \(first)"
            case .staleTerm: "stale term"
            }
        return "\(group.name) append! term \(term) \(what) commit \(commit)"
    }
}

extension GroupDigest {
    var text: String {
        "  \(group.name) term \(term) log \(lastIndex):\(lastTerm) commit \(commit)"
    }
}

extension ReplicationEvent {
    var text: String {
        switch self {
        case .becameOwner(let group, let term): "OWNS \(group.name) in term \(term)"
        case .lostOwnership(let group, let term): "LOST \(group.name) of term \(term)"
        case .leaderChanged(let group, let term, let leader):
            "sees leader of \(group.name) term \(term): \(leader.map { "\($0)" } ?? "none")"
        case .restoredSnapshot(let group, let snapshot): "loads \(group.name) \(snapshot.text)"
        case .wantsSnapshot(let group, let upTo): "wants a snapshot of \(group.name) at \(upTo)"
        case .transferDone(let group, let to): "handed \(group.name) to \(to)"
        case .transferAborted(let group, let to, let reason):
            "did not hand \(group.name) to \(to): \(reason)"
        case .peerFresh(let member, let incarnation): "hears \(member) incarnation \(incarnation)"
        case .peerLost(let member): "lost \(member)"
        case .majorityLost: "has no majority"
        case .majorityRegained: "has a majority"
        case .refusedMessage(let refusal): "refuses \(refusal)"
        case .damagedGroup(let group, let reason): "cannot trust \(group.name): \(reason)"
        }
    }
}
