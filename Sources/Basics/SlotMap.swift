/// A dictionary whose order of iteration depends only on the operations done on it, never on
/// hashing: keys are found through a hash table, values live in numbered slots and are visited in
/// slot order.
///
/// Below the seam `Dictionary` and `Set` may be asked but never iterated (docs/decisions/0002).
public struct SlotMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline var slotOfKey: [Key: Int] = [:]
    @usableFromInline var slots: [(key: Key, value: Value)?] = []
    @usableFromInline var free: [Int] = []

    /// An empty map.
    @inlinable
    public init() {}

    /// How many values it holds.
    @inlinable
    public var count: Int { slotOfKey.count }
    /// Whether it holds none.
    @inlinable
    public var isEmpty: Bool { slotOfKey.isEmpty }

    /// The value of a key; assigning `nil` removes it.
    @inlinable
    public subscript(key: Key) -> Value? {
        get { slotOfKey[key].flatMap { slots[$0]?.value } }
        set {
            if let newValue {
                if let slot = slotOfKey[key] {
                    slots[slot]?.value = newValue
                } else {
                    insert(key, newValue)
                }
            } else if let slot = slotOfKey.removeValue(forKey: key) {
                slots[slot] = nil
                free.append(slot)
            }
        }
    }

    @discardableResult @inlinable
    mutating func insert(_ key: Key, _ value: Value) -> Int {
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = (key, value)
        } else {
            slot = slots.count
            slots.append((key, value))
        }
        slotOfKey[key] = slot
        return slot
    }

    /// Changes a value in place, without a copy; the value is made if it is missing.
    @discardableResult @inlinable
    public mutating func update<Result>(
        _ key: Key, default make: () -> Value, _ change: (inout Value) -> Result
    ) -> Result {
        let slot = slotOfKey[key] ?? insert(key, make())
        // Through an optional binding the value would be copied; that it is there was just seen.
        // swift-format-ignore: NeverForceUnwrap
        return change(&slots[slot]!.value)
    }

    /// Looks at a value; `nil` if there is none.
    @inlinable
    public func read<Result>(_ key: Key, _ look: (Value) -> Result) -> Result? {
        guard let slot = slotOfKey[key], let entry = slots[slot] else { return nil }
        return look(entry.value)
    }

    /// Changes a value in place, without a copy; `nil` if there is none.
    @discardableResult @inlinable
    public mutating func updateIfPresent<Result>(
        _ key: Key, _ change: (inout Value) -> Result
    ) -> Result? {
        guard let slot = slotOfKey[key], slots[slot] != nil else { return nil }
        // Through an optional binding the value would be copied; that it is there was just seen.
        // swift-format-ignore: NeverForceUnwrap
        return change(&slots[slot]!.value)
    }

    /// The keys in slot order.
    @inlinable
    public var keys: [Key] { slots.compactMap { $0?.key } }

    /// Visits every pair in slot order.
    @inlinable
    public func forEach(_ visit: (Key, Value) -> Void) {
        for slot in slots { if let slot { visit(slot.key, slot.value) } }
    }
}
