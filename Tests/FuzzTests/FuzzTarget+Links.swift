import Basics
import Crypto
import Foundation

@testable import Gateways

extension FuzzTarget {
    /// One-tap links, and what mail servers answer.
    static let linkTargets = [linkToken, linkClaim, calendarToken, smtpReply]

    private static let linkKey = [UInt8](repeating: 7, count: 32)
    private static let linkSigner = LinkSigner(key: linkKey)
    private static let before = Instant(seconds: 1_700_000_000)
    private static let claims = LinkAction.allCases.map { action in
        LinkClaim(
            group: GroupID(high: 0x0123_4567_89AB_CDEF, low: 42), generation: 2,
            previousEnd: HybridTime(raw: 77), run: 3, person: "mei", action: action,
            expires: Instant(seconds: 1_800_000_000))
    }

    /// Tokens as they come in: none but those that were signed may pass.
    private static let linkToken = FuzzTarget(
        name: "link-token", isText: true, takesMutants: false,
        seeds: claims.map { Array(linkSigner.token($0).utf8) },
        run: { bytes in
            switch linkSigner.verify(String(decoding: bytes, as: UTF8.self), at: before) {
            case .failure: .refused
            case .success(let claim):
                claims.contains(claim) ? .accepted : .broken("a forged link passes: \(claim)")
            }
        })

    /// Tokens in the addresses of calendars: none but that of this one may pass.
    private static let calendarToken = FuzzTarget(
        name: "calendar-token", isText: true, takesMutants: false,
        seeds: [Array(linkSigner.calendarToken(kind: "person", id: "mei").utf8)],
        run: { bytes in
            let token = String(decoding: bytes, as: UTF8.self)
            guard linkSigner.verifyCalendar(token: token, kind: "person", id: "mei") else {
                return .refused
            }
            return Base64URL.decode(token)
                == Base64URL.decode(linkSigner.calendarToken(kind: "person", id: "mei"))
                ? .accepted : .broken("a forged token passes")
        })

    /// Claims behind a right signature: what a member with the key, or an older version, could
    /// write.
    private static let linkClaim = FuzzTarget(
        name: "link-claim", isText: false,
        seeds: claims.map { claim in
            Array((Base64URL.decode(linkSigner.token(claim)) ?? []).dropLast(16))
        },
        run: { body in
            let code = HMAC<SHA256>.authenticationCode(
                for: Array("meridian one-tap link 1\n".utf8) + body,
                using: SymmetricKey(data: linkKey))
            let token = Base64URL.encode(body + Array(code.prefix(16)))
            let start = Instant(microseconds: .min)
            switch linkSigner.verify(token, at: start) {
            case .failure(.malformed), .failure(.expired): return .refused
            case .failure(.forged): return .broken("a right signature is taken for a wrong one")
            case .success(let claim):
                let again = linkSigner.token(claim)
                // Broken UTF-8 in the name is repaired, which may make it too long.
                guard again.utf8.count <= LinkSigner.tokenLengthMax else { return .accepted }
                return linkSigner.verify(again, at: start) == .success(claim)
                    ? .accepted : .broken("its own token is not read as the same claim")
            }
        })

    private static let smtpReply = read(
        "smtp-reply", isText: true,
        [
            "220 mail.example.com ESMTP\r\n250-mail.example.com\r\n250-STARTTLS\r\n250 SIZE 10\r\n",
            "550 5.1.1 no such user\r\n", "354\r\n250 2.0.0 queued as 17\r\n",
        ].map { Array($0.utf8) },
        by: { bytes -> [SMTPReply]? in
            var parser = SMTPReplyParser()
            parser.append(bytes)
            var replies: [SMTPReply] = []
            while let reply = try parser.next() { replies.append(reply) }
            return replies.isEmpty ? nil : replies
        },
        check: { replies in
            let isInRange = replies.allSatisfy { (200...599).contains($0.code) }
            return isInRange ? nil : "a code outside 200 to 599"
        })
}
