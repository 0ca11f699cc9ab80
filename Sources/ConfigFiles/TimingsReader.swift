import Basics
import RegionCore

/// Reads `timings`: what a file changes of the spans of the duty layer.
enum TimingsReader {
    private static let spans:
        [(key: String, path: any WritableKeyPath<DutyTimings, Span> & Sendable)] = [
            ("firstGrace", \.firstGrace), ("rankGrace", \.rankGrace), ("intentHold", \.intentHold),
            ("attemptTimeout", \.attemptTimeout), ("retryPause", \.retryPause),
            ("retryPauseMax", \.retryPauseMax), ("localAnswerAfter", \.localAnswerAfter),
            ("pauseThreshold", \.pauseThreshold),
        ]

    private static let hints = [
        "heartbeat": "the spans of replication follow from one another and are fixed; remove it",
        "electionTimeout":
            "the spans of replication follow from one another and are fixed; remove it",
    ]

    /// The defaults with what the file changes; `nil` only if a problem was reported.
    static func timings(_ field: Field) -> DutyTimings? {
        let keys = spans.map(\.key) + ["attemptsMax"]
        guard let section = Section(field, keys: keys, hints: hints) else { return nil }
        var timings = DutyTimings()
        var isComplete = true
        for (key, path) in spans where section.has(key) {
            let range: ClosedRange<Span> = .milliseconds(1) ... .hours(1)
            if let span = section.optional(key)?.span(in: range) {
                timings[keyPath: path] = span
            } else {
                isComplete = false
            }
        }
        if section.has("attemptsMax") {
            if let count = section.optional("attemptsMax")?.integer(in: 1...1_000) {
                timings.attemptsMax = UInt64(count)
            } else {
                isComplete = false
            }
        }
        guard isComplete else { return nil }
        if timings.retryPause > timings.retryPauseMax {
            field.report(
                .contradiction,
                "retryPause (\(timings.retryPause)) is longer than retryPauseMax"
                    + " (\(timings.retryPauseMax))",
                remedy: "make retryPauseMax the longer one")
        }
        if timings.attemptTimeout > timings.intentHold {
            // Otherwise a second region pages while the first region's try is still under way.
            field.report(
                .contradiction,
                "attemptTimeout (\(timings.attemptTimeout)) is longer than intentHold"
                    + " (\(timings.intentHold)): others would page during the try",
                remedy: "make intentHold the longer one")
        }
        return timings
    }
}
