import Synchronization

/// Counts the intake requests under way, so that a node under a storm refuses early and cheaply
/// instead of holding ever more bodies. *Source:* design 3, "Overload answers 503".
final class IntakeGate: Sendable {
    private let waitingMax: Int
    private let waiting = Atomic<Int>(0)

    init(waitingMax: Int) { self.waitingMax = waitingMax }

    /// How many requests are under way.
    var count: Int { waiting.load(ordering: .relaxed) }

    /// Lets one request in, or refuses it. Whoever was let in has to `leave`.
    func enter() throws(Refusal) {
        let before = waiting.wrappingAdd(1, ordering: .relaxed).oldValue
        guard before < waitingMax else {
            leave()
            throw .overloaded("\(before) intake requests are under way already")
        }
    }

    /// One request is done.
    func leave() { waiting.wrappingSubtract(1, ordering: .relaxed) }
}
