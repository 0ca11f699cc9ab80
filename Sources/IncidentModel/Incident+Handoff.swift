import Basics

/// Offers of command: what was said of them, and who took them. They change nothing else; command changes by
/// a decision alone, so that there is exactly one commander at every index of the log. *Source:* design 6.
extension Incident {
    /// How many offers of a generation are remembered; the timeline tells all.
    public static let handoffsMax = 16

    /// Where an offer stands.
    public func state(of handoff: HandoffRecord) -> HandoffState {
        if let taken = handoff.taken { return .taken(by: taken.by) }
        if let answer = handoff.answers.first {
            return answer.isWithdrawal
                ? .withdrawn(by: answer.by) : .declined(by: answer.by, reason: answer.reason)
        }
        guard handoff.offer == lastHandoff?.offer, commandSince < handoff.time else {
            return .superseded
        }
        return .open
    }

    /// The last offer of this generation, whatever became of it.
    public var lastHandoff: HandoffRecord? {
        handoffs.last { $0.isKnown && $0.previousEnd == previousEnd }
    }

    /// The offer that waits to be taken, if there is one.
    public var openHandoff: HandoffRecord? {
        guard status.isOpen, let last = lastHandoff, state(of: last) == .open else { return nil }
        return last
    }

    mutating func apply(_ word: HandoffWord, of fact: Fact, index: LogIndex) {
        note(.handoff, of: fact, words(of: word), index: index)
        guard !hasClosed(after: word.previousEnd) else { return }
        let offer = word.offer ?? fact.id
        var record =
            handoffs.first { $0.offer == offer }
            ?? HandoffRecord(offer: offer, previousEnd: word.previousEnd)
        switch word.saying {
        case .offered(let to, let from, let brief, let plan):
            record.plan = plan
            (record.time, record.region) = (fact.time, fact.region)
            (record.by, record.to, record.from) = (word.by, to, from)
            record.add(Brief(fact: fact.id, time: fact.time, by: word.by, text: brief))
        case .briefed(let text):
            record.add(Brief(fact: fact.id, time: fact.time, by: word.by, text: text))
        case .declined(let reason), .withdrawn(let reason):
            var isWithdrawal = false
            if case .withdrawn = word.saying { isWithdrawal = true }
            record.add(
                HandoffAnswer(
                    fact: fact.id, time: fact.time, by: word.by, isWithdrawal: isWithdrawal,
                    reason: reason))
        }
        handoffs.removeAll { $0.offer == offer }
        let position = handoffs.partitioningIndex {
            ($0.time, $0.offer) >= (record.time, record.offer)
        }
        handoffs.insert(record, at: position)
        if handoffs.count > Self.handoffsMax { handoffs.removeFirst() }
    }

    /// Writes down who took which offer, when command was decided.
    mutating func noteTaking(by person: PersonID, _ inputs: [FactID], at time: HybridTime) {
        for record in edits where inputs.contains(record.fact) {
            guard let offer = record.edit.handoff?.offer,
                case .commander(person) = record.edit.value,
                let known = handoffs.firstIndex(where: { $0.offer == offer })
            else { continue }
            handoffs[known].taken = HandoffTaking(
                by: person, at: time, readBack: record.edit.reason)
        }
    }

    /// Whoever takes command takes the incident on, whatever is decided about command.
    mutating func takeOn(_ taken: OfferTaken, by edit: FieldEdit, of fact: Fact, index: LogIndex) {
        apply(
            Acknowledgement(
                generation: taken.generation, previousEnd: edit.previousEnd, run: taken.run,
                by: edit.by, via: "handoff", seen: edit.seen, severity: taken.severity), of: fact,
            index: index)
    }

    private func words(of plan: HandoffPlan?) -> String {
        guard let plan else { return "" }
        return " for the change of \(plan.schedule) at \(plan.changeAt.minuteUTC)"
            + (plan.count > 1 ? ", \(plan.place) of \(plan.count)" : "")
    }

    private func words(of word: HandoffWord) -> String {
        func tail(_ reason: String) -> String { reason.isEmpty ? "" : ": \(reason)" }
        return switch word.saying {
        case .offered(let to, _, let brief, let plan):
            "\(word.by.text) offers command to \(to.text)\(words(of: plan))\(tail(brief))"
        case .briefed(let text): "\(word.by.text) writes the brief anew\(tail(text))"
        case .declined(let reason): "\(word.by.text) declines command\(tail(reason))"
        case .withdrawn(let reason):
            "\(word.by.text) takes the offer of command back\(tail(reason))"
        }
    }
}

extension HandoffRecord {
    fileprivate mutating func add(_ brief: Brief) {
        let position = briefs.partitioningIndex { ($0.time, $0.fact) >= (brief.time, brief.fact) }
        briefs.insert(brief, at: position)
        if briefs.count > Limits.briefsMax { briefs.removeFirst() }
    }

    fileprivate mutating func add(_ answer: HandoffAnswer) {
        let position = answers.partitioningIndex {
            ($0.time, $0.fact) >= (answer.time, answer.fact)
        }
        answers.insert(answer, at: position)
        if answers.count > Limits.briefsMax { answers.removeLast() }
    }
}
