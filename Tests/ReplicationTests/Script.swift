/// An interaction script: commands, each followed by what they are expected to say.
///
/// A line that begins with `> ` is a command; the lines behind it, up to the next command, comment
/// or empty line, are its expected output. Lines that begin with `#` and empty lines are kept.
struct Script: Equatable {
    enum Part: Equatable {
        case text(String)
        case command(String, expected: [String])
    }

    var parts: [Part] = []

    init(parsing text: String) {
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("> ") {
                parts.append(.command(String(line.dropFirst(2)), expected: []))
                isOpen = true
            } else if line.isEmpty || line.hasPrefix("#") {
                parts.append(.text(String(line)))
                isOpen = false
            } else if isOpen, case .command(let command, let expected) = parts.removeLast() {
                parts.append(.command(command, expected: expected + [String(line)]))
            } else {
                parts.append(.text(String(line)))
            }
        }
    }

    /// The script as text, with what the commands really said.
    func rendered(_ run: (String) -> [String]) -> String {
        let lines = parts.flatMap { part -> [String] in
            switch part {
            case .text(let text): [text]
            case .command(let command, expected: _): ["> " + command] + run(command)
            }
        }
        return lines.joined(separator: "\n")
    }
}
