public import Alerting
public import Basics
public import Escalation
public import OnCall

/// When somebody has to be there for a service, and when nobody of level 1 is.
public struct ServiceCover: Equatable, Sendable {
    /// The service.
    public var service: ServiceID
    /// What it promises.
    public var coverage: CoverageClass
    /// When somebody has to be there, in order; always for `bestEffort`, which promises nothing.
    public var demanded: [Stretch]
    /// When nobody is, of that time, in order: level 1 of its policy would page nobody.
    public var holes: [Stretch]

    /// How long somebody has to be there.
    public var demandedLength: Span { demanded.total }
    /// How long somebody is, of that time.
    public var coveredLength: Span { demanded.total - holes.total }
}

/// How the services of a roster are covered between two instants by a book of its schedules, with
/// the overrides, swaps and leave that the book knows; in the roster's order.
///
/// Unlike `proveCoverage` it does not ask who is paged when, only whether level 1 has anybody.
public func serviceCovers(
    of roster: Roster, book: OnCallBook, zones: TimeZones, from: Instant, to: Instant
) -> [ServiceCover] {
    let range = Stretch(from: from, to: to)
    let vacant = roster.schedules.map { schedule in
        book.shifts(of: schedule.id, from: from, to: to).filter { $0.vacancy != nil }
            .map { Stretch(from: $0.from, to: $0.to) }.tidied()
    }
    return roster.services.map { service in
        let demanded = demandedTime(of: service, in: roster, zones: zones, range: range)
        // A service whose policy has no level is without anybody; each target takes some of that
        // time away.
        var holes = demanded
        for target in roster.policy(service.policy)?.levels.first?.targets ?? [] {
            switch target {
            case .person: holes = []
            case .schedule(let id):
                let index = roster.schedules.firstIndex { $0.id == id }
                holes = index.map { holes.intersecting(vacant[$0]) } ?? holes
            }
        }
        return ServiceCover(
            service: service.id, coverage: service.coverage, demanded: demanded, holes: holes)
    }
}

extension [ServiceCover] {
    /// The holes in continuous services that these have and others, of the same roster and range,
    /// have not.
    public func holesOpened(since before: [ServiceCover]) -> [ServiceCover] {
        compactMap { cover in
            guard cover.coverage == .continuous else { return nil }
            var opened = cover
            let known = before.first { $0.service == cover.service }?.holes ?? []
            opened.holes = cover.holes.subtracting(known)
            return opened.holes.isEmpty ? nil : opened
        }
    }
}
