/// A view of the list that somebody keeps by a name: an address and nothing more.
package struct SavedView: Equatable, Sendable {
    /// What it is called.
    package var name: String
    /// What it shows: the query of its address.
    package var query: String

    /// The longest name.
    package static let nameLengthMax = 40
    /// How many a browser keeps.
    package static let viewsMax = 12

    /// A view of a filter; the name is one line, cut to its length.
    package init(name: String, filter: IncidentsQuery) {
        self.name = String(
            name.prefix(Self.nameLengthMax).map { $0.isNewline || $0 == "\t" ? " " : $0 })
        query = filter.query(skip: 0)
    }

    /// The views that a text holds, as `text(of:)` writes them. What is none is passed over: a browser's
    /// cookie is anybody's text.
    package static func all(in text: String) -> [SavedView] {
        let lines = text.split(separator: "\n").prefix(viewsMax)
        return lines.compactMap { line in
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            let pairs = Query.pairs(of: parts[1])
            let filter = IncidentsQuery { name in pairs.first { $0.name == name }?.value }
            return SavedView(name: parts[0], filter: filter)
        }
    }

    /// Views as one text.
    package static func text(of views: [SavedView]) -> String {
        views.suffix(viewsMax).map { "\($0.name)\t\($0.query)" }.joined(separator: "\n")
    }
}
