import IncidentModel

/// The form an address must have on each channel.
enum ContactAddress {
    /// What is right for the channel, in words with an example.
    static func form(_ channel: PageChannel) -> String {
        switch channel {
        case .email: "an e-mail address, for example mei@example.com"
        case .sms, .voice: "a telephone number in E.164 form, for example \"+6591234567\""
        case .chat: "the URL of an incoming webhook, for example https://chat.example.com/hook/1"
        case .webhook: "a URL, for example https://example.com/page"
        case .file: "a plain word that marks the lines in the file, for example mei"
        }
    }

    /// The address as gateways want it; `nil` if it cannot be one.
    static func parse(_ text: String, channel: PageChannel) -> String? {
        switch channel {
        case .email: email(text)
        case .sms, .voice: telephone(text)
        case .chat, .webhook: WebAddress(text) == nil ? nil : text
        case .file: word(text)
        }
    }

    /// One `@` between two parts, none of the signs that mean something to SMTP.
    /// *Source:* RFC 5321, sections 4.1.2 and 4.5.3.1 (the lengths); quoted local parts are
    /// refused.
    static func email(_ text: String) -> String? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let forbidden = Array("<>()[]\\,;:\" \t".utf8)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count),
            (1...255).contains(parts[1].utf8.count),
            text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !forbidden.contains($0) })
        else { return nil }
        for part in parts where part.hasPrefix(".") || part.hasSuffix(".") || part.contains("..") {
            return nil
        }
        return text
    }

    /// `+`, a country code and 7 to 15 digits in all; blanks, dashes and brackets are left out.
    /// *Source:* ITU-T E.164.
    static func telephone(_ text: String) -> String? {
        let digits = text.dropFirst().filter { !" -().".contains($0) }
        guard text.hasPrefix("+"), (7...15).contains(digits.count), digits.first != "0",
            digits.allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        return "+" + digits
    }

    private static func word(_ text: String) -> String? {
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._-@".contains($0))
        }
        return isPlain && text.count <= 128 ? text : nil
    }
}
