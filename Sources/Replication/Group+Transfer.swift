import Basics

// Handing a group to another member. *Source:* Raft dissertation, section 3.10; design 4 and 6.

extension Group {
    /// Begins to hand over: from now on no proposals, so that the target can have everything.
    mutating func beginTransfer(
        to target: Int, isLastResort: Bool = false, _ node: inout NodeContext
    ) -> TransferResult {
        if let obstacle = transferObstacle(target, isLastResort, node) { return obstacle }
        let deadline =
            node.has(.keepsTransferring)
            ? .distantFuture : node.now + node.config.transferTimeout
        transfer = Transfer(to: target, term: term, deadline: deadline)
        lastActivity = node.now
        markDirty(&node)
        advanceTransfer(&node)
        rearm(&node)
        return .started
    }

    private func transferObstacle(
        _ target: Int, _ isLastResort: Bool, _ node: NodeContext
    ) -> TransferResult? {
        // Who cannot write may never come to own what it leads.
        guard isEstablished || isLeader && isLastResort else {
            return .notOwner(hint: leader.map { node.peers[$0].id })
        }
        if let transfer, transfer.term == term {
            return .alreadyTransferring(to: node.peers[transfer.to].id)
        }
        if target == node.me { return .targetIsMe }
        if node.peers[target].isWitness, !isLastResort { return .targetIsWitness }
        if isProvisional(node) { return .noMajority }
        return readinessObstacle(target, node)
    }

    /// Whether the target could take over within a moment: it is there and has what is committed.
    private func readinessObstacle(_ target: Int, _ node: NodeContext) -> TransferResult? {
        if node.has(.transferToLaggard) { return nil }
        guard node.isFresh(target) else { return .targetNotFresh }
        let match = progress[target].match
        return match < commit ? .targetIsBehind(entries: commit - match) : nil
    }

    /// Whether proposals are refused because the group is being handed over.
    func isHandingOver(_ node: NodeContext) -> Bool {
        isLeader && transfer != nil && !node.has(.proposalsDuringTransfer)
    }

    /// Whether I lead it without a live majority. *Source:* design 4, CheckQuorum.
    func isProvisional(_ node: NodeContext) -> Bool {
        switch node.majority {
        case .lost: isLeader
        case .live, .unproven: false
        }
    }

    /// Tells the target to stand as soon as it has my whole log.
    mutating func advanceTransfer(_ node: inout NodeContext) {
        guard isLeader, let transfer, transfer.resendAt == nil else { return }
        let isComplete = progress[transfer.to].match == log.lastIndex
        guard isComplete || node.has(.transferToLaggard) else { return }
        sendTimeoutNow(&node)
    }

    private mutating func sendTimeoutNow(_ node: inout NodeContext) {
        guard let target = transfer?.to else { return }
        transfer?.resendAt = node.now + node.config.retry
        let request = TimeoutNow(group: id, term: term, lastIndex: log.lastIndex)
        node.outbox.add(request, to: \.timeouts, of: target)
        rearm(&node)
    }

    /// Asks the target again, or gives up and resumes.
    mutating func transferIsDue(_ node: inout NodeContext, _ output: inout Output) {
        guard let transfer else { return }
        if transfer.deadline <= node.now {
            abortTransfer(.timeout, &node, &output)
            return handOnIfWitness(&node)
        }
        guard let resendAt = transfer.resendAt, resendAt <= node.now else { return }
        if isLeader {
            sendTimeoutNow(&node)
        } else {
            self.transfer?.resendAt = nil
        }
    }

    mutating func abortTransfer(
        _ reason: TransferAbort, _ node: inout NodeContext, _ output: inout Output
    ) {
        guard let target = transfer?.to else { return }
        transfer = nil
        if reason == .timeout { handedInVain |= 1 << UInt64(target) }
        let member = node.peers[target].id
        output.events.append(.transferAborted(group: id, to: member, reason: reason))
    }

    /// Says how a transfer ended, once it is known who leads.
    mutating func settleTransfer(_ node: NodeContext, _ output: inout Output) {
        guard let transfer, let leader, term > transfer.term else { return }
        self.transfer = nil
        let target = node.peers[transfer.to].id
        if leader == transfer.to {
            output.events.append(.transferDone(group: id, to: target))
        } else {
            let other = TransferAbort.otherLeader(node.peers[leader].id)
            output.events.append(.transferAborted(group: id, to: target, reason: other))
        }
    }

    /// Stands at once, without asking first, because my leader wants me to.
    mutating func receive(
        _ request: TimeoutNow, from peer: Int, _ node: inout NodeContext, _ output: inout Output
    ) {
        guard mayObey(request, from: peer, node) else {
            let from = node.peers[peer].id
            let refusal = Refusal.staleTimeoutNow(group: id, term: request.term, from: from)
            output.events.append(.refusedMessage(refusal))
            return
        }
        beginVote(.transfer, &node, &output)
    }

    private func mayObey(_ request: TimeoutNow, from peer: Int, _ node: NodeContext) -> Bool {
        if node.has(.staleTimeoutNow) { return !isLeader }
        return request.term == term && leader == peer && log.lastIndex >= request.lastIndex
    }

    /// A witness leads only as a last resort: it hands on to the first other member that can lead.
    mutating func handOnIfWitness(_ node: inout NodeContext) {
        guard node.peers[node.me].isWitness else { return }
        handOn(&node)
    }

    /// Begins to hand over to the first other member that can lead, of these by position; gives it back. If
    /// these have no other, to a witness, which hands it on (seed 1990: the region that could lead is not
    /// heard here, the witness hears it). Who did not take it is asked again only when all others were asked:
    /// it may be unable to write as well (seed 202711).
    @discardableResult
    mutating func handOn(among able: [Bool]? = nil, _ node: inout NodeContext) -> Int? {
        // Who cannot write its Establish down either would lead without owning for ever (seed 205062).
        guard isEstablished || isLeader && able != nil, transfer == nil else { return nil }
        let ready = progress.indices.filter { position in
            able?[position] != false && position != node.me && node.isFresh(position)
                && (able != nil || !node.peers[position].isWitness)
                && progress[position].isCaughtUp(last: log.lastIndex, commit: commit)
        }
        let fresh = ready.filter { handedInVain & (1 << UInt64($0)) == 0 }
        if fresh.isEmpty, !ready.isEmpty { handedInVain = 0 }
        // Witnesses stand last anyway.
        let successor = (fresh.isEmpty ? ready : fresh).min { one, other in
            node.standing(of: one, for: id) < node.standing(of: other, for: id)
        }
        guard let successor,
            beginTransfer(to: successor, isLastResort: able != nil, &node) == .started
        else { return nil }
        return successor
    }
}
