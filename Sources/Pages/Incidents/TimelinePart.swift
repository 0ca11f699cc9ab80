import APIModel

/// What of a timeline is shown: a kind of entry, and how far back.
package struct RoomQuery: Equatable, Sendable {
    /// `all`, `people`, `pages`, `alerts` or `system`.
    package var kind: String
    /// How many of the latest entries are left out.
    package var skip: Int

    /// What a page shows at once: two thousand rows at once would stutter on a telephone.
    static let pageLength = 80

    /// A filter; `query` gives the parameters of the address.
    package init(query: (String) -> String?) {
        let kind = query("show") ?? ""
        self.kind = Self.kinds.contains { $0.value == kind } ? kind : "all"
        skip = max(0, min(1_000_000, Int(query("skip") ?? "") ?? 0))
    }

    static let kinds = [
        (value: "all", label: "Everything"), (value: "people", label: "People"),
        (value: "pages", label: "Pages"), (value: "alerts", label: "Alerts"),
        (value: "system", label: "System"),
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

/// The timeline of a room, the latest first: what has just happened is what is looked for.
struct TimelinePart {
    var room: RoomPage

    private var filter: RoomQuery { room.filter }
    private var path: String { "/incidents/\(room.summary.id)" }

    var html: HTML {
        let wanted = room.timeline.entries.reversed().filter {
            filter.kind == "all" || RoomQuery.kind(of: $0.kind) == filter.kind
        }
        let shown = wanted.dropFirst(filter.skip).prefix(RoomQuery.pageLength)
        return Templates.render(
            "timeline",
            Fields {
                $0.set("kinds", RoomQuery.kinds.map(kind))
                $0.set("count", Words.count(wanted.count, "entry", "entries"))
                $0.set("entries", shown.map(entry))
                $0.set("isEmpty", shown.isEmpty)
                let next = filter.skip + RoomQuery.pageLength
                $0.set("earlier", next < wanted.count ? address(skip: next) : nil)
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

    private func entry(_ item: TimelineItem) -> Fields {
        Fields {
            $0.set("at", Words.exact(item.at, now: room.now))
            $0.set("group", RoomQuery.kind(of: item.kind))
            $0.set("kind", item.kind)
            $0.set("region", item.region)
            let lines = item.text.split(
                separator: "\n", maxSplits: 1, omittingEmptySubsequences: true)
            $0.set("text", lines.first.map(String.init))
            $0.set("rest", lines: lines.count > 1 ? String(lines[1]) : nil)
            $0.set("isApart", item.index == 0)
            $0.set("index", item.index == 0 ? nil : "#\(item.index)")
            $0.set("child", item.incident.map { String($0.prefix(8)) })
        }
    }
}
