/// Ends the process because something is true that cannot be, and says what on standard error.
///
/// Swift's own `preconditionFailure` says nothing in an optimized build: whoever runs a node would find an illegal
/// instruction and no word about which group, which term. All code calls this instead (held by Tests/LayerTests).
@inline(never)
public func halt(_ what: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
    fatalError(what, file: file, line: line)
}

/// Ends the process with `halt` unless the condition holds: for what only a bug of ours can break, never for what comes
/// from outside. The words are made only if it does not hold.
@inlinable
public func require(
    _ condition: Bool, _ what: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line
) {
    guard !condition else { return }
    halt(what(), file: file, line: line)
}
