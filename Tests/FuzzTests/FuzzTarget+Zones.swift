import Basics
import OnCall

extension FuzzTarget {
    /// Files of zones, as the system keeps them.
    static let zoneTargets = [
        read(
            "zone-file", isText: false,
            [
                zoneFile(),
                zoneFile(
                    times: [0], types: [0], offsets: [3_600],
                    footer: "\nCET-1CEST,M3.5.0,M10.5.0/3\n"),
                zoneFile(
                    times: [-2_000_000_000, 0, 1_000_000, 1_000_003_600], types: [0, 1, 0, 1],
                    offsets: [3_600, 7_200]),
                zoneFile(times: [5], types: [1], offsets: [-86_400, 50_400]),
            ],
            by: { try TimeZoneRules(parsing: $0) }, check: badAnswer)
    ]

    /// What contradicts itself in the rules: a time that clocks showed is never one that they
    /// jumped over.
    @Sendable private static func badAnswer(_ rules: TimeZoneRules) -> String? {
        let seconds: [Int64] = [
            -4_000_000_000, -2_000_000_000, -1, 0, 1_000_000, 1_000_003_600, 1_793_620_800,
            1_774_746_000, 4_102_444_800, 40_000_000_000,
        ]
        for second in seconds {
            let instant = Instant(seconds: second)
            if case .gap = rules.instants(of: rules.local(instant)) {
                return "the clocks show second \(second) and jump over it"
            }
        }
        return nil
    }

    /// A TZif file with an empty block of 32 bits, as `zic -b slim` makes them.
    private static func zoneFile(
        times: [Int64] = [], types: [UInt8] = [], offsets: [Int32] = [0], footer: String = "\n\n"
    ) -> [UInt8] {
        var writer = ByteWriter()
        func write(_ number: Int, bytes: Int) {
            for shift in (0..<bytes).reversed() {
                writer.write(UInt8(truncatingIfNeeded: number >> (8 * shift)))
            }
        }
        func header(times: Int, types: Int, names: Int) {
            writer.writeRaw(Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15))
            for count in [0, 0, 0, times, types, names] { write(count, bytes: 4) }
        }
        header(times: 0, types: 1, names: 1)
        writer.writeRaw([0, 0, 0, 0, 0, 0, 0])
        header(times: times.count, types: offsets.count, names: 4)
        for time in times { write(Int(time), bytes: 8) }
        writer.writeRaw(types)
        for offset in offsets {
            write(Int(offset), bytes: 4)
            writer.writeRaw([0, 0])
        }
        writer.writeRaw(Array("LMT\0".utf8) + Array(footer.utf8))
        return writer.bytes
    }
}
