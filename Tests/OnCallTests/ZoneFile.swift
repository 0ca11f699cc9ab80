import Basics

/// A TZif file with one transition table, made by a test: right as it stands, and wrong in the one
/// way that the test asks for.
struct ZoneFile {
    var magic = "TZif"
    var version: UInt8 = UInt8(ascii: "2")
    var transitions: [Int64] = []
    var types: [UInt8] = []
    var offsets: [Int32] = [0]
    var isDaylight: UInt8 = 0
    var designation: UInt8 = 0
    var leapSeconds = 0
    var indicators = 0
    var footer = "\n\n"
    /// The count of transitions that the header claims, if not the right one.
    var claimedTransitions: UInt32?

    var bytes: [UInt8] {
        // The 32-bit block is there and empty, as in the files of `zic -b slim`.
        var bytes = header(transitions: 0, types: 1, names: 1, leaps: 0, indicators: 0)
        bytes += [0, 0, 0, 0, 0, 0, 0]
        bytes += header(
            transitions: claimedTransitions ?? UInt32(transitions.count),
            types: UInt32(offsets.count), names: 4, leaps: UInt32(leapSeconds),
            indicators: UInt32(indicators))
        for time in transitions { bytes += bigEndian(UInt64(bitPattern: time), 8) }
        bytes += types
        for offset in offsets {
            bytes += bigEndian(UInt64(UInt32(bitPattern: offset)), 4) + [isDaylight, designation]
        }
        bytes += Array("LMT\0".utf8)
        bytes += [UInt8](repeating: 0, count: leapSeconds * 12 + indicators * 2)
        return bytes + Array(footer.utf8)
    }

    private func header(
        transitions: UInt32, types: UInt32, names: UInt32, leaps: UInt32, indicators: UInt32
    ) -> [UInt8] {
        Array(magic.utf8) + [version] + [UInt8](repeating: 0, count: 15)
            + [indicators, indicators, leaps, transitions, types, names]
            .flatMap { bigEndian(UInt64($0), 4) }
    }

    private func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }
}
