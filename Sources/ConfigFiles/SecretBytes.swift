/// Bytes out of a secret file. Printing them, or anything that holds them, gives `(secret)`.
package struct SecretBytes: Equatable, Sendable {
    /// The bytes, for the one place that needs them.
    package let bytes: [UInt8]

    /// A secret of these bytes.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The secret as text, for the one place that needs it.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same word.
    package var description: String { "(secret)" }
    /// Always the same word.
    package var debugDescription: String { "(secret)" }
    /// Nothing to look into: `dump` must not show the bytes either.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
