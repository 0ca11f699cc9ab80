import Foundation
import Testing

/// No bytes from outside do more than be refused: nothing traps, hangs, or is read as a value that
/// does not survive its own bytes.
///
/// `FUZZ_FACTOR=100 swift test --filter FuzzTests` is the long run. `FUZZ_SEED` draws other inputs.
/// Should the process die or hang, `FUZZ_TRACE=1` prints every input before it is tried: the last
/// one printed for a target is the one.
@Suite struct FuzzTests {
    /// What the environment asks for.
    private static func setting(_ name: String, or usual: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? usual
    }

    private static let seed = setting("FUZZ_SEED", or: 1)
    private static let factor = Int(max(1, min(1_000_000, setting("FUZZ_FACTOR", or: 1))))
    private static let isTraced = setting("FUZZ_TRACE", or: 0) != 0
    private static let limit = Duration.seconds(2)
    private static let corpus = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Corpus")

    @Test(arguments: FuzzTarget.all)
    func `every valid sample is taken`(target: FuzzTarget) {
        for (index, bytes) in target.seeds.enumerated() {
            #expect(target.run(bytes) == .accepted, "sample \(index) of \(target.name)")
        }
    }

    @Test(arguments: FuzzTarget.all)
    func `a changed input is refused, or read as something that survives`(target: FuzzTarget) throws
    {
        let before = try Self.peakMemory()
        var (accepted, refused, broken) = (0, 0, 0)
        for index in 0..<(target.isText ? 400 : 3_000) * Self.factor {
            var mutator = Mutator(target, seed: Self.seed, index: index)
            switch verdict(target, mutator.input(), "seed \(Self.seed), input \(index)") {
            case .accepted: accepted += 1
            case .refused: refused += 1
            case .broken: broken += 1
            }
            if broken == 5 { break }
        }
        print("fuzz \(target.name): \(accepted) accepted, \(refused) refused, \(broken) broken")
        #expect(refused > 0 || !target.refusesMutants, "\(target.name) refuses nothing")
        #expect(
            accepted > 0 || !target.takesMutants,
            "no input of \(target.name) got past its first checks: they prove nothing")
        let grown = try Self.peakMemory() - before
        #expect(grown < Self.memoryMax, "\(target.name) took \(grown) KiB more than ever before")
    }

    /// The most that this process has ever had in memory, in KiB. *Source:* proc(5), `VmHWM`.
    private static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) })
    }

    /// In KiB: inputs have at most some tens of KiB.
    private static let memoryMax = 128 * 1_024

    @Test(arguments: FuzzTarget.all)
    func `what once was interesting still does no harm`(target: FuzzTarget) throws {
        let folder = Self.corpus.appendingPathComponent(target.name)
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
            _ = verdict(target, bytes, "corpus \(name)")
        }
    }

    @Test func `every folder of the corpus is that of a target`() throws {
        let names = Set(FuzzTarget.all.map(\.name))
        #expect(names.count == FuzzTarget.all.count)
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
        #expect(!folders.isEmpty)
        for folder in folders where folder != "README.md" {
            #expect(names.contains(folder), "\(folder)")
        }
    }

    /// The verdict on one input; records a broken or a slow one with how to keep it.
    private func verdict(
        _ target: FuzzTarget, _ bytes: [UInt8], _ origin: String
    ) -> FuzzVerdict {
        if Self.isTraced {
            let line = "fuzz \(target.name), \(origin): \(Data(bytes).base64EncodedString())\n"
            FileHandle.standardError.write(Data(line.utf8))
        }
        let start = Self.processorTime()
        let verdict = target.run(bytes)
        let taken = Self.processorTime() - start
        if taken > Self.limit {
            report("took \(taken)", target, bytes, origin)
        }
        if case .broken(let why) = verdict {
            report(why, target, bytes, origin)
        }
        return verdict
    }

    /// What this thread has worked: a machine that stands still makes no decoder slow.
    private static func processorTime() -> Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private func report(
        _ why: String, _ target: FuzzTarget, _ bytes: [UInt8], _ origin: String
    ) {
        let text = Data(bytes).base64EncodedString()
        Issue.record(
            """
            \(target.name), \(origin): \(why)
            keep it: base64 -d <<< '\(text)' > Tests/FuzzTests/Corpus/\(target.name)/NAME
            """)
    }
}
