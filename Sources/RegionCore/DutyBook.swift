import Basics
import IncidentModel
import Paging

/// Tries to page that are under way from this region, and how well its gateways do.
struct DutyBook: Sendable {
    /// One order that was given and has not come back.
    struct InFlight: Sendable {
        var order: PageOrder
        var intent: PageIntent
        var group: GroupID
        var begunAt: Instant
    }

    /// A page that waits for others to the same person.
    struct Held: Equatable, Sendable {
        var person: PersonID
        var contact: Contact
        var group: GroupID
        var key: StepKey
    }
    /// When somebody was last paged over a channel, about which incident.
    private struct LastPage: Sendable {
        var person: PersonID
        var channel: PageChannel
        var group: GroupID
        var at: Instant
    }

    private var held: [Held] = []
    /// The last pages to each person and channel about two incidents at most, the newest last.
    private var lastPages: [LastPage] = []
    private(set) var health: [GatewayHealth]
    private var inFlight = SlotMap<UInt64, InFlight>()
    private var lastNumber: UInt64 = 0

    init(gateways: [GatewayInventory]) {
        health = gateways.flatMap { inventory in
            inventory.providers.map { GatewayHealth(channel: inventory.channel, provider: $0) }
        }
    }

    /// Whether a page can leave from here: some provider is believed to work.
    var works: Bool { health.contains(where: \.works) }

    /// How many providers a channel has here.
    func providerCount(of channel: PageChannel) -> Int {
        health.count { $0.channel == channel }
    }

    /// The next order's number.
    mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// How many orders are under way.
    var inFlightCount: Int { inFlight.count }

    /// An order that is under way.
    func order(_ number: UInt64) -> InFlight? { inFlight[number] }

    /// Somebody is paged about an incident, from wherever.
    mutating func notePage(
        of person: PersonID, _ channel: PageChannel, about group: GroupID, at moment: Instant
    ) {
        var known = lastPages.filter { $0.person == person && $0.channel == channel }
        if let same = known.firstIndex(where: { $0.group == group }) {
            known[same].at = max(known[same].at, moment)
        } else {
            known.append(LastPage(person: person, channel: channel, group: group, at: moment))
        }
        known.sort { ($0.at, $0.group) < ($1.at, $1.group) }
        lastPages.removeAll { $0.person == person && $0.channel == channel }
        lastPages.append(contentsOf: known.suffix(2))
    }

    /// When somebody was last paged about another incident.
    func lastPage(of person: PersonID, _ channel: PageChannel, otherThan group: GroupID) -> Instant?
    {
        lastPages.filter { $0.person == person && $0.channel == channel && $0.group != group }
            .map(\.at).max()
    }

    /// A page waits for others to the same person.
    mutating func hold(_ page: Held) {
        if !held.contains(page) { held.append(page) }
    }

    /// Takes out the pages that wait for others to the same person, at the same address.
    mutating func takeHeld(for person: PersonID, _ contact: Contact) -> [Held] {
        let taken = held.filter {
            $0.person == person && $0.contact.channel == contact.channel
                && $0.contact.address == contact.address
        }
        if !taken.isEmpty { held.removeAll { taken.contains($0) } }
        return taken
    }

    mutating func begin(_ entry: InFlight) { inFlight[entry.order.number] = entry }

    /// Takes out an order that came back; `nil` if it is not known, that is, if it came back twice.
    mutating func end(_ number: UInt64) -> InFlight? {
        defer { inFlight[number] = nil }
        return inFlight[number]
    }

    mutating func note(
        _ outcome: PageOutcome, of channel: PageChannel, provider: Int, at now: Instant
    ) {
        let positions = health.indices.filter { health[$0].channel == channel }
        guard provider < positions.count else { return }
        let position = positions[provider]
        switch outcome {
        case .delivered:
            health[position].lastSuccess = now
            health[position].failuresInARow = 0
        case .failed(let reason):
            health[position].lastFailure = now
            health[position].lastError = reason
            health[position].failuresInARow += 1
        case .undeliverable, .dropped:
            break  // The address or the incident is the reason, not the provider.
        }
    }
}
