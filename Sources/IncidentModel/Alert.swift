package import Basics

/// A name and its value.
package struct Label: Hashable, Comparable, Sendable {
    /// The name.
    package var name: String
    /// The value.
    package var value: String
    /// A pair.
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    package static func < (a: Label, b: Label) -> Bool { (a.name, a.value) < (b.name, b.value) }
}

/// One alert instance as a tool reported it, firing or resolved.
package struct AlertInstance: Equatable, Sendable {
    /// Identity within its incident: Alertmanager's fingerprint, or a hash of the sender's key.
    package var fingerprint: UInt64
    /// Whether it fires; otherwise the source says that it is over.
    package var isFiring: Bool
    /// When this episode of firing began, by the source, or else when it was taken in. A resolve
    /// with the same or a later start closes the episode, in whatever order the two arrive.
    package var startedAt: Instant
    /// What is wrong, one line.
    package var summary: String
    /// How bad this instance is.
    package var severity: Severity
    /// Labels and details, sorted by name.
    package var labels: [Label]
    /// Where to look, a URL, or empty.
    package var link: String

    /// An instance with all its parts.
    package init(
        fingerprint: UInt64, isFiring: Bool, startedAt: Instant, summary: String,
        severity: Severity, labels: [Label], link: String
    ) {
        self.fingerprint = fingerprint
        self.isFiring = isFiring
        self.startedAt = startedAt
        self.summary = summary
        self.severity = severity
        self.labels = labels.sorted()
        self.link = link
    }
}

/// What an incident knows of one alert: a join of everything that was said about it, so that facts
/// may arrive in any order.
package struct AlertState: Equatable, Sendable {
    /// The newest episode as it was reported.
    package var instance: AlertInstance
    /// The latest start of an episode that was reported to fire.
    package var firingSince: Instant
    /// Episodes that began up to here are over, says the source.
    package var resolvedThrough: Instant
    /// When the alert was last seen to fire.
    package var firingSeen: HybridTime
    /// Until when a person closed it: what was seen to fire by then is closed.
    package var closedThrough: HybridTime
    /// How often it was reported.
    package var reportCount: UInt64

    /// Whether it fires now. *Source:* design 7, "a resolve closes only the alerts it had seen".
    package var isFiring: Bool { firingSince > resolvedThrough && firingSeen > closedThrough }

    /// The state after the first report.
    package init(_ instance: AlertInstance, at time: HybridTime) {
        self.instance = instance
        firingSince = instance.isFiring ? instance.startedAt : .epoch
        resolvedThrough = instance.isFiring ? .epoch : instance.startedAt
        firingSeen = instance.isFiring ? time : .zero
        closedThrough = .zero
        reportCount = 1
    }

    /// Takes in a further report. Idempotent and commutative but for `reportCount`.
    package mutating func join(_ report: AlertInstance, at time: HybridTime) {
        reportCount += 1
        if report.isFiring {
            firingSince = max(firingSince, report.startedAt)
            if time > firingSeen {
                firingSeen = time
                instance = report
            }
        } else {
            resolvedThrough = max(resolvedThrough, report.startedAt)
        }
    }
}
