import Dispatch
import Foundation

/// A terminal taken over whole: keys come one by one, and what was on it is there again afterwards.
///
/// Sendable by hand: one task enters, draws and leaves; the signals' queue only adds to the stream.
final class TerminalScreen: @unchecked Sendable {
    /// What a terminal and the operating system say.
    enum Event: Sendable {
        case bytes([UInt8])
        case resized
        /// Somebody wants the shell back for a while.
        case suspended
        /// The process is to end, or nobody types any more.
        case ended
    }

    private var before = termios()
    private var isEntered = false
    private var last = ""
    private var sources: [any DispatchSourceProtocol] = []

    /// Whether standard input and output are a terminal.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// How large it is; `nil` if it does not say.
    static var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0,
            size.ws_row > 0
        else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// What happens from now on.
    func events() -> AsyncStream<Event> {
        AsyncStream { continuation in
            let signals: [(Int32, Event)] = [
                (SIGINT, .ended), (SIGTERM, .ended), (SIGHUP, .ended), (SIGWINCH, .resized),
                (SIGTSTP, .suspended),
            ]
            sources = signals.map { number, event in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(event) }
                return source
            }
            let keys = DispatchSource.makeReadSource(
                fileDescriptor: STDIN_FILENO, queue: .global())
            keys.setEventHandler {
                let bytes = Array(FileHandle.standardInput.availableData)
                continuation.yield(bytes.isEmpty ? .ended : .bytes(bytes))
                if bytes.isEmpty { keys.cancel() }
            }
            sources.append(keys)
            for source in sources { source.resume() }
        }
    }

    /// Takes the terminal over. *Errors:* `CommandFailure` if it does not let itself be.
    func enter() throws(CommandFailure) {
        guard !isEntered else { return }
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { throw Self.refusal }
        var raw = before
        unsafe cfmakeraw(&raw)
        // Ctrl-C and Ctrl-Z stay what they are.
        raw.c_lflag |= tcflag_t(ISIG)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0 else { throw Self.refusal }
        isEntered = true
        last = ""
        // The other screen, no cursor. Source: xterm's "Functions using CSI", ?1049 and ?25.
        write("\u{1B}[?1049h\u{1B}[?25l")
    }

    /// Gives it back as it was.
    func leave() {
        guard isEntered else { return }
        isEntered = false
        write("\u{1B}[?25h\u{1B}[?1049l")
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
    }

    /// Gives it back, stops the process, and takes it over again when the process goes on.
    func suspend() throws(CommandFailure) {
        leave()
        // Sent to this thread: the call returns only when the process goes on.
        raise(SIGSTOP)
        try enter()
    }

    /// Draws lines from the top; what was drawn already is not drawn again.
    func draw(_ lines: [String]) {
        let text =
            "\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
        guard isEntered, text != last else { return }
        last = text
        write(text)
    }

    /// Forgets what was drawn: the size is another.
    func forget() { last = "" }

    private func write(_ text: String) {
        // Nobody is left to tell that the terminal has gone; its hang-up ends the process.
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    private static let refusal = CommandFailure(
        .failed, "the terminal cannot be taken over",
        remedy: "--once prints a single frame and needs no terminal")
}
