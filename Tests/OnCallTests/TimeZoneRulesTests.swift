import Basics
import OnCall
import Testing

struct TimeZoneRulesTests {
    @Test func `offsets before and after every pinned change are right`() throws {
        let changes = try PinnedZones.changes()
        #expect(changes.count == 382)
        for change in changes {
            let rules = try PinnedZones.rules(change.zone)
            #expect(rules.offset(at: change.instant - .seconds(1)) == change.before, "\(change)")
            #expect(rules.offset(at: change.instant) == change.after, "\(change)")
        }
    }

    @Test(arguments: PinnedZones.names)
    func `between the pinned changes offsets never change`(zone: String) throws {
        let rules = try PinnedZones.rules(zone)
        let expected = try PinnedZones.changes().filter { $0.zone == zone }
        let from = try utc("2024-01-01T00:00")
        let to = try utc("2031-01-01T00:00")
        var found = 0
        var last = rules.offset(at: from)
        for second in stride(from: from.seconds, to: to.seconds, by: 10_800) {
            let offset = rules.offset(at: Instant(seconds: second))
            if offset != last { found += 1 }
            last = offset
        }
        #expect(found == expected.count)
    }

    @Test func `every skipped local time is a gap and every repeated one a fold`() throws {
        for change in try PinnedZones.changes() {
            let rules = try PinnedZones.rules(change.zone)
            func resolved(_ wallSeconds: Int64) -> LocalResolution {
                rules.instants(of: LocalTime(wallSeconds: wallSeconds))
            }
            let before = change.instant.seconds + change.before.seconds
            let after = change.instant.seconds + change.after.seconds
            if before < after {
                let gap = LocalResolution.gap(
                    at: change.instant, before: change.before, after: change.after)
                #expect(resolved(before - 1) == .one(change.instant - .seconds(1)), "\(change)")
                #expect(resolved(before) == gap, "\(change)")
                #expect(resolved(after - 1) == gap, "\(change)")
                #expect(resolved(after) == .one(change.instant), "\(change)")
            } else {
                let length = Span.seconds(before - after)
                #expect(
                    resolved(after - 1) == .one(change.instant - length - .seconds(1)), "\(change)")
                #expect(
                    resolved(after)
                        == .fold(first: change.instant - length, last: change.instant), "\(change)")
                #expect(
                    resolved(before - 1)
                        == .fold(
                            first: change.instant - .seconds(1),
                            last: change.instant + length - .seconds(1)), "\(change)")
                #expect(resolved(before) == .one(change.instant + length), "\(change)")
            }
        }
    }

    @Test(arguments: PinnedZones.names)
    func `every instant is among the instants of its local time`(zone: String) throws {
        let rules = try PinnedZones.rules(zone)
        var random = RandomStream(seed: 1).split("round trips")
        let range = try utc("1850-01-01T00:00").seconds...utc("2150-01-01T00:00").seconds
        for _ in 0..<2_000 {
            let instant = Instant(seconds: random.within(range))
            let local = rules.local(instant)
            switch rules.instants(of: local) {
            case .one(let only): #expect(only == instant)
            case .fold(let first, let last):
                #expect(first == instant || last == instant)
                #expect(rules.local(first) == local && rules.local(last) == local)
            case .gap: Issue.record("\(zone): \(instant) shows \(local): a gap")
            }
        }
    }

    // Rules alone, without a table, must find the changes that the table has.
    @Test(arguments: [
        "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Havana",
        "America/Santiago",  // clocks change at 24:00
        "America/Nuuk",  // clocks change at -1:00, on the day before
        "Europe/London", "Europe/Berlin",
        "Europe/Dublin",  // daylight saving of minus one hour, in winter
        "Africa/Cairo", "Asia/Beirut",
        "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
        "Antarctica/Troll",  // two hours
    ])
    func `the yearly rule alone gives the pinned changes`(zone: String) throws {
        let file = try PinnedZones.bytes(of: zone)
        let footer = try #require(file.dropLast().split(separator: 0x0A).last)
        var bare = ZoneFile()
        bare.footer = "\n" + String(decoding: footer, as: UTF8.self) + "\n"
        let rules = try TimeZoneRules(parsing: bare.bytes)
        let start = try utc("2025-01-01T00:00")
        let changes = try PinnedZones.changes().filter { $0.zone == zone && $0.instant > start }
        #expect(changes.count == 12)
        for change in changes {
            #expect(rules.offset(at: change.instant - .seconds(1)) == change.before, "\(change)")
            #expect(rules.offset(at: change.instant) == change.after, "\(change)")
        }
    }

    @Test(arguments: [
        // Last Sunday of March and of October, behind the end of the table in 2037.
        ("Europe/Berlin", "2100-03-28T00:59:59", 1, "2100-03-28T01:00", 2),
        ("Europe/Berlin", "2100-10-31T00:59:59", 2, "2100-10-31T01:00", 1),
        ("Pacific/Auckland", "2399-04-03T13:59:59", 13, "2399-04-03T14:00", 12),
    ])
    func `rules go on behind the table`(
        zone: String, before: String, offsetBefore: Int64, after: String, offsetAfter: Int64
    ) throws {
        let rules = try PinnedZones.rules(zone)
        #expect(try rules.offset(at: utc(before)) == .hours(offsetBefore))
        #expect(try rules.offset(at: utc(after)) == .hours(offsetAfter))
    }

    @Test(arguments: [
        // 1 January to 365 March-style days that leave out 29 February.
        ("XXX0YYY,J59/0,J60/0", "2028-02-28T12:00", 1, "2028-02-29T12:00", 1),
        // The same day counted from 0, with 29 February.
        ("XXX0YYY,58/0,59/0", "2028-02-28T12:00", 1, "2028-02-29T12:00", 0),
        ("<-03>3", "2028-02-28T12:00", -3, "2028-08-28T12:00", -3),
        // All year, as the format writes it.
        ("EST5EDT,0/0,J365/25", "2028-01-01T05:00", -4, "2028-12-31T23:59:59", -4),
    ])
    func `rules by number of the day count leap days as written`(
        rule: String, one: String, offsetOne: Int64, other: String, offsetOther: Int64
    ) throws {
        var file = ZoneFile()
        file.footer = "\n\(rule)\n"
        let rules = try TimeZoneRules(parsing: file.bytes)
        #expect(try rules.offset(at: utc(one)) == .hours(offsetOne))
        #expect(try rules.offset(at: utc(other)) == .hours(offsetOther))
    }

    @Test func `a day that the date line leaves out is a gap of a day`() throws {
        let rules = try PinnedZones.rules("Pacific/Apia")
        let jump = try utc("2011-12-30T10:00")
        let gap = LocalResolution.gap(at: jump, before: .hours(-10), after: .hours(14))
        #expect(try rules.instants(of: local("2011-12-30T00:00")) == gap)
        #expect(try rules.instants(of: local("2011-12-30T23:59:59")) == gap)
        #expect(try rules.instants(of: local("2011-12-31T00:00")) == .one(jump))
    }

    @Test func `fractions of a second are rounded down on both sides of 1970`() throws {
        let rules = try PinnedZones.rules("UTC")
        #expect(
            try rules.local(Instant(microseconds: -1)) == local("1969-12-31T23:59:59"))
        #expect(
            try rules.local(Instant(microseconds: 999_999)) == local("1970-01-01T00:00"))
    }

    @Test func `the ends of the time line have local times`() throws {
        for name in PinnedZones.names {
            let rules = try PinnedZones.rules(name)
            for instant in [Instant.distantFuture, Instant(microseconds: .min)] {
                let local = rules.local(instant)
                let second = Instant(seconds: instant.seconds + (instant < .epoch ? 1 : 0))
                #expect(rules.instants(of: rules.local(second)) == .one(second), "\(name) \(local)")
            }
        }
    }

    @Test func `a year that no clock will show is our bug`() async {
        await #expect(processExitsWith: .failure) {
            let rules = try TimeZoneRules(parsing: ZoneFile().bytes)
            let year = CivilDate(year: 2_000_000, month: 1, day: 1)
            _ = rules.instants(of: LocalTime(date: year, secondOfDay: 0))
        }
    }

    @Test func `zones are known by name and listed in order`() throws {
        let zones = try PinnedZones.zones()
        #expect(zones.version == "2025b")
        #expect(zones.names == PinnedZones.names.sorted())
        #expect(zones["Europe/Berlin"] != nil)
        #expect(zones["Europe/Atlantis"] == nil)
    }
}
