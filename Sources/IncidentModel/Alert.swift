public import Basics

/// A name and its value.
public struct Label: Hashable, Comparable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: String
    /// A pair.
    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    public static func < (a: Label, b: Label) -> Bool { (a.name, a.value) < (b.name, b.value) }
}

/// One alert instance as a tool reported it, firing or resolved.
public struct AlertInstance: Equatable, Sendable {
    /// Identity within its incident: Alertmanager's fingerprint, or a hash of the sender's key.
    public var fingerprint: UInt64
    /// Whether it fires; otherwise the source says that it is over.
    public var isFiring: Bool
    /// When this episode of firing began, by the source, or else when it was taken in. A resolve
    /// with the same or a later start closes the episode, in whatever order the two arrive.
    public var startedAt: Instant
    /// What is wrong, one line.
    public var summary: String
    /// How bad this instance is.
    public var severity: Severity
    /// Labels and details, sorted by name.
    public var labels: [Label]
    /// Where to look, a URL, or empty.
    public var link: String

    /// An instance with all its parts.
    public init(
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
public struct AlertState: Equatable, Sendable {
    /// The newest episode as it was reported.
    public var instance: AlertInstance
    /// The latest start of an episode that was reported to fire.
    public var firingSince: Instant
    /// Episodes that began up to here are over, says the source.
    public var resolvedThrough: Instant
    /// When the alert was last seen to fire.
    public var firingSeen: HybridTime
    /// Until when a person closed it: what was seen to fire by then is closed.
    public var closedThrough: HybridTime
    /// How often it was reported.
    public var reportCount: UInt64

    /// Whether it fires now. *Source:* design 7, "a resolve closes only the alerts it had seen".
    public var isFiring: Bool { firingSince > resolvedThrough && firingSeen > closedThrough }

    /// The state after the first report.
    public init(_ instance: AlertInstance, at time: HybridTime) {
        self.instance = instance
        firingSince = instance.isFiring ? instance.startedAt : .epoch
        resolvedThrough = instance.isFiring ? .epoch : instance.startedAt
        firingSeen = instance.isFiring ? time : .zero
        closedThrough = .zero
        reportCount = 1
    }

    /// Takes in a further report. Idempotent and commutative but for `reportCount`.
    public mutating func join(_ report: AlertInstance, at time: HybridTime) {
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
