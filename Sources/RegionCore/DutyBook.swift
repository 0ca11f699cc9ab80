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
