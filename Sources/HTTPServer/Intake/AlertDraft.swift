import Alerting
import APIModel
import Basics
import IncidentModel

/// One alert while it is being read: collects labels within the limits, and says what was odd about
/// it in a label of its own, so that whoever is paged can see it.
struct AlertDraft {
    /// The label that says what was odd.
    static let flagLabel = "meridian_flag"
    /// How far ahead of the clock a source's times are believed.
    static let clockSkewMax = Span.minutes(10)

    /// The labels and details so far.
    private(set) var labels: [Label] = []
    /// What was odd so far.
    private(set) var flags: [String] = []
    private var leftOutCount = 0

    /// Says that something was odd.
    mutating func flag(_ reason: String) { flags.append(reason) }

    /// Adds one label or detail; nothing for what says nothing. A name that is taken goes in with
    /// the prefix.
    mutating func add(_ name: String, _ value: JSONValue?, onClash prefix: String = "details") {
        guard let text = value?.text, !text.isBlank, !name.isBlank else { return }
        guard labels.count < Limits.labelsMax - 1 else { return leftOutCount += 1 }
        let clean = cleaned(name.trimmed, to: 128)
        let taken = labels.contains { $0.name == clean }
        labels.append(
            Label(taken ? "\(prefix)_\(clean)" : clean, cleaned(text, to: Limits.valueLengthMax)))
    }

    /// Adds every member of an object; a scalar or list goes in under `name`.
    mutating func addAll(_ value: JSONValue?, name: String, onClash prefix: String = "details") {
        guard let value else { return }
        guard case .object(let members) = value else { return add(name, value, onClash: prefix) }
        for member in members { add(member.name, member.value, onClash: prefix) }
    }

    /// The severity that the first candidate that says something names; `mapped` for words that are
    /// no severity, with a flag; `absent` if no candidate says anything.
    mutating func severity(
        _ candidates: [JSONValue?], absent: Severity, mapped: Severity
    ) -> Severity {
        guard let text = candidates.lazy.compactMap({ $0?.scalarText }).first else { return absent }
        if let severity = Severity(named: text.trimmed) { return severity }
        flag("unknown severity \"\(cleaned(text, to: 64))\", taken as \(mapped.name)")
        return mapped
    }

    /// A source's start time. One that is missing, unreadable, before 1970 or far ahead becomes
    /// `now`: an episode that starts in the future could never be resolved, one before 1970 would
    /// never fire.
    mutating func start(_ value: JSONValue?, now: Instant) -> Instant {
        guard let text = value?.scalarText?.trimmed else { return now }
        guard let instant = Self.instant(text, isNumber: value?.kind == "a number") else {
            flag("unreadable time \"\(cleaned(text, to: 64))\"")
            return now
        }
        guard instant > .epoch else { return now }
        guard instant <= now + Self.clockSkewMax else {
            flag("start time \(instant) is in the future")
            return now
        }
        return instant
    }

    private static func instant(_ text: String, isNumber: Bool) -> Instant? {
        if let number = Int64(text), isNumber || text.utf8.count >= 10 {
            // Seconds until the year 5138, milliseconds from 1973.
            guard (1..<100_000_000_000_000).contains(number) else { return nil }
            return number < 100_000_000_000
                ? Instant(seconds: number) : Instant(milliseconds: number)
        }
        return Timestamp(text: text, assumesUTC: true)?.instant
    }

    /// The first candidate that is a web address; the rest of what was offered goes into the
    /// labels.
    mutating func link(_ candidates: [(name: String, value: JSONValue?)]) -> String {
        var link = ""
        for candidate in candidates {
            guard let text = candidate.value?.scalarText?.trimmed else { continue }
            if link.isEmpty, isWebAddress(text) {
                link = cleaned(text, to: 2_048)
            } else {
                add(candidate.name, .string(text))
            }
        }
        return link
    }

    /// The finished alert.
    func finished(
        fingerprint: UInt64, isFiring: Bool, startedAt: Instant, summary: String,
        severity: Severity,
        link: String
    ) -> AlertInstance {
        var all = labels
        var reasons = flags
        if leftOutCount > 0 { reasons.append("\(leftOutCount) labels or details left out") }
        if !reasons.isEmpty {
            let text = cleaned(reasons.joined(separator: "; "), to: Limits.valueLengthMax)
            all.append(Label(Self.flagLabel, text))
        }
        return AlertInstance(
            fingerprint: fingerprint, isFiring: isFiring, startedAt: startedAt,
            summary: cleaned(summary.trimmed, to: Limits.summaryLengthMax), severity: severity,
            labels: all, link: link)
    }
}

/// The first of some values that is a text which says something.
func firstText(_ candidates: [JSONValue?]) -> String? {
    candidates.lazy.compactMap { $0?.scalarText?.trimmed }.first
}
