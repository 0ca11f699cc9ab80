import Basics
import OnCall
import RegionCore
import Synchronization

/// What a client of the events is to be told of next.
struct EventNews: Sendable {
    /// What changed since the hub last looked.
    var batch: ChangeBatch
    /// How often the cluster was seen to look different.
    var clusterCount = 0
    /// How often somebody else was seen to be on call, or plans to change.
    var dutyCount = 0
}

/// Looks at the node for all clients that follow its events, while there are any.
///
/// Changes are states, not messages: the node counts them, and can say what changed after a number.
/// So a client's queue is its last number and one piece of news; whoever is slow is told of each
/// incident once. *Source:* docs/decisions/0020.
final class EventHub: Sendable {
    /// How long changes are gathered before they are told.
    private static let gatheringTime = Duration.milliseconds(50)
    /// How often the hub looks without being told: at who can be reached and who is on call.
    private static let lookTime = Duration.seconds(1)
    /// After how many looks without news clients are told that the stream lives.
    private static let quietLooksMax = 15

    private struct State {
        var lastNumber = 0
        var clients: [Int: AsyncStream<EventNews>.Continuation] = [:]
        var pump: Task<Void, Never>?
    }

    private let node: any NodeService
    private let clientsMax: Int
    private let state = Mutex(State())

    init(node: any NodeService, clientsMax: Int = Limits.eventClientsMax) {
        (self.node, self.clientsMax) = (node, clientsMax)
    }

    /// How many clients there are.
    var clientCount: Int { state.withLock { $0.clients.count } }

    /// Follows the node. The first news says where the hub begins. *Errors:* a `Refusal` if there
    /// are too many clients.
    func follow() throws(Refusal) -> (number: Int, news: AsyncStream<EventNews>) {
        let (news, continuation) = AsyncStream<EventNews>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state -> Int? in
            guard state.clients.count < clientsMax else { return nil }
            state.lastNumber += 1
            state.clients[state.lastNumber] = continuation
            if state.pump == nil { state.pump = Task { await self.pump() } }
            return state.lastNumber
        }
        guard let number else {
            throw .overloaded("\(clientsMax) clients follow the events already")
        }
        return (number, news)
    }

    /// Follows no longer.
    func leave(_ number: Int) {
        state.withLock { state in
            state.clients.removeValue(forKey: number)?.finish()
            guard state.clients.isEmpty else { return }
            state.pump?.cancel()
            state.pump = nil
        }
    }

    private func tell(_ news: EventNews) {
        // What this replaces is found again by whoever misses it: the numbers have a gap then.
        for client in state.withLock({ Array($0.clients.values) }) { client.yield(news) }
    }

    private func pump() async {
        var news = EventNews(batch: await node.changes(after: nil, max: 0))
        var duty = await Duty(node: node, roster: news.batch.rosterVersion)
        tell(news)
        var quietLooks = 0
        for await _ in looks() {
            let batch = await node.changes(
                after: news.batch.through, max: Limits.eventIncidentsMax)
            let isClusterNew = batch.clusterHash != news.batch.clusterHash
            var isDutyNew = batch.isControlChanged
            if isDutyNew || duty.isOver(at: node.now(), roster: batch.rosterVersion) {
                let now = await Duty(node: node, roster: batch.rosterVersion)
                isDutyNew = isDutyNew || now != duty
                duty = now
            }
            let isNew = batch.through != news.batch.through || isClusterNew || isDutyNew
            quietLooks = isNew ? 0 : quietLooks + 1
            news.batch = batch
            if isClusterNew { news.clusterCount += 1 }
            if isDutyNew { news.dutyCount += 1 }
            if isNew || quietLooks % Self.quietLooksMax == 0 { tell(news) }
            try? await Task.sleep(for: Self.gatheringTime)
        }
    }

    /// When to look: after changes, and once a second.
    private func looks() -> AsyncStream<Void> {
        let (looks, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        let signals = node.changeSignals()
        let listener = Task { for await _ in signals { continuation.yield() } }
        let clock = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.lookTime)
                continuation.yield()
            }
        }
        continuation.onTermination = { _ in
            listener.cancel()
            clock.cancel()
        }
        return looks
    }
}

/// Who is on call by all schedules, and until when that holds.
private struct Duty: Equatable {
    private var roster: String
    private var people: [ScheduleOnCall]
    private var until: Instant

    init(node: any NodeService, roster: String) async {
        people = await node.onCallNow(at: nil)
        until = people.map(\.answer.until).min() ?? .distantFuture
        self.roster = roster
    }

    func isOver(at now: Instant, roster: String) -> Bool {
        now >= until || roster != self.roster
    }
}
