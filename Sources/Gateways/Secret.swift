/// Bytes that must never be seen in a log, a trace or an error: printing one gives `(secret)`.
package struct Secret: Equatable, Sendable {
    /// The bytes, for the one place that needs them.
    let bytes: [UInt8]

    /// A secret of these bytes.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A secret of a text in UTF-8.
    package init(_ text: String) { bytes = Array(text.utf8) }

    /// The secret as text, for the one place that needs it.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same word.
    package var description: String { "(secret)" }
    /// Always the same word.
    package var debugDescription: String { "(secret)" }
    /// A mirror without children, so that `dump` shows nothing either.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// Compares all bytes whatever they are, so that the time taken says nothing about where two
/// differ.
func equalInConstantTime(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
