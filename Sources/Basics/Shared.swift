/// A value that is copied only when it is changed: to hand it on costs one reference, however many
/// parts it has. *Source:* "copy-on-write through indirect storage", Swift's OptimizationTips.
public struct Shared<Value: Sendable>: Sendable {
    @usableFromInline
    // Unchecked, as in the standard library's own collections: the compiler cannot see that a box is only
    // written to by who alone refers to it (`isKnownUniquelyReferenced` in `value`), so that no two
    // threads ever share one that changes. Nothing else may touch the box.
    final class Box: @unchecked Sendable {
        // No second access to a box can begin while it is changed: it is changed only through the one
        // `Shared` that refers to it, which is itself accessed exclusively then. To ask at every look
        // is dear.
        @usableFromInline @exclusivity(unchecked) var value: Value
        @inlinable init(_ value: Value) { unsafe self.value = value }
    }
    @usableFromInline var box: Box

    /// Takes a value over.
    @inlinable
    public init(_ value: Value) { box = Box(value) }

    /// The value; changing it copies it first if somebody else holds it.
    @inlinable
    public var value: Value {
        _read { yield unsafe box.value }
        _modify {
            if !isKnownUniquelyReferenced(&box) { unsafe box = Box(box.value) }
            yield unsafe &box.value
        }
    }
}
