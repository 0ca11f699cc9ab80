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
    /// From when it counts, where the source said that the episode was over and goes on with it; set
    /// by the region that takes it in.
    public var resumedAt: Instant?

    /// From when it counts: a resolve closes all that counts from then or earlier.
    public var countsFrom: Instant { max(startedAt, resumedAt ?? startedAt) }

    /// An instance with all its parts.
    public init(
        fingerprint: UInt64, isFiring: Bool, startedAt: Instant, summary: String,
        severity: Severity, labels: [Label], link: String, resumedAt: Instant? = nil
    ) {
        self.resumedAt = resumedAt
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
    /// When the source last said that it is over.
    public var resolveSeen: HybridTime
    /// The latest episode that went on after the source had said that it was over, by its
    /// `countsFrom`.
    public var resumedSince: Instant

    /// Whether it fires now. *Source:* design 7, "a resolve closes only the alerts it had seen".
    public var isFiring: Bool { firingSince > resolvedThrough && firingSeen > closedThrough }

    /// The state after the first report.
    public init(_ instance: AlertInstance, at time: HybridTime) {
        self.instance = instance
        firingSince = instance.isFiring ? instance.countsFrom : .epoch
        resolvedThrough = instance.isFiring ? .epoch : instance.countsFrom
        firingSeen = instance.isFiring ? time : .zero
        resolveSeen = instance.isFiring ? .zero : time
        resumedSince = instance.isFiring ? instance.resumedAt ?? .epoch : .epoch
        closedThrough = .zero
        reportCount = 1
    }

    /// Takes in a further report. Idempotent and commutative but for `reportCount`.
    public mutating func join(_ report: AlertInstance, at time: HybridTime) {
        reportCount += 1
        if report.isFiring {
            firingSince = max(firingSince, report.countsFrom)
            resumedSince = max(resumedSince, report.resumedAt ?? .epoch)
            if time > firingSeen {
                firingSeen = time
                instance = report
            }
        } else {
            resolvedThrough = max(resolvedThrough, report.countsFrom)
            resolveSeen = max(resolveSeen, time)
        }
    }

    /// From when a report counts that names a start which, by itself, says nothing new: `nil` if by
    /// that start.
    ///
    /// Alertmanager says that an alert is over when it has not heard of it for a while, and goes on
    /// with the start it always had; so do two of them that were cut off from each other. A report that
    /// comes so soon after the end may be a late one; what comes later goes on. Its end, which names
    /// that start as well, ends what has gone on.
    public func resumption(
        of report: AlertInstance, at now: Instant, after pause: Span
    ) -> Instant? {
        if report.isFiring {
            guard firingSince <= resolvedThrough, report.startedAt <= resolvedThrough,
                now - resolveSeen.instant > pause
            else { return nil }
            return max(now, resolvedThrough + .milliseconds(1))
        }
        guard firingSince > resolvedThrough, firingSince > report.startedAt,
            resumedSince == firingSince
        else { return nil }
        // Another region may have heard of it a moment later, and not told yet.
        return max(firingSince, min(now, firingSince + pause))
    }
}
