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
    /// another one to the same person, and about which incident that was; `nil` if at once. SEV1 and
    /// SEV2 never wait.
    mutating func bundledAt(
        _ page: PlannedPage, due pageDue: Instant, _ group: GroupID, _ severity: Severity,
        at now: Instant
    ) -> (until: Instant, after: GroupID)? {
        guard severity > .sev2, !config.defects.contains(.neverBundles) else { return nil }
        let pause = config.timings.bundlePause
        let last = duty.lastPage(of: page.person.id, page.contact.channel, otherThan: group)
        // A clock that was ahead, or this one that was set back: it cannot have been later than now.
        // Waiting must not add up over steps: it counts from when somebody should have been reached.
        let overdueSince = incidents.read(group) { $0.overdueSince } ?? nil
        let due = min(pageDue, overdueSince ?? pageDue)
        guard let last, min(last.at, now) > due - pause else { return nil }
        return (min(last.at, now, due) + pause, last.group)
    }

    /// Takes note of how long a page waits. When it ceases to wait, for it has become worse, all regions
    /// hear of it at once: they take turns from then, whatever each of them believed to be its end.
    mutating func noteBundled(
        _ key: StepKey, _ wait: (until: Instant, after: GroupID)?, in group: GroupID,
        at now: Instant
    ) {
        withSlot(group) { slot in
            guard wait != nil || !slot.bundled.isEmpty else { return }
            let known = slot.bundled.firstIndex { $0.key == key }
            if let wait {
                if let known {
                    slot.bundled[known] = (key, wait.until, wait.after)
                } else {
                    slot.bundled.append((key, wait.until, wait.after))
                }
            } else if let known {
                slot.resumedAt = now
                slot.bundled.remove(at: known)
            }
        }
    }

    /// What becomes worse than mild waits for no other page any more: its owner sends at once what waited, and all
    /// regions hear of it at once. They take turns from then, whether or not they knew that it waited (seed 263067):
    /// once in a generation, and where something can have waited.
    mutating func noteWorse(_ incident: Incident, _ plan: EscalationPlan, at now: Instant) {
        let (isMild, end) = (incident.severity > .sev2, incident.previousEnd)
        guard incidents.read(incident.group, { $0.wasMild != isMild }) == true else { return }
        let pause = config.timings.bundlePause
        let hasWaited = plan.pages.contains { $0.due <= now && now - $0.due < pause }
        withSlot(incident.group) { slot in
            if slot.wasMild, hasWaited, slot.worseIn != end {
                slot.resumedAt = now
                slot.worseIn = end
            }
            slot.wasMild = isMild
        }
    }

    /// Begins tries of all pages whose time has come, the worst first; what is milder than SEV2 goes with
    /// another one to the same person.
    mutating func beginDuePages(at now: Instant) {
        guard !turn.duePages.isEmpty else { return }
        let due = turn.duePages
        turn.duePages = []
        turn.dueKeys = []
        // A stable order: by severity, then as they came due.
        let order = Severity.allCases.flatMap { severity in
            due.indices.filter { due[$0].view.value.severity == severity }
        }
        var mild: [DutyBook.Mailbox: [Int]] = [:]
        for index in order.reversed() where isMild(due[index]) {
            mild[due[index].mailbox, default: []].append(index)
        }
        var begun: Set<StepKey> = []
        for index in order where !begun.contains(due[index].page.key) {
            let main = due[index]
            begun.insert(main.page.key)
            var companions: [DuePage] = []
            if !config.defects.contains(.neverBundles), main.plan.notice.isEmpty {
                while companions.count < Self.companionsMax,
                    let next = mild[main.mailbox]?.popLast()
                {
                    guard due[next].group != main.group,
                        begun.insert(due[next].page.key).inserted
                    else { continue }
                    companions.append(due[next])
                }
                companions += takeHeld(
                    with: main, but: &begun, at: now, max: Self.companionsMax - companions.count)
            }
            send(main, with: companions, at: now)
        }
    }

    /// What waits for a page to the same person and may go with this one. What is not this region's to take
    /// along waits on, for it may become so (seed 121359); what is wanted no more is forgotten.
    private mutating func takeHeld(
        with main: DuePage, but begun: inout Set<StepKey>, at now: Instant, max count: Int
    ) -> [DuePage] {
        var companions: [DuePage] = []
        for held in duty.takeHeld(for: main.mailbox)
        where held.group != main.group && !begun.contains(held.key) {
            guard let one = wanted(held, at: now) else { continue }
            guard companions.count < count, isMyTurn(one, at: now) else {
                duty.hold(held, for: main.mailbox)
                continue
            }
            begun.insert(held.key)
            companions.append(one)
        }
        return companions
    }

    /// Whether a page that waits for others could leave if it did not: it may be taken along, and nobody is
    /// known to be about to send it.
    private mutating func isMyTurn(_ one: DuePage, at now: Instant) -> Bool {
        guard mayBundle(one.group) else { return false }
        let key = one.page.key
        let mine = incidents.read(one.group) { $0.attempts.first { $0.key == key } } ?? nil
        return turnAt(
            of: key, due: one.page.due, leaves: one.page.due, one.view.value.page(key), mine,
            one.group, grace: grace(in: one.group), at: now) <= now
    }

    private func isMild(_ due: DuePage) -> Bool {
        due.view.value.severity > .sev2 && due.plan.notice.isEmpty
    }

    private mutating func send(_ main: DuePage, with companions: [DuePage], at now: Instant) {
        if main.plan.notice.isEmpty {
            for one in [main] + companions {
                duty.notePage(
                    of: one.page.person.id, one.page.contact.channel, about: one.group, at: now)
            }
        }
        var order = order(main, at: now)
        for one in companions {
            order.also.append(begin(self.order(one, at: now), one, with: [main.group], at: now))
        }
        turn.orders.append(begin(order, main, with: companions.map(\.group), at: now))
        noteWhatWaited([main] + companions, at: now)
    }

    /// Both timelines say it: the incident for whose page others had to wait is told of them, in one note
    /// per message.
    private mutating func noteWhatWaited(_ pages: [DuePage], at now: Instant) {
        var told: [GroupID] = []
        for page in pages {
            guard page.attempt == 1, let wait = wait(of: page, at: now),
                !told.contains(wait.after)
            else { continue }
            told.append(wait.after)
            guard incidents.read(wait.after, { $0.view.status.isOpen }) == true else { continue }
            let waited = pages.filter { self.wait(of: $0, at: now)?.after == wait.after }
            let more = waited.count > 1 ? " and \(waited.count - 1) more" : ""
            let text =
                "\(page.page.person.id.text) was paged about \(page.group.short)\(more) "
                + "\((now - page.page.due).words) later, because of the page about this one"
            write(.noteAdded(Note(by: .pager, text: text)), about: wait.after, at: now)
        }
    }

    /// What a page waited for, if it leaves later than its step was due.
    private func wait(of due: DuePage, at now: Instant) -> (until: Instant, after: GroupID)? {
        let wait = incidents.read(due.group) { slot in
            slot.bundled.first { $0.key == due.page.key }.map { ($0.until, $0.after) }
        }
        return now - due.page.due >= .seconds(1) ? wait ?? nil : nil
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
            channel: page.contact.channel, attempt: due.attempt, with: others,
            moved: due.plan.moved + putOff(due, at: now))
        duty.begin(
            DutyBook.InFlight(order: order, intent: intent, group: due.group, begunAt: now))
        withAttempt(page.key, in: due.group, at: now) {
            $0.count = due.attempt
            $0.inFlight = order.number
        }
        write(.pageIntent(intent), about: due.group, at: now)
        return order
    }

    /// Why a page leaves later than its step was due, in words for the timeline; empty if it does not.
    private func putOff(_ due: DuePage, at now: Instant) -> String {
        guard let wait = wait(of: due, at: now) else { return "" }
        let words = "(put off \((now - due.page.due).words): just paged about \(wait.after.short))"
        return due.plan.moved.isEmpty ? words : " " + words
    }

    /// Whether a page may go with another one before its own time: it is this region's duty, or that of
    /// a region which is not heard, and this one's turn comes first. Where a majority is there and no owner,
    /// an incident is being handed on or taken over: who had the duty may page this moment (seed 110442).
    mutating func mayBundle(_ group: GroupID) -> Bool {
        if hasDuty(of: group) { return true }
        if let owner = replica.ownerHint(of: group) {
            if owner == me.id || replica.isFresh(owner) { return false }
        } else if replica.hasMajority {
            return false
        }
        return grace(in: group) == config.timings.firstGrace
    }

    /// The page that waits, if it is still wanted.
    private mutating func wanted(_ held: DutyBook.Held, at now: Instant) -> DuePage? {
        guard !isCarried(held.group),
            let (view, decision, attempts) = incidents.read(
                held.group, { ($0.sharedView, $0.derived.current(at: now), $0.attempts) }),
            case .page(let plan) = decision,
            let page = plan.pages.first(where: { $0.key == held.key })
        else { return nil }
        let mine = attempts.first { $0.key == held.key }
        let record = view.value.page(held.key)
        guard record?.isSettled != true, mine?.inFlight == nil, mine?.isExhausted != true else {
            return nil
        }
        return DuePage(
            page: page, plan: plan, group: held.group, view: view,
            attempt: (mine?.count ?? lastAttempt(in: record)) + 1)
    }

    /// What went in one message and failed goes in one message again.
    mutating func holdAgain(_ entry: DutyBook.InFlight, after outcome: PageOutcome) {
        guard case .failed = outcome else { return }
        duty.hold(
            DutyBook.Held(group: entry.group, key: entry.order.key),
            for: DutyBook.Mailbox(entry.order.person, entry.order.contact))
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

    var mailbox: DutyBook.Mailbox { DutyBook.Mailbox(page.person.id, page.contact) }
}
