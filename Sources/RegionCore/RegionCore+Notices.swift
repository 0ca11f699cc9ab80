import Basics
import Escalation
import IncidentModel

/// What people are told besides being paged: it takes the pages' own path, and nobody has to answer it.
extension RegionCore {
    /// Longer than all regions' turns take: later it does not matter that somebody was asked for anew.
    private static let turnsMax = Span.minutes(1)

    /// Since when a page has been asked for, if that is only because the roster or who is on call became
    /// another one: all regions hear of it at once, and take turns from then.
    mutating func askedSince(_ key: StepKey, in group: GroupID, at now: Instant) -> Instant? {
        let changedAt = incidents.read(group) { $0.replanned?.at } ?? nil
        guard let changedAt, now - changedAt < Self.turnsMax else { return nil }
        return withSlot(group) { slot in
            if let known = slot.askedSince.first(where: { $0.key == key }) { return known.at }
            guard let replanned = slot.replanned, !replanned.before.contains(key) else {
                return nil
            }
            slot.askedSince.append((key, replanned.at))
            return replanned.at
        }
    }

    /// What people have to know besides being paged. Most of what happens to an incident are pages and
    /// their results, which change nothing of it: it is worked out anew when something else has changed.
    mutating func told(of view: Incident, at now: Instant) -> [Notice] {
        guard view.status.isOpen else {
            withSlot(view.group) { $0.told = nil }
            return []
        }
        let source = view.withoutPages
        let known = incidents.read(view.group) { slot in
            slot.told.flatMap { $0.holds(for: source, at: now) ? $0.notices : nil }
        }
        if let known = known ?? nil { return known }
        let ofCommand = commandNotices(of: view, roster: roster, book: book, at: now)
        let all =
            view.decisions.isEmpty
            ? ofCommand : notices(of: view, roster: roster, at: now) + ofCommand
        withSlot(view.group) {
            $0.told = IncidentSlot.KnownNotices(
                all, of: source, at: now, toldWithin: commandToldWithin)
        }
        return all
    }

    /// How long others leave it to the owner to tell people something.
    private static let noticeGrace = Span.seconds(15)

    /// Tells people what they have to know besides being paged; gives back when to look again.
    mutating func tell(
        _ notices: [Notice], _ group: GroupID, _ view: Shared<Incident>, at now: Instant
    ) -> Instant {
        var next = Instant.distantFuture
        for notice in notices {
            var notice = notice
            // Others hear of the decision late, and nobody waits for it as for a page.
            if !hasDuty(of: group) { notice.page.due = notice.page.due + Self.noticeGrace }
            let plan = EscalationPlan(telling: notice)
            next = min(next, consider(notice.page, of: plan, group, view, true, at: now))
        }
        return next
    }
}

extension Incident {
    /// The incident without its pages, and without what only tells how far its log is known.
    fileprivate var withoutPages: Incident {
        var copy = self
        (copy.pages, copy.timeline, copy.merged) = ([], TimelineList(), [])
        (copy.owner, copy.epoch, copy.lastIndex) = (nil, 0, 0)
        return copy
    }
}
