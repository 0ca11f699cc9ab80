import APIModel
import Basics
import Testing

@testable import meridian

private func instant(_ text: String) throws -> Instant {
    try #require(Timestamp(text: text)).instant
}

struct TimeTextTests {
    @Test(arguments: [
        (Span.zero, "just now"), (.milliseconds(1_900), "just now"), (.seconds(2), "2 s ago"),
        (.seconds(59), "59 s ago"), (.seconds(60), "1 min ago"), (.seconds(239), "3 min ago"),
        (.minutes(60), "1 h ago"), (.hours(47), "47 h ago"), (.hours(48), "2 d ago"),
        // The future, too.
        (.seconds(-90), "in 1 min"), (.seconds(-1), "just now"), (.hours(-3), "in 3 h"),
    ])
    func `times are told from now in the largest whole unit`(age: Span, expected: String) throws {
        let now = try instant("2026-11-22T19:32:44Z")
        #expect(TimeText.relative(now - age, now: now) == expected)
    }

    @Test func `what never comes is never`() {
        #expect(TimeText.relative(.distantFuture, now: .epoch) == "never")
    }

    @Test func `clock times are UTC and say so`() throws {
        let moment = try instant("2026-11-22T20:32:44.120+01:00")
        #expect(TimeText.utc(moment) == "2026-11-22 19:32:44Z")
        #expect(TimeText.utcMinute(moment, now: moment + .hours(1)) == "19:32Z")
        #expect(TimeText.utcMinute(moment, now: moment + .hours(21)) == "2026-11-22 19:32Z")
    }

    @Test(arguments: [
        (Span.milliseconds(240), "240 ms"), (.seconds(72), "1 min 12 s"), (.minutes(5), "5 min"),
        (.seconds(3_605), "1 h"), (.minutes(450), "7 h 30 min"), (.hours(51), "2 d 3 h"),
    ])
    func `lengths have two units at most`(length: Span, expected: String) {
        #expect(TimeText.length(length) == expected)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"),
            (10 << 20, "10 MiB"), (UInt64(78) << 30, "78 GiB"),
        ] as [(UInt64, String)])
    func `bytes have a binary unit`(count: UInt64, expected: String) {
        #expect(TimeText.bytes(count) == expected)
    }
}

struct InstantArgumentTests {
    @Test(arguments: [
        ("now", Span.zero), ("+90m", .minutes(90)), ("+1h30m", .minutes(90)), ("-2d", .hours(-48)),
        ("+45s", .seconds(45)), ("+1w", .hours(168)),
    ])
    func `times from now have a sign and units`(text: String, expected: Span) throws {
        let argument = try #require(InstantArgument(argument: text))
        #expect(argument.instant(now: .epoch) == .epoch + expected)
    }

    @Test func `a time has its offset`() throws {
        let argument = try #require(InstantArgument(argument: "2026-12-24T12:00+09:00"))
        #expect(argument.instant(now: .epoch).description == "2026-12-24T03:00:00.000Z")
    }

    @Test(arguments: [
        // Without an offset it could be meant in two zones.
        "2026-12-24T03:00", "tomorrow", "+", "+5", "+m", "5m", "+5x", "", "2026-13-01T00:00Z",
    ])
    func `what could be meant in two ways is refused`(text: String) {
        #expect(InstantArgument(argument: text) == nil)
    }
}
