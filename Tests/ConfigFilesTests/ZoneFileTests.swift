import Basics
import ConfigFiles
import Foundation
import OnCall
import Testing

/// The TZif file of a zone that is always at UTC. *Source:* RFC 9636, section 3.
let utcZoneBytes: [UInt8] = {
    func header(types: UInt8, designations: UInt8) -> [UInt8] {
        var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        // Counts: UT, standard, leap, transitions, types, designations.
        for count in [0, 0, 0, 0, types, designations] { bytes += [0, 0, 0, count] }
        return bytes
    }
    let block: [UInt8] = [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
    let one = header(types: 1, designations: 4) + block
    return one + one + Array("\nUTC0\n".utf8)
}()

@Suite struct ZoneFileTests {
    private func folder(version: String = "# version 2031z\nR d 1916 o\n") throws -> TempFolder {
        let folder = try TempFolder()
        try folder.write("tzdata.zi", version)
        try folder.write("Europe/Here", utcZoneBytes)
        try folder.write("Asia/There", utcZoneBytes)
        try folder.write("America/Deep/Down", utcZoneBytes)
        try folder.write("right/Europe/Here", utcZoneBytes)
        try folder.write("posixrules", utcZoneBytes)
        try folder.write("Europe/Notes", "this is no zone")
        try folder.write("Europe/Broken", Array(utcZoneBytes.dropLast(8)))
        return folder
    }

    @Test func `all zones are found, and what is none is left out`() throws {
        let folder = try folder()
        let zones = try ZoneFiles.load(directory: folder.path)
        #expect(zones.version == "2031z")
        #expect(zones.names == ["America/Deep/Down", "Asia/There", "Europe/Here"])
        #expect(zones["Europe/Here"]?.offset(at: .epoch) == .zero)
    }

    @Test func `zones asked for by name must all be there and be usable`() throws {
        let folder = try folder()
        let zones = try ZoneFiles.load(directory: folder.path, names: ["Asia/There"])
        #expect(zones.names == ["Asia/There"])
        let error = #expect(throws: ConfigError.self) {
            try ZoneFiles.load(
                directory: folder.path,
                names: [
                    "Asia/There", "Europe/Gone", "Europe/Broken", "../tzdata.zi", "/etc/passwd",
                ])
        }
        #expect(error?.problems.map(\.code) == [.unreadable, .badValue, .badValue, .badValue])
        #expect(error?.problems.first?.remedy.contains("install tzdata") == true)
    }

    @Test func `without zone data the remedy is to install tzdata`() throws {
        let folder = try TempFolder()
        let error = #expect(throws: ConfigError.self) {
            try ZoneFiles.load(directory: folder.path + "/none")
        }
        #expect(error?.description.contains("install tzdata") == true)
        #expect(ZoneFiles.version(directory: folder.path) == nil)
        try folder.write("tzdata.zi", "# version 2031z\n")
        #expect(throws: ConfigError.self) { try ZoneFiles.load(directory: folder.path) }
    }

    @Test func `the version may come from the file that BSD has`() throws {
        let folder = try TempFolder()
        try folder.write("+VERSION", "2030b\n")
        #expect(ZoneFiles.version(directory: folder.path) == "2030b")
    }

    @Test func `the system's own zones are usable`() throws {
        let zones = try ZoneFiles.load()
        #expect(zones.names.count > 300)
        #expect(!zones.names.contains { $0.hasPrefix("right/") || $0.hasPrefix("posix/") })
        let berlin = try #require(zones["Europe/Berlin"])
        // 2026-07-01 00:00 UTC: summer time.
        #expect(berlin.offset(at: Instant(seconds: 1_782_864_000)) == .hours(2))
        #expect(zones.version == ZoneFiles.version())
    }
}
