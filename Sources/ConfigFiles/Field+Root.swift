import Basics
import Yams

extension Field {
    /// The value that a whole file is; reports bytes that are no text and text that is not YAML.
    static func root(of bytes: [UInt8], file: String, findings: Findings) -> Field? {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            findings.report(
                ConfigProblem(
                    code: .syntax, file: file, message: "is not text in UTF-8",
                    remedy: "save it as UTF-8"))
            return nil
        }
        let bound = AliasBound(text)
        if bound.isTooMuch {
            findings.report(
                ConfigProblem(
                    code: .syntax, file: file,
                    message:
                        "its \(bound.aliases) aliases (*) of \(bound.anchors) anchors (&) can stand "
                        + "for more than \(AliasBound.valuesMax) values",
                    remedy: "write the values out, or use fewer aliases inside of anchors"))
            return nil
        }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                findings.report(
                    ConfigProblem(
                        code: .missing, file: file, message: "is empty",
                        remedy: "write it, or make one with `meridian cluster init`"))
                return nil
            }
            return Field(file: file, node: node, path: "", findings: findings)
        } catch let error as YamlError {
            findings.report(syntaxProblem(error, file: file, text: text))
        } catch {
            halt("the YAML parser threw something new: \(error)")
        }
        return nil
    }

    private static func syntaxProblem(
        _ error: YamlError, file: String, text: String
    ) -> ConfigProblem {
        func problem(_ message: String, _ mark: Mark?, remedy: String) -> ConfigProblem {
            ConfigProblem(
                code: .syntax, file: file, line: mark?.line ?? 0, column: mark?.column ?? 0,
                message: message, remedy: remedy)
        }
        let usual = "check the indentation, colons, quotes and brackets on this line and above it"
        switch error {
        case .scanner(_, let what, let mark, _), .parser(_, let what, let mark, _):
            return problem("this is not YAML: \(what)", mark, remedy: usual)
        case .composer(_, let what, let mark, _):
            return problem("this is not one YAML document: \(what)", mark, remedy: usual)
        case .duplicatedKeysInMapping(let keys, let context):
            return ConfigProblem(
                code: .duplicate, file: file, line: context.mark.line, column: context.mark.column,
                message: "\(listed(keys.sorted())) occurs twice among the same keys",
                remedy: "remove one of them")
        case .reader(let what, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let lineStart = before.lastIndex(of: "\n").map { before.index(after: $0) }
            return ConfigProblem(
                code: .syntax, file: file, line: before.filter { $0 == "\n" }.count + 1,
                column: before[(lineStart ?? before.startIndex)...].count + 1,
                message: "there is a character that YAML does not allow: \(what)",
                remedy: "remove it")
        case .dataCouldNotBeDecoded, .no, .memory, .writer, .emitter, .representer:
            return problem("cannot be parsed: \(error)", nil, remedy: "report this message")
        }
    }
}

extension Node {
    /// A text at the place of another value.
    init(_ text: String, at field: Field) {
        self = .scalar(Scalar(text, .implicit, .any, field.node.mark))
    }
}
