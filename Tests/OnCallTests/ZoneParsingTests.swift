import Basics
import OnCall
import Testing

struct ZoneParsingTests {
    @Test(arguments: ["UTC", "America/New_York", "Africa/Casablanca", "Pacific/Apia"])
    func `a file cut off anywhere is refused`(zone: String) throws {
        let bytes = try PinnedZones.bytes(of: zone)
        for count in 0..<bytes.count {
            #expect(throws: ZoneError.self, "\(count) bytes") {
                try TimeZoneRules(parsing: Array(bytes[..<count]))
            }
        }
        #expect(throws: ZoneError.self) { try TimeZoneRules(parsing: bytes + [0]) }
    }

    @Test(arguments: ["Asia/Tokyo", "America/Asuncion", "Europe/Dublin", "Asia/Kathmandu"])
    func `a garbled file is refused or answers every question`(zone: String) throws {
        let bytes = try PinnedZones.bytes(of: zone)
        var random = RandomStream(seed: 2).split("garbling")
        let range = try utc("1900-01-01T00:00").seconds...utc("2100-01-01T00:00").seconds
        var refused = 0
        for position in bytes.indices {
            var garbled = bytes
            garbled[position] ^= UInt8(1 + random.below(255))
            guard let rules = try? TimeZoneRules(parsing: garbled) else {
                refused += 1
                continue
            }
            for _ in 0..<4 {
                let instant = Instant(seconds: random.within(range))
                let offset = rules.offset(at: instant)
                #expect(offset <= .hours(26) && .hours(-25) <= offset)
                if case .gap = rules.instants(of: rules.local(instant)) {
                    Issue.record("byte \(position): \(instant) is shown but has no instant")
                }
            }
            try expectProgress(rules, position: position)
        }
        #expect(refused > 50)
    }

    /// Even in a zone that makes no sense, coverage of two weeks is found and without a hole.
    private func expectProgress(_ rules: TimeZoneRules, position: Int) throws {
        let rotation = Rotation(
            participants: ["mei", "ana"], zone: "Odd", handoff: .daily(at: clock(2, 30)),
            anchor: try date("2023-12-01"), gapPolicy: .skip, foldPolicy: .overlap)
        let schedule = Schedule(
            id: "odd", name: "Odd",
            shifts: [
                RegionShift(
                    region: "odd", window: DayWindow(from: clock(22), to: clock(6)),
                    rotation: rotation)
            ])
        let from = try utc("2024-10-01T00:00")
        let found = shifts(
            schedule, zones: TimeZones(version: "odd", rules: ["Odd": rules]), from: from,
            to: from + .hours(14 * 24))
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.to == $1.from && $0.from < $0.to })
        #expect(found.count < 100, "byte \(position)")
    }

    @Test func `the smallest right file is read`() throws {
        let rules = try TimeZoneRules(parsing: ZoneFile().bytes)
        #expect(rules.offset(at: .epoch) == .zero)
    }

    @Test func `before the table the first type holds and behind it the last`() throws {
        let file = ZoneFile(transitions: [0, 100], types: [1, 2], offsets: [7, -60, 3_600])
        let rules = try TimeZoneRules(parsing: file.bytes)
        #expect(rules.offset(at: Instant(microseconds: -1)) == .seconds(7))
        #expect(rules.offset(at: .epoch) == .seconds(-60))
        #expect(rules.offset(at: Instant(seconds: 100)) == .seconds(3_600))
        #expect(rules.offset(at: .distantFuture) == .seconds(3_600))
    }

    @Test(arguments: [
        ("another magic", ZoneFile(magic: "TZIF")),
        ("version 1, which has no 64-bit block", ZoneFile(version: 0)),
        ("leap seconds", ZoneFile(leapSeconds: 1)),
        ("no type", ZoneFile(offsets: [])),
        ("more types than a byte can name", ZoneFile(offsets: [Int32](repeating: 0, count: 257))),
        ("a type that is not there", ZoneFile(transitions: [0], types: [1])),
        ("an offset of more than 26 hours", ZoneFile(offsets: [93_600])),
        ("an offset that has no opposite", ZoneFile(offsets: [.min])),
        ("daylight saving that is neither off nor on", ZoneFile(isDaylight: 2)),
        ("a name that is not there", ZoneFile(designation: 4)),
        ("indicators for some types", ZoneFile(offsets: [0, 0], indicators: 1)),
        ("the same transition twice", ZoneFile(transitions: [5, 5], types: [0, 0])),
        ("transitions that go back", ZoneFile(transitions: [5, 4], types: [0, 0])),
        ("a transition before time began", ZoneFile(transitions: [.min], types: [0])),
        ("a transition that would overflow", ZoneFile(transitions: [.max], types: [0])),
        ("a count that memory could not hold", ZoneFile(claimedTransitions: .max)),
        ("no line feed before the rule", ZoneFile(footer: "UTC0\n")),
        ("no line feed behind the rule", ZoneFile(footer: "\nUTC0")),
        ("bytes behind the rule", ZoneFile(footer: "\nUTC0\n\n")),
        ("a rule against the table", ZoneFile(transitions: [0], types: [0], footer: "\nCET-1\n")),
    ])
    func `a file that breaks the format is refused`(why: String, file: ZoneFile) {
        #expect(throws: ZoneError.self, "\(why)") { try TimeZoneRules(parsing: file.bytes) }
    }

    @Test(arguments: [
        "C", "CE-1", "CET", "CET-", "CET-25", "CET-1:60", "CET-1:00:60", "CET-1CEST",
        "<CET-1", "<>-1", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,",
        "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5,M10.5.0",
        "CET-1CEST,J0,J365", "CET-1CEST,J1,J366", "CET-1CEST,0,366", "CET-1CEST,0/168,365",
        "CET-1CEST,M3.5.0,M10.5.0/3,", "CET-1CEST,M3.5.0,M10.5.0/3 ", "CET-99999999999999999999",
    ])
    func `a rule that breaks the format is refused`(rule: String) throws {
        let file = ZoneFile(footer: "\n\(rule)\n")
        let error = #expect(throws: ZoneError.self) { try TimeZoneRules(parsing: file.bytes) }
        let offset = try #require(error?.cause.offset)
        #expect((file.bytes.count - rule.utf8.count - 1...file.bytes.count).contains(offset))
    }

    @Test func `an error says where, what and how to mend it`() {
        let error = ZoneError(cause: WireError(offset: 4, expected: "TZif", found: "00"))
        #expect("\(error)".contains("at byte 4: expected TZif, found 00"))
        #expect("\(error)".contains("tzdata"))
    }
}
