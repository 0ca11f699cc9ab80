import CoreMetrics
import Synchronization

/// Keeps every counter by its label and dimensions.
final class RecordedCounters: MetricsFactory {
    private let kept = Mutex<[String: Int64]>([:])

    /// The counter of this label whose dimensions hold all of these.
    func value(_ label: String, _ dimensions: [String: String] = [:]) -> Int64 {
        kept.withLock { all in
            all.filter { entry in
                entry.key.hasPrefix(label + "{")
                    && dimensions.allSatisfy { entry.key.contains("[\($0.key)=\($0.value)]") }
            }.reduce(0) { $0 + $1.value }
        }
    }

    /// Every label with its dimensions.
    var series: [String] { kept.withLock { $0.keys.sorted() } }

    private final class Series: CounterHandler, TimerHandler, RecorderHandler,
        FloatingPointCounterHandler
    {
        let name: String
        let owner: RecordedCounters
        init(name: String, owner: RecordedCounters) { (self.name, self.owner) = (name, owner) }
        func increment(by amount: Int64) {
            owner.kept.withLock { $0[name, default: 0] += amount }
        }
        func increment(by amount: Double) { increment(by: Int64(amount)) }
        func reset() { owner.kept.withLock { $0[name] = 0 } }
        func recordNanoseconds(_ duration: Int64) { increment(by: Int64(1)) }
        func record(_ value: Int64) { increment(by: Int64(1)) }
        func record(_ value: Double) { increment(by: Int64(1)) }
    }

    private func make(_ label: String, _ dimensions: [(String, String)]) -> Series {
        let pairs = dimensions.map { "[\($0.0)=\($0.1)]" }.joined()
        return Series(name: "\(label){\(pairs)}", owner: self)
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        make(label, dimensions)
    }
    func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { make(label, dimensions) }
    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler { make(label, dimensions) }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        make(label, dimensions)
    }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
