import Basics
import Testing

/// A table whose order is that of its slots, against a list that does the same slowly.
struct SlotMapTests {
    /// Slots by number, and those that are free, the last freed first.
    private struct Model {
        var slots: [(key: UInt64, value: UInt64)?] = []
        var free: [Int] = []

        mutating func set(_ key: UInt64, _ value: UInt64?) {
            let known = slots.firstIndex { $0?.key == key }
            switch (known, value) {
            case (let slot?, let value?): slots[slot] = (key, value)
            case (let slot?, nil):
                slots[slot] = nil
                free.append(slot)
            case (nil, let value?):
                if let slot = free.popLast() {
                    slots[slot] = (key, value)
                } else {
                    slots.append((key, value))
                }
            case (nil, nil): break
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `it does what a list of slots does, in the same order`(seed: UInt64) {
        var random = RandomStream(seed: seed)
        var map = SlotMap<UInt64, UInt64>()
        var model = Model()
        for _ in 0..<600 {
            let key = random.below(24)
            let value = random.below(3) == 0 ? nil : random.next()
            map[key] = value
            model.set(key, value)
            var visited: [UInt64] = []
            map.forEach { visited += [$0, $1] }
            #expect(visited == model.slots.compactMap { $0 }.flatMap { [$0.key, $0.value] })
            #expect(map.keys == model.slots.compactMap { $0?.key })
            #expect(map.count == map.keys.count)
            for key in 0..<24 as Range<UInt64> {
                let known = model.slots.first { $0?.key == key }??.value
                #expect(map[key] == known)
                #expect(map.read(key) { $0 } == known)
                #expect(map.contains { candidate, _ in candidate == key } == (known != nil))
            }
        }
    }
}
