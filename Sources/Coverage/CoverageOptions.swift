public import Basics
public import IncidentModel

/// Who carries the messages of one channel: what fails as one.
///
/// Two regions that use the same mail server depend on one provider, whatever each calls it.
public struct PageProvider: Hashable, Sendable {
    /// The channel.
    public var channel: PageChannel
    /// What tells it from other providers of the channel: the host it is reached at.
    public var name: String

    /// A provider.
    public init(channel: PageChannel, name: String) {
        (self.channel, self.name) = (channel, name)
    }
}

/// The providers a region's node can page through.
public struct RegionProviders: Hashable, Sendable {
    /// The region.
    public var region: RegionName
    /// Its providers, in no order.
    public var providers: [PageProvider]

    /// A region and its providers.
    public init(region: RegionName, providers: [PageProvider]) {
        (self.region, self.providers) = (region, providers)
    }
}

/// What is proven, and from when on it is called late.
public struct CoverageOptions: Equatable, Sendable {
    /// The severities whose incidents are looked at: SEV1 wakes everybody, SEV3 is mild.
    public var severities: [Severity] = [.sev1, .sev3]
    /// The services that are looked at; `nil` is all of them.
    public var services: [ServiceID]?
    /// What each region can page through; `nil` if that is not known: then every region is assumed
    /// to have every channel, each channel through one provider that all regions share.
    public var regions: [RegionProviders]?
    /// How long other regions leave a page to its owner: G0. *Source:* design 5.
    public var firstGrace: Span = .seconds(2)
    /// How much longer each further region waits: G1. *Source:* design 5.
    public var rankGrace: Span = .seconds(2)
    /// How long a try through a provider that fails may hold a page back.
    public var providerFailover: Span = .seconds(6)
    /// A first page later than this is late.
    public var firstPageMax: Span = .minutes(1)
    /// If nobody answers the first page, somebody else must be paged within this, for SEV1 to SEV5 in
    /// order; `nil` is "whenever". The defaults are twice those of `EscalationLevel`.
    public var secondPersonMax: [Span?] = [
        .minutes(10), .minutes(20), .minutes(40), .minutes(120), nil,
    ]
    /// The most steps an escalation is followed for: a policy may repeat a hundred times.
    public var stepsMax = 64

    /// The defaults.
    public init() {}

    /// Within what somebody else must be paged.
    func secondPersonMax(for severity: Severity) -> Span? {
        let index = Int(severity.rawValue) - 1
        return index < secondPersonMax.count ? secondPersonMax[index] : nil
    }
}
