import Basics
import IncidentModel
import OnCall
import Testing

@testable import ConfigFiles

@Suite struct TextFormTests {
    @Test(
        arguments: [
            ("90s", 90_000), ("5m", 300_000), ("1h30m", 5_400_000), ("250ms", 250), ("0s", 0),
            ("1d", 86_400_000), ("1d2h3m4s5ms", 93_784_005), ("999999999d", 86_399_999_913_600_000),
        ] as [(String, Int64)])
    func `a time is read to the millisecond`(text: String, milliseconds: Int64) {
        // The last row overflows 64 bits of microseconds and is refused instead.
        let expected: Span? = text.hasPrefix("999") ? nil : .milliseconds(milliseconds)
        #expect(TextForms.span(text) == expected)
    }

    @Test(arguments: [
        "", "5", "m", "5 m", "5min", "-5m", "+5m", "5m1h", "5m5m", "1.5h", "5M", "٥m", "5m ",
        "12345678901s",
    ])
    func `what is no time is refused`(text: String) {
        #expect(TextForms.span(text) == nil)
    }

    @Test(
        arguments: [
            ("09:00", 32_400), ("9:05", 32_700), ("00:00", 0), ("24:00", 86_400), ("23:59", 86_340),
            ("24:01", nil), ("12:60", nil), ("12", nil), ("12:5", nil), ("-1:00", nil),
            ("1:00:00", nil),
            ("012:00", nil),
        ] as [(String, Int64?)])
    func `a time of day has hours and minutes`(text: String, seconds: Int64?) {
        #expect(TextForms.secondOfDay(text) == seconds)
    }

    @Test(arguments: [
        ("2024-02-29", true), ("2026-02-29", false), ("2026-13-01", false), ("2026-1-05", false),
        ("2026-12-31", true), ("0000-01-01", false), ("2026-04-31", false), ("2026-01-05 ", false),
    ])
    func `a date must be one that the calendar has`(text: String, isDate: Bool) {
        #expect((TextForms.date(text)?.description == text) == isDate)
    }

    @Test(
        arguments: [
            ("mon-fri", [.monday, .tuesday, .wednesday, .thursday, .friday]),
            ("fri-mon", [.friday, .saturday, .sunday, .monday]),
            ("sat, sun", [.saturday, .sunday]),
            ("Wednesday", [.wednesday]), ("all", Weekday.allCases), ("mon-wed-fri", nil), ("", nil),
            ("mon,", nil), ("moon", nil), ("mo", nil),
        ] as [(String, [Weekday]?)])
    func `days of the week are names, ranges and lists`(text: String, days: [Weekday]?) {
        #expect(TextForms.weekdays(text) == days.map { Weekdays($0) })
    }

    @Test(
        arguments: [
            ("127.0.0.1:8101", "127.0.0.1", 8_101), ("[::1]:80", "::1", 80),
            ("eu.example.com:0", "eu.example.com", 0), ("::1:80", nil, 0), ("host", nil, 0),
            ("host:65536", nil, 0), (":80", nil, 0), ("ho st:80", nil, 0), ("host:+80", nil, 0),
            ("host:-1", nil, 0),
        ] as [(String, String?, Int)])
    func `an endpoint is a host and a port`(text: String, host: String?, port: Int) {
        let endpoint = Endpoint(text)
        #expect(endpoint == host.map { Endpoint(host: $0, port: port) })
        if let endpoint { #expect(endpoint.description == text) }
    }

    @Test func `member ids are 16 digits, and a text is one id at most`() {
        #expect(NodeConfig.text(of: MemberID(0xAB)) == "00000000000000ab")
        #expect(NodeConfig.member(of: "00000000000000ab") == MemberID(0xAB))
        #expect(NodeConfig.member(of: "ffffffffffffffff") == MemberID(.max))
        for text in ["", "ab", "00000000000000AB", "0000000000000000", "+0000000000000ab"] {
            #expect(NodeConfig.member(of: text) == nil, "\(text)")
        }
        #expect(NodeConfig.certificateName(of: MemberID(1)) == "member-0000000000000001")
    }

    @Test(
        arguments: [
            (PageChannel.email, "a.b+c@example.com", "a.b+c@example.com"),
            (.email, "mei@localhost", "mei@localhost"),
            (.email, "@example.com", nil), (.email, "a@b@c", nil), (.email, "a@.com", nil),
            (.email, "a..b@c.com", nil), (.email, "a\r\nRCPT@b.c", nil),
            (.email, "mëi@example.com", nil),
            (.sms, "+1 (415) 555-0100", "+14155550100"), (.sms, "+0123456789", nil),
            (.sms, "+123", nil),
            (.voice, "+1234567890123456", nil), (.voice, "0049301234567", nil),
            (.sms, "+49abc123456", nil),
            (.chat, "https://user:pw@example.com/", nil), (.webhook, "https://", nil),
            (.webhook, "https://example.com/a b", nil),
            (.webhook, "HTTPS://example.com", "HTTPS://example.com"),
            (.file, "a/b", nil),
        ] as [(PageChannel, String, String?)])
    func `an address has the form of its channel`(
        channel: PageChannel, text: String, address: String?
    ) {
        #expect(ContactAddress.parse(text, channel: channel) == address)
    }

    @Test func `the nearest word is suggested only if it is near`() {
        let known = ["certificate", "key", "authority", "zone"]
        #expect(nearest(to: "certficate", among: known) == "certificate")
        #expect(nearest(to: "authroity", among: known) == "authority")
        #expect(nearest(to: "Zone", among: known) == "zone")
        #expect(nearest(to: "password", among: known) == nil)
        #expect(nearest(to: "", among: known) == nil)
        #expect(
            remedy(forUnknown: "x", among: ["a1", "b2"], ifNone: "") == "use one of `a1` or `b2`")
    }

    @Test(arguments: [
        ("data", "/etc/m/node.yaml", "/etc/m/data"),
        ("../r.yaml", "/etc/m/node.yaml", "/etc/r.yaml"),
        ("/var/x/../y", "/etc/m/node.yaml", "/var/y"), ("./a/./b", "/node.yaml", "/a/b"),
        ("../../../x", "/etc/node.yaml", "/x"), ("x", "node.yaml", "x"),
        ("../x", "m/node.yaml", "x"),
        ("../../x", "m/node.yaml", "../x"),
    ])
    func `a path is relative to the file that names it`(path: String, file: String, full: String) {
        #expect(resolve(path, besideFile: file) == full)
    }
}
