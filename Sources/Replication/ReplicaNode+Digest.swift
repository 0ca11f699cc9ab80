import Basics

// Who has come back is told once which groups I lead, so that only those that differ wake up.
// *Source:* design 4, "Log" and "Quiescence".

extension ReplicaNode {
    /// Begins to tell a peer all groups that I lead.
    mutating func beginDigest(to peer: Int) {
        node.digestRounds += 1
        let round = node.incarnation.number << 32 | node.digestRounds
        var parts: [[GroupDigest]] = [[]]
        groups.forEach { _, group in
            guard group.isLeader else { return }
            if parts[parts.count - 1].count == node.config.groupsPerMessageMax { parts.append([]) }
            parts[parts.count - 1].append(group.digest)
        }
        node.peers[peer].digestOut = DigestOut(round: round, parts: parts, resendAt: node.now)
        sendDigest(to: peer)
    }

    /// Sends the parts that were not answered.
    private mutating func sendDigest(to peer: Int) {
        guard let digest = node.peers[peer].digestOut else { return }
        for (number, groups) in digest.parts.enumerated() {
            guard let groups else { continue }
            let part = Digest(
                round: digest.round, part: number, parts: digest.parts.count, groups: groups)
            node.outbox.add(part, to: \.digests, of: peer)
        }
        node.peers[peer].digestOut?.resendAt = node.now + node.config.retry
    }

    mutating func resendDigests() {
        for peer in node.peers.indices {
            guard let digest = node.peers[peer].digestOut, digest.resendAt <= node.now else {
                continue
            }
            sendDigest(to: peer)
        }
    }

    /// Compares what a peer leads with what I have.
    mutating func receive(_ digest: Digest, from peer: Int, _ output: inout Output) {
        guard note(digest, from: peer) else { return }
        var replies: [AppendReply] = []
        for item in digest.groups {
            // Silence means that I have all of it: what I refuse or cannot read must be named.
            var answer: AppendReply? = item.asNothingSaid
            change(item.group, peer, &output) { group, node, output in
                group.digestRound = digest.round
                let request = item.asAppend
                guard let reply = group.receive(request, from: peer, &node, &output) else { return }
                answer = reply.isNothingNew(for: item) ? nil : reply
            }
            if let answer { replies.append(answer) }
        }
        let reply = DigestReply(round: digest.round, part: digest.part, replies: replies)
        node.outbox.add(reply, to: \.digestReplies, of: peer)
        guard node.peers[peer].digestIn?.isComplete == true else { return }
        for id in groups.keys {
            groups.updateIfPresent(id) { group in
                guard group.leader == peer, group.digestRound != digest.round else { return }
                group.orphan(&node, &output)
            }
        }
    }

    /// Takes note of a part; says whether it is of the present list, and not of an older one.
    private mutating func note(_ digest: Digest, from peer: Int) -> Bool {
        let known = node.peers[peer].digestIn
        if let known, known.round > digest.round { return false }
        if known?.round != digest.round || known?.received.count != digest.parts {
            let received = Array(repeating: false, count: digest.parts)
            node.peers[peer].digestIn = DigestIn(round: digest.round, received: received)
        }
        node.peers[peer].digestIn?.received[digest.part] = true
        return true
    }

    /// Takes note of what a peer has of the groups in one part.
    mutating func receive(_ reply: DigestReply, from peer: Int, _ output: inout Output) {
        guard let digest = node.peers[peer].digestOut, digest.round == reply.round,
            reply.part < digest.parts.count, let groups = digest.parts[reply.part]
        else { return }
        node.peers[peer].digestOut?.parts[reply.part] = nil
        if node.peers[peer].digestOut?.parts.allSatisfy({ $0 == nil }) == true {
            node.peers[peer].digestOut = nil
        }
        var next = 0
        for item in groups {
            let isNamed = next < reply.replies.count && reply.replies[next].group == item.group
            let answer = isNamed ? reply.replies[next] : item.asConfirmed
            if isNamed { next += 1 }
            change(item.group, peer, &output) { $0.receive(answer, from: peer, &$1, &$2) }
        }
    }
}

extension Group {
    fileprivate var digest: GroupDigest {
        GroupDigest(
            group: id, term: term, lastIndex: log.lastIndex, lastTerm: log.lastTerm, commit: commit)
    }
}

extension GroupDigest {
    /// The append without entries that says the same.
    fileprivate var asAppend: AppendRequest {
        AppendRequest(
            group: group, term: term, prevIndex: lastIndex, prevTerm: lastTerm, commit: commit,
            snapshot: nil, entries: [])
    }

    /// An answer from which a leader learns nothing: see `Group.receive(_: AppendReply)`.
    fileprivate var asNothingSaid: AppendReply {
        AppendReply(group: group, term: term, commit: 0, outcome: .staleTerm)
    }

    /// The answer of a follower that has all of it.
    fileprivate var asConfirmed: AppendReply {
        AppendReply(group: group, term: term, commit: commit, outcome: .matched(lastIndex))
    }
}

extension AppendReply {
    /// Whether the leader need not be told, because it is what it asked for.
    fileprivate func isNothingNew(for item: GroupDigest) -> Bool {
        term == item.term && commit == item.commit && outcome == .matched(item.lastIndex)
    }
}
