public import Basics
public import IncidentModel

/// An incident that may be the same problem as another.
public struct Suspect: Equatable, Sendable {
    /// Which incident.
    public var group: GroupID
    /// Of which service.
    public var service: ServiceID
    /// What identifies its generation.
    public var previousEnd: HybridTime
    /// When that opened.
    public var openedAt: HybridTime
    /// How bad it is.
    public var severity: Severity
    /// By what it is compared.
    public var likeness: Likeness

    /// A suspect with all its parts.
    public init(
        group: GroupID, service: ServiceID, previousEnd: HybridTime, openedAt: HybridTime,
        severity: Severity, likeness: Likeness
    ) {
        (self.group, self.service, self.previousEnd) = (group, service, previousEnd)
        (self.openedAt, self.severity, self.likeness) = (openedAt, severity, likeness)
    }
}

/// How far apart two incidents of one problem may have opened.
let openedWithin = Span.minutes(30)

/// Why two open incidents are one problem, for people; `nil` if they are not. They are of one service,
/// opened within half an hour of each other, and agree in every label that a rule of the roster names, or
/// else in at least two labels that are half or more of all that either has. *Source:* design 7; issue 4
/// point 7.
public func reasonToMerge(_ one: Suspect, _ other: Suspect) -> String? {
    guard one.group != other.group, one.service == other.service,
        one.likeness.isExact == other.likeness.isExact,
        one.likeness.isDrill == other.likeness.isDrill
    else { return nil }
    let (first, last) = (
        min(one.openedAt, other.openedAt).instant, max(one.openedAt, other.openedAt).instant
    )
    guard last - first <= openedWithin else { return nil }
    let (mine, its) = (one.likeness.labels, other.likeness.labels)
    if one.likeness.isExact {
        guard mine == its else { return nil }
        return "same service, and the same " + words(mine)
    }
    let common = mine.filter { its.contains($0) }
    let all = mine.count + its.count - common.count
    guard common.count >= 2, common.count * 2 >= all else { return nil }
    return "same service, opened within half an hour, \(common.count) of \(all) labels the same: "
        + words(common)
}

private func words(_ labels: [Label]) -> String {
    let few = labels.prefix(4).map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    return labels.count > 4 ? few + ", ..." : few
}

/// Whether two incidents are merged without asking anybody: both are milder than SEV3. *Source:* issue
/// 4 point 7.
public func mergesByItself(_ one: Suspect, _ other: Suspect) -> Bool {
    min(one.severity, other.severity) > .sev3
}
