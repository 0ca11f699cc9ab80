import APIModel
import Basics

/// What keys do.
extension WatchState {
    mutating func press(_ key: Key) -> [WatchDeed] {
        if let prompt { return answer(prompt, key) }
        switch (key, screen) {
        case (.character("q"), _), (.control("c"), _): return [.quit]
        case (.character("?"), .help), (.escape, _), (.left, _), (.enter, .help),
            (.enter, .details), (.backspace, _):
            screen = .list
        case (.character("?"), _): screen = .help
        case (.enter, .list), (.right, .list):
            guard let chosen else { break }
            open(chosen)
        case (.character("a"), _): askToAcknowledge()
        case (.character("n"), _): beginNote()
        case (_, .help): break
        case (_, .list): choose(key)
        case (_, .details(let id, let line)): scroll(id, line, key)
        }
        return take(.tick, at: now)
    }

    /// How far a key moves, and `nil` if it is none that moves.
    private func distance(_ key: Key) -> Int? {
        let page = max(1, size.rows / 2)
        return switch key {
        case .up, .character("k"): -1
        case .down, .character("j"): 1
        case .pageUp, .control("u"), .control("b"): -page
        case .pageDown, .control("d"), .control("f"), .character(" "): page
        case .home, .character("g"): -100_000
        case .end, .character("G"): 100_000
        case _: nil
        }
    }

    private mutating func choose(_ key: Key) {
        guard let distance = distance(key), let rows = incidents?.incidents, !rows.isEmpty else {
            return
        }
        let place = rows.firstIndex { $0.id == chosen } ?? 0
        chosen = rows[min(max(0, place + distance), rows.count - 1)].id
    }

    private mutating func scroll(_ id: String, _ line: Int, _ key: Key) {
        guard let distance = distance(key) else { return }
        let last = max(0, WatchFrame.detailLines(self).count - WatchFrame.detailRows(self))
        screen = .details(id: id, from: min(max(0, line + distance), last))
    }

    private mutating func askToAcknowledge() {
        guard let target = target(for: "acknowledge") else { return }
        guard target.status == "triggered" else {
            let holder = target.acknowledgedBy.map { " by \($0)" } ?? ""
            return say("\(target.shortID) is \(target.status)\(holder) already")
        }
        prompt = .acknowledge(id: target.id, generation: target.generation)
    }

    private mutating func beginNote() {
        guard let target = target(for: "write a note") else { return }
        prompt = .note(id: target.id, text: "")
    }

    private mutating func target(for what: String) -> IncidentSummary? {
        guard person != nil else {
            say("to \(what), start with --as and a person of the roster, or $MERIDIAN_USER", .bad)
            return nil
        }
        if target == nil { say("no incident is chosen") }
        return target
    }

    private mutating func answer(_ prompt: Prompt, _ key: Key) -> [WatchDeed] {
        self.prompt = nil
        switch prompt {
        case .acknowledge(let id, let generation):
            switch key {
            case .character("y"), .character("Y"), .enter:
                say("acknowledging…")
                return [.acknowledge(id: id, generation: generation)]
            case _: say("not acknowledged")
            }
        case .note(let id, let text): return write(id, text, key)
        }
        return []
    }

    private mutating func write(_ id: String, _ text: String, _ key: Key) -> [WatchDeed] {
        switch key {
        case .enter where text.allSatisfy(\.isWhitespace), .escape, .control("c"):
            say("no note")
        case .enter:
            say("noting…")
            return [.note(id: id, text: text)]
        case .character(let character): prompt = .note(id: id, text: text + String(character))
        case .backspace: prompt = .note(id: id, text: String(text.dropLast()))
        case .control("u"): prompt = .note(id: id, text: "")
        case .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .control:
            prompt = .note(id: id, text: text)
        }
        return []
    }
}
