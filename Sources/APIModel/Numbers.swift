package import Basics

/// One incident's times, in whole seconds.
package struct NumbersRow: Codable, Equatable, Sendable {
    /// 32 hexadecimal digits.
    package var id: String
    /// The title.
    package var title: String
    /// The service.
    package var service: String
    /// The owner region; empty if none is known.
    package var region: String
    /// `SEV1` to `SEV5`.
    package var severity: String
    /// When it opened.
    package var openedAt: Timestamp
    /// From opening to the first acknowledgement; absent without one.
    package var secondsToAcknowledge: Int64?
    /// From opening to the resolve; absent while it is open.
    package var secondsToResolve: Int64?
    /// How many pages left.
    package var pages: Int
    /// How often command of it was offered.
    package var offers: Int
    /// How many of the offers were accepted.
    package var handoffs: Int
}

/// An offer of command and how it ended, one person to another.
package struct NumbersHandoff: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The service.
    package var service: String
    /// `open`, `accepted`, `declined`, `withdrawn` or `superseded`.
    package var state: String
    /// Who offered it.
    package var by: String
    /// To whom.
    package var to: String
    /// When it was offered.
    package var offeredAt: Timestamp
    /// From the offer to its end; absent while it is open.
    package var secondsToEnd: Int64?
    /// Whether nobody asked for it: a shift came to its end.
    package var isPlanned: Bool
}

/// One person's pages.
package struct NumbersPerson: Codable, Equatable, Sendable {
    /// The person's id.
    package var person: String
    /// How many pages reached them.
    package var pages: Int
    /// How many of these in their night: by the clocks of their zone, in the hours that the roster calls
    /// so.
    package var nightPages: Int

    /// A person with all parts.
    package init(person: String, pages: Int, nightPages: Int) {
        (self.person, self.pages, self.nightPages) = (person, pages, nightPages)
    }
}

/// What a period's incidents come to: a pure function of incidents as the API tells them.
///
/// Drills are left out. Of an incident that opened several times the latest time counts, for only that
/// one's pages and acknowledgements are told with it.
package struct Numbers: Codable, Equatable, Sendable {
    /// One incident's times.
    package typealias Row = NumbersRow
    /// One person's pages.
    package typealias Person = NumbersPerson

    /// The first instant of the period.
    package var from: Timestamp
    /// The first instant after it.
    package var to: Timestamp
    /// The incidents, by opening.
    package var rows: [Row]
    /// The people who were paged, who was paged most first.
    package var people: [Person]
    /// The offers of command of these incidents, by time.
    package var handoffs: [NumbersHandoff]
    /// The times of all incidents.
    package var all: NumbersGroup
    /// The times by service, the most incidents first.
    package var services: [NumbersGroup]
    /// The times by owner region, likewise.
    package var regions: [NumbersGroup]

    /// The numbers of incidents that opened in a period. `isNight` tells whether it is night for a person
    /// at an instant.
    package init(
        of incidents: [IncidentDetail], handoffs offers: [HandoffSummary] = [], from: Timestamp,
        to: Timestamp,
        isNight: (_ person: String, _ at: Instant) -> Bool
    ) {
        (self.from, self.to) = (from, to)
        let counted = incidents.filter { detail in
            guard let opened = detail.summary.openedAt, !detail.summary.isDrill else {
                return false
            }
            return opened >= from && opened < to && detail.summary.mergedInto == nil
        }
        let summaries = counted.map(\.summary)
        let handoffs = offers.compactMap { offer in
            summaries.first { $0.id == offer.incident }.map { NumbersHandoff(offer, of: $0) }
        }.sorted { ($0.offeredAt, $0.incident) < ($1.offeredAt, $1.incident) }
        self.handoffs = handoffs
        let rows = counted.compactMap { detail in
            Row(detail, offers: handoffs.filter { $0.incident == detail.summary.id })
        }.sorted { ($0.openedAt, $0.id) < ($1.openedAt, $1.id) }
        self.rows = rows
        all = NumbersGroup(name: "all", of: rows)
        services = NumbersGroup.all(of: rows, by: \.service)
        regions = NumbersGroup.all(of: rows, by: \.region)
        var byPerson: [String: Person] = [:]
        for page in counted.flatMap(\.pages) where page.state == "delivered" {
            guard let at = page.attempts.last(where: { $0.outcome == "delivered" })?.startedAt
            else {
                continue
            }
            var person =
                byPerson[page.person] ?? Person(person: page.person, pages: 0, nightPages: 0)
            person.pages += 1
            if isNight(page.person, at.instant) { person.nightPages += 1 }
            byPerson[page.person] = person
        }
        people = byPerson.values.sorted { ($1.pages, $0.person) < ($0.pages, $1.person) }
    }

    /// The value below which a part of some values lie, by the nearest rank; `nil` of none.
    package static func percentile(_ part: Int, of values: [Int64]) -> Int64? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (sorted.count * part + 99) / 100 - 1)]
    }
}

extension NumbersRow {
    fileprivate init?(_ detail: IncidentDetail, offers: [NumbersHandoff]) {
        let summary = detail.summary
        guard let opened = summary.openedAt else { return nil }
        let first = detail.acknowledgements.filter { $0.generation == summary.generation }
            .map(\.at).min()
        self.init(
            id: summary.id, title: summary.title, service: summary.service,
            region: summary.label.owner ?? "", severity: summary.severity, openedAt: opened,
            secondsToAcknowledge: first.map { max(0, ($0.instant - opened.instant).seconds) },
            secondsToResolve: summary.resolvedAt.map {
                max(0, ($0.instant - opened.instant).seconds)
            }, pages: detail.pages.count, offers: offers.count,
            handoffs: offers.count { $0.state == "accepted" })
    }
}

extension NumbersHandoff {
    fileprivate init(_ offer: HandoffSummary, of incident: IncidentSummary) {
        self.init(
            incident: offer.incident, service: incident.service, state: offer.state, by: offer.by,
            to: offer.to, offeredAt: offer.at,
            secondsToEnd: offer.endedAt.map { max(0, ($0.instant - offer.at.instant).seconds) },
            isPlanned: offer.plan != nil)
    }
}
