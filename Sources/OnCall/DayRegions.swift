public import Basics

/// A region and the hours its people work.
public struct WorkingRegion: Hashable, Sendable {
    /// The region.
    public var name: RegionName
    /// The IANA name of its zone.
    public var zone: String
    /// Its working hours, by the clocks of its zone.
    public var window: DayWindow

    /// A region and the hours its people work.
    public init(name: RegionName, zone: String, window: DayWindow) {
        (self.name, self.zone, self.window) = (name, zone, window)
    }
}

/// All regions, those in which people are at work first.
///
/// Regions inside their working hours come first, the one that began most recently in front: it has
/// the most of its day before it. The others follow by how soon they begin; regions whose zone is
/// not known or whose window has a problem come last. Equals stay in the order given. Used to
/// prefer owners and to order pages. *Source:* design 8; requirement C3.
public func dayRegions(
    _ regions: [WorkingRegion], zones: TimeZones, at instant: Instant
) -> [RegionName] {
    let second = instant.seconds
    let ranked = regions.enumerated().map { position, region in
        (rank: rank(region, zones: zones, at: second), position: position, name: region.name)
    }
    return ranked.sorted { ($0.rank, $0.position) < ($1.rank, $1.position) }.map(\.name)
}

/// Seconds since the begin of the working hours, or until it; smaller ranks come first.
private enum WorkingRank: Comparable {
    case inside(secondsSinceBegin: Int64)
    case outside(secondsUntilBegin: Int64)
    case unknown
}

private func rank(_ region: WorkingRegion, zones: TimeZones, at second: Int64) -> WorkingRank {
    guard region.window.problem == nil, let rules = zones[region.zone] else { return .unknown }
    let clock = WindowClock(window: region.window, rules: rules)
    if let opening = clock.opening(at: second) {
        return .inside(secondsSinceBegin: second - opening.start)
    }
    guard let start = clock.start(after: second) else { return .unknown }
    return .outside(secondsUntilBegin: start - second)
}
