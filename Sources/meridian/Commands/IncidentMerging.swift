import APIModel
import ArgumentParser

extension IncidentCommand {
    /// `meridian incident merge`.
    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make two incidents that are one problem a single one.",
            discussion: """
                Whichever opened first takes the other over: with its alerts, acknowledgement and \
                commander, and pages for both from then on. Until it has, both page. What is asked of \
                the other one then goes to it, also through links of pages that were sent before.

                EXAMPLES
                  meridian incident merge 3f9a1c20 --with 77d0 --as mei
                  meridian incident merge 3f9a1c20 --with 77d0 --reason "both are the database"
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Option(
            help: ArgumentHelp("The other incident's id, or its first digits.", valueName: "id"))
        var with: IncidentReference

        @Option(help: ArgumentHelp("Why; it goes into the timeline.", valueName: "text"))
        var reason: String?

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let by = try actor.resolve()
            let request = MergeRequest(with: with.text, by: by, reason: reason)
            let call = try APICall.post(APIPath.merge(id.text), request, .once)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.run(call, saying: "is to be merged, asked for by \(by)")
        }
    }

    /// `meridian incident separate`.
    struct Separate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an incident one of its own again, or refuse to have it merged.",
            discussion: """
                It pages by itself again if nobody has taken it on. Who says that two incidents are \
                two wins over whoever did not know of it, and no coordinator proposes it again.

                EXAMPLES
                  meridian incident separate 3f9a1c20 --reason "another database" --as mei
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Option(help: ArgumentHelp("Why; it goes into the timeline.", valueName: "text"))
        var reason: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let by = try actor.resolve()
            let request = SeparateRequest(by: by, reason: reason)
            let call = try APICall.post(APIPath.separate(id.text), request, .once)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.run(call, saying: "is to be an incident of its own, says \(by)")
        }
    }
}
