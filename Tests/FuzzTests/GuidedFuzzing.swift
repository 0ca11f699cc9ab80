import Foundation
import Testing

/// The target that the environment names; `?` lists all.
private let wantedTarget = ProcessInfo.processInfo.environment["FUZZ_GUIDED"]

/// The same targets under libFuzzer, which keeps every input that reaches code no other one has.
///
/// Not in usual builds: `make fuzz` builds with the counters that it needs, and runs each target in a
/// process of its own, for libFuzzer ends its process. What it finds is an input for the corpus.
@Suite(.enabled(if: wantedTarget != nil))
struct GuidedFuzzing {
    private static let target = FuzzTarget.all.first { $0.name == wantedTarget }

    private typealias Driver =
        @convention(c) (
            UnsafeMutablePointer<CInt>,
            UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
            @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
        ) -> CInt

    @Test func `inputs are led to code that none has reached`() throws {
        guard wantedTarget != "?" else {
            for target in FuzzTarget.all { print("target \(target.name)") }
            return
        }
        let target = try #require(Self.target, "no target has this name")
        let environment = ProcessInfo.processInfo.environment
        let folder = URL(fileURLWithPath: try #require(environment["FUZZ_FOLDER"]))
            .appending(path: target.name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (index, seed) in target.seeds.enumerated() {
            try Data(seed).write(to: folder.appending(path: "seed-\(index)"))
        }
        guard let symbol = unsafe dlsym(nil, "LLVMFuzzerRunDriver") else {
            Issue.record("this build has no libFuzzer: make fuzz")
            return
        }
        let driver = unsafe unsafeBitCast(symbol, to: Driver.self)
        let words =
            ["fuzz-\(target.name)", folder.path, "-artifact_prefix=\(folder.path)-found-"]
            + (environment["FUZZ_OPTIONS"] ?? "").split(separator: " ").map(String.init)
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var count = CInt(words.count)
        unsafe arguments.withUnsafeMutableBufferPointer { buffer in
            guard var base = buffer.baseAddress else { return }
            _ = unsafe driver(&count, &base) { start, count in
                let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
                if case .broken(let how) = GuidedFuzzing.target?.run(bytes) { fatalError(how) }
                return 0
            }
        }
    }
}
