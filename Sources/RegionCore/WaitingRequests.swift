import Basics
import DequeModule
import IncidentModel

/// Requests that wait until a fact is safe: in the incident's committed log, or, when that takes
/// too long, on this region's disk. *Source:* design 3.
struct WaitingRequests: Sendable {
    /// One request.
    struct Waiting: Sendable {
        var request: RequestID
        var group: GroupID
        var fact: FactID
        var answerLocalAt: Instant
        var isRepeat: Bool
    }

    private var byFact: [FactID: [Waiting]] = [:]
    /// In the order of their deadlines, which is the order in which they came.
    private var queue = Deque<(at: Instant, fact: FactID)>()
    /// Facts whose requests have waited long enough and that are not durable yet.
    private var held = Deque<FactID>()
    /// How many wait.
    private(set) var count = 0

    mutating func add(_ waiting: Waiting) {
        byFact[waiting.fact, default: []].append(waiting)
        queue.append((waiting.answerLocalAt, waiting.fact))
        count += 1
    }

    /// Those that wait for a fact; they wait no longer.
    mutating func take(_ fact: FactID) -> [Waiting] {
        let taken = byFact.removeValue(forKey: fact) ?? []
        count -= taken.count
        return taken
    }

    /// A fact whose requests have waited long enough.
    mutating func popOverdue(at now: Instant) -> FactID? {
        while let first = queue.first, first.at <= now {
            queue.removeFirst()
            if byFact[first.fact] != nil { return first.fact }
        }
        return nil
    }

    /// Keeps requests that cannot be answered yet until their fact is durable.
    mutating func hold(_ fact: FactID) { held.append(fact) }

    /// The first of those.
    var firstHeld: FactID? { held.first }

    /// It was answered.
    mutating func removeFirstHeld() { held.removeFirst() }

    /// When the next one is due.
    var next: Instant? { queue.first?.at }
}
