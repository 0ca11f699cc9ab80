import ArgumentParser

/// `meridian node`: runs one region's node.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Run one region's node, or a witness, until it is told to stop.",
        discussion: """
            It runs in the foreground and logs to standard error. SIGTERM and SIGINT stop it \
            in order; after SIGKILL nothing that was accepted is lost. A roster is changed with \
            `meridian roster apply`. Until that was done for the first time the roster file is in \
            force, and SIGHUP reads it again; afterwards SIGHUP changes nothing.

            EXAMPLES
              meridian node --config run/demo/eu/node.yaml
            """)

    @Option(
        help: ArgumentHelp("The node's configuration.", valueName: "node.yaml"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    mutating func run() async throws {
        try await NodeProcess.run(configPath: config)
    }
}

/// `meridian coordinator`: runs a coordinator.
struct CoordinatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Run a coordinator, which reconciles what regions decided apart.",
        discussion: """
            There may be none, one or several: paging never depends on it.

            EXAMPLES
              meridian coordinator --config run/demo/coordinator/node.yaml
            """)

    @Option(
        help: ArgumentHelp("The coordinator's configuration.", valueName: "node.yaml"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    mutating func run() async throws {
        try await CoordinatorProcess.run(configPath: config)
    }
}
