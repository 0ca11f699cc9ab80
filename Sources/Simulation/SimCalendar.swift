import Basics
import OnCall

/// What hour it is in each region when a run begins, and which clocks change a minute later: the
/// zones are made to fit, from TZif bytes, so that the parser is in the loop and no file is.
struct SimCalendar {
    /// From the beginning of a run to the handoff or the change of clocks at its edge.
    static let edge = Span.seconds(60)
    private static let hour: Int64 = 3_600

    private struct Zone {
        /// What clocks show ahead of UTC before and after the edge, in seconds.
        var before: Int64
        var after: Int64
        /// The offset of standard time.
        var standard: Int64
    }
    private let zones: [Zone]
    /// Whether clocks change at the edge.
    let changesClocks: Bool

    init(_ options: SimOptions) {
        let plain: [Int64] = [9, 1, -5, -8, 5].map { $0 * Self.hour }
        // 08:00 UTC is 17:00 in the first region and 09:00 in the second.
        switch options.beginning {
        case .plain:
            zones = plain.map { Self.fixed($0 + 3 * Self.hour) }
        case .shift:
            zones = plain.map { Self.fixed($0 - Self.edge.seconds) }
        case .soon:
            zones = plain.map { Self.fixed($0 - Self.hour / 2) }
        case .spring:
            // In the first region 15:59:59 is followed by 17:00, when the second is at work.
            let first = 8 * Self.hour - Self.edge.seconds
            let jumping = Zone(before: first, after: first + Self.hour, standard: first)
            zones = [jumping] + [2, -5, -8, 5].map { Self.fixed($0 * Self.hour) }
        case .autumn:
            // In the first region 16:59:59 is followed by 16:00: it works an hour longer.
            let first = 9 * Self.hour - Self.edge.seconds
            let falling = Zone(
                before: first, after: first - Self.hour, standard: first - Self.hour)
            zones = [falling] + [2, -5, -8, 5].map { Self.fixed($0 * Self.hour) }
        }
        changesClocks = options.beginning == .spring || options.beginning == .autumn
    }

    private static func fixed(_ offset: Int64) -> Zone {
        Zone(before: offset, after: offset, standard: offset)
    }

    /// The name of a region's zone.
    static func zoneName(_ position: Int) -> String { "Sim/\(position + 1)" }

    /// When clocks change, in seconds.
    private static var changeAt: Int64 { (World.begin + edge).seconds }

    /// Whether clocks change within ten minutes.
    func isCloseToChange(_ now: Instant) -> Bool {
        changesClocks && now - World.begin < .minutes(11)
    }

    /// What a region's clocks are ahead of UTC. Worked out here, not by `OnCall`: the checkers
    /// compare.
    func offset(of region: Int, at second: Int64) -> Int64 {
        second < Self.changeAt ? zones[region].before : zones[region].after
    }

    /// The zones as their data files tell; those of a defective reader know standard time only.
    func timeZones(isStandardOnly: Bool) -> TimeZones {
        var rules: [String: TimeZoneRules] = [:]
        for (position, zone) in zones.enumerated() {
            let bytes =
                isStandardOnly
                ? Self.file(before: zone.standard, after: zone.standard)
                : Self.file(before: zone.before, after: zone.after)
            do throws(ZoneError) {
                rules[Self.zoneName(position)] = try TimeZoneRules(parsing: bytes)
            } catch {
                halt("the simulator's own zone \(position): \(error)")
            }
        }
        return TimeZones(version: "simulated", rules: rules)
    }

    /// A TZif file of two types and one transition, or of one type. *Source:* RFC 9636, section 3.
    private static func file(before: Int64, after: Int64) -> [UInt8] {
        let changes = before == after ? 0 : 1
        let types = [before, after].prefix(changes + 1)
        func big(_ value: Int64, bytes: Int) -> [UInt8] {
            (0..<bytes).reversed().map {
                UInt8(truncatingIfNeeded: UInt64(bitPattern: value) >> UInt64($0 * 8))
            }
        }
        let counts = [0, 0, 0, changes, types.count, 4].flatMap { big(Int64($0), bytes: 4) }
        let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts
        func block(timeBytes: Int) -> [UInt8] {
            let times = changes == 0 ? [] : big(changeAt, bytes: timeBytes) + [1]
            let infos = types.enumerated().flatMap { position, offset in
                big(offset, bytes: 4) + [UInt8(offset > (types.min() ?? 0) ? 1 : 0), 0]
            }
            return times + infos + Array("SIM\0".utf8)
        }
        return header + block(timeBytes: 4) + header + block(timeBytes: 8) + Array("\n\n".utf8)
    }
}
