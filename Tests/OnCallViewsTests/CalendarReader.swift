import Foundation
import Testing

/// A calendar as Debian's python3-icalendar reads it.
struct ReadCalendar: Decodable {
    struct Event: Decodable {
        var uid: String
        var summary: String
        var description: String
        var stamp: Int64
        var from: Int64
        var to: Int64
        var fromByCalendar: Int64
        var toByCalendar: Int64
        var zone: String
    }

    struct Observance: Decodable, Equatable {
        var zone: String
        var at: Int64
        var before: Int64
        var after: Int64
    }

    var name: String
    var refresh: String
    var errors: [String]
    var lineOctetsMax: Int
    var bareLineBreaks: Int
    var events: [Event]
    var observances: [Observance]

    /// Reads a calendar in a process of its own. A machine without the library fails the test, with
    /// the remedy.
    static func read(_ text: String) throws -> ReadCalendar {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Support/read_calendar.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-B", script.path]
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "calendar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "feed.ics")
        try Data(text.utf8).write(to: input)
        let (output, problems) = (Pipe(), Pipe())
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = output
        process.standardError = problems
        do {
            try process.run()
        } catch {
            Issue.record("/usr/bin/python3 does not start: 'cluster/install test' installs it")
            throw error
        }
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try problems.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(
            process.terminationStatus == 0, "\(String(decoding: complaint, as: UTF8.self))")
        return try JSONDecoder().decode(ReadCalendar.self, from: answer)
    }
}
