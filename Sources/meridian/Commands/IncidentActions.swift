import APIModel
import ArgumentParser
import Foundation

extension IncidentCommand {
    /// `meridian incident declare`.
    struct Declare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Declare an incident by hand; whoever is on call for the service is paged.",
            discussion: """
                A false alarm is cheap: `meridian incident resolve` cancels it.

                EXAMPLES
                  meridian incident declare --service checkout "No cards" --severity SEV1
                  meridian incident declare --service search "Slow in Asia" --detail p99=4s
                  meridian incident declare --service checkout "Friday's drill" --drill
                """)

        @Argument(help: "What is wrong, in one line.")
        var title: [String]

        @Option(help: ArgumentHelp("The service that is affected.", valueName: "service"))
        var service: String

        @Option(
            help: ArgumentHelp(
                "How bad it is; otherwise the service's default.", valueName: "SEV1..SEV5"))
        var severity: SeverityArgument?

        @Option(
            name: .customLong("detail"),
            help: ArgumentHelp("What else is known; may be repeated.", valueName: "name=value"))
        var details: [NamedValue] = []

        @Option(help: ArgumentHelp("Where to look.", valueName: "url"))
        var link: String?

        @Flag(help: "It is a drill: every page says so.")
        var drill = false

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            guard !title.joined(separator: " ").trimmingCharacters(in: .whitespaces).isEmpty else {
                throw ValidationError("The title is empty: say in one line what is wrong.")
            }
        }

        mutating func run() async throws {
            let request = DeclareRequest(
                service: service, title: title.joined(separator: " "), severity: severity?.name,
                details: details.isEmpty ? nil : NamedValue.dictionary(details), link: link,
                by: try actor.resolve(), isDrill: drill ? true : nil)
            // Sent twice it would be two incidents.
            let call = try APICall.post(APIPath.incidents, request, .once)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.run(call, saying: "declared")
        }
    }

    /// `meridian incident ack`.
    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack",
            abstract: "Take incidents on: paging stops.",
            discussion: """
                EXAMPLES
                  meridian incident ack 3f9a1c20
                  meridian incident ack 3f9a1c20 77b0d2e1 --as mei
                  meridian incident ack 3f9a --require-quorum
                """,
            aliases: ["acknowledge"])

        @Argument(help: "The incidents' ids, or their first digits.")
        var ids: [IncidentReference]

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let person = try actor.resolve()
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.runForEach(ids, saying: "taken on by \(person)") { id in
                try .post(APIPath.acknowledge(id), AcknowledgeRequest(by: person), .repeatable)
            }
        }
    }

    /// `meridian incident resolve`.
    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close the alerts that fire now; a new one opens the incident again.",
            discussion: """
                EXAMPLES
                  meridian incident resolve 3f9a1c20
                  meridian incident resolve 3f9a1c20 77b0d2e1 --as mei
                """)

        @Argument(help: "The incidents' ids, or their first digits.")
        var ids: [IncidentReference]

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let person = try actor.resolve()
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.runForEach(ids, saying: "resolved by \(person)") { id in
                try .post(APIPath.resolve(id), ResolveRequest(by: person), .repeatable)
            }
        }
    }

    /// `meridian incident escalate`.
    struct Escalate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Page the next level of the policy now.",
            discussion: """
                EXAMPLES
                  meridian incident escalate 3f9a1c20 --reason "needs a database person"
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Option(help: ArgumentHelp("Why; it goes into the timeline.", valueName: "text"))
        var reason: String?

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let person = try actor.resolve()
            let request = EscalateRequest(by: person, reason: reason)
            // Sent twice it would skip a level.
            let call = try APICall.post(APIPath.escalate(id.text), request, .once)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.run(call, saying: "escalated by \(person)")
        }
    }

    /// `meridian incident note`.
    struct Note: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write something into an incident's timeline.",
            discussion: """
                Whom it mentions, as @ and their id in the roster, is told of it once, as of \
                everything that is no page.

                EXAMPLES
                  meridian incident note 3f9a1c20 "rolled back to 4.12"
                  meridian incident note 3f9a1c20 "@mei does the EU look well?"
                  meridian incident note 3f9a1c20 --reply-to m1.42 "yes, since 02:10"
                  tail -5 deploy.log | meridian incident note 3f9a1c20 -
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Argument(help: "The text; - reads it from standard input.")
        var text: [String]

        @Option(
            help: ArgumentHelp(
                "The note it answers, as the timeline names it, like m1.42.", valueName: "note"))
        var replyTo: String?

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let written = text == ["-"] ? try Self.standardInput() : text.joined(separator: " ")
            guard !written.isEmpty else {
                throw CommandFailure(
                    .usage, "the note is empty", remedy: "say what is to be written")
            }
            let request = NoteRequest(
                by: try actor.resolve(), text: written, replyTo: replyTo)
            let call = try APICall.post(APIPath.notes(id.text), request, .once)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.run(call, saying: "noted")
        }

        private static func standardInput() throws(CommandFailure) -> String {
            do {
                let data = try FileHandle.standardInput.readToEnd() ?? Data()
                return String(decoding: data, as: UTF8.self)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            } catch {
                throw CommandFailure(.failed, "standard input cannot be read: \(error)")
            }
        }
    }
}

/// `name=value` on the command line.
struct NamedValue: ExpressibleByArgument, Equatable, Sendable {
    /// The name.
    let name: String
    /// The value, which may have more `=` in it.
    let value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else {
            return nil
        }
        name = String(argument[..<sign])
        value = String(argument[argument.index(after: sign)...])
    }

    /// The pairs as a dictionary; the last of one name wins.
    static func dictionary(_ pairs: [NamedValue]) -> [String: String] {
        Dictionary(pairs.map { ($0.name, $0.value) }) { _, last in last }
    }
}
