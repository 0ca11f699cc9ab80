import Basics
import Foundation
import Logging
import Testing

@testable import meridian

@Suite struct CoordinatorIncarnationTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `a start is newer than the last one, whatever the clock says`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("incarnation-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func start(at seconds: UInt64) -> Incarnation {
            CoordinatorIncarnation(directory: folder + "/data").next(at: seconds, logger: logger)
        }
        #expect(start(at: 1_000) == Incarnation(1_000))
        #expect(start(at: 400) == Incarnation(1_001))
        #expect(start(at: 1_001) == Incarnation(1_002))
        #expect(start(at: 5_000) == Incarnation(5_000))
        try Data("rubbish".utf8).write(to: URL(fileURLWithPath: folder + "/data/incarnation"))
        #expect(start(at: 400) == Incarnation(400))
        #expect(start(at: 1) == Incarnation(401))
    }

    @Test func `a disk that refuses does not keep it from starting`() {
        let incarnation = CoordinatorIncarnation(directory: "/proc/nothing")
        #expect(incarnation.next(at: 7, logger: logger) == Incarnation(7))
    }
}
