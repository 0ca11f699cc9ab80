import APIModel
import Basics

/// What the events of a region say to whoever watches.
enum FeedNews: Equatable, Sendable {
    /// This region's events are followed now. Unless the stream goes on from where it was, everything
    /// has to be read anew.
    case connected(RegionEndpoint, isResumed: Bool)
    /// The region lives, and says no more than that.
    case heard
    /// Something changed.
    case changed(WatchPart)
    /// The region's events are not followed any more, and why.
    case lost(RegionEndpoint, reason: String)
}

/// Follows the events of one region, and of the next when that one dies, for ever.
struct WatchFeed: Sendable {
    /// With what regions are asked.
    let client: APIClient
    /// Where the news go.
    let tell: @Sendable (FeedNews) -> Void

    /// How often a region is asked whether it lives: a process that is stopped keeps its connections.
    private static let askEvery = Duration.seconds(3)
    /// How long to wait after no region could be followed.
    private static let restTime = Duration.seconds(2)

    /// Returns when the task is cancelled.
    func run() async {
        let regions = client.configuration.regions
        var lastIDs: [String: String] = [:]
        while !Task.isCancelled {
            for endpoint in regions where !Task.isCancelled {
                let (lastID, reason) = await follow(endpoint, after: lastIDs[endpoint.name])
                lastIDs[endpoint.name] = lastID
                tell(.lost(endpoint, reason: reason))
            }
            try? await Task.sleep(for: Self.restTime)
        }
    }

    /// Follows one region until it is silent. The point its stream came to, and why it ended.
    private func follow(
        _ endpoint: RegionEndpoint, after lastID: String?
    ) async -> (lastID: String?, reason: String) {
        await withTaskGroup(of: (String?, String).self) { group in
            group.addTask { await read(endpoint, after: lastID) }
            group.addTask { (nil, await silence(of: endpoint)) }
            let first = await group.next() ?? (nil, "")
            group.cancelAll()
            let second = await group.next() ?? (nil, "")
            return (first.0 ?? second.0, first.1)
        }
    }

    private func read(
        _ endpoint: RegionEndpoint, after lastID: String?
    ) async -> (String?, String) {
        var lastID = lastID
        do {
            try await client.follow(endpoint, after: lastID) { event in
                guard let event else { return tell(.heard) }
                lastID = event.id ?? lastID
                for news in Self.news(of: event, from: endpoint) { tell(news) }
            }
            return (lastID, "its events ended")
        } catch {
            return (lastID, error.message)
        }
    }

    /// What an event says to whoever watches; one of a kind that is not known here says nothing.
    static func news(of event: ServerEvent, from endpoint: RegionEndpoint) -> [FeedNews] {
        switch event.kind {
        case "hello":
            let hello = try? APICoding.decode(HelloEvent.self, from: .init(event.data.utf8))
            return [.connected(endpoint, isResumed: hello?.isResumed ?? false)]
        case "incident": return [.changed(.incidents)]
        case "cluster": return [.changed(.cluster)]
        case "oncall": return [.changed(.onCall)]
        case "reset": return WatchPart.allCases.map { .changed($0) }
        case _: return [.heard]
        }
    }

    private func silence(of endpoint: RegionEndpoint) async -> String {
        while !Task.isCancelled {
            if let reason = await client.silence(of: endpoint) { return reason }
            try? await Task.sleep(for: Self.askEvery)
        }
        return "not followed any more"
    }
}
