package import APIModel
import Basics

/// The room of one incident: what broke, how bad, since when, who commands, who is here, what is
/// next; the three things to do stand first.
package struct RoomPage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// The incident.
    package var detail: IncidentDetail
    /// Its timeline.
    package var timeline: TimelineAnswer
    /// Its offers of command, the latest first.
    package var handoffs: [HandoffSummary]
    /// Who commands it, and since when; absent if it is over.
    package var command: CommandSummary?
    /// Its service; absent if the roster has none of its name.
    package var service: ServiceSummary?
    /// Who takes part in it, and who did.
    package var participants: [ParticipantSummary]
    /// The brief as it would be written now, for the form that offers command; absent if it is over.
    package var brief: String?
    /// The runbooks that belong to it.
    package var runbooks: [RunbookSummary]
    /// What of the timeline is shown.
    package var filter: RoomQuery

    /// A page with all its parts.
    package init(
        frame: Frame, detail: IncidentDetail, timeline: TimelineAnswer,
        handoffs: [HandoffSummary], command: CommandSummary?, service: ServiceSummary?,
        participants: [ParticipantSummary], brief: String?, runbooks: [RunbookSummary],
        filter: RoomQuery
    ) {
        (self.frame, self.detail, self.timeline) = (frame, detail, timeline)
        (self.handoffs, self.command, self.service) = (handoffs, command, service)
        (self.participants, self.brief) = (participants, brief)
        (self.runbooks, self.filter) = (runbooks, filter)
    }

    var summary: IncidentSummary { detail.summary }
    var now: Timestamp { frame.now }
    var isOpen: Bool { summary.status == "triggered" || summary.status == "acknowledged" }
    var reader: String? { frame.reader?.person }

    /// The document.
    package var html: HTML {
        let body = Templates.render(
            "room",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("path", "/incidents/\(summary.id)")
                setHead(&$0)
                setState(&$0)
                setDeeds(&$0)
                setPeople(&$0)
                setFacts(&$0)
                $0.set("handoff", HandoffPart(room: self).html)
                $0.set("runbooks", RunbookPart(room: self).html)
                $0.set("work", WorkPart(room: self).html)
                $0.set("timeline", TimelinePart(room: self).html)
            })
        return frame.document(.incidents, title: "\(summary.severity) \(summary.title)", body)
    }

    private func setHead(_ fields: inout Fields) {
        fields.set("severity", Words.severity(summary.severity))
        fields.set("style", Words.style(ofSeverity: summary.severity))
        fields.set("severityName", summary.severity)
        fields.set("title", summary.title)
        fields.set("shortID", summary.shortID)
        fields.set("id", summary.id)
        fields.set("isDrill", summary.isDrill)
        fields.set("isQuarantined", summary.isQuarantined)
        fields.set("service", service?.name ?? summary.service)
        fields.set("runbook", service?.runbook.flatMap { isWebAddress($0) ? $0 : nil })
        fields.set("source", detail.source)
        fields.set("merged", summary.mergedInto)
        fields.set("again", summary.generation > 1 ? "opened \(summary.generation) times" : nil)
    }

    /// What is the case, in the order in which somebody just woken asks.
    private func setState(_ fields: inout Fields) {
        fields.set("isOpen", isOpen)
        fields.set("status", statusWords)
        fields.set("statusStyle", summary.status)
        fields.set("since", summary.openedAt.map { Words.age($0, now: now) })
        fields.set("sinceClock", summary.openedAt.map { Words.clock($0, now: now) })
        fields.set("resolved", summary.resolvedAt.map { Words.age($0, now: now) })
        fields.set("commander", detail.commander.map(frame.names.of))
        fields.set("commandSince", command?.since.map { Words.age($0, now: now) })
        fields.set("deputies", frame.names.of(detail.deputies))
        fields.set("holder", summary.acknowledgedBy.map(frame.names.of))
        fields.set("holderSince", summary.acknowledgedAt.map { Words.age($0, now: now) })
        let due = RoomDue.all(of: self)
        fields.set("due", due.prefix(3).map { $0.fields(now: now) })
        fields.set("isNothingDue", due.isEmpty)
        fields.set("snoozed", summary.snoozedUntil.map { Words.clock($0, now: now) })
        fields.set("impact", detail.work.last { $0.kind == "impact" && $0.state == "open" }?.text)
        fields.set("owner", summary.label.owner)
        fields.set("epoch", "\(summary.label.epoch)")
        fields.set("index", "\(summary.label.index)")
        fields.set("isProvisional", summary.label.isProvisional)
        let unmerged = summary.label.unmergedFacts
        fields.set(
            "unmerged", unmerged == 0 ? nil : Words.count(unmerged, "thing") + " to merge")
    }

    private var statusWords: String {
        switch summary.status {
        case "triggered": "Nobody has it"
        case "acknowledged":
            summary.phase == "mitigated" ? "Mitigated" : "Acknowledged"
        case "resolved": "Resolved"
        case "merged": "Merged into another"
        case _: summary.status
        }
    }

    /// The first thing to do. Command is offered to the reader: answer. Nobody has it: take it on. Somebody has it and nobody commands: command. For
    /// whoever has it: it is solved. The other two stand under "More".
    private enum Deed { case answer, acknowledge, command, resolve }

    private var firstDeed: Deed {
        if handoffs.contains(where: { $0.state == "open" && $0.to == reader }) { return .answer }
        if summary.acknowledgedBy == nil { return .acknowledge }
        if detail.commander == nil { return .command }
        return summary.acknowledgedBy == reader ? .resolve : .acknowledge
    }

    /// The three things to do, and the rest.
    private func setDeeds(_ fields: inout Fields) {
        let isHolder = summary.acknowledgedBy != nil && summary.acknowledgedBy == reader
        let commands = detail.commander != nil && detail.commander == reader
        let first = firstDeed
        fields.set("firstAnswer", first == .answer)
        fields.set("firstAcknowledge", first == .acknowledge)
        fields.set("firstCommand", first == .command)
        fields.set("firstResolve", first == .resolve)
        fields.set("moreAcknowledge", first != .acknowledge && !isHolder)
        fields.set("moreCommand", first != .command && !commands)
        fields.set("moreResolve", first != .resolve)
        fields.set("isTaken", summary.acknowledgedBy != nil)
        fields.set(
            "severities", Frame.choices(IncidentsPage.severities, chosen: summary.severity))
        fields.set("people", frame.choices(chosen: nil))
        fields.set(
            "notesPlaceholder",
            isOpen ? "What do you see? What did you try?" : "What is to remember?")
    }

    /// Who is here, by what and since when.
    private func setPeople(_ fields: inout Fields) {
        let here = participants.filter { $0.until == nil }
        fields.set(
            "here",
            here.map { person in
                Fields {
                    $0.set("role", Self.words(of: person))
                    $0.set("name", frame.names.of(person.person))
                    $0.set("since", person.parts.first.map { Words.age($0.since, now: now) })
                    $0.set("isReader", person.person == reader)
                }
            })
        fields.set("isNobodyHere", here.isEmpty)
    }

    /// `commander, scribe`: what lasts of what somebody is and does here, each kind once.
    private static func words(of person: ParticipantSummary) -> String {
        var words: [String] = []
        for part in person.parts where part.until == nil {
            let word =
                switch part.kind {
                case "holder": "has it"
                case "helper": "also here"
                case "role": part.what ?? "a role"
                case "action": "at work"
                case "writer": "wrote"
                case _: part.kind
                }
            // That somebody wrote is worth saying of those of whom nothing else is.
            if !words.contains(word), part.kind != "writer" || words.isEmpty { words.append(word) }
        }
        return words.joined(separator: ", ")
    }

    private func setFacts(_ fields: inout Fields) {
        fields.set("alerts", detail.alerts.prefix(20).map(alert))
        fields.set("alertCount", "\(summary.firingCount) of \(summary.alertCount) firing")
        fields.set(
            "moreAlerts", detail.alerts.count > 20 ? "\(detail.alerts.count - 20) more" : nil)
        fields.set("pages", detail.pages.suffix(30).map(page))
        fields.set("hasNoPages", detail.pages.isEmpty)
        fields.set(
            "pageCount",
            "\(summary.pagesDelivered) delivered"
                + (summary.pagesUndelivered == 0 ? "" : ", \(summary.pagesUndelivered) not"))
        fields.set("conflicts", detail.conflicts.map(conflict))
        fields.set("hasConflicts", !detail.conflicts.isEmpty)
        fields.set("proposals", detail.proposals.map(proposal))
        fields.set("hasProposals", !detail.proposals.isEmpty)
        fields.set(
            "tookOver",
            detail.tookOver.map { one in
                Fields {
                    $0.set("path", "/incidents/\(one.id)")
                    $0.set("title", one.title)
                    $0.set("alerts", Words.count(one.alertCount, "alert"))
                }
            })
        fields.set("hasRunbooks", !runbooks.isEmpty)
        fields.set("hasTookOver", !detail.tookOver.isEmpty)
    }

    private func alert(_ alert: AlertSummary) -> Fields {
        Fields {
            $0.set("severity", Words.severity(alert.severity))
            $0.set("summary", alert.summary)
            $0.set("isFiring", alert.isFiring)
            $0.set("since", Words.age(alert.startedAt, now: now))
            $0.set("count", alert.reportCount > 1 ? "\(alert.reportCount) reports" : nil)
            $0.set("link", alert.link.flatMap { isWebAddress($0) ? $0 : nil })
            $0.set(
                "labels",
                alert.labels.sorted { $0.key < $1.key }.prefix(24).map { label in
                    Fields {
                        $0.set("name", label.key)
                        $0.set("value", String(label.value.prefix(300)))
                    }
                })
        }
    }

    private func page(_ page: PageSummary) -> Fields {
        let last = page.attempts.last
        return Fields {
            $0.set("person", frame.names.of(page.person))
            $0.set("channel", page.channel)
            $0.set("step", page.step)
            $0.set("state", page.state)
            $0.set("at", last.map { Words.exact($0.endedAt ?? $0.startedAt, now: now) })
            $0.set("detail", last?.detail)
            $0.set("provider", last?.provider)
            $0.set(
                "tries", page.attempts.count > 1 ? "\(page.attempts.count) tries" : nil)
        }
    }

    private func conflict(_ conflict: ConflictSummary) -> Fields {
        Fields {
            $0.set("id", conflict.id)
            $0.set("outcome", conflict.outcome)
            $0.set("reason", conflict.reason.prefix(1).uppercased() + conflict.reason.dropFirst())
            $0.set("rule", conflict.rule)
            $0.set("at", Words.clock(conflict.decidedAt, now: now))
            $0.set("isStanding", conflict.isStanding)
            $0.set("incident", "/incidents/\(summary.id)")
            let wantsSeverity = conflict.rule == "severities"
            let wantsPhase = conflict.rule == "phases"
            let wantsCommander =
                !["severities", "merges", "duplicates", "phases"].contains(conflict.rule)
            $0.set("wantsPhase", wantsPhase)
            $0.set("wantsSeverity", wantsSeverity)
            $0.set("wantsCommander", wantsCommander)
            $0.set(
                "severities",
                wantsSeverity ? Frame.choices(IncidentsPage.severities, chosen: nil) : [])
            $0.set("people", wantsCommander ? frame.choices(chosen: nil) : [])
            $0.set("sides", conflict.sides.map(side))
        }
    }

    private func side(_ side: ConflictSide) -> Fields {
        Fields {
            $0.set("region", side.region)
            $0.set("by", frame.names.of(side.by))
            $0.set("what", side.what)
            $0.set("reason", side.reason)
            $0.set("at", Words.exact(side.at, now: now))
            $0.set("isApart", side.isApart)
        }
    }

    private func proposal(_ proposal: ProposalSummary) -> Fields {
        Fields {
            $0.set("by", frame.names.of(proposal.by))
            $0.set("region", proposal.region)
            $0.set("what", proposal.what)
            $0.set("reason", proposal.reason)
            $0.set("at", Words.exact(proposal.at, now: now))
            $0.set("isApart", proposal.isApart)
            $0.set("mergeWith", proposal.mergeWith)
            $0.set("incident", "/incidents/\(summary.id)")
        }
    }
}
