import Basics

/// A line of a screen: parts, each in its style.
struct ScreenLine: Equatable, Sendable {
    /// From left to right.
    private(set) var parts: [Cell]

    /// A line of parts.
    init(_ parts: [Cell] = []) { self.parts = parts }

    /// A line in one style.
    init(_ text: String, _ style: TextStyle? = nil) { parts = [Cell(text, style)] }

    /// The columns it takes.
    var width: Int { parts.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    /// What it says.
    var plain: String { parts.map(\.text).joined() }

    /// The line cut to so many columns, with `…` where it was cut.
    func fitted(to columns: Int) -> ScreenLine {
        guard width > columns else { return self }
        var room = columns
        var kept: [Cell] = []
        for part in parts {
            let isWhole = DisplayWidth.of(part.text) < room
            let text = isWhole ? part.text : DisplayWidth.truncate(part.text + "…", to: room)
            kept.append(Cell(text, part.style))
            guard isWhole else { break }
            room -= DisplayWidth.of(text)
        }
        return ScreenLine(kept)
    }

    /// The line for a terminal.
    func text(for terminal: Terminal) -> String {
        parts.map { terminal.styled($0.text, $0.style) }.joined()
    }
}

/// Rows in columns that fit a width: the columns that matter least go first.
struct ScreenTable: Sendable {
    /// One column.
    struct Column: Sendable {
        var title: String
        /// The columns it takes at most.
        var widthMax: Int
        /// The higher, the earlier it goes; 0 stays.
        var drop: Int
        /// It takes what the others leave, and at least `widthMax` before others go.
        var isFlexible = false
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []
    private static let gap = 2

    /// An empty table.
    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row.
    mutating func add(_ cells: [Cell]) {
        require(
            cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells)
    }

    /// The heads, and the rows, in so many columns.
    func lines(in width: Int) -> (head: ScreenLine, rows: [ScreenLine]) {
        let natural = columns.indices.map { index in
            let texts = [columns[index].title] + rows.map { $0[index].text }
            let widest = texts.reduce(0) { max($0, DisplayWidth.of($1)) }
            return columns[index].isFlexible ? widest : min(widest, columns[index].widthMax)
        }
        var shown = Array(columns.indices)
        while need(shown, natural) > width,
            let least = shown.filter({ columns[$0].drop > 0 }).max(by: {
                columns[$0].drop < columns[$1].drop
            })
        {
            shown.removeAll { $0 == least }
        }
        let fixed = shown.reduce(0) { $0 + (columns[$1].isFlexible ? 0 : natural[$1]) }
        let rest = max(1, width - fixed - Self.gap * (shown.count - 1))
        func line(_ cells: [Cell]) -> ScreenLine {
            var parts: [Cell] = []
            for index in shown {
                let room = columns[index].isFlexible ? min(rest, natural[index]) : natural[index]
                let text = DisplayWidth.truncate(cells[index].text, to: room)
                let isLast = index == shown.last
                let spaces = isLast ? 0 : room - DisplayWidth.of(text) + Self.gap
                parts.append(Cell(text, cells[index].style))
                if spaces > 0 { parts.append(Cell(String(repeating: " ", count: spaces))) }
            }
            return ScreenLine(parts).fitted(to: width)
        }
        return (line(columns.map { Cell($0.title, .faint) }), rows.map(line))
    }

    /// What these columns take at least.
    private func need(_ shown: [Int], _ natural: [Int]) -> Int {
        shown.reduce(Self.gap * (shown.count - 1)) { sum, index in
            let column = columns[index]
            return sum + (column.isFlexible ? min(column.widthMax, natural[index]) : natural[index])
        }
    }
}
