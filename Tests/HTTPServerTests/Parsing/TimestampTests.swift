import APIModel
import Basics
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2026-11-22T19:32:44.120Z", 1_795_375_964_120_000),
        ("2026-11-22T19:32:44Z", 1_795_375_964_000_000),
        ("2026-11-22t19:32z", 1_795_375_920_000_000),
        ("2026-11-22 20:32:44+01:00", 1_795_375_964_000_000),
        ("2015-07-17T08:42:58.315+0000", 1_437_122_578_315_000),  // PagerDuty's own example
        ("2026-11-22T13:32:44.123456789-06", 1_795_375_964_123_456),
        ("1970-01-01T00:00:00Z", 0),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),  // Go's zero time
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),  // a leap second
    ])
    func `what tools write is read`(text: String, microseconds: Int64) {
        #expect(Timestamp(text: text)?.instant.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "now", "2026-11-22", "2026-11-22T19:32:44", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T19:60:00Z", "2026-11-22T19:32:61Z",
        "2026-11-22T19:32:44.Z",
        "2026-11-22T19:32:44+25:00", "2026-11-22T19:32:44+1", "2026-11-22T19:32:44ZZ",
        "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z", "20261122T193244Z", "１９70-01-01T00:00:00Z",
    ])
    func `what is no time with an offset is refused`(text: String) {
        #expect(Timestamp(text: text) == nil)
    }

    @Test func `a time without an offset is UTC only where that is said`() {
        #expect(
            Timestamp(text: "2026-11-22T19:32:44", assumesUTC: true)?.instant
                == Instant(milliseconds: 1_795_375_964_000))
    }

    @Test func `a timestamp goes through JSON and back`() throws {
        let stamp = Timestamp(Instant(milliseconds: 1_795_375_964_120))
        let data = try APICoding.encode(["at": stamp])
        #expect(String(decoding: data, as: UTF8.self) == #"{"at":"2026-11-22T19:32:44.120Z"}"#)
        #expect(try APICoding.decode([String: Timestamp].self, from: data) == ["at": stamp])
        #expect(throws: DecodingError.self) {
            try APICoding.decode([String: Timestamp].self, from: Data(#"{"at":"soon"}"#.utf8))
        }
    }
}
