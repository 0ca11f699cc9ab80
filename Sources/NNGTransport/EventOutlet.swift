import Basics

/// Hands events to the owner: one call at a time, in batches, in the order in which they were
/// posted.
///
/// Whoever posts while nobody delivers becomes the deliverer until nothing is left, so that no
/// thread of libnng waits for another's delivery. Bounded: an owner that does not take its events
/// loses them.
final class EventOutlet: Sendable {
    /// What became of a received message.
    enum Posting: Equatable, Sendable {
        case taken
        /// Too much is waiting already; counted.
        case full
        case closed
    }

    private struct State {
        var pending: [TransportEvent] = []
        var pendingBytes = 0
        var isDelivering = false
        var isClosed = false
        var dropped = 0
    }

    private let state = Locked(State())
    private let idle = Signal()
    private let deliver: @Sendable ([TransportEvent]) -> Void
    private let eventsMax: Int
    private let bytesMax: Int

    /// An outlet to `deliver`.
    init(
        eventsMax: Int = Limits.inputsWaitingMax, bytesMax: Int = TransportBounds.eventBytesMax,
        deliver: @escaping @Sendable ([TransportEvent]) -> Void
    ) {
        (self.eventsMax, self.bytesMax, self.deliver) = (eventsMax, bytesMax, deliver)
    }

    /// Received messages that were dropped.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Posts a received message.
    func postMessage(_ event: TransportEvent) -> Posting {
        guard let taken = post([event], mayDrop: true) else { return .closed }
        return taken == 1 ? .taken : .full
    }

    /// Posts received messages and drops those for which there is no room.
    func postMessages(_ events: [TransportEvent]) { _ = post(events, mayDrop: true) }

    /// Posts news of a link or of a refusal: these are few and never dropped.
    func postNews(_ event: TransportEvent) { _ = post([event], mayDrop: false) }

    /// Delivers nothing any more, and waits for the delivery that runs, at most so long; whether
    /// none runs. Not from within a delivery.
    func close(atMost limit: Span) -> Bool {
        let isIdle = state.withLock { state in
            state.isClosed = true
            (state.pending, state.pendingBytes) = ([], 0)
            return !state.isDelivering
        }
        return isIdle || idle.wait(atMost: limit)
    }

    /// How many of the events were taken; `nil` after the close.
    private func post(_ events: [TransportEvent], mayDrop: Bool) -> Int? {
        var taken = 0
        var isClosed = false
        let isDeliverer = state.withLock { state in
            isClosed = state.isClosed
            guard !isClosed else { return false }
            for event in events {
                let bytes = event.payloadByteCount
                if mayDrop,
                    state.pending.count >= eventsMax
                        || state.pendingBytes + bytes > bytesMax
                {
                    state.dropped += 1
                    continue
                }
                state.pending.append(event)
                state.pendingBytes += bytes
                taken += 1
            }
            guard taken > 0, !state.isDelivering else { return false }
            state.isDelivering = true
            return true
        }
        if isDeliverer { deliverAll() }
        return isClosed ? nil : taken
    }

    private func deliverAll() {
        while true {
            let batch = state.withLock { state -> [TransportEvent] in
                let batch = state.pending
                (state.pending, state.pendingBytes) = ([], 0)
                if batch.isEmpty {
                    state.isDelivering = false
                    if state.isClosed { idle.raise() }
                }
                return batch
            }
            if batch.isEmpty { return }
            deliver(batch)
        }
    }
}
