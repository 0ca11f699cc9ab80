import Testing

@testable import meridian

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("mei", 3),
        // Wide characters take two columns.
        ("田中", 4), ("한국", 4), ("🚨", 2),
        // A combining mark takes none, alone or in its character.
        ("e\u{301}", 1), ("\u{200D}", 0),
        // A variation selector asks for the wide form.
        ("⚠\u{FE0F}", 2),
    ])
    func `characters take as many columns as a terminal gives them`(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test(arguments: [
        ("checkout", 8, "checkout"), ("checkout", 7, "checko…"), ("checkout", 1, "…"),
        ("checkout", 0, ""),
        // A space before the mark would look like a word of its own.
        ("a bc", 3, "a…"),
        // A wide character that would straddle the edge is left out.
        ("田中太郎", 4, "田…"),
    ])
    func `text is cut to columns, not characters`(text: String, columns: Int, expected: String) {
        let cut = DisplayWidth.truncate(text, to: columns)
        #expect(cut == expected)
        #expect(DisplayWidth.of(cut) <= columns)
    }

    @Test func `text is folded at spaces and long words stay whole`() {
        #expect(
            DisplayWidth.wrap("one two three-and-more four", to: 8)
                == ["one two", "three-and-more", "four"])
        #expect(DisplayWidth.wrap("", to: 8) == [""])
    }

    @Test(arguments: [
        ("plain", "plain"), ("two\nlines\tand", "two lines and"),
        // Escape, bell, and the one-byte form of escape-bracket do not reach the terminal.
        ("\u{1B}[2J\u{07}", "\u{FFFD}[2J\u{FFFD}"), ("\u{9B}31m", "\u{FFFD}31m"),
        // Turning the direction of writing could make one title look like another.
        ("safe\u{202E}txt", "safetxt"), ("田中", "田中"),
    ])
    func `what could move the cursor is taken out`(text: String, expected: String) {
        #expect(DisplayWidth.printable(text) == expected)
    }
}

struct TerminalTests {
    @Test func `away from a terminal nothing is coloured or cut`() {
        let terminal = Terminal.describe(
            isTerminal: false, columns: 40, environment: ["COLUMNS": "40"])
        #expect(terminal == .plain)
        #expect(terminal.styled("x", .bad) == "x")
    }

    @Test(arguments: [
        ([:], true), (["NO_COLOR": ""], true), (["NO_COLOR": "1"], false),
        (["TERM": "dumb"], false), (["TERM": "xterm"], true),
    ])
    func `colours follow NO_COLOR and TERM`(environment: [String: String], isColoured: Bool) {
        let terminal = Terminal.describe(isTerminal: true, columns: 80, environment: environment)
        #expect(terminal.hasColour == isColoured)
        #expect(terminal.styled("x", .bad).contains("\u{1B}") == isColoured)
    }

    @Test func `the width comes from the terminal, then COLUMNS, then 80`() {
        func width(_ columns: Int?, _ environment: [String: String]) -> Int? {
            Terminal.describe(isTerminal: true, columns: columns, environment: environment).width
        }
        #expect(width(132, ["COLUMNS": "100"]) == 132)
        #expect(width(nil, ["COLUMNS": "100"]) == 100)
        #expect(width(nil, [:]) == 80)
    }
}

struct TableTests {
    private func sample() -> Table {
        var table = Table([.init("ID"), .init("COUNT", isNumeric: true), .init("TITLE", .cut)])
        table.add([Cell("a1"), Cell("7"), Cell("Checkout is slow in all of Asia")])
        table.add([Cell("b22"), Cell("1200"), Cell("")])
        return table
    }

    @Test func `columns are aligned and no line ends in spaces`() {
        #expect(
            sample().lines(for: .plain) == [
                "ID   COUNT  TITLE",
                "a1       7  Checkout is slow in all of Asia",
                "b22   1200",
            ])
    }

    @Test func `on a terminal the flexible column is cut to fit`() {
        let terminal = Terminal(isInteractive: true, hasColour: false, width: 30)
        let lines = sample().lines(for: terminal)
        #expect(lines[1] == "a1       7  Checkout is slow…")
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= 30 })
    }

    @Test func `a folded column goes on in the next line under itself`() {
        var table = Table([.init("TIME"), .init("TEXT", .wrap), .init("END")])
        table.add([Cell("10:00"), Cell("one two three four five six"), Cell("x")])
        let terminal = Terminal(isInteractive: true, hasColour: false, width: 28)
        #expect(
            table.lines(for: terminal) == [
                "TIME   TEXT              END",
                "10:00  one two three     x",
                "       four five six",
            ])
        #expect(table.lines(for: .plain).count == 2)
    }

    @Test func `wide characters keep the columns aligned`() {
        var table = Table([.init("WHO"), .init("X")])
        table.add([Cell("田中"), Cell("1")])
        table.add([Cell("mei"), Cell("2")])
        #expect(table.lines(for: .plain) == ["WHO   X", "田中  1", "mei   2"])
    }

    @Test func `colours do not count as columns`() {
        var table = Table([.init("SEV"), .init("X")])
        table.add([Cell("SEV1", .bad), Cell("1")])
        let terminal = Terminal(isInteractive: true, hasColour: true, width: 80)
        #expect(table.lines(for: terminal)[1] == "\u{1B}[1;31mSEV1\u{1B}[0m  1")
    }

    @Test func `a title with control characters cannot colour the table`() {
        var table = Table([.init("TITLE")])
        table.add([Cell("\u{1B}[32mall is well\u{1B}[0m")])
        #expect(!table.render(for: .plain).contains("\u{1B}"))
    }

    @Test func `a row with the wrong number of cells is our bug`() async {
        await #expect(processExitsWith: .failure) {
            var table = Table([.init("A"), .init("B")])
            table.add([Cell("only one")])
        }
    }
}
