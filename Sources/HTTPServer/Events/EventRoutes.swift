import APIModel
import Basics
import HTTPTypes
import Hummingbird
import Logging
import RegionCore
import ServiceLifecycle

/// What changes, as server-sent events. *Source:* issue 6 point 1; docs/decisions/0020.
struct EventRoutes: Sendable {
    private let node: any NodeService
    private let hub: EventHub

    init(node: any NodeService) { (self.node, hub) = (node, EventHub(node: node)) }

    /// The table.
    var endpoints: [Endpoint] {
        [Endpoint(.get, APIPath.events, access: .token(.read), level: .debug, serve: follow)]
    }

    private func follow(_ call: Call) async throws(Refusal) -> Answer {
        // A browser's EventSource cannot set the header when a page is opened anew.
        let lastID = call.request.headers[.lastEventID] ?? call.query("lastEventId")
        var response = Response(status: .ok)
        response.headers[.contentType] = "text/event-stream; charset=utf-8"
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        // Proxies that gather answers would hold events back.
        response.headers[.accelBuffering] = "no"
        guard call.request.method == .get else { return Answer(response) }
        let (number, news) = try hub.follow()
        let place = EventPlace(hub: hub, number: number)
        let request = call.request
        response.body = ResponseBody { writer in
            defer { place.leave() }
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await write(news, after: lastID, to: &writer)
            }
            try await writer.finish(nil)
        }
        return Answer(response)
    }

    @concurrent
    private func write(
        _ news: AsyncStream<EventNews>, after lastID: String?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        let now = await node.changes(after: nil, max: 0)
        var cursor = EventCursor(region: node.region, batch: now, lastID: lastID)
        var first = EventText.retry.text + cursor.hello(at: node.now()).text
        if let lastID, !cursor.isResumed {
            let reason = "\(lastID.prefix(80)) is no point of this stream"
            first += cursor.reset(reason).text
        }
        try await writer.write(ByteBuffer(string: first))
        for await var one in news.cancelOnGracefulShutdown() {
            if let after = cursor.gap(before: one) {
                one.batch = await node.changes(after: after, max: Limits.eventIncidentsMax)
            }
            let events = cursor.events(for: one, at: node.now())
            let text = events.isEmpty ? EventText.stillHere.text : events.map(\.text).joined()
            try await writer.write(ByteBuffer(string: text))
        }
    }
}

/// A client's place in the hub; given up at the latest when nobody holds it, for an answer that is
/// never written has no end.
private final class EventPlace: Sendable {
    private let hub: EventHub
    private let number: Int

    init(hub: EventHub, number: Int) { (self.hub, self.number) = (hub, number) }

    func leave() { hub.leave(number) }

    deinit { hub.leave(number) }
}
