import Basics
import Foundation
import IncidentModel
import OnCall

/// Readers of single values: each reports what is wrong and answers `nil`.
extension Field {
    /// One line of text that is not empty.
    func text(_ what: String = "text") -> String? {
        guard let raw else {
            report(.wrongKind, "is \(kind), not \(what)", remedy: "write \(what) on one line")
            return nil
        }
        let value = TextForms.trimmed(raw)
        guard !value.isEmpty else {
            report(.missing, "is empty", remedy: "write \(what)")
            return nil
        }
        guard !value.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            report(.badValue, "holds a line break or a control character", remedy: "write one line")
            return nil
        }
        return value
    }

    /// A text in a form of its own. `form` says which, with an example.
    func parsed<Value>(form: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = text(form) else { return nil }
        guard let value = parse(text) else {
            report(
                .badValue, "`\(text)` is not \(form.prefix { $0 != "," })", remedy: "write \(form)")
            return nil
        }
        return value
    }

    /// A name as the roster uses them. *Source:* `RosterName`.
    func name() -> String? {
        parsed(form: "a plain name, of a-z, 0-9, `-`, `_` and `.`, at most 64") { text in
            let isPlain = text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                case _: false
                }
            }
            let beginsWell = text.first.map { $0.isLetter || $0.isNumber } ?? false
            return isPlain && beginsWell && text.utf8.count <= 64 ? text : nil
        }
    }

    /// A whole number in a range.
    func integer(in range: ClosedRange<Int>) -> Int? {
        parsed(form: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// `true` or `false`.
    func flag() -> Bool? {
        parsed(form: "`true` or `false`") { $0 == "true" ? true : $0 == "false" ? false : nil }
    }

    /// A length of time in a range.
    func span(in range: ClosedRange<Span>) -> Span? {
        let form = "a time with its unit, for example `90s`, `5m` or `1h30m`"
        guard let span = parsed(form: form, TextForms.span) else { return nil }
        guard range.contains(span) else {
            report(
                .badValue, "is out of range",
                remedy: "write a time from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return span
    }

    /// A severity.
    func severity() -> Severity? {
        parsed(form: "a severity, SEV1 (worst) to SEV5") { Severity(named: $0) }
    }

    /// One of a few words.
    func choice<Value>(_ choices: [(word: String, value: Value)]) -> Value? {
        let words = choices.map(\.word)
        guard let text = text("one of \(listed(words))") else { return nil }
        if let match = choices.first(where: { $0.word == text.lowercased() }) { return match.value }
        report(
            .badValue, "`\(text)` is none of \(listed(words))",
            remedy: remedy(forUnknown: text, among: words, ifNone: "remove it"))
        return nil
    }

    /// A name that something else in the file, or in the system, bears; `nil` if those are not
    /// known, because of a problem that was reported.
    func reference(to known: [String]?, what: String) -> String? {
        guard let text = text("the name of a \(what)") else { return nil }
        guard let known else { return text }
        guard known.contains(text) else {
            report(
                .badReference, "there is no \(what) `\(text)`",
                remedy: remedy(forUnknown: text, among: known, ifNone: "add a \(what) first"))
            return nil
        }
        return text
    }

    /// A list of values, at least one, each once.
    func values<Value: Equatable>(of what: String, _ read: (Field) -> Value?) -> [Value]? {
        guard let fields = list(of: what) else { return nil }
        guard !fields.isEmpty else {
            report(.missing, "is empty", remedy: "add one, or remove the key")
            return nil
        }
        var values: [Value] = []
        for field in fields {
            guard let value = read(field) else { continue }
            if values.contains(value) {
                field.report(.duplicate, "is there twice", remedy: "remove one of them")
            }
            values.append(value)
        }
        return values.count == fields.count ? values : nil
    }

    /// A language. *Source:* ISO 639; the codes are those of the system's library.
    func language() -> String? {
        parsed(form: "an ISO 639 code, for example `en` or `ja`") { text in
            let code = Locale.LanguageCode(text)
            return (2...3).contains(text.utf8.count)
                && text.utf8.allSatisfy { (97...122).contains($0) }
                && code.isISOLanguage ? text : nil
        }
    }

    /// A URL of the web.
    func url(_ what: String) -> String? {
        parsed(form: "\(what), for example https://example.com/path") { text in
            WebAddress(text) == nil ? nil : text
        }
    }
}
