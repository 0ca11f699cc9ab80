import ArgumentParser
import Foundation

/// A file of seeds: a line each, the seed, the minutes of faults (0: as the seed says), and what it showed.
/// Lines that begin with `#` are passed over.
enum SeedListFile {
    /// One line.
    struct Line: Equatable {
        /// The seed.
        var seed: UInt64
        /// The minutes of faults; 0 for what the seed says.
        var minutes: Int64
    }

    /// The lines of a file. *Errors:* `ValidationError` that names the line.
    static func read(_ path: String) throws -> [Line] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ValidationError("cannot read \(path): give a file of seeds, a line each.")
        }
        return try lines(of: text, path)
    }

    /// The lines of a text. *Errors:* as above.
    static func lines(of text: String, _ path: String) throws -> [Line] {
        var result: [Line] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.split(separator: " ")
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count >= 2, let seed = UInt64(first), let minutes = Int64(words[1]),
                (0...600).contains(minutes)
            else {
                throw ValidationError(
                    "\(path), line \(index + 1): write a seed and minutes (0 for the seed's own), for "
                        + "example `34 0 what it showed`.")
            }
            result.append(Line(seed: seed, minutes: minutes))
        }
        return result
    }
}
