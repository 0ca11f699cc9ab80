import Basics
import IncidentModel
import Paging

/// Whoever an accepted note mentions is told of it in time by the region that took it, if that region
/// works and reaches a gateway, whoever owns the incident; and by one page alone. Whom a note mentions is
/// known from who wrote it, not worked out from its text. *Source:* issue 6, "comments with mentions".
struct MentionCheck {
    /// A note as it was accepted, and one person whom it mentions.
    private struct Owed {
        var group: GroupID
        var node: Int
        var text: String
        var person: PersonID
        var since: Instant
    }
    /// Whom notes that were written mention, by their texts.
    private var written: [(text: String, people: [PersonID])] = []
    private var owed: [Owed] = []
    /// By what page somebody was told of a note.
    private var told: [String: StepKey] = [:]

    /// A client writes a note.
    mutating func observe(writing text: String, mentioning people: [PersonID]) {
        written.append((text, people))
    }

    /// A region accepts it.
    mutating func observe(
        accepted text: String, of group: GroupID, by node: Int, at now: Instant
    ) {
        let people = written.first { $0.text == text }?.people ?? []
        for person in people where told["\(person) \(text)"] == nil {
            owed.append(
                Owed(
                    group: group, node: node, text: text, person: person, since: now))
        }
    }

    /// Something that was told arrives; says whether it was a mention.
    mutating func observe(
        delivery order: PageOrder, mayRostersDiffer: Bool, into failures: inout Failures
    ) -> Bool {
        guard order.content.step.contains("mention"),
            let (text, people) = written.first(where: {
                order.content.notice.hasSuffix(": " + $0.text)
            })
        else { return false }
        failures.checkCount += 1
        guard people.contains(order.person) else {
            failures.fail("mention", "\(order.person) is told of \(text), which mentions others")
            return true
        }
        owed.removeAll { $0.person == order.person && $0.text == text }
        let known = told.updateValue(order.key, forKey: "\(order.person) \(text)")
        if let known, known != order.key, !mayRostersDiffer {
            failures.fail(
                "mention", "\(order.person) is told of \(text) by two pages: \(known), \(order.key)"
            )
        }
        return true
    }

    /// The incidents of which a region owes somebody word.
    func groups(at node: Int) -> [GroupID] {
        owed.filter { $0.node == node }.map(\.group).reduce(into: []) { all, group in
            if !all.contains(group) { all.append(group) }
        }
    }

    /// One region's view of an incident of which it owes somebody word. `tries` says how many tries to tell
    /// that person have no result there yet, each of which holds a region back for `hold`.
    mutating func look(
        at node: Int, _ view: Incident, now: Instant, goodSince: Instant, limit: Span, hold: Span,
        into failures: inout Failures
    ) {
        for one in owed where one.node == node && one.group == view.group {
            failures.checkCount += 1
            let tries = view.pages.filter { $0.position.isMention && $0.person == one.person }
                .flatMap(\.attempts).count { $0.outcome == nil }
            let waited = now - max(one.since, goodSince)
            guard goodSince < now, waited > limit + hold * Int64(tries) else { continue }
            failures.fail(
                "mention",
                "\(one.person) is mentioned in \(one.group.short) by \(one.text), m\(node + 1) has "
                    + "worked and known it for \(waited) (limit \(limit)), and has told nobody")
        }
    }

    /// A region is gone: what only it knew is lost.
    mutating func observe(lossOf node: Int) { owed.removeAll { $0.node == node } }
}
