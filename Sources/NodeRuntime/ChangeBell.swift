/// Rung by the core's thread after a turn that changed an incident; whoever listens reads the core
/// then. It never waits, and while nobody listens it costs a lock.
final class ChangeBell: Sendable {
    private struct State {
        var last = 0
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    }
    private let state = Locked(State())

    /// Something changed.
    func ring() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }

    /// A signal for every change, several of them in one if nobody takes them in time.
    func signals() -> AsyncStream<Void> {
        let (signals, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.last += 1
            state.listeners[state.last] = continuation
            return state.last
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        return signals
    }
}
