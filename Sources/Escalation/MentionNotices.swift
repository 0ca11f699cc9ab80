public import Basics
public import IncidentModel
import Paging

/// Who is told of notes that mention them: once each, as everybody is told what is no page, whatever
/// became of the incident meanwhile. Names that the roster has nobody of tell nobody. *Source:* issue 6,
/// "threaded comments with mentions". `known` is what was worked out before.
public func mentionNotices(
    of incident: Incident, roster: Roster, at now: Instant, known: [Notice] = []
) -> [Notice] {
    var result: [Notice] = []
    for mention in incident.mentions where now - mention.time.instant < toldWithin {
        let subject = "mention \(mention.fact)"
        let by = roster.person(mention.by)?.name ?? mention.by.text
        let text = "\(by) mentions you in \(incident.severity.name) \(incident.group.short): "
        for id in mention.people {
            guard let person = roster.person(id), let contact = person.contactForNotices else {
                continue
            }
            let key =
                known.key(of: subject, at: .mention, id, contact)
                ?? StepKey.derive(
                    group: incident.group, policyVersion: "notice \(subject)", position: .mention,
                    person: id, channel: contact.channel, address: contact.address)
            result.append(
                Notice(
                    position: .mention,
                    page: PlannedPage(
                        key: key, person: person, contact: contact, due: mention.time.instant),
                    text: text + mention.text, subject: subject, isNews: true))
        }
    }
    return result
}
