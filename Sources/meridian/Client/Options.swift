import APIModel
import ArgumentParser
import Foundation

/// Where the cluster is and how an answer is written: the options of every client command.
struct ClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file that names the regions and the token.",
            discussion: "Otherwise $MERIDIAN_CONFIG, ./client.yaml or ./run/demo/client.yaml.",
            valueName: "client.yaml"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        name: .customLong("url"),
        help: ArgumentHelp(
            "A node's address, instead of those in client.yaml; may be repeated.",
            valueName: "http://host:port"))
    var urls: [String] = []

    @Option(
        help: ArgumentHelp(
            "The API token. $MERIDIAN_TOKEN is better: arguments can be seen by other users.",
            valueName: "token"))
    var token: String?

    @Option(
        help: ArgumentHelp("Ask this region of client.yaml and no other.", valueName: "name"),
        completion: .custom { arguments, _, _ in Completions.regions(arguments) })
    var region: String?

    @Option(
        help: ArgumentHelp(
            "How long one region may take before the next is asked, in seconds.",
            valueName: "seconds"))
    var timeout = 1.8

    @Flag(help: "Write the answer as JSON, with sorted keys.")
    var json = false

    func validate() throws {
        guard timeout >= 0.1, timeout <= 600 else {
            throw ValidationError("--timeout is between 0.1 and 600 seconds, not \(timeout).")
        }
        if !urls.isEmpty, region != nil {
            throw ValidationError("Use either --url or --region.")
        }
    }

    /// The configuration these options lead to. *Errors:* `CommandFailure`.
    func configuration() throws -> ClientConfiguration {
        try ClientConfiguration.resolve(
            config: config, urls: urls, token: token, region: region,
            environment: ProcessInfo.processInfo.environment)
    }

    /// Runs something with a client of this configuration.
    func withClient<Value: Sendable>(
        _ body: (APIClient) async throws -> Value
    ) async throws -> Value {
        try await APIClient.withClient(
            try configuration(), timeoutSeconds: timeout, body)
    }

    /// Reads something from the first region that answers. *Errors:* `CommandFailure`.
    func get<Value: Decodable & Sendable>(
        _ path: String, query: [(name: String, value: String)] = [],
        as type: Value.Type = Value.self
    ) async throws -> Value {
        try await withClient { try await $0.call(.get(path, query: query), answering: type).value }
    }

    /// Writes an answer: as JSON if that is asked for, otherwise as people read it.
    func write(_ answer: some Encodable, _ text: (Terminal) -> String) throws {
        let console = Console.current()
        console.write(json ? try JSONOutput.text(answer) : text(console.terminal))
    }
}

/// Who acts.
struct ActorOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who acts: a person of the roster. Otherwise $MERIDIAN_USER, else $USER.",
            valueName: "person"))
    var person: String?

    /// The person's id. *Errors:* `CommandFailure` if there is none to be found.
    func resolve(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CommandFailure) -> String {
        let candidates = [person, environment["MERIDIAN_USER"], environment["USER"]]
        guard let name = candidates.compactMap({ $0 }).first(where: { !$0.isEmpty }) else {
            throw CommandFailure(
                .usage, "nobody is named who acts", remedy: "give --as, like --as mei")
        }
        return name
    }
}

/// How safe an acceptance has to be.
struct DurabilityOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "End with status 5 if it is safe at one region only.",
            discussion: "It has effect all the same, and is merged once a majority can be reached.")
    )
    var requireQuorum = false
}

/// How much an answer has to show.
struct ConsistencyOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Only an answer that shows everything decided before it was asked for.",
            discussion: "A region that cannot make sure of that is passed over; if none can, the "
                + "status is 4. Otherwise an answer shows what its region knows, and says how much."
        ))
    var linearizable = false

    /// What the region is asked for.
    var query: [(name: String, value: String)] {
        linearizable ? [("consistency", "linearizable")] : []
    }
}

/// Who acts, how safe it has to be, and where the cluster is: the options of every command that
/// changes something.
struct ActionOptions: ParsableArguments {
    @OptionGroup var actor: ActorOptions
    @OptionGroup var durability: DurabilityOptions
    @OptionGroup(title: "Connection and output") var client: ClientOptions

    private var action: IncidentAction {
        IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
    }

    /// Sends what whoever acts asks for, once. *Errors:* those of `IncidentAction`.
    func post(
        _ path: String, saying done: (String) -> String,
        _ body: (String) throws -> some Encodable
    ) async throws {
        let by = try actor.resolve()
        try await action.run(try .post(path, try body(by), .once), saying: done(by))
    }

    /// Sends one request about many incidents. *Errors:* those of `IncidentAction`.
    func postMany(
        _ path: String, saying done: (String) -> String,
        _ body: (String) -> ManyHandoffsRequest
    ) async throws {
        let by = try actor.resolve()
        try await action.runForMany(
            try .post(path, body(by), .once, patienceSeconds: 8), saying: done(by))
    }

    /// Sends the same for each incident. *Errors:* those of `IncidentAction`.
    func postForEach(
        _ ids: [IncidentReference], to path: (String) -> String, saying done: (String) -> String,
        _ body: (String) -> some Encodable
    ) async throws {
        let by = try actor.resolve()
        let body = body(by)
        try await action.runForEach(ids, saying: done(by)) { try .post(path($0), body, .once) }
    }
}

/// The id of an incident, whole or its beginning.
struct IncidentReference: ExpressibleByArgument, Equatable, Sendable {
    /// Lower-case hexadecimal digits.
    let text: String

    /// The fewest digits that are taken.
    static let digitsMin = 4

    init?(argument: String) {
        let digits = (argument.hasPrefix("#") ? String(argument.dropFirst()) : argument)
            .lowercased()
        guard (Self.digitsMin...32).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        text = digits
    }

    static var defaultCompletionKind: CompletionKind {
        .custom { arguments, _, _ in await Completions.incidents(arguments) }
    }
}

/// A severity: `SEV1` to `SEV5`, in either case, or only the digit.
struct SeverityArgument: ExpressibleByArgument, Equatable, Sendable {
    /// `SEV1` to `SEV5`.
    let name: String

    static let allNames = (1...5).map { "SEV\($0)" }

    /// SEV1.
    static let worst = SeverityArgument(name: "SEV1")

    private init(name: String) { self.name = name }

    var defaultValueDescription: String { name }

    init?(argument: String) {
        let text = argument.uppercased()
        let name = text.count == 1 ? "SEV\(text)" : text
        guard Self.allNames.contains(name) else { return nil }
        self.name = name
    }

    static var allValueStrings: [String] { allNames }
}
