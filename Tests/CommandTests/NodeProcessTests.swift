import Basics
import ClusterSetup
import Foundation
import Logging
import NodeRuntime
import Testing

@testable import meridian

/// How a node's process begins, and what it outlives. Each in a process of its own.
@Suite(.timeLimit(.minutes(2))) struct NodeProcessTests {
    @Test func `a log that goes to a full disk takes lines, never the node`() async {
        await #expect(processExitsWith: .success) {
            let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
            dup2(full.fileDescriptor, STDERR_FILENO)
            Logger(label: "test") { LogfmtHandler(label: $0) }.error("nobody can read this")
            exit(0)
        }
    }

    @Test func `a log whose reader has gone takes lines, never the node`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            let pipe = Pipe()
            dup2(pipe.fileHandleForWriting.fileDescriptor, STDERR_FILENO)
            try pipe.fileHandleForReading.close()
            Logger(label: "test") { LogfmtHandler(label: $0) }.error("nobody can read this")
            exit(0)
        }
    }

    /// A gateway's HTTP client that is let go of before it was shut down traps in debug builds.
    @Test func `a start that fails says why instead of trapping`() async {
        await #expect(processExitsWith: .success) {
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("node-\(UUID().uuidString)").path
            _ = try ClusterSetup.write(.demo(directory: folder + "/demo"))
            let path = folder + "/demo/eu/node.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            // A file where the data directory belongs: the store cannot be opened.
            try text.replacing(/data: .*/, with: "data: tokens.yaml")
                .write(toFile: path, atomically: true, encoding: .utf8)
            var said = "nothing"
            do {
                try await NodeProcess.run(configPath: path)
            } catch {
                said = "\(error)"
            }
            try FileManager.default.removeItem(atPath: folder)
            exit(said.contains("tokens.yaml") ? 0 : 3)
        }
    }
}
