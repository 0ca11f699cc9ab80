public import Basics
import Escalation
import IncidentModel

/// Briefs as they are handed over: what is known of the incident, and what else changed meanwhile for
/// whoever takes it. *Source:* issue 5 point 6.
extension RegionCore {
    /// The brief that an offer of an incident's command would carry now: to somebody, or to whoever the
    /// open offer is made to; of nobody in particular it tells what changed of late. `nil` if nothing is
    /// known of the incident here.
    public func handoffBrief(
        of group: GroupID, for person: PersonID?, at now: Instant
    ) -> (text: String, to: PersonID?)? {
        guard let slot = incidents[group], slot.view.generation > 0 else { return nil }
        let view = slot.view
        let to = person ?? view.openHandoff?.to
        let meanwhile = Meanwhile(
            for: to, roster: roster, book: book, control: control, news: incidentNews(at: now),
            at: now)
        return (text(of: view, meanwhile, at: now), to)
    }

    /// The same while one is written. What changed is worked out once for all who come on call together,
    /// and once for each of them, however many incidents change hands.
    mutating func writtenBrief(
        of view: Incident, for person: PersonID, at now: Instant
    ) -> String {
        text(of: view, meanwhile(for: person, at: now), at: now)
    }

    /// For how long what was worked out serves: about one change of shift.
    private static let newsHold = Span.seconds(2)

    private mutating func meanwhile(for person: PersonID, at now: Instant) -> Meanwhile {
        if let held = heldMeanwhile, held.person == person, let known = held.told.value(at: now) {
            return known
        }
        let known: [IncidentNews]
        if let held = news?.value(at: now) {
            known = held
        } else {
            known = incidentNews(at: now)
            news = Derived.Held(value: known, from: now, until: now + Self.newsHold)
        }
        let told = Meanwhile(
            for: person, roster: roster, book: book, control: control, news: known, at: now)
        heldMeanwhile = (person, Derived.Held(value: told, from: now, until: now + Self.newsHold))
        return told
    }

    /// What became of incidents of late.
    private func incidentNews(at now: Instant) -> [IncidentNews] {
        let since = now - Meanwhile.lookBack
        var all: [IncidentNews] = []
        for group in incidents.keys where group != controlGroup {
            let news = incidents.read(group) { slot in
                IncidentNews.all(of: slot.view, isCarried: slot.isCarried, since: since)
            }
            all += news ?? []
        }
        return all
    }

    /// Of what is too long for a brief, the end of the incident's own is left out.
    private func text(of view: Incident, _ meanwhile: Meanwhile, at now: Instant) -> String {
        let own = brief(of: view, roster: roster, at: now)
        let besides = meanwhile.words(besides: view)
        guard !besides.isEmpty else { return own }
        let room = Limits.briefLengthMax - besides.unicodeScalars.count - 1
        return String(own.unicodeScalars.prefix(max(0, room))) + "\n" + besides
    }
}
