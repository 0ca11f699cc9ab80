import APIModel
import Basics
import IncidentModel
import RegionCore

/// Incidents as the API shows them.
struct IncidentMapping: Sendable {
    /// The region that answers.
    var region: RegionName
    /// When.
    var now: Instant

    /// Where a view comes from.
    func label(_ view: IncidentView) -> ReadLabel {
        ReadLabel(
            region: region.text, epoch: view.epoch, index: view.committedIndex,
            unmergedFacts: view.unmergedFacts, owner: view.ownerHint?.text,
            isOwnerHere: view.isOwnerHere, isProvisional: view.isProvisional,
            staleSince: view.ownerLostSince.map { Timestamp($0) }, readAt: Timestamp(now))
    }

    /// An answer about an incident, with what goes into its headers.
    func labelled(_ answer: Answer, _ view: IncidentView) -> Answer {
        var copy = answer
        copy.incident = view.incident.group
        copy.label = label(view)
        return copy
    }

    /// A row of a list.
    func summary(_ view: IncidentView) -> APIModel.IncidentSummary {
        let incident = view.incident
        let covering = incident.coveringAcknowledgement
        let delivered = incident.pages.count { $0.isDelivered }
        return APIModel.IncidentSummary(
            id: incident.group.description, shortID: incident.group.short, title: incident.title,
            service: incident.service.text, severity: incident.severity.name,
            status: view.carrier == nil ? incident.status.name : "merged",
            generation: incident.generation,
            openedAt: incident.openedAt == .zero ? nil : Timestamp(incident.openedAt.instant),
            resolvedAt: incident.resolvedAt.map { Timestamp($0.instant) },
            acknowledgedBy: covering?.acknowledgement.by.text,
            acknowledgedAt: covering.map { Timestamp($0.time.instant) },
            firingCount: incident.alerts.count { $0.isFiring }, alertCount: incident.alerts.count,
            snoozedUntil: incident.status == .acknowledged
                ? incident.snoozedUntil.map { Timestamp($0) } : nil,
            pagesDelivered: delivered, pagesUndelivered: incident.pages.count - delivered,
            nextDue: view.nextDue.map { Timestamp($0) }, isDrill: incident.isDrill,
            isQuarantined: view.isQuarantined, mergedInto: view.carrier?.description,
            phase: incident.phase?.phase.name,
            label: label(view))
    }

    /// Everything but the timeline.
    func detail(_ view: IncidentView) -> IncidentDetail {
        let incident = view.incident
        let firing = incident.alerts.filter(\.isFiring)
        let over = incident.alerts.filter { !$0.isFiring }
        let covering = incident.coveringAcknowledgement
        return IncidentDetail(
            summary: summary(view), correlationKey: incident.correlationKey,
            source: incident.source,
            run: incident.run.number, alerts: (firing + over).map(alert),
            acknowledgements: incident.acknowledgements.map { record in
                AcknowledgementSummary(
                    by: record.acknowledgement.by.text, via: record.acknowledgement.via,
                    at: Timestamp(record.time.instant), region: record.region.text,
                    generation: record.acknowledgement.generation, run: record.acknowledgement.run,
                    isCovering: record == covering)
            },
            pages: pages(incident).sorted {
                ($0.run, $0.step, $0.person) < ($1.run, $1.step, $1.person)
            }, commander: incident.commander?.text, deputies: incident.deputies.map(\.text),
            proposals: proposals(view), conflicts: conflicts(view),
            tookOver: incident.absorbed.filter { $0.survivorEnd == incident.previousEnd }
                .map { one in
                    TookOver(
                        id: one.child.description, title: one.title, alertCount: one.alerts.count)
                }, work: incident.presentWork.compactMap(work),
            phaseSince: incident.phase.map { Timestamp($0.since.instant) })
    }

    private func alert(_ state: AlertState) -> AlertSummary {
        let instance = state.instance
        let digits = String(instance.fingerprint, radix: 16)
        return AlertSummary(
            fingerprint: String(repeating: "0", count: 16 - digits.count) + digits,
            isFiring: state.isFiring, summary: instance.summary, severity: instance.severity.name,
            startedAt: Timestamp(instance.startedAt), reportCount: state.reportCount,
            labels: Dictionary(instance.labels.map { ($0.name, $0.value) }) { first, _ in first },
            link: instance.link.isEmpty ? nil : instance.link)
    }

    /// The pages of an incident's generation.
    func pages(_ incident: Incident) -> [PageSummary] {
        incident.pages.map { page in
            PageSummary(
                key: page.key.description, incident: incident.group.description,
                title: incident.title, step: page.position.words,
                generation: page.position.generation, run: page.position.run,
                person: page.person.text, channel: page.channel.name, state: state(page),
                attempts: page.attempts.map(attempt))
        }
    }

    private func state(_ page: PageRecord) -> String {
        if page.isDelivered { return "delivered" }
        if page.isUndeliverable { return "undeliverable" }
        guard let last = page.attempts.last?.outcome else { return "trying" }
        return outcomeWords(last).name
    }

    private func attempt(_ attempt: PageAttemptRecord) -> PageAttemptSummary {
        let words = attempt.outcome.map(outcomeWords)
        return PageAttemptSummary(
            member: attempt.member.description, attempt: attempt.attempt,
            startedAt: Timestamp(attempt.intentAt.instant),
            endedAt: attempt.resultAt.map { Timestamp($0.instant) },
            provider: attempt.provider.isEmpty ? nil : attempt.provider, outcome: words?.name,
            detail: words?.detail)
    }

    /// The timeline, with those of incidents that it took over woven in by time.
    func timeline(_ view: IncidentView, with children: [IncidentView] = []) -> TimelineAnswer {
        var entries = view.incident.timeline.map { (time: $0.time, item: item($0, of: nil)) }
        for child in children {
            let more = child.incident.timeline.map {
                (time: $0.time, item: item($0, of: child.incident.group))
            }
            entries = Self.woven(entries, more)
        }
        return TimelineAnswer(
            incident: view.incident.group.description, label: label(view),
            entries: entries.map(\.item))
    }

    /// What comes of working the hash chain of its own timeline out anew.
    func chain(of view: IncidentView) -> TimelineChainSummary {
        let chain = TimelineChain(of: view.incident.timeline)
        return TimelineChainSummary(
            verified: UInt64(chain.verified), committed: UInt64(chain.committed),
            brokenAt: chain.brokenAt, isWhole: chain.isWhole, head: chain.head.description)
    }

    private func item(_ entry: TimelineEntry, of group: GroupID?) -> TimelineItem {
        TimelineItem(
            index: entry.index, at: Timestamp(entry.time.instant), kind: entry.kind.name,
            region: entry.region.text.isEmpty ? nil : entry.region.text, text: entry.text,
            fact: entry.fact?.description, replyTo: entry.replyTo?.description,
            digest: entry.index == 0 ? nil : entry.digest.description,
            incident: group?.description)
    }

    /// Two timelines as one. Each keeps its own order, which is not always that of clocks.
    private static func woven<Item>(
        _ one: [(time: HybridTime, item: Item)], _ other: [(time: HybridTime, item: Item)]
    ) -> [(time: HybridTime, item: Item)] {
        var (rest, result) = (other[...], [(time: HybridTime, item: Item)]())
        for entry in one {
            while let next = rest.first, next.time < entry.time {
                result.append(next)
                rest.removeFirst()
            }
            result.append(entry)
        }
        return result + rest
    }
}

/// The name of an outcome in the API, and what goes with it.
func outcomeWords(_ outcome: PageOutcome) -> (name: String, detail: String) {
    switch outcome {
    case .delivered(let receipt): ("delivered", receipt)
    case .failed(let reason): ("failed", reason)
    case .undeliverable(let reason): ("undeliverable", reason)
    case .dropped(let reason): ("dropped", reason)
    }
}
