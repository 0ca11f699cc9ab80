import APIModel
import ArgumentParser

/// `meridian conflict`: what two sides saw differently, and what was decided.
struct ConflictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflict",
        abstract: "See what was decided where two sides differed, and overturn it.",
        discussion: """
            When regions cannot see each other, both sides page, and people act on both. Once they \
            see each other again the incident's owner decides by published rules \
            (docs/reconciliation.md); each decision is in the timeline, and a person may overturn it.

            EXAMPLES
              meridian conflict list
              meridian conflict show 9c1e
              meridian conflict overturn 9c1e --severity SEV3 --reason "ap had the newer graphs"
            """,
        subcommands: [List.self, Show.self, Overturn.self])
}

extension ConflictCommand {
    /// `meridian conflict list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What was decided where two sides differed, newest first.",
            discussion: """
                EXAMPLES
                  meridian conflict list
                  meridian conflict list --all --json | jq '.conflicts[].reason'
                """)

        @Flag(help: "Also what was overturned or replaced, and of resolved incidents.")
        var all = false

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let call = APICall.get(APIPath.conflicts, query: all ? [("all", "true")] : [])
            let list = try await client.withClient {
                try await $0.call(call, answering: ConflictList.self).value
            }
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(list)) }
            if list.conflicts.isEmpty {
                return console.remark("no such conflicts, says \(list.region)")
            }
            console.write(
                ConflictTexts.list(
                    list.conflicts, now: list.readAt.instant, for: console.terminal))
        }
    }

    /// `meridian conflict show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One conflict with both sides.",
            discussion: """
                EXAMPLES
                  meridian conflict show 9c1e
                """)

        @Argument(help: "The conflict's id, or its first digits.")
        var id: String

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let id = self.id
            let conflict = try await client.withClient {
                try await $0.call(.get(APIPath.conflict(id)), answering: ConflictSummary.self).value
            }
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(conflict)) }
            console.write(ConflictTexts.detail(conflict, for: console.terminal))
        }
    }

    /// `meridian conflict overturn`.
    struct Overturn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide otherwise; it goes into the timeline with your reason.",
            discussion: """
                Where somebody commands the incident, that is for them, their deputies, whoever is on \
                call for it and the leads of regions; otherwise take command first.

                EXAMPLES
                  meridian conflict overturn 9c1e --severity SEV3 --reason "ap had the newer graphs"
                  meridian conflict overturn 77d0 --commander joao --reason "he knows the system"
                  meridian conflict overturn 5b12 --reason "not the same problem"   (two were merged)
                """)

        @Argument(help: "The conflict's id, or its first digits.")
        var id: String

        @Option(help: "The severity that is to stand instead.")
        var severity: SeverityArgument?

        @Option(help: ArgumentHelp("Who is to command instead.", valueName: "person"))
        var commander: String?

        @Option(help: "How far people are instead.")
        var phase: PhaseArgument?

        @Option(help: ArgumentHelp("Why; it goes into the timeline.", valueName: "text"))
        var reason: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            let given = [severity?.name, commander, phase?.rawValue].compactMap { $0 }
            guard given.count < 2 else {
                throw ValidationError(
                    "Give one of --severity, --commander and --phase: what is to stand.")
            }
        }

        mutating func run() async throws {
            let request = OverturnRequest(
                severity: severity?.name, commander: commander, phase: phase?.rawValue,
                by: try actor.resolve(), reason: reason)
            let call = try APICall.post(APIPath.overturn(id), request, .once)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.run(call, saying: "decision \(id) overturned")
        }
    }
}
