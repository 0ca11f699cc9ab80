import Foundation

/// How a piece of text stands out where there are colours.
enum TextStyle: Sendable {
    /// Heads of tables and titles.
    case bold
    /// What matters less.
    case faint
    /// All is well.
    case good
    /// Somebody should look.
    case warning
    /// Something is wrong.
    case bad

    /// The parameter of the "select graphic rendition" sequence. *Source:* ECMA-48, 8.3.117.
    fileprivate var parameter: String {
        switch self {
        case .bold: "1"
        case .faint: "2"
        case .good: "32"
        case .warning: "33"
        case .bad: "1;31"
        }
    }
}

/// What is known of where the output goes.
struct Terminal: Equatable, Sendable {
    /// Whether a person reads along.
    var isInteractive: Bool
    /// Whether colours may be used.
    var hasColour: Bool
    /// How many columns there are; `nil` if nothing has to fit.
    var width: Int?

    /// A file or pipe: no colours, and nothing is cut.
    static let plain = Terminal(isInteractive: false, hasColour: false, width: nil)

    /// What standard output is, by the operating system and the environment.
    static func standardOutput(environment: [String: String]) -> Terminal {
        describe(
            isTerminal: isatty(STDOUT_FILENO) == 1, columns: columnsOfStandardOutput(),
            environment: environment)
    }

    /// The same as a pure function. `NO_COLOR` that is not empty, and `TERM=dumb`, mean no colours
    /// (no-color.org); `COLUMNS` stands in where the size is not known.
    static func describe(
        isTerminal: Bool, columns: Int?, environment: [String: String]
    ) -> Terminal {
        guard isTerminal else { return .plain }
        let refusesColour =
            environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
        let width = columns ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80
        return Terminal(isInteractive: true, hasColour: !refusesColour, width: max(20, width))
    }

    /// The text in a style, or as it is where there are no colours.
    func styled(_ text: String, _ style: TextStyle?) -> String {
        styled(text, parameter: style?.parameter ?? "")
    }

    /// The same with the parameter of the "select graphic rendition" sequence; empty for none.
    func styled(_ text: String, parameter: String) -> String {
        guard hasColour, !parameter.isEmpty, !text.isEmpty else { return text }
        return "\u{1B}[\(parameter)m\(text)\u{1B}[0m"
    }

    private static func columnsOfStandardOutput() -> Int? {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}

/// Where a command writes: answers to standard output, everything else to standard error.
struct Console: Sendable {
    /// What standard output is.
    var terminal: Terminal

    /// The console of this process.
    static func current() -> Console {
        Console(terminal: .standardOutput(environment: ProcessInfo.processInfo.environment))
    }

    /// Writes an answer and sees to it that it leaves now: away from a terminal `print` would wait.
    func write(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            // Whoever read along has gone (`| head`): there is nobody left to tell anything.
            Foundation.exit(CommandStatus.ok.rawValue)
        }
    }

    /// Writes a remark for people, which no script will take for the answer.
    func remark(_ text: String) { Self.remark(text) }

    /// The same for where there is no console yet.
    static func remark(_ text: String) {
        let line = DisplayWidth.printableLines(text) + "\n"
        // Nothing can be said about standard error being closed.
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    /// Puts the cursor to the top and clears the screen, if a person reads along.
    func clear() {
        guard terminal.isInteractive else { return }
        write("\u{1B}[H\u{1B}[2J\u{1B}[H")
    }
}
