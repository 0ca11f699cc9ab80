/// Whether a text is an address that a browser may be sent to: never `javascript:` or `data:`.
public func isWebAddress(_ text: String) -> Bool {
    let head = text.prefix(8).lowercased()
    return (head.hasPrefix("https://") || head.hasPrefix("http://"))
        && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 }
}
