import APIModel
import ArgumentParser
import Basics
import Foundation

/// `meridian watch`: the incidents, who is on call and the cluster, live, over the whole screen.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Incidents, who is on call and the cluster, live, over the whole screen.",
        discussion: """
            It follows the events of one region and goes on at the next address of client.yaml \
            when that region falls silent. The head says which region answers, how fresh it is \
            and whether it has a majority; without one, what works and what waits is said below.

            KEYS
              j k, arrows  choose an incident      a  acknowledge it: asks once
              Enter        its brief, timeline     n  write a note
                           and pages; Esc is back  ?  help      q  quit

            EXAMPLES
              meridian watch
              meridian watch 3f9a1c20 --as mei
              meridian watch --once --width 100 --height 30
            """)

    @Argument(help: "Begin with this incident: its id, or its first digits.")
    var incident: IncidentReference?

    @Flag(help: "Print a single frame and end: no terminal is needed.")
    var once = false

    @Option(help: ArgumentHelp("With --once: how wide.", valueName: "columns"))
    var width: Int?

    @Option(help: ArgumentHelp("With --once: how high.", valueName: "rows"))
    var height: Int?

    @OptionGroup var actor: ActorOptions
    @OptionGroup(title: "Connection and output") var client: ClientOptions

    func validate() throws {
        if client.json {
            throw ValidationError(
                "A screen is no JSON: use `meridian incident list --json`,"
                    + " `meridian oncall now --json` or `meridian cluster status --json`.")
        }
        if !once, width != nil || height != nil {
            throw ValidationError("--width and --height go with --once.")
        }
        guard (20...1_000).contains(width ?? 80), (3...1_000).contains(height ?? 24) else {
            throw ValidationError("--width is between 20 and 1000, and --height from 3 to 1000.")
        }
    }

    mutating func run() async throws {
        let size = TerminalScreen.size
        var state = WatchState(
            person: try? actor.resolve(), now: .ofThisMachine,
            size: ScreenSize(
                columns: width ?? size?.columns ?? 80, rows: height ?? size?.rows ?? 24))
        if let incident { state.open(incident.text) }
        let configuration = try client.configuration()
        let (once, opened, timeout) = (once, state, client.timeout)
        // Who answers instead of whom stands in the head; a line among the others would stay.
        try await APIClient.withClient(
            configuration, timeoutSeconds: timeout, remark: { _ in }
        ) { client in
            if once { return try await Self.printOnce(opened, client) }
            guard TerminalScreen.isPossible else {
                throw CommandFailure(
                    .usage, "standard input and output are no terminal",
                    remedy: "--once prints a single frame")
            }
            try await WatchLoop(client: client, screen: TerminalScreen()).run(opened)
        }
    }

    private static func printOnce(_ opened: WatchState, _ client: APIClient) async throws {
        var state = opened
        for case .read(let parts, let details) in state.take(.tick, at: .ofThisMachine) {
            let reading = await WatchReading.read(parts, details: details, with: client)
            if case .failure(let failure) = reading { throw failure }
            _ = state.take(.read(reading), at: .ofThisMachine)
        }
        let console = Console.current()
        console.write(
            WatchFrame.lines(state).map { $0.text(for: console.terminal) }
                .joined(separator: "\n"))
    }
}
