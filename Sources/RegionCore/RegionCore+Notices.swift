import Basics
import Escalation
import IncidentModel
import Paging

/// What people are told besides being paged: it takes the pages' own path, and nobody has to answer it.
extension RegionCore {
    /// Longer than all regions' turns take: later it does not matter that somebody was asked for anew.
    private static let turnsMax = Span.minutes(1)

    /// Since when a page has been asked for, if that is only because the roster or who is on call became
    /// another one: all regions hear of it at once, and take turns from then.
    mutating func askedSince(_ key: StepKey, in group: GroupID, at now: Instant) -> Instant? {
        if group == controlGroup {
            return withSlot(group) { slot in slot.askedSince.first { $0.key == key }?.at }
        }
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
    mutating func told(of view: Incident, at now: Instant) -> [Notice] {
        // Shifts come within sight as time goes on.
        if view.group == controlGroup { return toldOfShifts(at: now) }
        if let held = incidents.read(view.group, { $0.derived.told?.value(at: now) }) ?? nil {
            return held
        }
        let known = incidents.read(view.group) { $0.derived.knownNotices } ?? []
        let told = toldAnew(of: view, at: now, known: known)
        let further = furtherCommandNotices(of: view, roster: roster, book: book, after: now)
        let until = told.reduce(further) { min($0, $1.isToldUntil) }
        withSlot(view.group) {
            $0.derived.told = Derived.Held(value: told, from: now, until: until)
        }
        return told
    }

    /// The same, worked out anew, but for the keys of what was known.
    func toldAnew(of view: Incident, at now: Instant, known: [Notice] = []) -> [Notice] {
        let others =
            commandNotices(of: view, roster: roster, book: book, at: now, known: known)
            + toldOfMentions(in: view, at: now, known: known)
        return view.decisions.isEmpty
            ? others : notices(of: view, roster: roster, at: now) + others
    }

    /// Who is told that a note mentions them, also while another incident pages for this one.
    func toldOfMentions(in view: Incident, at now: Instant, known: [Notice]) -> [Notice] {
        guard !view.mentions.isEmpty else { return [] }
        // The same at every region, but for a planted bug.
        guard config.defects.contains(.mentionKeyOfRegion) else {
            return mentionNotices(of: view, roster: roster, at: now, known: known)
        }
        var told = mentionNotices(of: view, roster: roster, at: now)
        for index in told.indices {
            let key = told[index].page.key
            told[index].page.key = StepKey(high: key.high, low: key.low ^ me.id.number)
        }
        return told
    }

    /// How far ahead shifts are looked at, and how often at least.
    static let shiftPause = Span.minutes(30)

    /// What people have to know about their shifts: worked out for longer than is asked for, so that the
    /// next who asks need not.
    mutating func toldOfShifts(at now: Instant) -> [Notice] {
        guard roster.shiftNotices != nil else { return [] }
        let held = shifts?.value(at: now) ?? toldOfShiftsAnew(at: now, ahead: Self.shiftPause * 2)
        if shifts?.value(at: now) == nil {
            shifts = Derived.Held(value: held, from: now, until: now + Self.shiftPause)
        }
        return held.filter { isTold($0, at: now, ahead: Self.shiftPause) }
    }

    /// The same, worked out anew.
    func toldOfShiftsAnew(at now: Instant, ahead: Span) -> [Notice] {
        shiftNotices(group: controlGroup, roster: roster, book: book, at: now, ahead: ahead)
    }

    /// How long others leave it to the owner to tell people something.
    private static let noticeGrace = Span.seconds(15)

    /// Never, but for a planted bug.
    private func isLeftToOwner(_ notice: Notice, _ group: GroupID) -> Bool {
        notice.position.isMention && config.defects.contains(.mentionsLeftToOwner)
            && !hasDuty(of: group)
    }

    /// When something is due to be told by this region. News are due no later than they are known here,
    /// though the clock that they were written by was an hour ahead (seed 60500). Others leave it to the
    /// owner, which hears of most decisions first, counted from when they knew of it themselves: what a
    /// change of command makes due was due long ago at all of them (seed 111839).
    private mutating func due(
        _ notice: Notice, in group: GroupID, isMine: Bool, at now: Instant
    ) -> (due: Instant, seenAt: Instant) {
        let planned = notice.page.due
        // Who has just started does not know since when the others have known (seed 204448).
        let first = now < strangerUntil ? min(planned, now) : now
        let seen = withSlot(group) { slot in
            if let known = slot.noticesSeen.first(where: { $0.isOf(notice) }) { return known.at }
            slot.noticesSeen.append(SeenNotice(notice, at: first))
            return first
        }
        let own = notice.isNews ? min(planned, seen) : planned
        return (isMine ? own : max(own, seen) + Self.noticeGrace, seen)
    }

    /// Forgets when notices were first seen that nobody is to be told of any more.
    private mutating func forgetSeen(but notices: [Notice], in group: GroupID) {
        withSlot(group) { slot in
            guard slot.noticesSeen.count > notices.count else { return }
            slot.noticesSeen.removeAll { seen in
                !notices.contains { seen.isOf($0) }
            }
        }
    }

    /// Tells people what they have to know besides being paged; gives back when to look again.
    mutating func tell(
        _ notices: [Notice], _ view: Shared<Incident>, _ incident: Incident,
        grace: inout Span?, at now: Instant
    ) -> Instant {
        forgetSeen(but: notices, in: incident.group)
        guard !notices.isEmpty else { return .distantFuture }
        var next = Instant.distantFuture
        let isMine = hasDuty(of: incident.group)
        // Most were told long ago, or are due later.
        // By position: a notice is dear to copy.
        for index in notices.indices
        where incident.page(notices[index].page.key)?.isSettled != true
            && !isLeftToOwner(notices[index], incident.group)
        {
            let (due, seenAt) = due(
                notices[index], in: incident.group, isMine: isMine, at: now)
            func plan() -> EscalationPlan {
                var notice = notices[index]
                notice.page.due = due
                return EscalationPlan(telling: notice)
            }
            let turn = consider(
                notices[index].page, due: due, of: plan(), view, incident, false,
                isNotice: !notices[index].text.isEmpty, until: nil, seenAt: seenAt, grace: &grace,
                at: now)
            next = min(next, turn)
        }
        return next
    }
}

/// When something that people are to be told was first seen, by whatever contact it goes to them: a roster that
/// changes it makes nobody wait anew.
struct SeenNotice: Sendable {
    private let position: StepPosition
    private let subject: String
    private let person: PersonID
    let at: Instant

    init(_ notice: Notice, at: Instant) {
        (position, subject, person) = (notice.position, notice.subject, notice.page.person.id)
        self.at = at
    }

    func isOf(_ notice: Notice) -> Bool {
        notice.page.person.id == person && notice.position == position && notice.subject == subject
    }
}

extension PageRecord {
    /// Whether nobody need try it any more.
    var isSettled: Bool { isDelivered || isUndeliverable }
}
