import Basics
import Testing

/// What a decoder made of one input.
enum FuzzVerdict: Equatable, Sendable {
    /// It said no, as it should to anything that is not of its layout.
    case refused
    /// It said yes, and what it read survives its own bytes.
    case accepted
    /// It said something that contradicts itself.
    case broken(String)
}

/// One decoder of bytes that come from outside, and inputs it takes.
struct FuzzTarget: Sendable, CustomTestStringConvertible {
    /// The name, and that of its folder in the corpus.
    let name: String
    /// Whether it reads text: mutations then swap tokens, and there are fewer inputs.
    let isText: Bool
    /// Whether an input that was changed may be taken: not so where it is signed.
    var takesMutants = true
    /// Whether there are inputs it must not take.
    var refusesMutants = true
    /// Inputs that have to be taken; mutations start with them.
    let seeds: [[UInt8]]
    /// Decodes one input, and checks what came of it.
    let run: @Sendable ([UInt8]) -> FuzzVerdict

    var testDescription: String { name }

    /// All of them.
    static let all =
        wireTargets + transportTargets + storedTargets + zoneTargets + intakeTargets
        + linkTargets + configTargets + browserTargets

    /// A type with a layout: what is read must be read again from its own bytes.
    static func coded<Value: WireCodable & Equatable & Sendable>(
        _ name: String, _ seeds: [Value]
    ) -> FuzzTarget {
        FuzzTarget(name: name, isText: false, seeds: seeds.map(\.encoded)) { bytes in
            guard let value = try? Value(decoding: bytes) else { return .refused }
            guard let again = try? Value(decoding: value.encoded) else {
                return .broken("its own bytes are refused")
            }
            return again == value ? .accepted : .broken("its own bytes are read as another value")
        }
    }

    /// A reader that nothing writes for: it must read the same twice, and pass a check of its own.
    static func read<Value: Equatable & Sendable>(
        _ name: String, isText: Bool, _ seeds: [[UInt8]],
        by read: @escaping @Sendable ([UInt8]) throws -> Value?,
        check: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) -> FuzzTarget {
        FuzzTarget(name: name, isText: isText, seeds: seeds) { bytes in
            guard let value = try? read(bytes) else { return .refused }
            guard let again = try? read(bytes), again == value else {
                return .broken("it is read otherwise the second time")
            }
            return check(value).map { .broken($0) } ?? .accepted
        }
    }
}
