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
}
