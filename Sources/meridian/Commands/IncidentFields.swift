import APIModel
import ArgumentParser

extension IncidentCommand {
    /// `meridian incident severity`.
    struct SetSeverity: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "severity",
            abstract: "Say how bad an incident is.",
            discussion: """
                Set without a majority it is kept as a proposal until regions see each other again: \
                `meridian conflict list` then shows what was decided. Worse counts at once; milder \
                stands until an alert says otherwise.

                EXAMPLES
                  meridian incident severity 3f9a1c20 SEV1 --reason "all of checkout is down"
                  meridian incident severity 3f9a1c20 SEV3 --reason "only the report page" --as mei
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Argument(help: "SEV1 to SEV5.")
        var severity: SeverityArgument

        @Option(help: ArgumentHelp("Why; it goes into the timeline.", valueName: "text"))
        var reason: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let person = try actor.resolve()
            let request = SeverityRequest(severity: severity.name, by: person, reason: reason)
            let call = try APICall.post(APIPath.severity(id.text), request, .once)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.run(call, saying: "\(severity.name) asked for by \(person)")
        }
    }

    /// `meridian incident command`.
    struct TakeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "command",
            abstract: "Take command of an incident, or put somebody in command.",
            discussion: """
                Where somebody took command on the side with a majority, whoever took it elsewhere \
                becomes deputy, and is told so.

                EXAMPLES
                  meridian incident command 3f9a1c20 --as mei
                  meridian incident command 3f9a1c20 --person joao --reason "my shift ends"
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Option(help: ArgumentHelp("Who is to command; otherwise you.", valueName: "person"))
        var person: String?

        @Option(help: ArgumentHelp("Why; it goes into the timeline.", valueName: "text"))
        var reason: String?

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let by = try actor.resolve()
            let request = CommanderRequest(person: person, by: by, reason: reason)
            let call = try APICall.post(APIPath.commander(id.text), request, .once)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.run(call, saying: "command asked for, for \(person ?? by)")
        }
    }
}
