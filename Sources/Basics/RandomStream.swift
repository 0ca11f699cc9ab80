/// A seeded stream of random numbers that can be split by key.
///
/// Splitting depends on the seed and the key alone, never on how much was drawn before: removing
/// one consumer does not shift what the others see. *Source:* Steele, Lea, Flood, "Fast Splittable
/// Pseudorandom Number Generators" (SplitMix64); design 11.
public struct RandomStream: Sendable, Equatable {
    private let seed: UInt64
    private var state: UInt64

    /// The stream of a seed.
    public init(seed: UInt64) {
        self.seed = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        state = self.seed
    }

    /// The stream of this seed for one key: a name and, where there are several, numbers.
    public func split(_ key: StaticString, _ first: UInt64 = 0, _ second: UInt64 = 0)
        -> RandomStream
    {
        var hash = Fold64()
        hash.fold(seed)
        key.withUTF8Buffer { unsafe hash.fold(UnsafeRawBufferPointer($0)) }
        hash.fold(first)
        hash.fold(second)
        return RandomStream(seed: hash.value)
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A number from 0 to `bound` - 1; `bound` is positive. Fixed-point multiplication: the bias is
    /// below 2^-32 for the bounds used here.
    public mutating func below(_ bound: UInt64) -> UInt64 {
        require(bound > 0, "an empty range has no random member")
        return next().multipliedFullWidth(by: bound).high
    }

    /// A number in a closed range.
    public mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(UInt64(range.upperBound - range.lowerBound) + 1))
    }

    /// A span in a closed range.
    public mutating func span(_ range: ClosedRange<Span>) -> Span {
        Span(microseconds: within(range.lowerBound.microseconds...range.upperBound.microseconds))
    }

    /// True so many times in a million.
    public mutating func chance(perMillion: UInt64) -> Bool { below(1_000_000) < perMillion }

    /// A member of a collection that is not empty.
    @inlinable
    public mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int(below(UInt64(choices.count)))]
    }

    private static func mix(_ input: UInt64) -> UInt64 {
        var z = input
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
