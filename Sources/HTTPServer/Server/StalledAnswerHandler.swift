import Basics
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client has stopped reading, be it an answer or a stream of events.
///
/// While an answer is written no idle time-out runs, so that such a client would hold its
/// connection, and what was to be written to it, for ever. What counts is that nothing at all has
/// left for a while: whoever reads slowly is not cut off.
final class StalledAnswerHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How often it looks while something waits to leave, within the time that is given.
    private static let looksPerTime: Int64 = 3

    private let stallTime: TimeAmount
    /// How many writes have not left yet.
    private var waiting = 0
    /// How many bytes waited at the last look.
    private var bytesBefore = 0
    private var lastProgress = NIODeadline.now()
    private var look: Scheduled<Void>?

    init(after time: Span) { stallTime = .microseconds(time.microseconds) }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let written = promise ?? context.eventLoop.makePromise()
        if waiting == 0 { lastProgress = .now() }
        waiting += 1
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.waiting -= 1
            self.lastProgress = .now()
        }
        context.write(data, promise: written)
        if look == nil { scheduleLook(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { look?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        look?.cancel()
        context.fireChannelInactive()
    }

    private func scheduleLook(_ context: ChannelHandlerContext) {
        let wait = TimeAmount.nanoseconds(max(1, stallTime.nanoseconds / Self.looksPerTime))
        look = context.eventLoop.assumeIsolated().scheduleTask(in: wait) {
            self.look = nil
            self.judge(context)
        }
    }

    private func judge(_ context: ChannelHandlerContext) {
        guard waiting > 0, context.channel.isActive else { return bytesBefore = 0 }
        let bytes = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        // One large write leaves in parts.
        if bytes < bytesBefore { lastProgress = .now() }
        bytesBefore = bytes
        guard NIODeadline.now() - lastProgress < stallTime else {
            return context.close(promise: nil)
        }
        scheduleLook(context)
    }
}
