package import Basics

/// The transport's patience. The defaults were measured against killed, paused and cut-off peers;
/// tests shorten some of them. *Source:* the facts behind design 4, "Channels".
package struct TransportTiming: Sendable {
    /// How often each keeper thread looks at its sockets.
    package var tick: Span = .milliseconds(250)
    /// A lane that has sent nothing for so long sends a ping; likewise the publisher.
    package var pingInterval: Span = .milliseconds(500)
    /// How long an urgent request may wait for a connection, and again for its answer.
    package var urgentTimeout: Span = .seconds(1)
    /// The same for a bulk request.
    package var bulkTimeout: Span = .seconds(3)
    /// An urgent lane or a subscription that heard nothing for so long is dialled anew; so is a
    /// link then called down.
    package var silenceLimit: Span = .seconds(2)
    /// The same for a bulk lane: its window may hold 4 MiB, and a slow line is no silence.
    package var bulkSilenceLimit: Span = .seconds(3)
    /// A connection to the request listener that brings nothing for so long is closed.
    package var inboundSilenceLimit: Span = .seconds(5)
    /// A subscriber whose member has sent no request for so long is disconnected.
    package var subscriberSilenceLimit: Span = .seconds(30)
    /// A listener that has not answered its own process for so long is made anew.
    package var selfCheckLimit: Span = .seconds(5)
    /// The self-check dials anew so often, to see that connections are still accepted.
    package var selfCheckRedialInterval: Span = .seconds(30)
    /// A keeper's turn that comes later than this was a pause of the process: nobody was silent.
    package var pauseLimit: Span = .seconds(1)
    /// How often open descriptors are counted.
    package var descriptorInterval: Span = .seconds(60)
    /// A refusal of one kind is logged and told again only after so long.
    package var refusalReportInterval: Span = .seconds(60)
    /// How long `stop` waits for the library.
    package var stopLimit: Span = .seconds(10)

    /// The defaults.
    package init() {}

    /// How long a request on a lane may wait for a connection, and again for its answer.
    func timeout(of lane: TransportLane) -> Span {
        switch lane {
        case .urgent: urgentTimeout
        case .bulk: bulkTimeout
        }
    }

    /// How long a lane may hear nothing before it is dialled anew.
    func silenceLimit(of lane: TransportLane) -> Span {
        switch lane {
        case .urgent: silenceLimit
        case .bulk: bulkSilenceLimit
        }
    }
}

/// The bounds of the transport's queues and sockets. Units are last in the names.
enum TransportBounds {
    /// Requests in flight on one lane to one peer; 16 × 256 KiB is the bulk window of design 4.
    static let contextsPerLane = 16
    /// Requests being answered at the same time; libnng's contexts do not pay beyond 64.
    static let replyContexts = 64
    /// Messages waiting on one lane to one peer.
    static func queuedMessagesMax(_ lane: TransportLane) -> Int {
        switch lane {
        case .urgent: 4_096
        case .bulk: 256
        }
    }
    /// Payload waiting on one lane to one peer.
    static func queuedBytesMax(_ lane: TransportLane) -> Int {
        switch lane {
        case .urgent: 8 * 1_024 * 1_024
        case .bulk: 32 * 1_024 * 1_024
        }
    }
    /// Publications buffered for each subscriber and in each subscription: libnng's maximum. Its
    /// defaults lost most messages at 20,000 a second.
    static let publishBufferMessages: Int32 = 8_192
    /// Publications taken from libnng in one go.
    static let subscriptionBatchMax = 64
    /// Payload of received messages waiting for the owner.
    static let eventBytesMax = 64 * 1_024 * 1_024
    /// The largest reply a requester accepts; an acknowledgement has 24 bytes.
    static let replyBytesMax = 4_096
    /// Kinds of refusal remembered one by one; a stranger can name any number of members.
    static let refusalKindsMax = 256
    /// Part of the descriptor limit, in hundredths, above which a warning is logged.
    static let descriptorWarningPercent = 80
}
