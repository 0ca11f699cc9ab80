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
            Take.self, History.self, Plan.self,
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
                  meridian handoff status --zone Asia/Tokyo
                  meridian handoff status --json | jq '.handoffs[] | {incident, to}'
                """)

        @OptionGroup var reader: ReaderOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let clock = try reader.clock()
            let list: HandoffList = try await client.get(APIPath.handoffs)
            if list.commands.isEmpty, !client.json {
                return Console.remark("no open incidents, says \(list.region)")
            }
            try client.write(list) { HandoffTexts.status(list, clock, for: $0) }
        }
    }

    /// `meridian handoff plan`.
    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which commands will be offered to whom at the next changes of shift.",
            discussion: """
                An incident's owner offers command by itself before the shift of whoever has it \
                ends: the worst first, only to a region that is there, and not without a majority.

                EXAMPLES
                  meridian handoff plan
                  meridian handoff plan --zone Asia/Tokyo
                  meridian handoff plan --json | jq '.planned[] | select(.heldBack)'
                """)

        @OptionGroup var reader: ReaderOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let clock = try reader.clock()
            let plan: HandoffPlanAnswer = try await client.get(APIPath.handoffPlan)
            if plan.planned.isEmpty, !client.json {
                return Console.remark(
                    "no command changes hands with a shift: nobody commands who was on call, or all "
                        + "is offered already, says \(plan.region)")
            }
            try client.write(plan) { HandoffTexts.plan(plan, clock, for: $0) }
        }
    }

    /// `meridian handoff history`.
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The offers of one incident: their briefs, and what became of them.",
            discussion: """
                EXAMPLES
                  meridian handoff history 3f9a1c20
                  meridian handoff history 3f9a1c20 --zone Asia/Tokyo
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @OptionGroup var reader: ReaderOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let clock = try reader.clock()
            let list: HandoffList = try await client.get(
                APIPath.handoffs, query: [("all", "true"), ("incident", id.text)])
            if list.handoffs.isEmpty, !client.json {
                return Console.remark("command of it was never offered, says \(list.region)")
            }
            try client.write(list) { HandoffTexts.history(list, clock, for: $0) }
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

        @OptionGroup var action: ActionOptions

        func validate() throws {
            guard (to == nil) != (toRegion == nil) else {
                throw ValidationError("Give either --to PERSON or --to-region REGION.")
            }
            try requireIncidents(ids, orAll: all)
        }

        mutating func run() async throws {
            let (ids, all, to, toRegion, brief) = (ids, all, to, toRegion, brief)
            let target = to ?? "whoever is on call in \(toRegion ?? "")"
            try await action.postMany(
                APIPath.handoffs(.offer), saying: { _ in "command offered to \(target)" }
            ) {
                ManyHandoffsRequest(
                    by: $0, incidents: all ? nil : ids.map(\.text), all: all ? true : nil, to: to,
                    toRegion: toRegion, brief: brief)
            }
        }
    }

    /// `meridian handoff brief`.
    struct BriefText: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "brief",
            abstract: "Read the brief as it would be written now, or write the open offer's anew.",
            discussion: """
                At its end it tells what else changed since the last shift of whoever takes it, or \
                for twelve hours: incidents of their services, rosters, who stands in, conflicts.

                EXAMPLES
                  meridian handoff brief 3f9a1c20
                  meridian handoff brief 3f9a1c20 --to joao
                  meridian handoff brief 3f9a1c20 --write "Cause unknown; failed over at 02:10"
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Option(help: ArgumentHelp("The open offer's new brief.", valueName: "text"))
        var write: String?

        @Option(
            help: ArgumentHelp(
                "For whom; otherwise for whoever the open offer is made to.", valueName: "person"))
        var to: String?

        @OptionGroup var action: ActionOptions

        func validate() throws {
            if write != nil, to != nil {
                throw ValidationError("Give either --write TEXT or --to PERSON.")
            }
        }

        mutating func run() async throws {
            if let write {
                return try await action.post(
                    APIPath.handoff(id.text, .brief), saying: { _ in "the brief is written anew" }
                ) { HandoffRequest(by: $0, brief: write) }
            }
            let answer: BriefAnswer = try await action.client.get(
                APIPath.brief(id.text), query: to.map { [("to", $0)] } ?? [])
            try action.client.write(answer) { _ in answer.text }
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

        @OptionGroup var action: ActionOptions

        func validate() throws {
            try requireIncidents(ids, orAll: all)
            if to != nil, !all { throw ValidationError("--to goes with --all.") }
        }

        mutating func run() async throws {
            let (ids, all, to, readBack) = (ids, all, to, readBack)
            try await action.postMany(
                APIPath.handoffs(.accept), saying: { "command accepted by \($0)" }
            ) {
                ManyHandoffsRequest(
                    by: $0, incidents: all ? nil : ids.map(\.text), all: all ? true : nil, to: to,
                    readBack: readBack)
            }
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

        @OptionGroup var action: ActionOptions

        mutating func run() async throws {
            let reason = reason
            try await action.postForEach(
                ids, to: { APIPath.handoff($0, .decline) }, saying: { "declined by \($0)" }
            ) { HandoffRequest(by: $0, reason: reason) }
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

        @OptionGroup var action: ActionOptions

        mutating func run() async throws {
            let reason = reason
            try await action.postForEach(
                ids, to: { APIPath.handoff($0, .withdraw) },
                saying: { "offer taken back by \($0)" }
            ) { HandoffRequest(by: $0, reason: reason) }
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

        @OptionGroup var action: ActionOptions

        mutating func run() async throws {
            let reason = reason
            try await action.postForEach(
                ids, to: { APIPath.commander($0) }, saying: { "command taken by \($0)" }
            ) { CommanderRequest(person: nil, by: $0, reason: reason) }
        }
    }
}

/// Incidents are named, or all are meant.
private func requireIncidents(_ ids: [IncidentReference], orAll all: Bool) throws {
    guard ids.isEmpty == all else {
        throw ValidationError("Give either incidents or --all.")
    }
}
