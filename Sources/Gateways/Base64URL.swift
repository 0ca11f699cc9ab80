import Foundation

/// Base64 with the alphabet that needs no escaping in URLs, without padding.
/// *Source:* RFC 4648, section 5.
enum Base64URL {
    /// The text of some bytes.
    static func encode(_ bytes: [UInt8]) -> String {
        var text = ""
        for character in Data(bytes).base64EncodedString() {
            switch character {
            case "+": text.append("-")
            case "/": text.append("_")
            case "=": break
            case _: text.append(character)
            }
        }
        return text
    }

    /// The bytes of a text; `nil` unless it is exactly what `encode` gives for them, so that no two
    /// texts stand for the same bytes.
    static func decode(_ text: String) -> [UInt8]? {
        var standard = ""
        for character in text {
            switch character {
            case "-": standard.append("+")
            case "_": standard.append("/")
            case "+", "/", "=": return nil
            case _: standard.append(character)
            }
        }
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: standard) else { return nil }
        let bytes = Array(data)
        return encode(bytes) == text ? bytes : nil
    }
}

/// Base64 with the standard alphabet and padding, for mail and HTTP headers. *Source:* RFC 4648, 4.
func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
