import Foundation

/// A value behind a lock the thread sanitizer understands (it reports false races at
/// `Synchronization.Mutex` on Linux). Sendable by hand: the value is reached under the lock only.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    /// Runs `body` on the value; not reentrant.
    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
