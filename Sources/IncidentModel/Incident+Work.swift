import Basics

/// What people write down while they work: hypotheses, actions, decisions, updates, roles. The last word
/// about each counts, whatever the order in which words become known; it pages nobody. *Source:*
/// requirement D6; decision 0019.
extension Incident {
    /// How many things may go on at once; regions refuse more.
    public static let workMax = 128
    /// How many things are remembered, those that ended among them; the timeline tells all.
    public static let workKeptMax = 512

    /// What is known of this generation's work, the earliest first.
    public var presentWork: [WorkItem] {
        work.filter { $0.isKnown && $0.previousEnd == previousEnd }
    }

    /// What goes on, of a kind: for what has no end of its own the last one alone.
    public func openWork(_ kind: WorkKind) -> [WorkItem] {
        let all = presentWork.filter { $0.draft?.kind == kind }
        return kind.isEndable ? all.filter { $0.end == nil } : Array(all.suffix(1))
    }

    mutating func apply(_ word: WorkWord, of fact: Fact, index: LogIndex) {
        let id = word.item ?? fact.id
        let known = work.first { $0.id == id }
        note(.work, of: fact, words(of: word, known), index: index)
        guard !hasClosed(after: word.previousEnd) else { return }
        var item = known ?? WorkItem(id: id, previousEnd: word.previousEnd)
        let mark = WorkMark(time: fact.time, fact: fact.id, by: word.by)
        switch word.saying {
        case .began(let draft):
            (item.time, item.region, item.by) = (fact.time, fact.region, word.by)
            item.put(draft, mark)
        case .finished(let draft, let end, let outcome):
            (item.time, item.region, item.by) = (fact.time, fact.region, word.by)
            item.put(draft, mark)
            item.settle(WorkEnding(end: end, outcome: outcome, mark: mark))
        case .changed(let draft): item.put(draft, mark)
        case .ended(let end, let outcome):
            item.settle(WorkEnding(end: end, outcome: outcome, mark: mark))
        case .reopened(let reason):
            item.settle(WorkEnding(end: nil, outcome: reason, mark: mark))
        }
        work.removeAll { $0.id == id }
        let position = work.partitioningIndex { ($0.time, $0.id) >= (item.time, item.id) }
        work.insert(item, at: position)
        if work.count > Self.workKeptMax { forgetOldestWork() }
    }

    /// What has ended is forgotten first, then what is oldest; an ending whose beginning is not known yet
    /// waits for it.
    private mutating func forgetOldestWork() {
        let place =
            work.firstIndex { $0.isKnown && $0.end != nil } ?? work.firstIndex { $0.isKnown } ?? 0
        work.remove(at: place)
    }

    /// What is said, for the timeline: `mei: action: roll back 4f2 (joao, by 02:30 UTC)`.
    private func words(of word: WorkWord, _ known: WorkItem?) -> String {
        let what = known?.draft.map { "\($0.kind.name) \"\($0.text)\"" } ?? "what is not known yet"
        let said =
            switch word.saying {
            case .began(let draft): draft.words
            case .finished(let draft, let end, let outcome):
                "\(draft.words) \(end.said)" + (outcome.isEmpty ? "" : ": \(outcome)")
            case .changed(let draft): "\(draft.words) (was: \(what))"
            case .ended(let end, let outcome):
                "\(what) \(end.said)" + (outcome.isEmpty ? "" : ": \(outcome)")
            case .reopened(let reason):
                "\(what) goes on" + (reason.isEmpty ? "" : ": \(reason)")
            }
        return "\(word.by.text): \(said)"
    }
}

extension WorkDraft {
    /// As people read it: `action: roll back 4f2 (joao, by 2026-11-26 02:30 UTC)`.
    public var words: String {
        var tail: [String] = []
        if let owner { tail.append(owner.text) }
        if !audience.isEmpty { tail.append("to \(audience)") }
        if let due { tail.append((kind == .update ? "next at " : "by ") + due.minuteUTC) }
        return "\(kind.name): \(text)" + (tail.isEmpty ? "" : " (\(tail.joined(separator: ", ")))")
    }
}

extension WorkEnd {
    /// As people read it.
    public var words: String { self == .ruledOut ? "ruled out" : name }

    /// The same as what is said of something.
    var said: String { self == .failed ? "did not work" : "is \(words)" }
}

extension WorkItem {
    fileprivate mutating func put(_ new: WorkDraft, _ mark: WorkMark) {
        if let draftMark, mark.isBefore(draftMark) { return }
        (draft, draftMark) = (new, mark)
    }

    fileprivate mutating func settle(_ new: WorkEnding) {
        if let ending, new.mark.isBefore(ending.mark) { return }
        ending = new
    }
}
