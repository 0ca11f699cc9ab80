import Alerting
public import Basics
public import IncidentModel
import Paging

/// What the next commander has to know, written from what is known of the incident: lines of plain text, the
/// most urgent first. Whoever hands over may edit it. *Source:* design 6; requirement D10.
public func brief(of incident: Incident, roster: Roster, at now: Instant) -> String {
    BriefWriter(incident: incident, roster: roster, now: now).text
}

private struct BriefWriter {
    let incident: Incident
    let roster: Roster
    let now: Instant

    /// How many alerts and how many last words are told.
    private static let alertsMax = 5
    private static let notesMax = 6

    var text: String {
        let parts = [
            head, work.situation, command, severity, taken, work.roles, alerts, work.hypotheses,
            work.actions, work.decisions, work.updates, pages, merges, open, notes, work.watch,
            watch,
            links,
        ]
        let all = parts.flatMap(\.self).joined(separator: "\n")
        return String(all.unicodeScalars.prefix(Limits.briefLengthMax))
    }

    private var work: WorkBrief { WorkBrief(incident: incident, now: now, name: name) }

    private var head: [String] {
        let age = now - incident.openedAt.instant
        let drill = incident.isDrill ? "DRILL " : ""
        let again = incident.generation > 1 ? ", opened \(incident.generation) times" : ""
        return [
            "\(drill)\(incident.severity.name) \(incident.service.text): \(incident.title)",
            "Status: \(incident.status.name), open for \(age.words) since "
                + "\(incident.openedAt.instant.minuteUTC)\(again)",
        ]
    }

    private var command: [String] {
        guard let commander = incident.commander else { return ["Command: nobody yet"] }
        let deputies = incident.deputies.map(name).joined(separator: ", ")
        return [
            "Command: \(name(commander)) for \((now - incident.commandSince.instant).words)"
                + (deputies.isEmpty ? "" : "; deputies: \(deputies)")
        ]
    }

    /// Why it is as bad as it is, where a person has said so.
    private var severity: [String] {
        let last = incident.decisions.last { decision in
            if case .severity = decision.outcome { incident.isStanding(decision) } else { false }
        }
        return last.map { ["Severity: \($0.reason)"] } ?? []
    }

    private var taken: [String] {
        var people: [PersonID] = []
        for record in incident.acknowledgements where incident.covers(record) {
            let person = record.acknowledgement.by
            if !people.contains(person) { people.append(person) }
        }
        let names = people.map(name).joined(separator: ", ")
        return [names.isEmpty ? "Engaged: nobody has taken it on" : "Engaged: \(names)"]
    }

    private var alerts: [String] {
        let firing = incident.firingAlerts
        guard !firing.isEmpty else { return ["Alerts: none fires"] }
        let all = incident.alerts.count
        let head =
            "Alerts: \(firing.count) \(firing.count == 1 ? "fires" : "fire")"
            + (all > firing.count ? ", \(all - firing.count) are over" : "")
        let lines = firing.prefix(Self.alertsMax).map {
            "- \($0.instance.severity.name) \($0.instance.summary)"
        }
        let more = firing.count - lines.count
        return [head] + lines + (more > 0 ? ["- and \(more) more"] : [])
    }

    private var pages: [String] {
        let own = incident.pages.filter {
            $0.position.previousEnd == incident.previousEnd && !$0.position.isNotice
        }
        guard !own.isEmpty else { return [] }
        var reached: [PersonID] = []
        var missed: [PersonID] = []
        for page in own where page.isDelivered && !reached.contains(page.person) {
            reached.append(page.person)
        }
        for page in own
        where !reached.contains(page.person) && !missed.contains(page.person) {
            missed.append(page.person)
        }
        reached.sort { $0.text < $1.text }
        missed.sort { $0.text < $1.text }
        var lines: [String] = []
        if !reached.isEmpty {
            lines.append("Paged: " + reached.map(name).joined(separator: ", "))
        }
        if !missed.isEmpty {
            lines.append("Not reached: " + missed.map(name).joined(separator: ", "))
        }
        return lines
    }

    private var merges: [String] {
        incident.absorbed.filter { $0.survivorEnd == incident.previousEnd }.map {
            "Took over: \($0.child.short) \($0.title)"
        }
    }

    /// What waits for somebody's word.
    private var open: [String] {
        incident.openWishes.filter { $0.edit.handoff == nil }.map { "Undecided: \($0.words)" }
    }

    private var notes: [String] {
        // What the pager itself noted is no news of people's.
        let words = incident.timeline.filter {
            $0.kind == .note && $0.time >= incident.openedAt
                && !$0.text.hasPrefix("\(PersonID.pager.text): ")
        }
        guard !words.isEmpty else { return ["Notes: none"] }
        return ["Notes, the latest first:"]
            + words.suffix(Self.notesMax).reversed().map {
                "- \($0.time.instant.minuteUTC) \($0.text)"
            }
    }

    private var watch: [String] {
        let ends = incident.timeline.last { $0.kind == .resolved }
        guard incident.generation > 1, let end = ends else { return [] }
        return ["Watch: it was resolved at \(end.time.instant.minuteUTC) and came back"]
    }

    private var links: [String] {
        var lines: [String] = []
        let runbook = roster.service(incident.service)?.runbook ?? ""
        if !runbook.isEmpty { lines.append("Runbook: \(runbook)") }
        if let link = incident.firingAlerts.map(\.instance.link).first(where: { !$0.isEmpty }) {
            lines.append("Look at: \(link)")
        }
        return lines
    }

    private func name(_ person: PersonID) -> String {
        let region = roster.person(person).map { " (\($0.region.text))" } ?? ""
        return person.text + region
    }
}
