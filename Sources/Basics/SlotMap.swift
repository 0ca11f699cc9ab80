/// A dictionary whose order of iteration depends only on the operations done on it, never on
/// hashing: keys are found through a hash table, and are visited in the order of numbered slots.
///
/// Values lie side by side, each in a place of its own and none of them optional: to look at a part of
/// one copies that part only, where an optional would be copied as a whole.
///
/// Below the seam `Dictionary` and `Set` may be asked but never iterated (docs/decisions/0002).
public struct SlotMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline
    struct Slot: Sendable {
        @usableFromInline let key: Key
        @usableFromInline var place: Int
        @inlinable init(key: Key, place: Int) { (self.key, self.place) = (key, place) }
    }
    @usableFromInline var placeOfKey: [Key: Int] = [:]
    @usableFromInline var values: [Value] = []
    /// By place.
    @usableFromInline var slotOfPlace: [Int] = []
    @usableFromInline var slots: [Slot?] = []
    @usableFromInline var free: [Int] = []

    /// An empty map.
    @inlinable
    public init() {}

    /// How many values it holds.
    @inlinable
    public var count: Int { values.count }
    /// Whether it holds none.
    @inlinable
    public var isEmpty: Bool { values.isEmpty }

    /// The value of a key; assigning `nil` removes it.
    @inlinable
    public subscript(key: Key) -> Value? {
        get { placeOfKey[key].map { values[$0] } }
        set {
            if let newValue {
                if let place = placeOfKey[key] {
                    values[place] = newValue
                } else {
                    insert(key, newValue)
                }
            } else {
                remove(key)
            }
        }
    }

    @discardableResult @inlinable
    mutating func insert(_ key: Key, _ value: Value) -> Int {
        let slot: Int
        let place = values.count
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = Slot(key: key, place: place)
        } else {
            slot = slots.count
            slots.append(Slot(key: key, place: place))
        }
        values.append(value)
        slotOfPlace.append(slot)
        placeOfKey[key] = place
        return place
    }

    /// The last value moves to the place that is free then.
    @inlinable
    mutating func remove(_ key: Key) {
        guard let place = placeOfKey.removeValue(forKey: key) else { return }
        let slot = slotOfPlace[place]
        slots[slot] = nil
        free.append(slot)
        let last = values.count - 1
        if place < last, let moved = slots[slotOfPlace[last]] {
            values.swapAt(place, last)
            slotOfPlace[place] = slotOfPlace[last]
            slots[slotOfPlace[place]] = Slot(key: moved.key, place: place)
            placeOfKey[moved.key] = place
        }
        values.removeLast()
        slotOfPlace.removeLast()
    }

    /// Changes a value in place, without a copy; the value is made if it is missing.
    @discardableResult @inlinable
    public mutating func update<Result>(
        _ key: Key, default make: () -> Value, _ change: (inout Value) -> Result
    ) -> Result {
        let place = placeOfKey[key] ?? insert(key, make())
        return change(&values[place])
    }

    /// Looks at a value; `nil` if there is none.
    @inlinable
    public func read<Result>(_ key: Key, _ look: (Value) -> Result) -> Result? {
        guard let place = placeOfKey[key] else { return nil }
        return look(values[place])
    }

    /// Changes a value in place, without a copy; `nil` if there is none.
    @discardableResult @inlinable
    public mutating func updateIfPresent<Result>(
        _ key: Key, _ change: (inout Value) -> Result
    ) -> Result? {
        guard let place = placeOfKey[key] else { return nil }
        return change(&values[place])
    }

    /// The keys in slot order.
    @inlinable
    public var keys: [Key] { slots.compactMap { $0?.key } }

    /// Visits every pair in slot order.
    @inlinable
    public func forEach(_ visit: (Key, Value) -> Void) {
        for slot in slots { if let slot { visit(slot.key, values[slot.place]) } }
    }

    /// Whether some pair satisfies a predicate; asked in slot order.
    @inlinable
    public func contains(where isWanted: (Key, Value) -> Bool) -> Bool {
        slots.contains { slot in slot.map { isWanted($0.key, values[$0.place]) } ?? false }
    }
}
