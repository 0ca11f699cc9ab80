/// A value that is copied only when it is changed: to hand it on costs one reference, however many
/// parts it has. *Source:* "copy-on-write through indirect storage", Swift's OptimizationTips.
public struct Shared<Value: Sendable>: Sendable {
    @usableFromInline
    final class Box: @unchecked Sendable {
        // It is changed only while nobody else refers to the box: see `value`.
        @usableFromInline var value: Value
        @inlinable init(_ value: Value) { self.value = value }
    }
    @usableFromInline var box: Box

    /// Takes a value over.
    @inlinable
    public init(_ value: Value) { box = Box(value) }

    /// The value; changing it copies it first if somebody else holds it.
    @inlinable
    public var value: Value {
        _read { yield box.value }
        _modify {
            if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
            yield &box.value
        }
    }

    /// Whether both are the same copy, which makes them equal.
    @inlinable
    public func isSame(as other: Shared) -> Bool { box === other.box }
}
