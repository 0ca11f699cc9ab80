import Basics

/// One cell of a table: what it says and how it stands out.
struct Cell: Equatable, Sendable {
    /// What it says, safe for a terminal.
    var text: String
    /// How it stands out.
    var style: TextStyle?

    /// A cell; what is not safe for a terminal is taken out here.
    init(_ text: String, _ style: TextStyle? = nil) {
        self.text = DisplayWidth.printable(text)
        self.style = style
    }
}

/// A table of texts, aligned by columns. On a terminal it fits the width; elsewhere nothing is cut
/// or folded, so that a line is a row.
struct Table: Sendable {
    /// What happens to a text that does not fit.
    enum Overflow: Sendable {
        /// The column is as wide as its widest text.
        case keep
        /// It is cut, and `…` says so.
        case cut
        /// It goes on in the next line.
        case wrap
    }

    /// One column.
    struct Column: Equatable, Sendable {
        /// The head.
        var title: String
        /// Whether numbers stand in it: flush right.
        var isNumeric: Bool
        /// What happens to a text that does not fit.
        var overflow: Overflow

        /// A column.
        init(_ title: String, isNumeric: Bool = false, _ overflow: Overflow = .keep) {
            (self.title, self.isNumeric, self.overflow) = (title, isNumeric, overflow)
        }
    }

    /// The columns from left to right.
    let columns: [Column]
    /// The rows from top to bottom; each has as many cells as there are columns.
    private(set) var rows: [[Cell]] = []

    private static let gap = 2
    private static let shrunkWidthMin = 12

    /// An empty table.
    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row.
    mutating func add(_ cells: [Cell]) {
        require(
            cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells)
    }

    /// The table as lines, the heads first.
    func lines(for terminal: Terminal, indent: Int = 0) -> [String] {
        let widths = fittedWidths(terminal.width.map { $0 - indent })
        let head = columns.map { Cell($0.title, .bold) }
        let margin = String(repeating: " ", count: indent)
        return ([head] + rows).flatMap { row in
            folded(row, widths: widths).map {
                margin + line($0, widths: widths, terminal: terminal)
            }
        }
    }

    /// The table as one text, without a line end at its end.
    func render(for terminal: Terminal, indent: Int = 0) -> String {
        lines(for: terminal, indent: indent).joined(separator: "\n")
    }

    /// The row as one or more rows, each of which fits.
    private func folded(_ row: [Cell], widths: [Int]) -> [[Cell]] {
        let parts = row.indices.map { index -> [Cell] in
            let cell = row[index]
            switch columns[index].overflow {
            case .keep: return [cell]
            case .cut:
                return [Cell(DisplayWidth.truncate(cell.text, to: widths[index]), cell.style)]
            case .wrap:
                return DisplayWidth.wrap(cell.text, to: widths[index])
                    .map { Cell($0, cell.style) }
            }
        }
        let height = parts.map(\.count).max() ?? 1
        return (0..<height).map { level in
            parts.map { level < $0.count ? $0[level] : Cell("") }
        }
    }

    private func line(_ row: [Cell], widths: [Int], terminal: Terminal) -> String {
        var line = ""
        // Spaces are written only before a text, so that no line ends in them.
        var spaces = 0
        for (index, cell) in row.enumerated() {
            let room = max(0, widths[index] - DisplayWidth.of(cell.text))
            let isNumeric = columns[index].isNumeric
            spaces += isNumeric ? room : 0
            if cell.text.isEmpty {
                spaces += (isNumeric ? 0 : room) + Self.gap
                continue
            }
            line += String(repeating: " ", count: spaces) + terminal.styled(cell.text, cell.style)
            spaces = (isNumeric ? 0 : room) + Self.gap
        }
        return line
    }

    private func fittedWidths(_ available: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) {
                max($0, DisplayWidth.of($1[index].text))
            }
        }
        guard let available else { return widths }
        var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - available
        while excess > 0 {
            let candidates = columns.indices.filter {
                columns[$0].overflow != .keep && widths[$0] > Self.shrunkWidthMin
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
