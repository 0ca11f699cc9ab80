import Basics
@testable import Gateways
import Testing

@Suite struct MailEncodingTests {
    @Test func `quoted-printable keeps lines short and bytes plain`() {
        let text =
            "plain\nümlaut = ok \n" + String(repeating: "x", count: 300)
            + "\nFrom here\n.\n..x\r\nend\r"
        let encoded = MailEncoding.quotedPrintable(text)
        let lines = String(decoding: encoded, as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
        #expect(lines.first == "plain")
        #expect(lines[1] == "=C3=BCmlaut =3D ok=20")
        #expect(lines.contains("=46rom here"))
        #expect(encoded.allSatisfy { $0 < 0x7F })
    }

    // subject -> header
    @Test(arguments: [
        ("short", "Subject: short\r\n"),
        ("", "Subject:\r\n"),
        ("Übel", "Subject: =?UTF-8?B?w5xiZWw=?=\r\n"),
        ("a\r\nBcc: all@example.com", "Subject: a Bcc: all@example.com\r\n"),
        ("a\u{85}b\u{2028}c\u{0}d", "Subject: a b c d\r\n"),
        ("=?UTF-8?B?eA==?=", "Subject: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=\r\n"),
    ])
    func `a header holds its text and nothing else`(text: String, expected: String) {
        #expect(MailEncoding.header("Subject", text) == expected)
    }

    @Test(arguments: [
        String(repeating: "word ", count: 60), String(repeating: "wörter ", count: 60),
        String(repeating: "故障", count: 150),
    ])
    func `a long header is folded`(text: String) {
        let lines = MailEncoding.header("Subject", text).split(separator: "\r\n")
        #expect(lines.count > 1)
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" ") })
    }

    @Test func `dots at the start of lines are doubled and a last one is added`() {
        let stuffed = MailEncoding.dotStuffed(Array(".a\r\nb.\r\n.\r\n..\r\n".utf8))
        #expect(String(decoding: stuffed, as: UTF8.self) == "..a\r\nb.\r\n..\r\n...\r\n.\r\n")
    }

    // address -> may it be used?
    @Test(arguments: [
        ("mei@example.com", true),
        ("mei+oncall@sub.example.com", true),
        ("mei", false),
        ("@example.com", false),
        ("mei@", false),
        ("a@b@c", false),
        ("mei@example.com>\r\nRCPT TO:<all@example.com", false),
        ("mei @example.com", false),
        ("<mei@example.com>", false),
        ("mei@exämple.com", false),
        ("mëi@example.com", false),
        ("mei@-example.com", false),
        ("\"mei\"@example.com", false),
    ])
    func `an address that could end a command is refused`(address: String, isUsable: Bool) {
        #expect(MailEncoding.isUsable(address: address) == isUsable)
    }

    @Test func `the date is that of the page in UTC`() {
        #expect(PageTimes.mailDate(Sample.now) == "Sun, 22 Nov 2026 19:44:00 +0000")
        #expect(PageTimes.mailDate(.epoch) == "Thu, 01 Jan 1970 00:00:00 +0000")
    }
}

@Suite struct SMTPReplyTests {
    private func parse(_ text: String, inPiecesOf size: Int = 1) throws -> [SMTPReply] {
        var parser = SMTPReplyParser()
        var replies: [SMTPReply] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            parser.append(bytes[start..<min(start + size, bytes.count)])
            while let reply = try parser.next() { replies.append(reply) }
        }
        return replies
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func `replies of one and several lines are put together`(size: Int) throws {
        let replies = try parse("220 hi\r\n250-a\r\n250-b c\r\n250 d\r\n250\r\n", inPiecesOf: size)
        #expect(
            replies == [
                SMTPReply(code: 220, lines: ["hi"]),
                SMTPReply(code: 250, lines: ["a", "b c", "d"]),
                SMTPReply(code: 250, lines: [""]),
            ])
    }

    @Test(arguments: [
        "hello\r\n", "25\r\n", "250-a\r\n251 b\r\n", "250_a\r\n", "999 x\r\n", "\r\n", "2５0 x\r\n",
        String(repeating: "2", count: 3_000), String(repeating: "250-a\r\n", count: 200),
    ])
    func `what is no reply is refused`(text: String) {
        #expect(throws: GatewayError.self) { try parse(text, inPiecesOf: 100) }
    }

    // reply -> can this address ever be reached?
    @Test(arguments: [
        ("550 no such user\r\n", true), ("551 moved\r\n", true), ("553 bad name\r\n", true),
        ("550 5.1.1 unknown\r\n", true), ("550 5.1.10 null MX\r\n", true),
        ("550 5.2.1 disabled\r\n", true),
        ("550 5.7.1 relaying denied\r\n", false),  // our fault, not the address's
        ("550 5.1.8 bad sender\r\n", false), ("552 5.2.2 full\r\n", false),
        ("450 4.2.1 later\r\n", false), ("554 no\r\n", false),
    ])
    func `only a refusal of the mailbox is for ever`(line: String, isForEver: Bool) throws {
        #expect(try parse(line).first?.refusesRecipientForEver == isForEver)
    }
}

@Suite struct CleanTextTests {
    @Test func `what a provider says loses links and secrets`() {
        let text = CleanText.providerText(
            "no: s3cret-word at\r\nhttps://eu.example.com/a/TOKEN and /a/TOKEN",
            secrets: [Secret("s3cret-word")])
        #expect(text == "no: (secret) at (link) and (link)")
    }

    @Test func `a long text is cut at a character`() {
        #expect(CleanText.oneLine(String(repeating: "é", count: 50), lengthMax: 10).count == 10)
        #expect(CleanText.shortened("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", unitsMax: 14) == "👩‍👩‍👧‍👦...")
        #expect(CleanText.shortened("ab", unitsMax: 0) == "")
    }

    @Test func `marks that turn the direction of writing are dropped`() {
        #expect(CleanText.oneLine("a\u{202E}b\u{2066}c", lengthMax: 10) == "abc")
    }
}
