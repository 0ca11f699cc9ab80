package import Basics
package import IncidentModel
import NIOPosix
package import Paging

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Appends each page to a file as one line of JSON (see `PageDocument`), synced before it counts as
/// delivered: for demonstrations and tests.
package struct FileGateway: PageGateway {
    /// The provider's name.
    package let name: String
    private let path: String
    private let composer: PageComposer

    /// A sink for the configured file; it is opened anew for each page, so that it may be moved
    /// away.
    package init(_ config: FileConfig, composer: PageComposer) {
        name = config.name
        path = config.path
        self.composer = composer
    }

    @concurrent package func deliver(_ order: PageOrder, at now: Instant) async -> PageOutcome {
        let line = composer.document(for: order, at: now, withAddress: true) + [0x0A]
        let path = path
        // Disks block, so this happens on a thread that may.
        let result: Result<Int, GatewayError>
        do {
            result = try await NIOThreadPool.singleton.runIfActive { Self.append(line, to: path) }
        } catch {
            return GatewayError(.stopped, "the node is being stopped", remedy: "none").outcome
        }
        switch result {
        case .success(let end): return .delivered(receipt: "bytes \(end - line.count) to \(end)")
        case .failure(let error): return error.outcome
        }
    }

    /// Appends a line and syncs it; the file's size after it. A line is one `write` with
    /// `O_APPEND`, so that several processes may share a file. A line that could be written only in
    /// part is cut off again by the next one's line break: readers skip it.
    private static func append(_ line: [UInt8], to path: String) -> Result<Int, GatewayError> {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return .failure(failure("opened", errno)) }
        defer { close(file) }
        let written = unsafe line.withUnsafeBytes { bytes in
            unsafe write(file, bytes.baseAddress, bytes.count)
        }
        guard written == line.count else {
            let code = written < 0 ? errno : ENOSPC
            if written > 0 { _ = unsafe write(file, "\n", 1) }
            return .failure(failure("written", code))
        }
        let end = Int(lseek(file, 0, SEEK_CUR))
        guard fsync(file) == 0 else { return .failure(failure("synced", errno)) }
        return .success(end)
    }

    private static func failure(_ what: String, _ code: Int32) -> GatewayError {
        GatewayError(
            .disk, "the file of pages could not be \(what)",
            remedy: "check that its directory exists, may be written and has room",
            cause: unsafe String(cString: strerror(code)))
    }
}
