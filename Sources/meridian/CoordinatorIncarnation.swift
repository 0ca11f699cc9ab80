import Basics
import Foundation
import Logging

/// Which start of a coordinator this is.
///
/// It has no store to count its starts in. The second at which it starts would do, were no clock
/// ever set back: then the regions would refuse it as an old process. So the last one is kept in a
/// file of its data directory.
struct CoordinatorIncarnation {
    private let directory: String

    /// The file of a data directory, which need not be there.
    init(directory: String) { self.directory = directory }

    /// A number that is larger than the last one; the second, where no clock was set back. A
    /// coordinator whose disk refuses it runs all the same, for nothing waits for it.
    func next(at seconds: UInt64, logger: Logger) -> Incarnation {
        let path = directory + "/incarnation"
        let text = FileManager.default.contents(atPath: path)
            .map { String(decoding: $0, as: UTF8.self) }
        let last = text.flatMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        if text != nil, last == nil {
            logger.warning("\(path) holds no number, and is written anew")
        }
        let number = max(seconds, (last ?? 0) &+ 1)
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try Data("\(number)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            logger.warning(
                "the number of this start cannot be kept",
                metadata: [
                    "file": "\(path)", "error": "\(error.localizedDescription)",
                    "remedy":
                        "make it writable: after a clock that is set back regions refuse it",
                ])
        }
        return Incarnation(number)
    }
}
