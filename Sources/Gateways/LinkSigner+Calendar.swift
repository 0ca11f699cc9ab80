import Basics

/// Tokens in the addresses of calendars.
///
/// A program that subscribes to a calendar shows no header and knows no login: whoever has the
/// address may read it. Its token is base64url without padding over the first 16 bytes of
/// HMAC-SHA256 over a context of its own, the kind and the name, so that an address gives away no
/// other one, and nothing has to be stored. It works until the cluster has another link key.
/// *Source:* issue 5; RFC 2104, section 5.
extension LinkSigner {
    private static let calendarContext = Array("meridian calendar 1\n".utf8)

    /// The token of the calendar of a kind (`person`, `region`, `schedule`) and a name: 22 letters,
    /// digits, `-` and `_`.
    package func calendarToken(kind: String, id: String) -> String {
        Base64URL.encode(calendarTag(kind: kind, id: id))
    }

    /// Whether a token is that of this calendar. It takes as long for every wrong one.
    package func verifyCalendar(token: String, kind: String, id: String) -> Bool {
        guard token.utf8.count <= Self.tokenLengthMax, let bytes = Base64URL.decode(token) else {
            return false
        }
        return equalInConstantTime(calendarTag(kind: kind, id: id), bytes)
    }

    private func calendarTag(kind: String, id: String) -> [UInt8] {
        // Texts are written with their lengths: no two pairs have the same bytes.
        var writer = ByteWriter()
        writer.write(kind)
        writer.write(id)
        return tag(writer.bytes, in: Self.calendarContext)
    }
}
