import Basics
import IncidentModel
import RegionCore

/// Dates alerts of sources that do not say when an episode began; the parsers gave them the time of
/// the request.
///
/// An alert that is known to fire keeps its start, so that a repeat says nothing new and is only
/// counted. One that fires again starts after what was resolved, and a resolve is not older than
/// what it resolves, whatever the clocks of the regions that took them in.
enum EpisodeDating {
    /// Whether some alert of a report took its start from the request.
    static func isNeeded(_ report: AlertReport, now: Instant) -> Bool {
        report.alerts.contains { $0.startedAt == now }
    }

    /// The report with those alerts dated by what is known of the incident.
    static func dated(_ report: AlertReport, by view: IncidentView?, now: Instant) -> AlertReport {
        guard let incident = view?.incident else { return report }
        var copy = report
        for index in copy.alerts.indices where copy.alerts[index].startedAt == now {
            guard let known = incident.alert(copy.alerts[index].fingerprint) else { continue }
            copy.alerts[index].startedAt = start(copy.alerts[index], known: known, now: now)
        }
        return copy
    }

    private static func start(_ alert: AlertInstance, known: AlertState, now: Instant) -> Instant {
        guard alert.isFiring else {
            // One more word that it is over says nothing new.
            return known.isFiring ? max(now, known.firingSince) : known.resolvedThrough
        }
        if known.isFiring { return known.firingSince }
        return max(now, known.resolvedThrough + .milliseconds(1))
    }
}
