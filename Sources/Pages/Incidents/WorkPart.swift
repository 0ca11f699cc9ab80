import APIModel
import Basics

/// What people work on: hypotheses, actions, updates, roles, each with what comes next. *Source:* decision
/// 0019.
struct WorkPart {
    /// The room.
    let room: RoomPage

    /// The section.
    var html: HTML {
        // Steps of runbooks stand where they are ticked.
        let work = sorted(room.detail.work.filter { $0.kind != "step" })
        let open = work.count { $0.state == "open" }
        return Templates.render(
            "work",
            Fields {
                $0.set("path", "/incidents/\(room.summary.id)")
                $0.set("frame", room.frame.fields)
                $0.set("isOpen", room.isOpen)
                $0.set("isEmpty", work.isEmpty)
                $0.set("count", work.isEmpty ? nil : "\(open) of \(work.count) open")
                $0.set("phase", room.summary.phase)
                $0.set("phaseSince", room.detail.phaseSince.map { Words.age($0, now: room.now) })
                $0.set("items", work.map(item))
                $0.set("kinds", choices(Self.kinds))
                $0.set("people", room.frame.choices(chosen: nil))
            })
    }

    private static let kinds = [
        ("action", "an action"), ("hypothesis", "a hypothesis"), ("impact", "what users feel"),
        ("decision", "a decision"), ("update", "an update that was sent"),
        ("watch", "something to watch"), ("role", "a role"),
    ]

    private func isOpen(_ item: WorkSummary) -> Bool { item.state == "open" }

    /// What is open before what is over; by kind, what users feel and who does what first; then as it came.
    private func sorted(_ work: [WorkSummary]) -> [WorkSummary] {
        let order = ["impact", "action", "hypothesis", "watch", "decision", "update", "role"]
        func rank(_ item: WorkSummary) -> Int {
            (isOpen(item) ? 0 : order.count + 1)
                + (order.firstIndex(of: item.kind) ?? order.count)
        }
        return work.enumerated()
            .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
    }

    private func choices(_ all: [(value: String, label: String)]) -> [Fields] {
        all.map { one in
            Fields {
                $0.set("value", one.value)
                $0.set("label", one.label)
            }
        }
    }

    private func item(_ item: WorkSummary) -> Fields {
        let isLate = isOpen(item) && item.due.map { $0.instant < room.now.instant } ?? false
        let ends = ends(of: item)
        return Fields {
            $0.set("id", item.id)
            $0.set("path", "/incidents/\(room.summary.id)")
            $0.set("kind", item.kind)
            $0.set("text", item.text)
            $0.set("owner", item.owner.map(room.frame.names.of))
            $0.set("audience", item.audience)
            $0.set("isLate", isLate)
            $0.set(
                "due",
                item.due.map {
                    isLate ? Words.age($0, now: room.now) : Words.clock($0, now: room.now)
                })
            $0.set("isOver", !isOpen(item))
            $0.set("isUpdate", item.kind == "update")
            $0.set(
                "state",
                isOpen(item) ? nil : item.state.replacing("-", with: " "))
            $0.set("outcome", item.outcome)
            $0.set("ends", room.isOpen && !ends.isEmpty)
            $0.set("choices", choices(ends))
        }
    }

    /// What may be said to have come of it.
    private func ends(of item: WorkSummary) -> [(String, String)] {
        guard isOpen(item) else { return [("open", "going on after all")] }
        switch item.kind {
        case "hypothesis":
            return [("confirmed", "confirmed"), ("ruled-out", "ruled out"), ("dropped", "dropped")]
        case "action", "watch", "role": return [("done", "done"), ("dropped", "dropped")]
        case _: return []
        }
    }
}
