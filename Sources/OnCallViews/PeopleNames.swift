public import Basics

/// How people are called, abbreviated and coloured: the same in every picture of one roster.
public struct PeopleNames: Equatable, Sendable {
    /// One person.
    struct Entry: Equatable, Sendable {
        var id: PersonID
        var name: String
        /// Two characters, or one, that nobody else of the roster has.
        var initials: String
        /// A number below `colourCount`; two people share one only if there are more people.
        var colour: Int
    }

    /// How many colours there are for people.
    static let colourCount = 12

    private let entries: [Entry]
    private let positions: [PersonID: Int]

    /// The names of all people of a roster, not only of those in a picture. Whoever joins the roster
    /// may take initials or a colour from somebody who had them by chance; another week does not.
    public init(_ people: [(id: PersonID, name: String)]) {
        var entries: [Entry] = []
        var positions: [PersonID: Int] = [:]
        var taken: Set<String> = []
        for (id, name) in people.sorted(by: { $0.id < $1.id }) where positions[id] == nil {
            let initials = Self.candidates(name: name, id: id).first { !taken.contains($0) }
            let chosen = initials ?? String(entries.count)
            taken.insert(chosen)
            positions[id] = entries.count
            entries.append(
                Entry(
                    id: id, name: name.isEmpty ? id.text : name, initials: chosen, colour: 0))
        }
        for (index, colour) in Self.colours(of: entries.map(\.id)).enumerated() {
            entries[index].colour = colour
        }
        (self.entries, self.positions) = (entries, positions)
    }

    /// A colour for each: the one that a hash of the id wishes for, or the next that is not used up.
    /// Wishes are granted first, so that whoever joins moves few others.
    private static func colours(of people: [PersonID]) -> [Int] {
        let share = (people.count + colourCount - 1) / colourCount
        var used = Array(repeating: 0, count: colourCount)
        let wishes = people.map { person in
            var fold = Fold64()
            fold.fold(person.text)
            return Int(fold.value % UInt64(colourCount))
        }
        let granted = wishes.map { wish -> Int? in
            guard used[wish] < share else { return nil }
            used[wish] += 1
            return wish
        }
        return zip(granted, wishes).map { colour, wish in
            if let colour { return colour }
            let next = (1..<colourCount).map { (wish + $0) % colourCount }
            let free = next.first { used[$0] < share } ?? wish
            used[free] += 1
            return free
        }
    }

    /// The name of a person; the id of one who is not known.
    public func name(of person: PersonID) -> String { entry(person).name }

    /// All there is about a person, made up for one who is not known.
    func entry(_ person: PersonID) -> Entry {
        guard let position = positions[person] else {
            let initials = String(person.text.prefix(2)).uppercased()
            return Entry(id: person, name: person.text, initials: initials, colour: 0)
        }
        return entries[position]
    }

    /// Initials in the order in which they are tried: of the first and the last word; of the first
    /// word and any later letter; of the id likewise.
    private static func candidates(name: String, id: PersonID) -> [String] {
        let words = [name, id.text].map { text in
            text.split { !isNarrowLetter($0) }.map { $0.uppercased() }
        }
        var candidates: [String] = []
        for parts in words {
            guard let first = parts.first?.first else { continue }
            if parts.count > 1, let last = parts.last?.first {
                candidates.append("\(first)\(last)")
            }
            candidates += parts.joined().dropFirst().map { "\(first)\($0)" }
        }
        let first = words.flatMap(\.self).first?.first.map(String.init) ?? "#"
        return candidates + [first] + (1...9).map { "\(first)\($0)" }
    }

    /// Letters and digits that take one column of a terminal.
    private static func isNarrowLetter(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        return (character.isLetter || character.isNumber) && scalars.count == 1
            && scalars.allSatisfy { $0.value < 0x250 }
    }
}
