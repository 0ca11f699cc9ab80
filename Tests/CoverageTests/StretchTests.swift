import Basics
import Testing

@testable import Coverage

/// Sets of instants, compared with sets of numbers.
struct StretchTests {
    private func stretches(_ pairs: [(Int64, Int64)]) -> [Stretch] {
        pairs.map { Stretch(from: Instant(seconds: $0.0), to: Instant(seconds: $0.1)) }.tidied()
    }

    private func seconds(_ stretches: [Stretch]) -> Set<Int64> {
        Set(stretches.flatMap { $0.from.seconds..<$0.to.seconds })
    }

    /// A list of such stretches is not empty, in order, and nothing meets.
    private func isTidy(_ stretches: [Stretch]) -> Bool {
        stretches.allSatisfy { $0.from < $0.to }
            && zip(stretches, stretches.dropFirst()).allSatisfy { $0.to < $1.from }
    }

    @Test func `difference and intersection are those of sets`() {
        var random = RandomStream(seed: 7)
        for _ in 0..<500 {
            func draw() -> [Stretch] {
                stretches(
                    (0..<random.below(6)).map { _ in
                        let from = Int64(random.below(40))
                        return (from, from + Int64(random.below(9)))
                    })
            }
            let (a, b) = (draw(), draw())
            #expect(isTidy(a))
            let (less, common) = (a.subtracting(b), a.intersecting(b))
            #expect(seconds(less) == seconds(a).subtracting(seconds(b)), "\(a) less \(b)")
            #expect(seconds(common) == seconds(a).intersection(seconds(b)), "\(a) and \(b)")
            #expect(isTidy(less) && isTidy(common))
            #expect(less.total + common.total == a.total)
        }
    }

    @Test func `what meets is joined`() {
        #expect(stretches([(5, 9), (0, 5), (20, 20), (7, 8)]) == stretches([(0, 9)]))
    }
}
