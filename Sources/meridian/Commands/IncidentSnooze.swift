import APIModel
import ArgumentParser

extension IncidentCommand {
    /// `meridian incident snooze`.
    struct Snooze: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take incidents on for a while: then they page again from the first level.",
            discussion: """
                Unless somebody takes it on meanwhile, or it is resolved. Whoever asks for the next level, \
                or makes it page anew, ends a snooze.

                EXAMPLES
                  meridian incident snooze 3f9a1c20 --for 30m
                  meridian incident snooze 3f9a1c20 77b0d2e1 --for 1h30m --as mei
                """)

        @Argument(help: "The incidents' ids, or their first digits.")
        var ids: [IncidentReference]

        @Option(help: ArgumentHelp("For how long, up to 24h.", valueName: "30m"))
        var `for`: MinutesArgument

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let person = try actor.resolve()
            let minutes = self.for.minutes
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.runForEach(ids, saying: "snoozed for \(minutes) min by \(person)") {
                id in
                try .post(
                    APIPath.snooze(id), SnoozeRequest(by: person, minutes: minutes), .repeatable)
            }
        }
    }
}
