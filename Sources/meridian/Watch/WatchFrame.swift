import APIModel
import Basics

/// What the screen shows: a function of what is known and how large the screen is, and of nothing else.
enum WatchFrame {
    /// As many lines as the screen has rows, none wider than the screen.
    static func lines(_ state: WatchState) -> [ScreenLine] {
        let (columns, rows) = (state.size.columns, state.size.rows)
        let top = [head(state)] + notes(state)
        let foot = foot(state)
        let room = max(0, rows - top.count - foot.count)
        var middle: [ScreenLine]
        switch state.screen {
        case .list: middle = sections(state, rows: room)
        case .help: middle = help
        case .details(_, let from): middle = Array(detailLines(state).dropFirst(from))
        }
        middle = Array(middle.prefix(room))
        middle += Array(repeating: ScreenLine(), count: room - middle.count)
        return (top + middle + foot).prefix(rows).map { $0.fitted(to: columns) }
    }

    /// How many rows one incident has.
    static func detailRows(_ state: WatchState) -> Int {
        max(1, state.size.rows - 1 - notes(state).count - foot(state).count)
    }

    // --- Head and foot

    private static func head(_ state: WatchState) -> ScreenLine {
        guard let cluster = state.cluster, let endpoint = state.endpoint else {
            return ScreenLine("meridian: asking the regions…", .bold)
        }
        let who = endpoint.name + (state.trouble == nil ? " answers" : " answered last")
        let answers = [Cell(who, .bold), Cell(" · "), freshness(state)]
        let short =
            cluster.hasMajority ? Cell("majority", .good) : Cell("NO MAJORITY", .bad)
        let long = cluster.hasMajority ? Cell("has a majority", .good) : short
        // The name of the cluster is what a narrow screen can do without.
        var parts = [Cell(cluster.cluster, .bold), Cell(" · ")] + answers + [Cell(" · "), long]
        if ScreenLine(parts).width > state.size.columns { parts = answers + [Cell(" · "), short] }
        let clock = String(TimeText.utc(state.regionNow).dropFirst(11))
        let used = ScreenLine(parts).width
        let room = state.size.columns - used - DisplayWidth.of(clock)
        if room >= 2 { parts += [Cell(String(repeating: " ", count: room)), Cell(clock, .faint)] }
        return ScreenLine(parts)
    }

    private static func freshness(_ state: WatchState) -> Cell {
        let age = state.heardAt.map { TimeText.rough(state.now - $0) } ?? "-"
        if state.isStale { return Cell("\(age) old", .bad) }
        return state.followed == nil ? Cell("read \(age) ago", .warning) : Cell("live", .good)
    }

    /// What whoever reads has to know before they believe what they see.
    private static func notes(_ state: WatchState) -> [ScreenLine] {
        var notes: [(String, TextStyle)] = []
        if let trouble = state.trouble {
            let first = trouble.message.split(separator: "\n").joined(separator: ";")
            let known =
                state.cluster.map {
                    "What you see is as of \(TimeText.utc($0.readAt.instant)). "
                } ?? ""
            notes.append(("\(known)No answer: \(first)", .bad))
        }
        if let cluster = state.cluster, state.trouble == nil {
            if let reason = cluster.notReadyReason {
                notes.append(("\(cluster.region) is not ready: \(reason)", .bad))
            }
            if !cluster.hasMajority {
                let works = "paging, acknowledging, notes, escalating, declaring, resolving"
                notes.append(("Works at \(cluster.region): \(works).", .warning))
                let waits = "severity, phase, command, merging, the roster"
                notes.append(("Waits for a majority: \(waits).", .warning))
            }
        }
        // However narrow, the incidents have the larger part of the screen.
        let lines = notes.flatMap { text, style in
            DisplayWidth.wrap(text, to: state.size.columns).map { ScreenLine($0, style) }
        }
        return Array(lines.prefix(max(1, state.size.rows / 3)))
    }

    private static func foot(_ state: WatchState) -> [ScreenLine] {
        let width = state.size.columns
        switch state.prompt {
        case .acknowledge(let id, _):
            return [
                ScreenLine(
                    "Take \(id.prefix(8)) on as \(state.person ?? "-")? y takes it on, any other"
                        + " key does not", .warning)
            ]
        case .note(let id, let text):
            let head = "Note on \(id.prefix(8)) (Enter writes, Esc drops): "
            // The end of what is written is what has to be seen.
            var shown = Substring(DisplayWidth.printable(text))
            let room = max(8, width - DisplayWidth.of(head) - 2)
            while DisplayWidth.of(shown) > room { shown.removeFirst() }
            let isCut = shown.count < text.count
            return [ScreenLine([Cell(head, .warning), Cell((isCut ? "…" : "") + shown + "_")])]
        case nil: break
        }
        if let message = state.message {
            return DisplayWidth.wrap(DisplayWidth.printable(message.text), to: width).prefix(3)
                .map { ScreenLine($0, message.style) }
        }
        return [ScreenLine(hints(state), .faint)]
    }

    private static func hints(_ state: WatchState) -> String {
        let (long, short) =
            switch state.screen {
            case .list:
                (
                    "j k choose · Enter details · a acknowledge · n note · ? help · q quit",
                    "j k Enter a n · ? help · q quit"
                )
            case .help: ("Esc back · q quit", "Esc back · q quit")
            case .details:
                (
                    "j k scroll · a acknowledge · n note · Esc back · ? help · q quit",
                    "j k a n · Esc back · ? help · q"
                )
            }
        return DisplayWidth.of(long) <= state.size.columns ? long : short
    }

    private static let help: [ScreenLine] = [
        ScreenLine(),
        ScreenLine("KEYS", .bold),
        ScreenLine("  j k, arrows     choose an incident; scroll in one"),
        ScreenLine("  g G, Home End   the first, the last"),
        ScreenLine("  Ctrl-D Ctrl-U   half a screen on, back"),
        ScreenLine("  Enter           its brief, timeline and pages; back"),
        ScreenLine("  a               acknowledge: asks once"),
        ScreenLine("  n               write a note"),
        ScreenLine("  Esc             back to the list"),
        ScreenLine("  Ctrl-Z, q       suspend, quit"),
        ScreenLine(),
        ScreenLine("The head names the region that answers and how old"),
        ScreenLine("what you see is. If it falls silent, the next address"),
        ScreenLine("of client.yaml is asked. Everything else is done with"),
        ScreenLine("the other commands: meridian incident --help."),
    ]
}
