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

    /// What people have to know besides being paged.
    mutating func told(of view: Incident, in group: GroupID, at now: Instant) -> [Notice] {
        if let held = incidents.read(group, { $0.derived?.told?.value(at: now) }) ?? nil {
            return held
        }
        let told = told(of: view, at: now)
        let further = furtherCommandNotices(of: view, roster: roster, book: book, after: now)
        let until = told.reduce(further) { min($0, $1.isToldUntil) }
        withSlot(group) { $0.derived?.told = Derived.Held(value: told, from: now, until: until) }
        return told
    }

    /// The same, worked out anew.
    func told(of view: Incident, at now: Instant) -> [Notice] {
        let ofCommand = commandNotices(of: view, roster: roster, book: book, at: now)
        return view.decisions.isEmpty
            ? ofCommand : notices(of: view, roster: roster, at: now) + ofCommand
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
