import Alerting
import Basics
public import Escalation
import IncidentModel
import Paging

/// What a new roster says otherwise of somebody or something, besides who is on call when.
public struct RosterDetail: Equatable, Sendable {
    /// Of what: `person mei`, `service checkout`.
    public var subject: String
    /// The key in the roster; empty if it is there only before or only after.
    public var field: String
    /// What the old roster says; empty if nothing.
    public var before: String
    /// What the new one says; empty if nothing.
    public var after: String
}

/// The people and services of either roster of which something else is said, in the order of the new
/// roster, then of the old. *Source:* issue 5 points 1 and 4.
public func rosterDetails(before: Roster, after: Roster) -> [RosterDetail] {
    let people: [(field: String, text: (Person) -> String)] = [
        ("region", \.region.text), ("zone", \.zone),
        ("localNight", { $0.night == .usual ? "" : $0.night.words }),
        ("hours", { $0.hours?.words ?? "" }),
        ("languages", { $0.languages.joined(separator: ", ") }),
        ("contacts", { $0.contacts.map(\.channel.name).joined(separator: ", ") }),
    ]
    let services: [(field: String, text: (Service) -> String)] = [
        ("policy", \.policy.text), ("severity", \.defaultSeverity.name),
        ("coverage", \.coverage.name), ("team", { $0.team?.text ?? "" }),
        ("tier", { $0.tier.map { "\($0)" } ?? "" }),
        ("runbook", \.runbook), ("runbooks", { $0.moreRunbooks.joined(separator: ", ") }),
        ("playbooks", { $0.playbooks.joined(separator: ", ") }),
        ("dependencies", { $0.dependencies.map(\.text).joined(separator: ", ") }),
    ]
    let teams: [(field: String, text: (Team) -> String)] = [
        ("name", \.name), ("people", { $0.people.map(\.text).joined(separator: ", ") }),
        ("lead", { $0.lead?.text ?? "" }),
    ]
    return uniqued((after.people + before.people).map(\.id)).flatMap {
        details("person \($0)", before.person($0), after.person($0), people)
    }
        + uniqued((after.teams + before.teams).map(\.id)).flatMap {
            details("team \($0)", before.team($0), after.team($0), teams)
        }
        + uniqued((after.services + before.services).map(\.id)).flatMap {
            details("service \($0)", before.service($0), after.service($0), services)
        }
}

private func details<Thing>(
    _ subject: String, _ old: Thing?, _ new: Thing?,
    _ fields: [(field: String, text: (Thing) -> String)]
) -> [RosterDetail] {
    guard let old, let new else {
        // What is new tells all that is said of it in one line.
        func all(_ thing: Thing?) -> String {
            guard let thing else { return "" }
            return fields.map { ($0.field, $0.text(thing)) }.filter { !$0.1.isEmpty }
                .map { "\($0.0) \($0.1)" }.joined(separator: "; ")
        }
        return [RosterDetail(subject: subject, field: "", before: all(old), after: all(new))]
    }
    return fields.compactMap { field, text in
        let (was, will) = (text(old), text(new))
        return was == will
            ? nil : RosterDetail(subject: subject, field: field, before: was, after: will)
    }
}

extension DailyHours {
    /// `23:00-06:30`, as rosters write it.
    var words: String {
        [from, to].map { padded($0 / 3_600) + ":" + padded($0 / 60 % 60) }.joined(separator: "-")
    }
}
