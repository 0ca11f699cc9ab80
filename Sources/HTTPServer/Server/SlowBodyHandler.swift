import Basics
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// A body has taken too long.
struct SlowBody: Error {
    /// How long it may take.
    var bodyTime: Span
}

/// Ends the reading of a body that takes too long, however steadily it drips: whoever reads it is
/// told so by a `SlowBody` and can still answer, and then the connection is closed.
final class SlowBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let bodyTime: Span
    private var isReading = false
    private var isLate = false
    private var limit: Scheduled<Void>?

    init(after time: Span) { bodyTime = time }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isReading = true
        case .body: break
        case .end: end()
        }
        context.fireChannelRead(data)
    }

    /// Most bodies have come whole by now, and need no clock.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isReading, limit == nil {
            let time = TimeAmount.microseconds(bodyTime.microseconds)
            limit = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
                self.isLate = true
                context.fireErrorCaught(SlowBody(bodyTime: self.bodyTime))
            }
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isLate, case .head(var head) = unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        // `RefusedBodyHandler` closes the connection behind this answer.
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        isReading = false
        limit?.cancel()
        limit = nil
    }
}
