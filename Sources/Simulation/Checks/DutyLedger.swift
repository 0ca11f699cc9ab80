import Basics

/// Who has had the duty of an incident from when until when: a ledger of its own, from what members
/// say they own and from their deaths. S12: when an owner hands an incident over, the next one's duty
/// begins where its own ended, but for one election (decision 0028). L3: as long as nothing is in the way,
/// nothing that pages is without an owner for long. An owner that lives and is not heard counts as one.
struct DutyLedger {
    /// What one election takes, with its writes, for ways of up to 80 ms; the checks add what ways and disks are
    /// slower by.
    static let electionMax = Span.seconds(1)
    /// Until it is noticed that an owner is gone, those have stood in vain who had to, and one has won.
    static let vacantMax = Span.seconds(8)

    private struct Vacancy {
        var since: Instant
        /// Whether the owner had handed it over.
        var isHandOver: Bool
    }
    private var owners: [GroupID: [Int]] = [:]
    private var vacancies: [GroupID: Vacancy] = [:]
    /// What slow ways and disks add.
    private let slack: Span

    init(slack: Span) { self.slack = slack }

    /// Whether there is anything to look at.
    var hasVacancies: Bool { !vacancies.isEmpty }

    /// An incident is there for the first time; somebody has to own it.
    mutating func observe(opened group: GroupID, at now: Instant) {
        guard owners[group] == nil else {
            // Until now nobody need have owned it.
            vacancies[group]?.since = now
            return
        }
        owners[group] = []
        vacancies[group] = Vacancy(since: now, isHandOver: false)
    }

    /// A member owns it; `isCalm` says whether nothing was in the way since a moment.
    mutating func observe(
        _ node: Int, owns group: GroupID, at now: Instant, isCalm: (Instant) -> Bool,
        into failures: inout Failures
    ) {
        if owners[group]?.contains(node) != true { owners[group, default: []].append(node) }
        guard let vacancy = vacancies.removeValue(forKey: group) else { return }
        judge(vacancy, of: group, at: now, isCalm, &failures)
    }

    /// A member owns it no longer.
    mutating func observe(_ node: Int, loses group: GroupID, isHandOver: Bool, at now: Instant) {
        guard let known = owners[group], known.contains(node) else { return }
        owners[group] = known.filter { $0 != node }
        guard known.count == 1 else { return }
        vacancies[group] = Vacancy(since: now, isHandOver: isHandOver)
    }

    /// A process died with all that it owned.
    mutating func observe(crashOf node: Int, at now: Instant) {
        for (group, known) in owners where known.contains(node) {
            observe(node, loses: group, isHandOver: false, at: now)
        }
        // It may have been the one to whom something was handed over.
        for (group, vacancy) in vacancies where vacancy.isHandOver {
            vacancies[group] = Vacancy(since: now, isHandOver: false)
        }
    }

    /// What has been vacant until now; `pages` says whether an incident asks for somebody.
    mutating func look(
        at now: Instant, isCalm: (Instant) -> Bool, pages: (GroupID) -> Bool,
        into failures: inout Failures
    ) {
        for (group, vacancy) in vacancies {
            guard now - vacancy.since > limit(vacancy) else { continue }
            // Where nobody need be paged, or something is in the way, it begins anew when that changes.
            guard pages(group), isCalm(vacancy.since) else {
                vacancies[group] = Vacancy(since: now, isHandOver: false)
                continue
            }
            judge(vacancy, of: group, at: now, isCalm, &failures)
        }
    }

    private func limit(_ vacancy: Vacancy) -> Span {
        (vacancy.isHandOver ? Self.electionMax : Self.vacantMax) + slack
    }

    private mutating func judge(
        _ vacancy: Vacancy, of group: GroupID, at now: Instant, _ isCalm: (Instant) -> Bool,
        _ failures: inout Failures
    ) {
        failures.checkCount += 1
        let span = now - vacancy.since
        guard span > limit(vacancy), isCalm(vacancy.since) else { return }
        failures.fail(
            vacancy.isHandOver ? "S12" : "L3",
            "\(group.short) has had no owner for \(span)"
                + (vacancy.isHandOver ? " after it was handed over" : "")
                + ", and nothing is in the way")
    }
}
