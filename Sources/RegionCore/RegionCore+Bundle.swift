import Basics
import Escalation
import IncidentModel
import Paging
import Replication

/// Several incidents, one person: what is milder than SEV2 waits a moment for what else there is to say
/// to somebody who was just paged about something else, and goes with it. *Source:* design 5, "pages to
/// one person are bundled"; decision 0016.
extension RegionCore {
    /// How many pages one message brings besides its own.
    private static let companionsMax = 100

    /// When a page that nobody has tried to send may leave, so that it does not come on the heels of
    /// another one to the same person; `.epoch` if at once. SEV1 and SEV2 never wait.
    func bundledAt(
        _ page: PlannedPage, _ group: GroupID, _ view: Incident, at now: Instant
    ) -> Instant {
        guard view.severity > .sev2, !config.defects.contains(.neverBundles) else { return .epoch }
        let pause = config.timings.bundlePause
        let last = duty.lastPage(of: page.person.id, page.contact.channel, otherThan: group)
        guard let last, last <= now, last > page.due - pause else { return .epoch }
        return min(last, page.due) + pause
    }

    /// Takes note of how long a page waits. When it ceases to wait before its time, for it has become
    /// worse, all regions hear of it at once: they take turns from then.
    mutating func noteBundled(
        _ key: StepKey, until: Instant, in group: GroupID, at now: Instant
    ) {
        withSlot(group) { slot in
            guard until > now || !slot.bundled.isEmpty else { return }
            let known = slot.bundled.firstIndex { $0.key == key }
            if until > now {
                if let known {
                    slot.bundled[known].until = until
                } else {
                    slot.bundled.append((key, until))
                }
            } else if let known {
                if slot.bundled[known].until > now { slot.resumedAt = now }
                slot.bundled.remove(at: known)
            }
        }
    }

    /// Begins tries of all pages whose time has come, the worst first; what is milder than SEV2 goes with
    /// another one to the same person.
    mutating func beginDuePages(at now: Instant) {
        guard !turn.duePages.isEmpty else { return }
        var due = turn.duePages
        turn.duePages = []
        // A stable order: by severity, then as they came due.
        let severities = Severity.allCases
        due = severities.flatMap { severity in due.filter { $0.view.value.severity == severity } }
        while !due.isEmpty {
            let main = due.removeFirst()
            let companions = companions(of: main, among: &due, at: now)
            var order = order(main, at: now)
            for one in companions {
                order.also.append(begin(self.order(one, at: now), one, with: [main.group], at: now))
            }
            turn.orders.append(
                begin(order, main, with: companions.map(\.group), at: now))
        }
    }

    private mutating func order(_ due: DuePage, at now: Instant) -> PageOrder {
        let page = due.page
        let providers = duty.providerCount(of: page.contact.channel)
        return PageOrder(
            number: duty.nextNumber(), key: page.key, person: page.person.id,
            personName: page.person.name, contact: page.contact,
            provider: Int(due.attempt - 1) % providers, timeout: config.timings.attemptTimeout,
            content: content(of: due.plan, for: page.person.id, due.group, due.view.value, at: now))
    }

    /// Writes a try down before it leaves.
    private mutating func begin(
        _ order: PageOrder, _ due: DuePage, with others: [GroupID], at now: Instant
    ) -> PageOrder {
        let page = due.page
        let intent = PageIntent(
            key: page.key, position: due.plan.position, person: page.person.id,
            channel: page.contact.channel, attempt: due.attempt, with: others, moved: due.plan.moved
        )
        duty.begin(
            DutyBook.InFlight(order: order, intent: intent, group: due.group, begunAt: now))
        withAttempt(page.key, in: due.group, at: now) {
            $0.count = due.attempt
            $0.inFlight = order.number
        }
        write(.pageIntent(intent), about: due.group, at: now)
        return order
    }

    /// What is due or waits, milder than SEV2 and for the same person at the same address, goes along.
    private mutating func companions(
        of main: DuePage, among due: inout [DuePage], at now: Instant
    ) -> [DuePage] {
        let (person, contact) = (main.page.person.id, main.page.contact)
        var found: [DuePage] = []
        if !config.defects.contains(.neverBundles), main.plan.notice.isEmpty {
            found = due.filter { other in
                other.page.person.id == person && other.page.contact.channel == contact.channel
                    && other.page.contact.address == contact.address
                    && other.view.value.severity > .sev2 && other.plan.notice.isEmpty
                    && other.group != main.group
            }
            found = Array(found.prefix(Self.companionsMax))
            due.removeAll { one in found.contains { $0.page.key == one.page.key } }
            for held in duty.takeHeld(for: person, contact)
            where held.key != main.page.key && !found.contains(where: { $0.page.key == held.key }) {
                guard found.count < Self.companionsMax else {
                    duty.hold(held)
                    continue
                }
                if let companion = companion(held, at: now), companion.group != main.group {
                    found.append(companion)
                    due.removeAll { $0.page.key == held.key }
                }
            }
        }
        for group in [main.group] + found.map(\.group) where main.plan.notice.isEmpty {
            duty.notePage(of: person, contact.channel, about: group, at: now)
        }
        return found
    }

    /// Whether a page may go with another one before its own time: it is this region's duty, or that of
    /// a region which is not heard, and this one's turn comes first.
    func mayBundle(_ group: GroupID) -> Bool {
        if hasDuty(of: group) { return true }
        if let owner = replica.ownerHint(of: group), owner == me.id || replica.isFresh(owner) {
            return false
        }
        return grace(in: group) == config.timings.firstGrace
    }

    /// The page that waits, if it is still wanted, and nobody is about to send it or has sent it.
    private func companion(_ held: DutyBook.Held, at now: Instant) -> DuePage? {
        guard !isCarried(held.group), mayBundle(held.group),
            let (view, plan, attempts) = incidents.read(
                held.group, { ($0.sharedView, $0.plan, $0.attempts) }),
            let plan, plan.holds(at: now), case .page(let wanted) = plan.decision,
            let page = wanted.pages.first(where: { $0.key == held.key })
        else { return nil }
        let mine = attempts.first { $0.key == held.key }
        let isMyTurn =
            mine.map { $0.inFlight == nil && !$0.isExhausted && $0.nextAt <= now } ?? true
        let record = view.value.page(held.key)
        let isTaken =
            record?.isDelivered == true || record?.isUndeliverable == true
            || record?.attempts.contains { $0.member != me.id && $0.outcome == nil } == true
        guard isMyTurn, !isTaken else { return nil }
        return DuePage(
            page: page, plan: wanted, group: held.group, view: view,
            attempt: (mine?.count ?? lastAttempt(in: record)) + 1)
    }

    /// What went in one message and failed goes in one message again.
    mutating func holdAgain(_ entry: DutyBook.InFlight, after outcome: PageOutcome) {
        guard case .failed = outcome else { return }
        duty.hold(
            DutyBook.Held(
                person: entry.order.person, contact: entry.order.contact, group: entry.group,
                key: entry.order.key))
    }
}

/// A page whose time has come.
struct DuePage: Sendable {
    var page: PlannedPage
    var plan: EscalationPlan
    var group: GroupID
    var view: Shared<Incident>
    /// The count of this region's tries, from 1.
    var attempt: UInt64
}
