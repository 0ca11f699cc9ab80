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

    /// Where messages go to.
    struct Mailbox: Hashable, Sendable {
        var person: PersonID
        var channel: PageChannel
        var address: String

        init(_ person: PersonID, _ contact: Contact) {
            (self.person, channel, address) = (person, contact.channel, contact.address)
        }
    }
    /// A page that waits for others to the same person.
    struct Held: Equatable, Sendable {
        var group: GroupID
        var key: StepKey
    }
    /// Pages that wait, in order; each once.
    private struct Queue: Sendable {
        var keys: Set<StepKey> = []
        var pages: [Held] = []
    }
    private struct Ear: Hashable, Sendable {
        var person: PersonID
        var channel: PageChannel
    }
    /// When somebody was paged about which incident.
    struct LastPage: Sendable {
        var group: GroupID
        var at: Instant
    }

    private var held: [Mailbox: Queue] = [:]
    /// The last pages to each person and channel about two incidents at most, the newest last.
    private var lastPages: [Ear: [LastPage]] = [:]
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
        let ear = Ear(person: person, channel: channel)
        var known = lastPages[ear] ?? []
        if let same = known.firstIndex(where: { $0.group == group }) {
            known[same].at = max(known[same].at, moment)
        } else {
            known.append(LastPage(group: group, at: moment))
        }
        known.sort { ($0.at, $0.group) < ($1.at, $1.group) }
        lastPages[ear] = known.suffix(2)
    }

    /// When somebody was last paged about another incident, and about which.
    func lastPage(
        of person: PersonID, _ channel: PageChannel, otherThan group: GroupID
    ) -> LastPage? {
        lastPages[Ear(person: person, channel: channel)]?.last { $0.group != group }
    }

    /// How many pages to one person wait for one another at most; the others leave when they have waited enough.
    private static let heldMax = 1_000

    /// A page waits for others to the same person.
    mutating func hold(_ page: Held, for mailbox: Mailbox) {
        var queue = held.removeValue(forKey: mailbox) ?? Queue()
        if queue.pages.count < Self.heldMax, queue.keys.insert(page.key).inserted {
            queue.pages.append(page)
        }
        held[mailbox] = queue
    }

    /// Takes out all pages that wait for others to the same person, in the order in which they came.
    mutating func takeHeld(for mailbox: Mailbox) -> [Held] {
        held.removeValue(forKey: mailbox)?.pages ?? []
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
