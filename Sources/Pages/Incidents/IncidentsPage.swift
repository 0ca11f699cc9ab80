package import APIModel
import Basics

/// The list of incidents: the worst first, with filters that are the address.
package struct IncidentsPage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// The incidents, as the API lists them.
    package var list: IncidentList
    /// The services, for filters and for declaring.
    package var services: [ServiceSummary]
    /// What is shown.
    package var filter: IncidentsQuery
    /// The views that this browser keeps.
    package var saved: [SavedView]

    /// A page with all its parts.
    package init(
        frame: Frame, list: IncidentList, services: [ServiceSummary], filter: IncidentsQuery,
        saved: [SavedView]
    ) {
        (self.frame, self.list, self.services, self.filter) = (frame, list, services, filter)
        self.saved = saved
    }

    /// The document.
    package var html: HTML {
        let shown = list.incidents.filter(filter.admits)
        let rows = shown.dropFirst(filter.skip).prefix(IncidentsQuery.pageLength)
        let body = Templates.render(
            "incidents",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("heading", heading(shown))
                $0.set("views", views)
                setSaved(&$0)
                $0.set("rows", rows.map(row))
                $0.set("isEmpty", rows.isEmpty)
                $0.set("narrows", filter.narrows || filter.status != "open")
                $0.set("count", Words.count(shown.count, "incident"))
                setFilters(&$0)
                setPaging(&$0, count: shown.count)
                $0.set(
                    "declareServices",
                    Frame.choices(
                        services.map { ($0.id, $0.name) }, chosen: nil))
                $0.set("declareSeverities", Frame.choices(Self.severities, chosen: nil))
            })
        return frame.document(.incidents, title: "Incidents", body)
    }

    static let severities = (1...5).map { (value: "SEV\($0)", label: "SEV\($0)") }

    private func heading(_ shown: [IncidentSummary]) -> String {
        guard filter.status == "open", !filter.narrows else {
            return Words.count(shown.count, "incident")
        }
        let waiting = shown.count { $0.status == "triggered" }
        guard !shown.isEmpty else { return "Nothing is open" }
        return "\(shown.count) open"
            + (waiting == 0 ? ", somebody has each" : ", \(waiting) without anybody")
    }

    private func setFilters(_ fields: inout Fields) {
        fields.set("statuses", Frame.choices(IncidentsQuery.statuses, chosen: filter.status))
        fields.set("severities", Frame.choices(Self.severities, chosen: filter.severity))
        fields.set(
            "services",
            Frame.choices(services.map { ($0.id, $0.name) }, chosen: filter.service))
        let regions = frame.cluster.members.filter { $0.role == "region" }.map(\.name)
        fields.set("regions", Frame.choices(regions.map { ($0, $0) }, chosen: filter.region))
        fields.set("text", filter.text)
        fields.set("person", filter.person)
    }

    private func setPaging(_ fields: inout Fields, count: Int) {
        let next = filter.skip + IncidentsQuery.pageLength
        let previous = max(0, filter.skip - IncidentsQuery.pageLength)
        fields.set("next", next < count ? "/incidents?" + filter.query(skip: next) : nil)
        fields.set(
            "previous", filter.skip > 0 ? "/incidents?" + filter.query(skip: previous) : nil)
    }

    /// Views that people come back to.
    private var views: [Fields] {
        let open = list.incidents.filter { $0.status == "triggered" || $0.status == "acknowledged" }
        var views = [
            ("Open", "status=open", open.count),
            ("Nobody has it", "status=triggered", open.count { $0.status == "triggered" }),
        ]
        if let reader = frame.reader?.person {
            views.append(
                (
                    "Mine", "status=open&person=\(Query.encoded(reader))",
                    open.count { $0.acknowledgedBy == reader }
                ))
        }
        views.append(("SEV1", "status=open&severity=SEV1", open.count { $0.severity == "SEV1" }))
        let current = filter.query(skip: 0)
        return views.map { title, query, count in
            view(title, query, count: count, isHere: inOrder(query) == inOrder(current))
        } + [view("Resolved", "status=resolved", count: nil, isHere: current == "status=resolved")]
    }

    /// The views that are kept, and whether this one can be.
    private func setSaved(_ fields: inout Fields) {
        let current = inOrder(filter.query(skip: 0))
        fields.set(
            "saved",
            saved.map { one in
                view(one.name, one.query, count: nil, isHere: inOrder(one.query) == current)
            })
        let known = saved.first { inOrder($0.query) == current }
        fields.set("forgettable", known?.name)
        fields.set("canSave", known == nil && (filter.narrows || filter.status != "open"))
        fields.set("current", filter.query(skip: 0))
    }

    private func inOrder(_ query: String) -> [Substring] { query.split(separator: "&").sorted() }

    private func view(_ title: String, _ query: String, count: Int?, isHere: Bool) -> Fields {
        Fields {
            $0.set("title", title)
            $0.set("path", "/incidents?\(query)")
            $0.set("count", count.map { "\($0)" })
            $0.set("isHere", isHere)
        }
    }

    private func row(_ incident: IncidentSummary) -> Fields {
        let names = frame.names
        return Fields {
            $0.set("path", "/incidents/\(incident.id)")
            $0.set("style", Words.style(ofSeverity: incident.severity))
            $0.set("severity", Words.severity(incident.severity))
            $0.set("title", incident.title)
            $0.set("shortID", incident.shortID)
            $0.set("service", serviceName(incident.service))
            $0.set("status", incident.status)
            $0.set("isDrill", incident.isDrill)
            $0.set("isQuarantined", incident.isQuarantined)
            $0.set("isOpen", incident.resolvedAt == nil && incident.mergedInto == nil)
            $0.set("since", incident.openedAt.map { Words.age($0, now: frame.now) })
            $0.set("resolved", incident.resolvedAt.map { Words.age($0, now: frame.now) })
            $0.set("holder", incident.acknowledgedBy.map(names.of))
            $0.set("isWaiting", incident.status == "triggered")
            $0.set("next", incident.nextDue.map { Words.countdown($0, now: frame.now) })
            $0.set("snoozed", incident.snoozedUntil.map { Words.clock($0, now: frame.now) })
            $0.set("owner", incident.label.owner)
            $0.set("isProvisional", incident.label.isProvisional)
            $0.set(
                "unmerged",
                incident.label.unmergedFacts == 0
                    ? nil : "\(incident.label.unmergedFacts) not merged yet")
            $0.set(
                "alerts",
                incident.firingCount == incident.alertCount || incident.resolvedAt != nil
                    ? Words.count(incident.alertCount, "alert")
                    : "\(incident.firingCount) of "
                        + Words.count(incident.alertCount, "alert") + " firing")
        }
    }

    private func serviceName(_ id: String) -> String {
        services.first { $0.id == id }?.name ?? id
    }
}
