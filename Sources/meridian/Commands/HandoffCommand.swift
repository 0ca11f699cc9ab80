import APIModel
import ArgumentParser

/// `meridian handoff`: command goes from person to person and from region to region.
struct HandoffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handoff",
        abstract: "Hand command of incidents over: offer, brief, accept.",
        discussion: """
            Whoever is in command stays so until somebody has accepted. An offer that nobody takes is \
            told to the others of the incoming side, and then comes back. With command the \
            incident's ownership moves to the region of whoever accepted; paging never pauses.

            EXAMPLES
              meridian handoff status
              meridian handoff offer 3f9a1c20 --to-region us --as mei
              meridian handoff brief 3f9a1c20
              meridian handoff accept 3f9a1c20 --read-back "SEV1, database failed over, watch lag"
              meridian handoff take 3f9a1c20 --reason "mei cannot be reached"
            """,
        subcommands: [
            Status.self, Offer.self, BriefText.self, Accept.self, Decline.self, Back.self,
            Take.self, History.self,
        ])
}

extension HandoffCommand {
    /// `meridian handoff status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Who commands what, and which offers wait to be taken.",
            discussion: """
                EXAMPLES
                  meridian handoff status
                  meridian handoff status --json | jq '.handoffs[] | {incident, to}'
                """)

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let list = try await client.withClient {
                try await $0.call(.get(APIPath.handoffs), answering: HandoffList.self).value
            }
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(list)) }
            guard !list.commands.isEmpty else {
                return console.remark("no open incidents, says \(list.region)")
            }
            console.write(HandoffTexts.status(list, for: console.terminal))
        }
    }

    /// `meridian handoff history`.
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The offers of one incident: their briefs, and what became of them.",
            discussion: """
                EXAMPLES
                  meridian handoff history 3f9a1c20
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let call = APICall.get(
                APIPath.handoffs, query: [("all", "true"), ("incident", id.text)])
            let list = try await client.withClient {
                try await $0.call(call, answering: HandoffList.self).value
            }
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(list)) }
            guard !list.handoffs.isEmpty else {
                return console.remark("command of it was never offered, says \(list.region)")
            }
            console.write(HandoffTexts.history(list, for: console.terminal))
        }
    }

    /// `meridian handoff offer`.
    struct Offer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Offer command to somebody, or to whoever is on call in a region.",
            discussion: """
                They are told at once, with the brief: it is written from the timeline, unless you \
                write one. You stay in command until somebody accepts.

                EXAMPLES
                  meridian handoff offer 3f9a1c20 --to joao --as mei
                  meridian handoff offer 3f9a1c20 77d04e11 --to-region us
                  meridian handoff offer 3f9a1c20 --to joao --brief "Failed over at 02:10; watch lag"
                  meridian handoff offer --all --to-region us --as mei
                """)

        @Argument(help: "The incidents' ids, or their first digits.")
        var ids: [IncidentReference] = []

        @Flag(help: "All that you command and that are not offered yet.")
        var all = false

        @Option(help: ArgumentHelp("To whom.", valueName: "person"))
        var to: String?

        @Option(help: ArgumentHelp("To whoever is on call there.", valueName: "region"))
        var toRegion: String?

        @Option(help: ArgumentHelp("What they have to know.", valueName: "text"))
        var brief: String?

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            guard (to == nil) != (toRegion == nil) else {
                throw ValidationError("Give either --to PERSON or --to-region REGION.")
            }
            try requireIncidents(ids, orAll: all)
        }

        mutating func run() async throws {
            let request = ManyHandoffsRequest(
                by: try actor.resolve(), incidents: all ? nil : ids.map(\.text),
                all: all ? true : nil, to: to, toRegion: toRegion, brief: brief)
            let target = to ?? "whoever is on call in \(toRegion ?? "")"
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.runForMany(
                try .post(APIPath.handoffs(.offer), request, .once, patienceSeconds: 8),
                saying: "command offered to \(target)")
        }
    }

    /// `meridian handoff brief`.
    struct BriefText: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "brief",
            abstract: "Read the brief as it would be written now, or write the open offer's anew.",
            discussion: """
                EXAMPLES
                  meridian handoff brief 3f9a1c20
                  meridian handoff brief 3f9a1c20 --write "Cause unknown; failed over at 02:10"
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Option(help: ArgumentHelp("The open offer's new brief.", valueName: "text"))
        var write: String?

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            if let write {
                let request = HandoffRequest(by: try actor.resolve(), brief: write)
                let call = try APICall.post(APIPath.handoff(id.text, .brief), request, .once)
                let action = IncidentAction(
                    options: client, requiresQuorum: durability.requireQuorum)
                return try await action.run(call, saying: "the brief is written anew")
            }
            let id = id.text
            let answer = try await client.withClient {
                try await $0.call(.get(APIPath.brief(id)), answering: BriefAnswer.self).value
            }
            let console = Console.current()
            console.write(client.json ? try JSONOutput.text(answer) : answer.text)
        }
    }

    /// `meridian handoff accept`.
    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accept command; from then on you have it.",
            discussion: """
                Read the brief first, and say in your own words what you take over. Anybody of the \
                incoming side may accept, not only the one it was offered to.

                EXAMPLES
                  meridian handoff accept 3f9a1c20 --read-back "SEV1, failed over, watch lag" --as joao
                  meridian handoff accept --all --read-back "all of ap's, worst is checkout" --as joao
                  meridian handoff accept --all --to mei --read-back "for mei, who is ill" --as joao
                """)

        @Argument(help: "The incidents' ids, or their first digits.")
        var ids: [IncidentReference] = []

        @Flag(help: "All that are offered to you.")
        var all = false

        @Option(
            help: ArgumentHelp("With --all: all that are offered to them.", valueName: "person"))
        var to: String?

        @Option(help: ArgumentHelp("What you take over, in your own words.", valueName: "text"))
        var readBack: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            try requireIncidents(ids, orAll: all)
            if to != nil, !all { throw ValidationError("--to goes with --all.") }
        }

        mutating func run() async throws {
            let by = try actor.resolve()
            let request = ManyHandoffsRequest(
                by: by, incidents: all ? nil : ids.map(\.text), all: all ? true : nil, to: to,
                readBack: readBack)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.runForMany(
                try .post(APIPath.handoffs(.accept), request, .once, patienceSeconds: 8),
                saying: "command accepted by \(by)")
        }
    }

    /// `meridian handoff decline`.
    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Do not take what is offered to you; whoever offers is told at once.",
            discussion: """
                EXAMPLES
                  meridian handoff decline 3f9a1c20 --reason "I am on a train" --as joao
                """)

        @Argument(help: "The incidents' ids, or their first digits.")
        var ids: [IncidentReference]

        @Option(help: ArgumentHelp("Why.", valueName: "text"))
        var reason: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let by = try actor.resolve()
            let request = HandoffRequest(by: by, reason: reason)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.runForEach(ids, saying: "declined by \(by)") { id in
                try APICall.post(APIPath.handoff(id, .decline), request, .once)
            }
        }
    }

    /// `meridian handoff back`.
    struct Back: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "back",
            abstract: "Take an offer back that nobody has accepted.",
            discussion: """
                To have command back after somebody accepted, take it: `meridian handoff take`.

                EXAMPLES
                  meridian handoff back 3f9a1c20 --reason "almost done here" --as mei
                """)

        @Argument(help: "The incidents' ids, or their first digits.")
        var ids: [IncidentReference]

        @Option(help: ArgumentHelp("Why.", valueName: "text"))
        var reason: String?

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let by = try actor.resolve()
            let request = HandoffRequest(by: by, reason: reason)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.runForEach(ids, saying: "offer taken back by \(by)") { id in
                try APICall.post(APIPath.handoff(id, .withdraw), request, .once)
            }
        }
    }

    /// `meridian handoff take`.
    struct Take: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take command without an offer, in an emergency or to have it back.",
            discussion: """
                Whoever was in command is told. Where two take command apart from each other, the one \
                on the side of a majority has it, and the other is deputy.

                EXAMPLES
                  meridian handoff take 3f9a1c20 --reason "mei cannot be reached" --as joao
                """)

        @Argument(help: "The incidents' ids, or their first digits.")
        var ids: [IncidentReference]

        @Option(help: ArgumentHelp("Why; it goes into the timeline.", valueName: "text"))
        var reason: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let by = try actor.resolve()
            let request = CommanderRequest(person: nil, by: by, reason: reason)
            let action = IncidentAction(options: client, requiresQuorum: durability.requireQuorum)
            try await action.runForEach(ids, saying: "command taken by \(by)") { id in
                try APICall.post(APIPath.commander(id), request, .once)
            }
        }
    }
}

/// Incidents are named, or all are meant.
private func requireIncidents(_ ids: [IncidentReference], orAll all: Bool) throws {
    guard ids.isEmpty == all else {
        throw ValidationError("Give either incidents or --all.")
    }
}
