import Alerting
import Basics
import Escalation
import Gateways
import IncidentModel
import Pages
import Paging
import RegionCore

/// The page behind a one-tap link: what broke, how it stands, and one button. It works without
/// scripts, loads nothing and shows nothing of the link itself. *Source:* requirement D3; issue
/// point 9.
struct LinkPage: Sendable {
    /// The region that answers.
    var region: RegionName
    /// When.
    var now: Instant
    /// For the names of people and services.
    var roster: Roster

    /// The page of a link that is refused.
    func refused(_ error: LinkError) -> HTML {
        let (head, text): (HTML, String) =
            switch error {
            case .malformed:
                (
                    "This link is incomplete",
                    "Open it again from the page you were sent, or copy all of it."
                )
            case .forged:
                (
                    "This link is not genuine",
                    "It was not made by this cluster, or was changed on its way. Nothing was done."
                )
            case .expired(let since):
                (
                    "This link has expired",
                    "It stopped working \(ago(since)). Nothing was done. Use a newer page, or "
                        + "'meridian incident list' and 'meridian incident ack'."
                )
            }
        return document(
            title: head, .element("div", class: "card", .element("h1", head) + paragraph(text)))
    }

    /// The page a GET shows.
    func offer(_ claim: LinkClaim, state: LinkState, view: IncidentView?) -> HTML {
        let body: HTML =
            switch state {
            case .offered(let isBehind):
                (isBehind
                    ? note(
                        "This region has not heard of the newest state yet; it counts all the same."
                    ) : "")
                    + paragraph("You are \(name(claim.person)).") + button(claim.action)
            case .acknowledged, .resolved, .opened, .escalated, .unknownHere:
                standing(state, claim)
            }
        return page(claim, view: view, body)
    }

    /// The page a POST shows.
    func result(_ claim: LinkClaim, outcome: LinkOutcome, view: IncidentView?) -> HTML {
        let body: HTML =
            switch outcome {
            case .done(let durability): done(claim) + safety(durability)
            case .unchanged(let state): standing(state, claim)
            case .underWay:
                result("Your first tap is being carried out. Load this page again to see.")
            case .refused(let reason): result("Not done") + paragraph("\(reason).")
            case .failed(let reason):
                result("Not done: try again, or use the other region's link")
                    + paragraph("\(reason).") + button(claim.action)
            }
        return page(claim, view: view, body)
    }

    // MARK: What happened

    private func done(_ claim: LinkClaim) -> HTML {
        switch claim.action {
        case .acknowledge: result("Acknowledged. It is yours, \(name(claim.person)).")
        case .resolve: result("Closed: the alerts that were firing here.")
        case .escalate: result("The next level is being paged.")
        case .command: result("You take command, \(name(claim.person)).")
        }
    }

    func safety(_ durability: Durability) -> HTML {
        switch durability {
        case .quorum: paragraph("It is recorded on a majority of regions.")
        case .local:
            note(
                "It is recorded in region \(region) only. It will reach the others when they can be "
                    + "reached; until then they may go on paging.")
        }
    }

    private func standing(_ state: LinkState, _ claim: LinkClaim) -> HTML {
        switch state {
        case .offered: button(claim.action)
        case .acknowledged(let person, let time):
            person == claim.person
                ? result("You have acknowledged it, \(ago(time)).")
                : result("Already acknowledged by \(name(person)), \(ago(time)).")
        case .resolved: result("It is resolved: nothing is left to do.")
        case .opened(let generation):
            result("This page is about an earlier time.")
                + paragraph(
                    "The incident was resolved and has opened again since (generation \(generation)). "
                        + "Use the link of the newest page.")
        case .escalated:
            result("Somebody has asked for the next level since this page left.")
                + paragraph("Use the link of the newest page.")
        case .unknownHere:
            result("Region \(region) has not heard of this yet.")
                + paragraph("Try again in some seconds, or use the other region's link.")
        }
    }

    // MARK: The page

    func page(_ claim: LinkClaim, view: IncidentView?, _ body: HTML) -> HTML {
        guard let view else {
            return document(
                title: "Meridian",
                .element("div", class: "card", body) + footer("Incident #\(claim.group.short)"))
        }
        let incident = view.incident
        let merged: HTML =
            incident.group == claim.group
            ? view.carrier.map {
                note("It was merged into incident #\($0.short), which is worse and goes on paging.")
            } ?? ""
            : note("Incident #\(claim.group.short) was merged into this one: you act for both.")
        let card =
            chips(incident) + .element("h1", HTML(text: incident.title)) + merged + body
            + facts(view)
        let title = HTML(text: "\(incident.severity.name) \(incident.service): \(incident.title)")
        return document(
            title: title,
            .element("div", class: "card", card) + alerts(incident)
                + footer("Incident #\(incident.group.short), generation \(incident.generation)"))
    }

    func chips(_ incident: Incident) -> HTML {
        let severity = HTML(text: incident.severity.name)
        var chips: [HTML] = []
        switch incident.severity {
        case .sev1: chips.append(.element("span", class: "chip urgent", severity))
        case .sev2: chips.append(.element("span", class: "chip grave", severity))
        case .sev3, .sev4, .sev5: chips.append(.element("span", class: "chip", severity))
        }
        chips.append(.element("span", class: "chip", HTML(text: incident.status.name)))
        if incident.isDrill { chips.append(.element("span", class: "chip drill", "DRILL")) }
        return .element("div", class: "chips", .joined(chips))
    }

    func facts(_ view: IncidentView) -> HTML {
        let incident = view.incident
        let service = roster.service(incident.service)
        var rows = [
            row("Service", HTML(text: service?.name ?? incident.service.text)),
            row(
                "Since",
                HTML(text: "\(clock(incident.openedAt.instant)), \(ago(incident.openedAt.instant))")
            ),
            row(
                "Firing",
                HTML(text: "\(incident.firingAlerts.count) of \(incident.alerts.count) alerts")),
        ]
        if let record = incident.coveringAcknowledgement {
            rows.append(
                row("Acknowledged", HTML(text: "by \(name(record.acknowledgement.by))")))
        }
        let paged = people(paged: incident)
        if !paged.isEmpty { rows.append(row("Paged", HTML(text: paged))) }
        if let link = incident.firingAlerts.map(\.instance.link).first(where: { !$0.isEmpty }) {
            rows.append(row("Look at", .link(link)))
        }
        if let runbook = service?.runbook, !runbook.isEmpty {
            rows.append(row("Runbook", .link(runbook)))
        }
        rows.append(row("Room", .link(toRoomOf: incident.group.description)))
        let owner = view.ownerHint.map { "\($0)" } ?? "not known here"
        let state = view.isProvisional ? "\(owner), without a majority of regions" : owner
        rows.append(row("Owner", HTML(text: state)))
        return .element("dl", .joined(rows))
    }

    private func people(paged incident: Incident) -> String {
        var names: [String] = []
        for page in incident.pages where page.isDelivered {
            let name = name(page.person)
            if !names.contains(name) { names.append(name) }
        }
        return names.prefix(8).joined(separator: ", ")
    }

    func alerts(_ incident: Incident) -> HTML {
        let firing = incident.firingAlerts
        guard firing.count > 1 else { return "" }
        var items = firing.prefix(5).map { HTML.element("li", HTML(text: $0.instance.summary)) }
        if firing.count > 5 {
            items.append(.element("li", HTML(text: "and \(firing.count - 5) more")))
        }
        return .element(
            "div", class: "card", .element("p", "Firing now:") + .element("ul", .joined(items)))
    }

    func footer(_ text: String) -> HTML {
        .element("footer", HTML(text: "\(text). Region \(region) answers, \(clock(now))."))
    }

    func document(title: HTML, _ content: HTML) -> HTML {
        let head: HTML = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width, initial-scale=1">\
            <meta name="robots" content="noindex, nofollow">
            """
        return .joined([
            head, .element("title", title), .element("style", .sheet), "</head><body>",
            .element("main", content), "</body></html>\n",
        ])
    }

    private func button(_ action: LinkAction) -> HTML {
        let label: HTML =
            switch action {
            case .acknowledge: "Acknowledge"
            case .resolve: "Resolve"
            case .escalate: "Page the next level"
            case .command: "Take command"
            }
        return .form(.submit(label))
    }

    // MARK: Pieces

    func result(_ text: String) -> HTML {
        .element("p", class: "result", HTML(text: text))
    }
    func note(_ text: String) -> HTML { .element("p", class: "note", HTML(text: text)) }
    func paragraph(_ text: String) -> HTML { .element("p", HTML(text: text)) }
    private func row(_ name: HTML, _ value: HTML) -> HTML {
        .element("dt", name) + .element("dd", value)
    }

    func name(_ person: PersonID) -> String { roster.person(person)?.name ?? person.text }

    /// `2026-11-22 19:32 UTC`.
    func clock(_ instant: Instant) -> String {
        let text = instant.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    func ago(_ instant: Instant) -> String {
        let minutes = (now - instant).seconds / 60
        switch minutes {
        case ..<1: return "just now"
        case 1..<120: return "\(minutes) min ago"
        case 120..<2_880: return "\(minutes / 60) h ago"
        case _: return "\(minutes / 1_440) days ago"
        }
    }
}

extension HTML {
    /// The style sheet as it stands in the document: exactly the bytes whose hash is in the policy.
    fileprivate static var sheet: HTML { HTML(sheetOf: LinkStyle.sheet) }
}
