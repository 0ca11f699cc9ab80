import Basics
import Simulation
import Testing

/// Whole clusters, from one seed each.
struct SeedTests {
    @Test(arguments: [1...30, 31...60] as [ClosedRange<UInt64>])
    func `seeds keep every property`(seeds: ClosedRange<UInt64>) {
        for seed in seeds {
            // Short; CI runs what the seeds say.
            let outcome = simulate(SimRequest(seed: seed, safetyPhase: .seconds(15)))
            #expect(
                outcome.violation == nil,
                "again: meridian sim run --trace --seeds \(seed) --set phase-ms=15000; \(outcome.options)"
            )
        }
    }

    /// The newest of them: CI runs all (`sim run --file`).
    @Test func `seeds that once broke a property keep it`() throws {
        for line in try SeedFile.lines(of: "seeds.txt").suffix(5) {
            let seed = try #require(UInt64(line[0]))
            let minutes = try #require(Int64(line[1]))
            let request = SimRequest(
                seed: seed, safetyPhase: minutes == 0 ? nil : .minutes(minutes))
            #expect(simulate(request).violation == nil, "\(line.joined(separator: " "))")
        }
    }

    @Test func `the same seed does the same thing, in debug and release`() throws {
        let lines = try SeedFile.lines(of: "hashes.txt")
        var rewritten =
            "# seed, and the hash of its trace with one minute of faults; REWRITE=1 writes it\n"
        for line in lines {
            let seed = try #require(UInt64(line[0]))
            let outcome = simulate(SimRequest(seed: seed, safetyPhase: .seconds(60)))
            let hash = String(outcome.traceHash, radix: 16)
            rewritten += "\(seed) \(hash)\n"
            guard !SeedFile.isRewriting else { continue }
            #expect(hash == line[1], "seed \(seed)")
        }
        if SeedFile.isRewriting { try SeedFile.write(rewritten, to: "hashes.txt") }
    }

    @Test func `reading along changes nothing`() {
        let silent = simulate(SimRequest(seed: 3, safetyPhase: .seconds(60)))
        let traced = simulate(SimRequest(seed: 3, safetyPhase: .seconds(60), linesMax: 100))
        #expect(silent.traceHash == traced.traceHash)
        #expect(silent.lines.isEmpty)
        #expect(traced.lines.count == 100)
    }

    @Test func `a healthy run delivers pages and loses none`() throws {
        let healthy = (UInt64(1)...200).first { SimOptions(seed: $0).isHealthy }
        let seed = try #require(healthy)
        let outcome = simulate(SimRequest(seed: seed, safetyPhase: .minutes(2)))
        #expect(outcome.violation == nil)
        #expect(outcome.pages > 0)
        #expect(outcome.deliveries == outcome.pages)
    }
}
