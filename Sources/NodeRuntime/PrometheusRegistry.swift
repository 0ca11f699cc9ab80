import Foundation
package import Metrics

/// A swift-metrics backend that writes Prometheus' text format, version 0.0.4.
/// *Source:* prometheus.io, "Exposition formats".
package final class PrometheusRegistry: MetricsFactory, Sendable {
    enum Kind: String {
        case counter, gauge, histogram
    }

    /// One time series.
    protocol Series: AnyObject, Sendable {
        func write(into text: inout String, name: String, labels: String)
    }

    private struct Family {
        var kind: Kind
        var series: [String: any Series] = [:]
    }

    private let families = Locked<[String: Family]>([:])
    private let help: [String: String]

    /// A registry; `help` has the help line of each family by name.
    package init(help: [String: String]) { self.help = help }

    /// The counter of a name and labels.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions) { CounterSeries() }
    }
    /// The same, for sums that are not whole.
    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, .counter, dimensions) { CounterSeries() }
    }
    /// The gauge of a name and labels.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, .gauge, dimensions) { GaugeSeries() }
    }
    /// A histogram if it aggregates, or else a gauge.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate
            ? series(label, .histogram, dimensions) { HistogramSeries() }
            : series(label, .gauge, dimensions) { GaugeSeries() }
    }
    /// The histogram of a name and labels, in seconds.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, .histogram, dimensions) { HistogramSeries() }
    }
    /// Nothing: a series lives as long as the process.
    package func destroyCounter(_ handler: any CounterHandler) {}
    /// Nothing: a series lives as long as the process.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Nothing: a series lives as long as the process.
    package func destroyMeter(_ handler: any MeterHandler) {}
    /// Nothing: a series lives as long as the process.
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Nothing: a series lives as long as the process.
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything, in the order of names.
    package var text: String {
        families.withLock { families in
            var text = ""
            for (name, family) in families.sorted(by: { $0.key < $1.key }) {
                text +=
                    "# HELP \(name) \(help[name] ?? name.replacingOccurrences(of: "_", with: " "))\n"
                text += "# TYPE \(name) \(family.kind.rawValue)\n"
                for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                    series.write(into: &text, name: name, labels: labels)
                }
            }
            return text
        }
    }

    private func series<S: Series>(
        _ label: String, _ kind: Kind, _ dimensions: [(String, String)], _ make: () -> S
    ) -> S {
        let name = Self.name(label, kind)
        let labels = Self.labels(dimensions)
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            if let known = family.series[labels] as? S { return known }
            let new = make()
            family.series[labels] = new
            families[name] = family
            return new
        }
    }

    private static func name(_ label: String, _ kind: Kind) -> String {
        let name = String(
            label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":") ? $0 : "_" })
        switch kind {
        case .counter: return name.hasSuffix("_total") ? name : name + "_total"
        case .histogram: return name.hasSuffix("_seconds") ? name : name + "_seconds"
        case .gauge: return name
        }
    }

    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.sorted { $0.0 < $1.0 }.map { key, value in
            let escaped = value.replacingOccurrences(of: "\\", with: "\\\\")
                .replacingOccurrences(of: "\"", with: "\\\"")
                .replacingOccurrences(of: "\n", with: "\\n")
            return "\(key)=\"\(escaped)\""
        }.joined(separator: ",")
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}

private final class CounterSeries: CounterHandler, FloatingPointCounterHandler,
    PrometheusRegistry.Series
{
    private let value = Locked(0.0)
    func increment(by amount: Int64) { value.withLock { $0 += Double(amount) } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func reset() {}
    func write(into text: inout String, name: String, labels: String) {
        let number = PrometheusRegistry.number(value.withLock { $0 })
        text += labels.isEmpty ? "\(name) \(number)\n" : "\(name){\(labels)} \(number)\n"
    }
}

private final class GaugeSeries: RecorderHandler, MeterHandler, PrometheusRegistry.Series {
    private let value = Locked(0.0)
    func record(_ new: Int64) { value.withLock { $0 = Double(new) } }
    func record(_ new: Double) { value.withLock { $0 = new } }
    func set(_ new: Int64) { value.withLock { $0 = Double(new) } }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func write(into text: inout String, name: String, labels: String) {
        let number = PrometheusRegistry.number(value.withLock { $0 })
        text += labels.isEmpty ? "\(name) \(number)\n" : "\(name){\(labels)} \(number)\n"
    }
}

private final class HistogramSeries: TimerHandler, RecorderHandler, PrometheusRegistry.Series {
    private static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    private struct State {
        var counts = [UInt64](repeating: 0, count: bounds.count)
        var sum = 0.0
        var total: UInt64 = 0
    }
    private let state = Locked(State())
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        state.withLock { state in
            state.sum += value
            state.total += 1
            if let bucket = Self.bounds.firstIndex(where: { value <= $0 }) {
                state.counts[bucket] += 1
            }
        }
    }
    func write(into text: inout String, name: String, labels: String) {
        let state = state.withLock { $0 }
        let prefix = labels.isEmpty ? "" : labels + ","
        var below: UInt64 = 0
        for (bound, count) in zip(Self.bounds, state.counts) {
            below += count
            text += "\(name)_bucket{\(prefix)le=\"\(PrometheusRegistry.number(bound))\"} \(below)\n"
        }
        text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(state.total)\n"
        let tail = labels.isEmpty ? "" : "{\(labels)}"
        text += "\(name)_sum\(tail) \(state.sum)\n\(name)_count\(tail) \(state.total)\n"
    }
}
