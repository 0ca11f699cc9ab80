import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request body was refused, instead of reading the body to its end.
///
/// It acts on a response that says `Connection: close` while the request is still coming. A client
/// that is cut off in the middle of writing may never read the answer (RFC 9112, section 9.6), so
/// it goes on reading for a while: a little more of the body, for a short time, and lets it fall.
final class RefusedBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The most bytes of a refused body that are read and dropped after the answer.
    static let droppedBytesMax = 1_024 * 1_024
    /// How long reading and dropping goes on at most.
    static let lingerTime = TimeAmount.seconds(1)

    private enum State {
        /// Requests and answers pass.
        case passing(isReading: Bool, closes: Bool)
        /// The answer to a refused body has left.
        case dropping(droppedBytes: Int)
    }

    private var state = State.passing(isReading: false, closes: false)

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch (state, part) {
        case (.passing(_, let closes), .head):
            state = .passing(isReading: true, closes: closes)
            context.fireChannelRead(data)
        case (.passing, .body):
            context.fireChannelRead(data)
        case (.passing(_, let closes), .end):
            state = .passing(isReading: false, closes: closes)
            context.fireChannelRead(data)
        case (.dropping(let dropped), .body(let buffer)):
            let total = dropped + buffer.readableBytes
            state = .dropping(droppedBytes: total)
            if total > Self.droppedBytesMax { context.close(promise: nil) }
        case (.dropping, .head), (.dropping, .end):
            context.close(promise: nil)
        }
    }

    /// While a body is dropped nobody behind this handler takes anything any more, and so nobody
    /// asks for more.
    func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .passing: context.fireChannelReadComplete()
        case .dropping: context.read()
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch (state, unwrapOutboundIn(data)) {
        case (.passing(let isReading, _), .head(let head)):
            state = .passing(
                isReading: isReading, closes: head.headerFields[.connection] == "close")
            context.write(data, promise: promise)
        case (.passing(isReading: true, closes: true), .end):
            state = .dropping(droppedBytes: 0)
            context.writeAndFlush(data, promise: promise)
            context.close(mode: .output, promise: nil)
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: Self.lingerTime) {
                bound.value.close(promise: nil)
            }
            context.read()
        case (.passing(isReading: false, closes: true), .end):
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        case (.passing, _), (.dropping, _):
            context.write(data, promise: promise)
        }
    }
}
