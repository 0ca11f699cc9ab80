import Basics
import Foundation
package import OnCall

/// Reads the system's time zone files. *Source:* design 8; facts, "Time zones".
package enum ZoneFiles {
    /// Where Debian's `tzdata`, and most systems, keep them.
    package static let usualDirectory = "/usr/share/zoneinfo"

    /// The zones of these names, or all zones there are.
    ///
    /// With `names`, each must be there and be usable. Without, files that cannot be used are left
    /// out: a roster that needs one then says so, with its line.
    /// *Errors:* `ConfigError` with a problem per name, or one if there are no zone data at all.
    package static func load(
        directory: String = usualDirectory, names: [String]? = nil
    ) throws(ConfigError) -> TimeZones {
        guard let version = version(directory: directory) else {
            throw ConfigError(missing(directory))
        }
        var rules: [String: TimeZoneRules] = [:]
        var problems: [ConfigProblem] = []
        for name in names ?? allNames(in: directory) {
            do throws(ConfigProblem) {
                rules[name] = try zone(name, in: directory)
            } catch {
                problems.append(error)
            }
        }
        if names != nil, !problems.isEmpty { throw ConfigError(problems: problems) }
        guard !rules.isEmpty || names?.isEmpty == true else {
            throw ConfigError(missing(directory))
        }
        return TimeZones(version: version, rules: rules)
    }

    /// The version of the zone data, for example `2026f`; `nil` if there are none.
    ///
    /// *Source:* the first line of `tzdata.zi` ("# version 2026f"), and `+VERSION` on BSD and
    /// macOS.
    package static func version(directory: String = usualDirectory) -> String? {
        let heading = firstLine(of: "\(directory)/tzdata.zi")?.split(separator: " ") ?? []
        if heading.count >= 3, heading[0] == "#", heading[1] == "version" {
            return String(heading[2])
        }
        return firstLine(of: "\(directory)/+VERSION")
    }

    private static func zone(
        _ name: String, in directory: String
    ) throws(ConfigProblem) -> TimeZoneRules {
        guard isZoneName(name) else {
            throw ConfigProblem(
                code: .badValue, file: directory, message: "`\(name)` is not the name of a zone",
                remedy: "write an IANA name, for example Europe/Berlin")
        }
        let path = "\(directory)/\(name)"
        let file: SourceFile
        do throws(ConfigProblem) {
            file = try SourceFile.read(path)
        } catch {
            throw ConfigProblem(
                code: .unreadable, file: path, message: "there is no zone `\(name)`",
                remedy: "correct the name, or install tzdata")
        }
        do throws(ZoneError) {
            return try TimeZoneRules(parsing: file.bytes)
        } catch {
            throw ConfigProblem(
                code: .badValue, file: path,
                message: "the zone `\(name)` is unusable, \(error.cause)",
                remedy: "install tzdata again")
        }
    }

    /// Every file below the directory that looks like a zone, sorted.
    private static func allNames(in directory: String) -> [String] {
        // Copies of everything else, with and without leap seconds, and links to the local zone.
        let leftOut = ["posix", "right", "posixrules", "localtime", "Factory"]
        let names = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String }
        return (names ?? []).filter { name in
            let first = name.split(separator: "/").first.map(String.init) ?? name
            return isZoneName(name) && !leftOut.contains(first) && first.first?.isUppercase == true
                && isZoneFile("\(directory)/\(name)")
        }.sorted()
    }

    /// Whether a file begins as zone files do. *Source:* RFC 9636, section 3.1.
    private static func isZoneFile(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: 4)) == Data("TZif".utf8)
    }

    /// Whether a name stays inside the directory.
    private static func isZoneName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".")
                && part.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || "-_+.".contains($0))
                }
        }
    }

    private static func firstLine(of path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: 256) else { return nil }
        let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
            .map(TextForms.trimmed)
        return line?.isEmpty == false ? line : nil
    }

    private static func missing(_ directory: String) -> ConfigProblem {
        ConfigProblem(
            code: .unreadable, file: directory, message: "there are no time zone data",
            remedy: "install tzdata (on Debian: apt-get install tzdata)")
    }
}
