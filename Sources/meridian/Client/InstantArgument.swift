import APIModel
import ArgumentParser
import Basics
import Foundation

/// A point in time on the command line: RFC 3339 with its offset, `now`, or from now like `+90m`.
struct InstantArgument: ExpressibleByArgument, Equatable, Sendable {
    /// What was meant, while it is not known when now is.
    enum Meaning: Equatable, Sendable {
        /// A point in time.
        case absolute(Instant)
        /// So long after now.
        case fromNow(Span)
    }

    /// What was meant.
    let meaning: Meaning

    /// Now.
    static let now = InstantArgument(meaning: .fromNow(.zero))

    private init(meaning: Meaning) { self.meaning = meaning }

    init?(argument: String) {
        if argument == "now" {
            meaning = .fromNow(.zero)
        } else if let span = Self.offset(argument) {
            meaning = .fromNow(span)
        } else if let timestamp = Timestamp(text: argument) {
            meaning = .absolute(timestamp.instant)
        } else {
            return nil
        }
    }

    var defaultValueDescription: String { self == .now ? "now" : "\(meaning)" }

    /// The point in time.
    func instant(now: Instant) -> Instant {
        switch meaning {
        case .absolute(let instant): instant
        case .fromNow(let span): now + span
        }
    }

    /// `+90m`, `-1h30m`, `+2d`: a sign, and numbers with their units.
    private static func offset(_ text: String) -> Span? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        var total: Int64 = 0
        var digits = ""
        for character in text.dropFirst() {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let count = Int64(digits), count < 1_000_000, let unit = seconds(per: character)
            else { return nil }
            total += count * unit
            digits = ""
        }
        guard digits.isEmpty, text.count > 1 else { return nil }
        return .seconds(sign == "-" ? -total : total)
    }

    private static func seconds(per unit: Character) -> Int64? {
        switch unit {
        case "s": 1
        case "m": 60
        case "h": 3_600
        case "d": 86_400
        case "w": 604_800
        case _: nil
        }
    }
}

extension Instant {
    /// What this machine's clock says.
    static var ofThisMachine: Instant {
        Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}

/// A length of time on the command line, `30m` or `1h30m`, in whole minutes.
struct MinutesArgument: ExpressibleByArgument, Equatable, Sendable {
    /// How many, at least 1.
    let minutes: UInt64

    init?(argument: String) {
        guard let span = SpanArgument(argument: argument)?.span else { return nil }
        minutes = UInt64((span.seconds + 59) / 60)
    }
}

/// A length of time on the command line, like `90s`, `30m` or `1h30m`.
struct SpanArgument: ExpressibleByArgument, Equatable, Sendable {
    /// How long, longer than nothing.
    let span: Span

    /// So long.
    init(_ span: Span) { self.span = span }

    init?(argument: String) {
        guard let meaning = InstantArgument(argument: "+" + argument)?.meaning,
            case .fromNow(let span) = meaning, span > .zero
        else { return nil }
        self.span = span
    }

    var defaultValueDescription: String { TimeText.length(span) }
}
