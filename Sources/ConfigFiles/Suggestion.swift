/// The known word nearest to one that is not known, or `nil` if none is near enough to be meant.
func nearest(to word: String, among known: [String]) -> String? {
    let lower = word.lowercased()
    let allowed = max(1, min(3, lower.count / 3))
    var best: (word: String, distance: Int)?
    for candidate in known {
        let distance = editDistance(lower, candidate.lowercased())
        if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// A remedy for a word that is not known: the nearest one, or all of them if they are few.
func remedy(forUnknown word: String, among known: [String], ifNone: String) -> String {
    if let near = nearest(to: word, among: known) { return "did you mean `\(near)`?" }
    if known.isEmpty { return ifNone }
    if known.count <= 16 { return "use one of \(listed(known))" }
    return "\(known.count) are known, none is near to it"
}

/// Words as a list in a sentence: `a, b or c`.
func listed(_ words: [String]) -> String {
    let quoted = words.map { "`\($0)`" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "none" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour.
/// *Source:* the optimal string alignment distance.
private func editDistance(_ a: String, _ b: String) -> Int {
    let (left, right) = (Array(a), Array(b))
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var rows = [Array(0...right.count)]
    for i in 1...left.count {
        var row = [i]
        for j in 1...right.count {
            let cost = left[i - 1] == right[j - 1] ? 0 : 1
            var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                best = min(best, rows[i - 2][j - 2] + 1)
            }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[left.count][right.count]
}
