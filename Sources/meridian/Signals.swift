import Dispatch
import Foundation

/// The signals a server reacts to.
enum Signals {
    /// Keeps the sources alive as long as the stream. Sendable by hand: it is only held, and let go
    /// of.
    private final class Sources: @unchecked Sendable {
        private let sources: [any DispatchSourceSignal]
        init(_ sources: [any DispatchSourceSignal]) { self.sources = sources }
        func cancel() { for source in sources { source.cancel() } }
    }

    /// Returns on SIGTERM or SIGINT, or when the task is cancelled; calls `onHangUp` on each
    /// SIGHUP.
    static func waitForEnd(onHangUp: @escaping @Sendable () -> Void) async {
        let stream = AsyncStream<Int32> { continuation in
            let sources = [SIGTERM, SIGINT, SIGHUP].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return source
            }
            let held = Sources(sources)
            continuation.onTermination = { _ in held.cancel() }
        }
        for await number in stream {
            if number != SIGHUP { return }
            onHangUp()
        }
    }
}
