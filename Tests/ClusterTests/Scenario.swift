import Foundation

/// What `cluster/faults SCENARIO --json` tells of one scenario.
struct ScenarioResult: Decodable {
    var scenario: String
    var runs: Int
    /// Alerts that were answered and are not in their incident.
    var lost: Int
    /// Pages that came more than once.
    var duplicates: Int
    /// Pages that came after the acknowledgement.
    var late: Int
    /// Seconds from a page's due time to its mail.
    var delay_max: Double?
    var notes: [Note]

    struct Note: Decodable {
        var durability: [String]?
        var alone: String?
        var after: String?
        var finding: String?
        var pages_after_resolve: Int?
        var last: String?
        var members: [String]?
    }
}

/// A program that did not do what a test needs; the text is all it printed.
struct ProgramFailure: Error, CustomStringConvertible {
    var description: String
}

/// The project's folder.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

/// The program under test, built with the tests.
let program =
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/meridian"

/// How many scenarios play at a time: they wait more than they work, and each has four or five processes.
actor Lanes {
    static let shared = Lanes(max(2, ProcessInfo.processInfo.activeProcessorCount))

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// Runs a program to its end and gives back what it printed.
func run(_ executable: String, _ arguments: [String], environment: [String: String] = [:])
    async throws -> String
{
    await Lanes.shared.enter()
    // On a thread of its own: whoever waits must not keep the other tests from their turn.
    let text = await withCheckedContinuation { done in
        Thread { [arguments] in
            done.resume(returning: Result { try wait(for: executable, arguments, environment) })
        }.start()
    }
    await Lanes.shared.leave()
    return try text.get()
}

/// The same, keeping the thread until the program has ended.
private func wait(
    for executable: String, _ arguments: [String], _ environment: [String: String]
) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    let (output, problems) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = problems
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let errors = String(
        decoding: problems.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw ProgramFailure(
            description: "\(executable) \(arguments.joined(separator: " ")) ended with "
                + "\(process.terminationStatus)\n\(text)\n\(errors)")
    }
    return text
}

/// Plays one scenario once on real processes.
func play(_ scenario: String) async throws -> ScenarioResult {
    let text = try await run(
        "/usr/bin/python3", ["cluster/faults.py", scenario, "--json"],
        environment: ["MERIDIAN": program])
    return try JSONDecoder().decode(ScenarioResult.self, from: Data(text.utf8))
}
