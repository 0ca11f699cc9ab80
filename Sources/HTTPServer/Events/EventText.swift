import APIModel
import Basics
import IncidentModel
import RegionCore

/// One event as it is sent. *Source:* WHATWG HTML, section 9.2, "Server-sent events".
struct EventText: Sendable {
    /// The text, with the empty line that ends it.
    let text: String

    /// An event of a kind, with the point of the stream that it takes a client to.
    init(_ kind: String, id: EventID, _ value: some Encodable) {
        // JSON of ours has no line breaks of its own.
        text = "id: \(id)\nevent: \(kind)\ndata: \(Answer.jsonText(value))\n\n"
    }

    private init(text: String) { self.text = text }

    /// A comment that says only that the stream lives.
    static let stillHere = EventText(text: ": still here\n\n")

    /// How long a client waits before it connects anew, in milliseconds.
    static let retry = EventText(text: "retry: 2000\n\n")
}

/// What one client has been told, and what it is to be told next.
struct EventCursor: Sendable {
    private let region: RegionName
    private let incarnation: UInt64
    private var count: UInt64
    private var clusterCount: Int?
    private var dutyCount: Int?
    /// Whether it goes on from where it was.
    let isResumed: Bool

    /// A client that begins now, or goes on from where it says it was.
    /// - Parameter batch: where things stand.
    init(region: RegionName, batch: ChangeBatch, lastID: String?) {
        self.region = region
        incarnation = batch.incarnation.number
        let last = lastID.flatMap { EventID(text: $0) }
        isResumed =
            last.map {
                $0.region == region.text && $0.incarnation == batch.incarnation.number
                    && $0.count <= batch.through
            } ?? false
        count = isResumed ? last?.count ?? batch.through : batch.through
    }

    /// The first event.
    func hello(at now: Instant) -> EventText {
        EventText(
            "hello", id: id,
            HelloEvent(region: region.text, at: Timestamp(now), isResumed: isResumed))
    }

    /// Where the client was, if something happened since then of which the news do not tell.
    func gap(before news: EventNews) -> UInt64? {
        news.batch.after > count || news.batch.incidents == nil ? count : nil
    }

    /// The events for what a client has not been told of.
    mutating func events(for news: EventNews, at now: Instant) -> [EventText] {
        var events: [EventText] = []
        let batch = news.batch
        if batch.through > count {
            guard let incidents = batch.incidents else {
                count = batch.through
                return [reset("more than \(Limits.eventIncidentsMax) incidents changed")]
            }
            for one in incidents where one.at > count {
                count = one.at
                events.append(EventText("incident", id: id, event(one)))
            }
            count = batch.through
        }
        if clusterCount.map({ $0 != news.clusterCount }) ?? isResumed {
            let event = ClusterEvent(
                region: region.text, at: Timestamp(now), hasMajority: batch.hasMajority)
            events.append(EventText("cluster", id: id, event))
        }
        if dutyCount.map({ $0 != news.dutyCount }) ?? isResumed {
            let event = OnCallEvent(
                region: region.text, at: Timestamp(now), rosterVersion: batch.rosterVersion)
            events.append(EventText("oncall", id: id, event))
        }
        (clusterCount, dutyCount) = (news.clusterCount, news.dutyCount)
        return events
    }

    /// The event for a client that named a point of another stream.
    func reset(_ reason: String) -> EventText {
        EventText("reset", id: id, ResetEvent(region: region.text, reason: reason))
    }

    private var id: EventID {
        EventID(region: region.text, incarnation: incarnation, count: count)
    }

    private func event(_ one: ChangedIncident) -> IncidentEvent {
        IncidentEvent(
            id: one.group.description, region: region.text, service: one.service.text,
            status: one.status.name, severity: one.severity.name, generation: one.generation,
            epoch: one.epoch, index: one.index, unmergedFacts: one.unmergedFacts)
    }
}
