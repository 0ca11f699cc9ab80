import APIModel

/// Handing command over, as the room shows it: the open offer with its brief and both answers, or the
/// form that makes one, and what came of earlier ones.
struct HandoffPart {
    var room: RoomPage

    private var frame: Frame { room.frame }

    var html: HTML {
        let open = room.handoffs.first { $0.state == "open" }
        return Templates.render(
            "handoff",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("path", "/incidents/\(room.summary.id)")
                $0.set("open", open.map(offer))
                let commands =
                    room.detail.commander != nil
                    && room.detail.commander == room.reader
                $0.set("canOffer", open == nil && room.isOpen && commands)
                $0.set("brief", lines: room.brief)
                $0.set(
                    "people",
                    frame.choices(
                        of: frame.people.filter { $0.person != room.reader }, chosen: nil))
                $0.set(
                    "regions",
                    Frame.choices(
                        frame.cluster.members.filter { $0.role == "region" }
                            .map { ($0.name, $0.name) }, chosen: nil))
                let over = room.handoffs.filter { $0.state != "open" }.prefix(5)
                $0.set("over", over.map(ended))
                $0.set("hasOver", !over.isEmpty)
                $0.set(
                    "hasAny", open != nil || !over.isEmpty || (room.isOpen && commands))
            })
    }

    private func offer(_ offer: HandoffSummary) -> Fields {
        let brief = offer.briefs.last
        return Fields {
            $0.set("by", frame.names.of(offer.by))
            $0.set("to", frame.names.of(offer.to))
            $0.set("sinceClock", Words.clock(offer.at, now: room.now))
            $0.set("brief", lines: brief?.text)
            $0.set("briefBy", brief.map { frame.names.of($0.by) })
            $0.set("isForReader", offer.to == room.reader)
            $0.set("isByReader", offer.by == room.reader || room.detail.commander == room.reader)
            $0.set("path", "/incidents/\(room.summary.id)")
        }
    }

    private func ended(_ offer: HandoffSummary) -> Fields {
        Fields {
            $0.set("state", offer.state)
            $0.set("by", frame.names.of(offer.by))
            $0.set("to", frame.names.of(offer.to))
            $0.set("at", Words.clock(offer.endedAt ?? offer.at, now: room.now))
            $0.set("words", offer.words)
        }
    }
}
