import Alerting
public import Basics
public import Escalation
public import OnCall

/// A hole that a new roster opens in a continuous service.
public struct CoverageHole: Equatable, Sendable {
    /// The service.
    public var service: ServiceID
    /// When incidents would open into it, in order.
    public var openings: [Stretch]
    /// The zone of the people concerned, an IANA name.
    public var zone: String
    /// What is wrong.
    public var text: String
    /// The smallest change that closes it.
    public var remedy: String
}

/// The holes in continuous services that a new roster has and the old one had not, in the order of its
/// services: whoever publishes it should be asked first.
///
/// A hole is a time at which level 1, or every level, pages nobody. A service that was not there, or
/// did not promise to be continuous, had none before. *Source:* design 8; issue 5 point 4.
public func coverageHoles(
    before: Roster, after: Roster, zones: TimeZones, from: Instant, to: Instant
) -> [CoverageHole] {
    let promised = continuousServices(of: after)
    guard !promised.isEmpty else { return [] }
    var options = CoverageOptions()
    options.services = promised
    let now = proveCoverage(of: after, zones: zones, from: from, to: to, options: options)
    options.services = continuousServices(of: before).filter { promised.contains($0) }
    let then = proveCoverage(of: before, zones: zones, from: from, to: to, options: options)
    return now.services.compactMap { service in
        let known = then.services.first { $0.service == service.service }?.holes ?? []
        let opened = service.holes.subtracting(known)
        guard let first = opened.first else { return nil }
        let finding = now.findings.first { finding in
            [.nobody, .firstLevelEmpty].contains(finding.kind)
                && finding.services.contains(service.service)
                && !finding.openings.intersecting([first]).isEmpty
        }
        return CoverageHole(
            service: service.service, openings: opened, zone: finding?.zone ?? "UTC",
            text: finding?.text ?? "", remedy: finding?.remedy ?? "")
    }
}

private func continuousServices(of roster: Roster) -> [ServiceID] {
    roster.services.filter { $0.coverage == .continuous }.map(\.id)
}
