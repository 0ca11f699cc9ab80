/// A page of output: titles, names with their values, tables, remarks.
struct Sheet: Sendable {
    /// Where it goes.
    let terminal: Terminal
    private var lines: [String] = []

    /// An empty page.
    init(for terminal: Terminal) { self.terminal = terminal }

    /// The page, without a line end at its end.
    var text: String { lines.joined(separator: "\n") }

    /// Adds a line.
    mutating func add(_ text: String, _ style: TextStyle? = nil) {
        lines.append(terminal.styled(DisplayWidth.printable(text), style))
    }

    /// Adds an empty line, if there is something above it.
    mutating func space() {
        if !lines.isEmpty { lines.append("") }
    }

    /// Adds the title of a section, with an empty line above it.
    mutating func title(_ text: String) {
        space()
        add(text, .bold)
    }

    /// Adds names with their values; a pair without a value is left out.
    mutating func fields(_ pairs: [(name: String, value: Cell?)]) {
        let shown = pairs.compactMap { pair in pair.value.map { (pair.name, $0) } }
        let width = shown.map { DisplayWidth.of($0.0) }.max() ?? 0
        for (name, value) in shown {
            let room = String(repeating: " ", count: width - DisplayWidth.of(name) + 2)
            lines.append(
                "  " + terminal.styled(name, .faint) + room
                    + terminal.styled(value.text, value.style))
        }
    }

    /// Adds a table.
    mutating func table(_ table: Table, indent: Int = 0) {
        lines += table.lines(for: terminal, indent: indent)
    }
}
