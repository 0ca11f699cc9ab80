package import Basics

/// The state of the link to one peer, for metrics and `cluster status`.
package struct LinkStatus: Equatable, Sendable {
    /// The peer.
    package var member: MemberID
    /// The name of its region.
    package var name: String
    /// Whether the peer accepts our requests now.
    package var isUp: Bool
    /// Why it is down; `nil` while it is up.
    package var downReason: String?
    /// How long ago the peer last accepted a request of ours on any lane; `nil` if it never did.
    package var lastSuccessAge: Span?
    /// How often a dial was answered "connection refused".
    package var connectionsRefused: Int
    /// The lanes, urgent first.
    package var lanes: [LaneStatus]
    /// The subscription to what the peer publishes.
    package var subscription: SubscriptionStatus
}

/// The state of one lane to one peer. Counts are since the transport's start.
package struct LaneStatus: Equatable, Sendable {
    /// The lane.
    package var lane: TransportLane
    /// Whether there is a connection.
    package var isConnected: Bool
    /// How long ago the peer last accepted a request on this lane; `nil` if it never did.
    package var lastSuccessAge: Span?
    /// Requests handed to libnng and not yet answered.
    package var inFlight: Int
    /// Messages waiting for a free context.
    package var queued: Int
    /// Messages the peer has acknowledged.
    package var acknowledged: Int
    /// Messages dropped because the queue was full or the message too large.
    package var dropped: Int
    /// Messages dropped because they had waited longer than an answer is worth.
    package var expired: Int
    /// Messages sent of which nobody knows whether they arrived: time-out or lost connection.
    package var unanswered: Int
    /// Messages the peer refused.
    package var refused: Int
    /// How often the dialer was closed and made anew.
    package var redials: Int
}

/// The state of the subscription to one peer. Counts are since the transport's start.
package struct SubscriptionStatus: Equatable, Sendable {
    /// Whether there is a connection.
    package var isConnected: Bool
    /// How long ago anything came from the peer; `nil` if nothing ever did.
    package var lastHeardAge: Span?
    /// Publications received, without the transport's own pings.
    package var received: Int
    /// How often the dialer was closed and made anew.
    package var redials: Int
}

/// The state of the transport itself.
package struct TransportHealth: Equatable, Sendable {
    /// What the self-check says about one of the two listeners.
    package enum ListenerCheck: Equatable, Sendable {
        /// The listener answered its own process a moment ago.
        case answering
        /// The listener has not answered for so long, and will be made anew or has been.
        case silent(for: Span)
    }

    /// A refusal's reason and how often it was given.
    package struct RefusalCount: Equatable, Sendable {
        /// The reason.
        package var reason: RefusalReason
        /// How often.
        package var count: Int
    }

    /// The check of the listener for requests.
    package var requestListener: ListenerCheck
    /// The check of the listener for subscribers.
    package var publishListener: ListenerCheck
    /// How often a listener that did not answer was made anew.
    package var listenersRecreated: Int
    /// The keeper threads that have not turned for five seconds, by name: stuck inside the library.
    /// If this stays non-empty, restart the process.
    package var stuckKeepers: [String]
    /// Refusals given since the start, by reason, in the order of the reasons; none with count 0.
    package var refusals: [RefusalCount]
    /// Received messages dropped because the owner did not take them.
    package var eventsDropped: Int
    /// Messages published since the start, without pings.
    package var published: Int
    /// Publications dropped because they were too large or the library refused them.
    package var publicationsDropped: Int
    /// Descriptors open in this process at the last count; `nil` before the first.
    package var descriptorsOpen: Int?
    /// How many may be open; `nil` before the first count.
    package var descriptorsMax: Int?
    /// Connections now open at the two listeners.
    package var inboundConnections: Int

    /// How often a reason was given.
    package func refusals(_ reason: RefusalReason) -> Int {
        refusals.first { $0.reason == reason }?.count ?? 0
    }

    /// Whether both listeners answer and no keeper is stuck.
    package var isSound: Bool { troubles.isEmpty }

    /// What keeps it from being sound, in words.
    package var troubles: [String] {
        var found = stuckKeepers.map { "the thread \($0) does not turn" }
        for (name, check) in [("requests", requestListener), ("subscribers", publishListener)] {
            if case .silent(let span) = check {
                found.append("the listener for \(name) has not answered for \(span)")
            }
        }
        return found
    }
}
