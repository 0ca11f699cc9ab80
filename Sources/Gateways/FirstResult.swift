import Basics

/// What `work` gives, if it does so within a limit; `nil` if the time is up or the caller was
/// cancelled first. The work is cancelled then, and is not waited for: a try that hangs must not
/// hang the pager.
func firstResult<Value: Sendable>(
    within limit: Span, _ work: @escaping @Sendable @concurrent () async -> Value
) async -> Value? {
    // The stream keeps the first answer only; whichever task is later speaks to nobody.
    let (answers, answer) = AsyncStream.makeStream(
        of: Value?.self, bufferingPolicy: .bufferingOldest(1))
    let worker = Task {
        answer.yield(await work())
        answer.finish()
    }
    let timer = Task {
        do {
            try await Task.sleep(for: .microseconds(max(0, limit.microseconds)))
        } catch {
            return
        }
        answer.yield(nil)
        answer.finish()
    }
    defer {
        worker.cancel()
        timer.cancel()
    }
    for await first in answers { return first }
    return nil
}
