import Basics
import Foundation
import Glibc
import RegionCore
@testable import SQLiteStore
import Testing

@Suite struct KillTests {
    /// Issue point 7: "kill -9 at any moment, then start again, loses nothing that was answered".
    @Test func `a process killed at any moment loses nothing that it answered`() async throws {
        var answered = 0
        for seed in 0..<12 as Range<UInt64> { answered += try await killAndReopen(seed) }
        // The moments are in the midst of writing, not before it.
        #expect(answered > 100)
    }

    /// Kills a process that writes, looks what is left, and says how many batches it had answered.
    private func killAndReopen(_ seed: UInt64) async throws -> Int {
        let folder = try StoreFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, seed = seed as UInt64] in
            try Self.writeUntilKilled(in: path, seed: seed)
        }
        let answers = try File.open(path + "/answers", O_RDONLY)
        let answered = try answers.read(1_000_000, at: 0).count
        var maker = BatchMaker(seed: seed)
        var model = StoreModel()
        for _ in 0..<answered { model.apply(maker.next()) }
        var next = model
        next.apply(maker.next())
        let (store, held, incarnation) = try folder.open()
        #expect(held == model.held || held == next.held, "\(answered) batches were answered")
        #expect(incarnation == Incarnation(2))
        store.close()
        return answered
    }

    /// Writes one byte to `answers` for each batch, once it is durable.
    private static func writeUntilKilled(in path: String, seed: UInt64) throws {
        let answers = try File.open(path + "/answers", O_RDWR | O_CREAT)
        var options = StoreOptions()
        options.checkpointPages = 50
        let (store, _) = try SQLiteStore.open(
            directory: path, member: StoreFolder.member, cluster: StoreFolder.cluster,
            options: options)
        var random = RandomStream(seed: seed).split("kill")
        let delayMicroseconds = UInt32(random.within(500...150_000))
        Thread.detachNewThread {
            usleep(delayMicroseconds)
            kill(getpid(), SIGKILL)
        }
        var maker = BatchMaker(seed: seed)
        for count in 0..<1_000_000 {
            try store.write(maker.next())
            try answers.write([1], at: count)
        }
    }
}
