package import APIModel
import Basics

/// The cluster as the answering region sees it: members, ownership, lag, what is apart, and what will
/// happen next. The same answer as `meridian cluster status` reads.
package struct ClusterPage: Sendable {
    /// What stands around, and with it the status.
    package var frame: Frame
    /// What is open.
    package var incidents: IncidentList
    /// What was decided between two sides and stands.
    package var conflicts: [ConflictSummary]

    /// A page with all its parts.
    package init(frame: Frame, incidents: IncidentList, conflicts: [ConflictSummary]) {
        (self.frame, self.incidents, self.conflicts) = (frame, incidents, conflicts)
    }

    private var status: ClusterStatus { frame.cluster }
    private var now: Timestamp { frame.now }
    /// What is open and carried by no other.
    private var open: [IncidentSummary] { incidents.incidents.filter { $0.mergedInto == nil } }

    /// The document.
    package var html: HTML {
        let body = Templates.render(
            "cluster",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("name", status.cluster)
                $0.set("region", status.region)
                setFigures(&$0)
                let (own, others) = (
                    status.members.filter(\.isSelf), status.members.filter { !$0.isSelf }
                )
                $0.set("members", (own + others).map(member))
                $0.set(
                    "nextSteps",
                    status.sentences.map { sentence in
                        Fields {
                            $0.set("text", sentence.text)
                            $0.set("level", sentence.level)
                        }
                    })
                $0.set("gateways", status.gateways.map(gateway))
                $0.set("hasNoGateways", status.gateways.isEmpty)
                $0.set("owned", open.prefix(40).map(owned))
                $0.set("isCalm", open.isEmpty)
                $0.set("conflicts", conflicts.prefix(20).map(conflict))
                $0.set("hasConflicts", !conflicts.isEmpty)
                $0.set(
                    "versions",
                    status.versions.sorted { $0.key < $1.key }.map { version in
                        Fields {
                            $0.set("name", version.key)
                            $0.set("value", version.value)
                        }
                    })
            })
        return frame.document(.cluster, title: "Cluster", body)
    }

    private func setFigures(_ fields: inout Fields) {
        fields.set("majority", status.hasMajority)
        fields.set("open", "\(open.count)")
        fields.set("owns", "\(status.ownedCount)")
        fields.set("known", "\(status.incidentCount)")
        fields.set("unmerged", "\(status.unmergedFacts)")
        fields.set("isMerged", status.unmergedFacts == 0)
        fields.set("inFlight", "\(status.pagesInFlight)")
        fields.set("quarantined", status.quarantinedCount == 0 ? nil : "\(status.quarantinedCount)")
        let provisional = open.count { $0.label.isProvisional }
        fields.set("provisional", provisional == 0 ? nil : "\(provisional)")
        fields.set("wishes", status.wishCount.flatMap { $0 == 0 ? nil : "\($0)" })
        fields.set("decided", status.conflictCount.flatMap { $0 == 0 ? nil : "\($0)" })
        fields.set("diskUsed", status.disk.map { Self.bytes($0.usedBytes) })
        fields.set("diskFree", status.disk.map { Self.bytes($0.freeBytes) })
        fields.set("diskError", status.diskError)
    }

    private func member(_ member: MemberStatus) -> Fields {
        let state = RegionState(member)
        let links = status.links.filter { $0.peer == member.name }
        let down = links.filter { !$0.isUp }
        return Fields {
            $0.set("name", member.name)
            $0.set("role", member.role)
            $0.set("id", member.id)
            $0.set("state", state.words)
            $0.set("stateStyle", state.rawValue)
            $0.set("lostFor", member.lostSince.map { Words.age($0, now: now) })
            $0.set("owns", member.role == "coordinator" ? "–" : "\(member.ownedCount)")
            let lag = member.isFresh ? member.roundTripMicroseconds : nil
            $0.set("lag", lag.map(Self.milliseconds) ?? "–")
            $0.set("facts", "\(member.factsThrough)")
            $0.set(
                "starts",
                member.role == "coordinator"
                    ? "–" : member.incarnation.map { "\($0)" } ?? "–")
            $0.set(
                "gateways",
                member.role != "region"
                    ? "–" : member.gatewaysWork.map { $0 ? "work" : "fail" } ?? "not told")
            $0.set("gatewaysFail", member.gatewaysWork == false)
            $0.set("lanes", member.isSelf ? "–" : lanes(links, down: down))
            $0.set("lanesDown", !down.isEmpty)
        }
    }

    private func lanes(_ links: [LinkStatus], down: [LinkStatus]) -> String {
        guard !links.isEmpty else { return "–" }
        if down.isEmpty { return links.map(\.lane).joined(separator: ", ") + " up" }
        return down.map { $0.lane + " down" + ($0.detail.map { " (\($0))" } ?? "") }
            .joined(separator: ", ")
    }

    private func gateway(_ gateway: GatewayStatus) -> Fields {
        Fields {
            $0.set("channel", gateway.channel)
            $0.set("provider", gateway.provider)
            $0.set("works", gateway.isWorking)
            $0.set("last", gateway.lastSuccessAt.map { Words.age($0, now: now) })
            $0.set("error", gateway.lastError)
            $0.set("failures", gateway.failuresInARow == 0 ? nil : "\(gateway.failuresInARow)")
        }
    }

    private func owned(_ incident: IncidentSummary) -> Fields {
        Fields {
            $0.set("path", "/incidents/\(incident.id)")
            $0.set("severity", Words.severity(incident.severity))
            $0.set("title", incident.title)
            $0.set("shortID", incident.shortID)
            $0.set("owner", incident.label.owner ?? "not known here")
            $0.set("epoch", "\(incident.label.epoch)")
            $0.set("index", "\(incident.label.index)")
            $0.set("isProvisional", incident.label.isProvisional)
            $0.set("unmerged", "\(incident.label.unmergedFacts)")
            $0.set("isBehind", incident.label.unmergedFacts > 0)
        }
    }

    private func conflict(_ conflict: ConflictSummary) -> Fields {
        Fields {
            $0.set("path", "/incidents/\(conflict.incident)#conflicts")
            $0.set("title", conflict.title)
            $0.set("outcome", conflict.outcome)
            $0.set("reason", conflict.reason)
            $0.set("at", Words.clock(conflict.decidedAt, now: now))
        }
    }

    /// A length in microseconds as milliseconds: one decimal below ten, none above.
    static func milliseconds(_ microseconds: Int64) -> String {
        let tenths = (microseconds + 50) / 100
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) ms" : "\((tenths + 5) / 10) ms"
    }

    /// Bytes as people say them: `7.1 GiB`.
    static func bytes(_ count: Int64) -> String {
        var (value, unit) = (Double(max(0, count)), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while value >= 1_024, unit < units.count - 1 { (value, unit) = (value / 1_024, unit + 1) }
        let tenths = Int((value * 10).rounded())
        return unit == 0 || tenths >= 100
            ? "\((tenths + 5) / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
