import APIModel
import Basics

/// What of a timeline is shown: a kind of entry, and how far back.
package struct RoomQuery: Equatable, Sendable {
    /// `all`, `people`, `pages`, `alerts` or `system`.
    package var kind: String
    /// How many of the latest entries are left out.
    package var skip: Int
    /// The note that is being answered, by its fact; or empty.
    package var reply: String

    /// What a page shows at once: two thousand rows at once would stutter on a telephone.
    static let pageLength = 80

    /// A filter; `query` gives the parameters of the address.
    package init(query: (String) -> String?) {
        let kind = query("show") ?? ""
        self.kind = Self.kinds.contains { $0.value == kind } ? kind : "all"
        skip = max(0, min(1_000_000, Int(query("skip") ?? "") ?? 0))
        reply = String((query("reply") ?? "").prefix(64))
    }

    static let kinds = [
        (value: "all", label: "All"), (value: "people", label: "People"),
        (value: "pages", label: "Pages"), (value: "alerts", label: "Alerts"),
        (value: "system", label: "System"),
    ]

    /// What kinds of entries are called; of others the API's own word is.
    static let words = [
        "page-intent": "page", "page-delivered": "page", "page-failed": "page failed",
        "page-dropped": "page dropped", "alert-firing": "alert", "alert-resolved": "alert over",
        "owner": "leads", "reconciled": "decided", "proposed": "asked for",
        "acknowledged": "taken on",
    ]

    /// To which of the kinds an entry belongs.
    static func kind(of entry: String) -> String {
        switch entry {
        case "page-intent", "page-delivered", "page-failed", "page-dropped": "pages"
        case "opened", "alert-firing", "alert-resolved", "resolved": "alerts"
        case "owner", "reconciled", "merged", "roster": "system"
        case _: "people"
        }
    }
}

/// The timeline of a room, the latest first: what has just happened is what is looked for. Notes that answer
/// one another stand together, where the last of them would.
struct TimelinePart {
    var room: RoomPage

    private var filter: RoomQuery { room.filter }
    private var path: String { "/incidents/\(room.summary.id)" }

    var html: HTML {
        let threads = TimelineThread.all(of: room.timeline.entries).reversed().filter {
            filter.kind == "all" || RoomQuery.kind(of: $0.first.kind) == filter.kind
        }
        let shown = threads.dropFirst(filter.skip).prefix(RoomQuery.pageLength)
        return Templates.render(
            "timeline",
            Fields {
                $0.set("kinds", RoomQuery.kinds.map(kind))
                $0.set(
                    "count",
                    Words.count(
                        threads.reduce(0) { $0 + 1 + $1.answers.count }, "entry", "entries"))
                $0.set("entries", shown.map(thread))
                $0.set("isEmpty", shown.isEmpty)
                let next = filter.skip + RoomQuery.pageLength
                $0.set("earlier", next < threads.count ? address(skip: next) : nil)
                let later = max(0, filter.skip - RoomQuery.pageLength)
                $0.set("later", filter.skip > 0 ? address(skip: later) : nil)
            })
    }

    private func address(skip: Int) -> String {
        "\(path)?show=\(filter.kind)" + (skip > 0 ? "&skip=\(skip)" : "") + "#timeline"
    }

    private func kind(_ kind: (value: String, label: String)) -> Fields {
        Fields {
            $0.set("label", kind.label)
            $0.set("path", "\(path)?show=\(kind.value)#timeline")
            $0.set("isHere", kind.value == filter.kind)
        }
    }

    private func thread(_ thread: TimelineThread) -> Fields {
        var fields = entry(thread.first, root: thread.first)
        fields.set("answers", thread.answers.map { entry($0, root: thread.first) })
        fields.set("isThread", !thread.answers.isEmpty)
        return fields
    }

    private func entry(_ item: TimelineItem, root: TimelineItem) -> Fields {
        Fields {
            $0.set("at", Words.exact(item.at, now: room.now))
            $0.set("group", RoomQuery.kind(of: item.kind))
            $0.set("kind", RoomQuery.words[item.kind] ?? item.kind.replacing("-", with: " "))
            $0.set("region", item.region)
            let lines = item.text.split(
                separator: "\n", maxSplits: 1, omittingEmptySubsequences: true)
            $0.set("text", lines.first.map { text(named(String($0), in: item), of: item) })
            $0.set("rest", lines.count > 1 ? text(String(lines[1]), of: item) : nil)
            $0.set("isApart", item.index == 0)
            $0.set("index", item.index == 0 ? nil : "\(item.index)")
            $0.set("child", item.incident.map { String($0.prefix(8)) })
            if item.kind == "note", let fact = item.fact {
                let isAnswered = filter.reply == fact
                $0.set("fact", fact)
                $0.set("answer", isAnswered ? nil : answer(fact))
                $0.set("answering", isAnswered)
                $0.set("path", path)
                $0.set("frame", room.frame.fields)
            }
            let isDeep = item.replyTo != nil && item.replyTo != root.fact
            $0.set("to", isDeep ? item.replyTo.flatMap(writer) : nil)
        }
    }

    /// Where a note is answered: the form is on the page only where it was asked for.
    private func answer(_ fact: String) -> String {
        "\(path)?show=\(filter.kind)" + (filter.skip > 0 ? "&skip=\(filter.skip)" : "")
            + "&reply=\(Query.encoded(fact))#n-\(fact)"
    }

    /// Who wrote a note, as its entry begins.
    private func writer(_ fact: String) -> String? {
        room.timeline.entries.first { $0.fact == fact && $0.kind == "note" }.map { note in
            room.frame.names.of(String(note.text.prefix { $0 != ":" }))
        }
    }

    /// A line with names instead of ids, in the part before the first colon: what follows may be anybody's
    /// words. Of alerts all of it may be.
    private func named(_ line: String, in item: TimelineItem) -> String {
        guard RoomQuery.kind(of: item.kind) != "alerts" else { return line }
        let head = line.prefix { $0 != ":" }
        let words = head.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let id = String(word.last == "," ? word.dropLast() : word)
            let name = room.frame.names.of(id)
            return name == id ? String(word) : name + word.dropFirst(id.count)
        }
        return words.joined(separator: " ") + line.dropFirst(head.count)
    }

    /// A line; in a note, whom it mentions stands out.
    private func text(_ line: String, of item: TimelineItem) -> HTML {
        guard item.kind == "note" else { return HTML(text: line, keepsLines: true) }
        return HTML.joined(
            MentionText.pieces(of: line).map { piece in
                switch piece {
                case .words(let words): HTML(text: words, keepsLines: true)
                case .mention(let id):
                    if let person = room.frame.people.first(where: { $0.person == id }) {
                        HTML.element("span", class: "mention", HTML(text: "@" + person.name))
                    } else {
                        HTML.element(
                            "span", class: "mention unknown",
                            HTML(text: "@\(id)") + " (not in the roster)")
                    }
                }
            })
    }
}

/// A note and all that answers it, or any other entry by itself.
struct TimelineThread {
    /// What began it.
    var first: TimelineItem
    /// What answers it, or one another, in the timeline's order.
    var answers: [TimelineItem] = []

    /// The entries of a timeline as threads, each at the place of its last entry. An answer to what is not
    /// known here stands by itself.
    static func all(of entries: [TimelineItem]) -> [TimelineThread] {
        var threads: [TimelineThread] = []
        var (lastPlaces, threadOf): ([Int], [String: Int]) = ([], [:])
        for (place, entry) in entries.enumerated() {
            if let known = entry.replyTo.flatMap({ threadOf[$0] }) {
                threads[known].answers.append(entry)
                lastPlaces[known] = place
                if let fact = entry.fact { threadOf[fact] = known }
                continue
            }
            if entry.kind == "note", let fact = entry.fact { threadOf[fact] = threads.count }
            threads.append(TimelineThread(first: entry))
            lastPlaces.append(place)
        }
        return threads.indices.sorted { lastPlaces[$0] < lastPlaces[$1] }.map { threads[$0] }
    }
}
