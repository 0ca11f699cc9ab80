import Basics
import IncidentModel

/// S7: any two regions' timelines of an incident are prefixes of one another, and hash-chained.
struct TimelineCheck {
    private var known: [GroupID: [Digest256]] = [:]
    private var lengths: [Place: Int] = [:]

    /// Looks at an incident's committed state at a member.
    mutating func observe(
        _ incident: Incident, at node: Int, facts: inout FactCheck, into failures: inout Failures
    ) {
        let place = Place(group: incident.group, number: UInt64(node))
        let before = min(lengths[place] ?? 0, incident.timeline.count)
        lengths[place] = incident.timeline.count
        guard before < incident.timeline.count else { return }
        failures.checkCount += 1
        var chain = known[incident.group] ?? []
        known[incident.group] = nil
        for position in before..<incident.timeline.count {
            let entry = incident.timeline[position]
            if position < chain.count {
                guard chain[position] != entry.digest else { continue }
                failures.fail(
                    "S7",
                    "m\(node + 1) has another entry \(position) of \(incident.group.short): \(entry.text)"
                )
                break
            }
            let previous = position == 0 ? Digest256.zero : incident.timeline[position - 1].digest
            if entry.sealed(after: previous).digest != entry.digest {
                failures.fail(
                    "S7",
                    "m\(node + 1) \(incident.group.short) entry \(position) is not chained: \(entry.text)"
                )
            }
            chain.append(entry.digest)
            facts.observe(entry, of: incident.group, into: &failures)
        }
        known[incident.group] = chain
    }
}
