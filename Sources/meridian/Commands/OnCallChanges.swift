import APIModel
import ArgumentParser
import Basics

extension OnCallCommand {
    /// From when to when.
    struct StretchOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "From when on; now otherwise: 2026-12-24T09:00Z, +2h.", valueName: "time"))
        var from: InstantArgument?

        @Option(help: ArgumentHelp("Until when, like --from.", valueName: "time"))
        var to: InstantArgument
    }

    /// `meridian oncall override`.
    struct Override: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put somebody on call for a while, whatever the roster says.",
            discussion: """
                It counts at once at the region that takes it, and everywhere as soon as it can be \
                known there; no majority is needed. The newest override wins.

                EXAMPLES
                  meridian oncall override --schedule primary --person joao --to +4h
                  meridian oncall override --schedule primary --person joao --replaces mei \\
                    --from 2026-12-24T09:00Z --to 2026-12-24T17:00Z --reason "Christmas Eve"
                """)

        @Option(help: "The schedule.") var schedule: String
        @Option(help: "Who is on call.") var person: String
        @Option(help: "Whom they replace; everybody of the schedule otherwise.")
        var replaces: String?
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?
        @OptionGroup var stretch: StretchOptions
        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let request = OnCallCommand.request(
                "override", schedule: schedule, person: person, replaces: replaces, stretch,
                by: try actor.resolve(), reason: reason)
            try await OnCallCommand.send(
                request, client, durability, saying: "\(person) is put on call for \(schedule)")
        }
    }

    /// `meridian oncall leave`.
    struct Leave: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that somebody cannot be on call for a while.",
            discussion: """
                Whoever comes next stands in; `meridian coverage prove` tells where nobody does.

                EXAMPLES
                  meridian oncall leave --to +24h --reason "ill" --as mei
                  meridian oncall leave --person mei --from 2026-12-20T00:00Z --to 2027-01-03T00:00Z
                """)

        @Option(help: "Who; you otherwise.") var person: String?
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?
        @OptionGroup var stretch: StretchOptions
        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let by = try actor.resolve()
            let request = OnCallCommand.request(
                "leave", schedule: nil, person: person, replaces: nil, stretch, by: by,
                reason: reason)
            try await OnCallCommand.send(
                request, client, durability, saying: "\(person ?? by) is on leave")
        }
    }

    /// `meridian oncall swap`.
    struct Swap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask others to take a stretch of yours, or take one.",
            discussion: """
                Nothing changes until somebody takes it.

                EXAMPLES
                  meridian oncall swap --schedule primary --from +2h --to +10h --as mei
                  meridian oncall swap --take m1.42 --as joao
                """)

        @Option(help: "The schedule.") var schedule: String?
        @Option(help: ArgumentHelp("From when on; now otherwise.", valueName: "time"))
        var from: InstantArgument?
        @Option(help: ArgumentHelp("Until when.", valueName: "time")) var to: InstantArgument?
        @Option(help: ArgumentHelp("The swap to take; see `oncall changes`.", valueName: "id"))
        var take: String?
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            let isAsking = schedule != nil && to != nil
            guard isAsking != (take != nil) else {
                throw ValidationError("Give --schedule and --to to ask, or --take ID to take one.")
            }
        }

        mutating func run() async throws {
            let by = try actor.resolve()
            if let take {
                return try await OnCallCommand.say(
                    APIPath.takeChange(take), by, reason, client, durability,
                    saying: "\(take) taken by \(by)")
            }
            guard let schedule, let to else { return }
            let now = Instant.ofThisMachine
            let request = ChangeRequest(
                kind: "swap", schedule: schedule, person: by, replaces: nil,
                from: from.map { Timestamp($0.instant(now: now)) },
                to: Timestamp(to.instant(now: now)), by: by, reason: reason)
            try await OnCallCommand.send(
                request, client, durability, saying: "others are asked to take it")
        }
    }

    /// `meridian oncall changes`.
    struct Changes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The overrides, swaps and leave that are not over; take one back.",
            discussion: """
                EXAMPLES
                  meridian oncall changes
                  meridian oncall changes --cancel m1.42 --as mei
                """)

        @Option(help: ArgumentHelp("Take this one back.", valueName: "id")) var cancel: String?
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var durability: DurabilityOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            if let cancel {
                return try await OnCallCommand.say(
                    APIPath.cancelChange(cancel), try actor.resolve(), reason, client, durability,
                    saying: "\(cancel) taken back")
            }
            let answer = try await client.withClient {
                try await $0.call(.get(APIPath.roster), answering: RosterAnswer.self).value
            }
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(answer.changes)) }
            if answer.changes.isEmpty {
                return console.remark("nobody has changed anything, says \(answer.region)")
            }
            console.write(
                OnCallTexts.changes(
                    answer.changes, now: answer.readAt.instant, for: console.terminal))
        }
    }

    private static func request(
        _ kind: String, schedule: String?, person: String?, replaces: String?,
        _ stretch: StretchOptions, by: String, reason: String?
    ) -> ChangeRequest {
        let now = Instant.ofThisMachine
        return ChangeRequest(
            kind: kind, schedule: schedule, person: person, replaces: replaces,
            from: stretch.from.map { Timestamp($0.instant(now: now)) },
            to: Timestamp(stretch.to.instant(now: now)), by: by, reason: reason)
    }

    private static func send(
        _ request: ChangeRequest, _ options: ClientOptions, _ durability: DurabilityOptions,
        saying done: String
    ) async throws {
        let call = try APICall.post(APIPath.changes, request, .once)
        try await IncidentAction(options: options, requiresQuorum: durability.requireQuorum)
            .run(call, saying: done)
    }

    private static func say(
        _ path: String, _ by: String, _ reason: String?, _ options: ClientOptions,
        _ durability: DurabilityOptions, saying done: String
    ) async throws {
        let call = try APICall.post(path, ChangeWordRequest(by: by, reason: reason), .once)
        try await IncidentAction(options: options, requiresQuorum: durability.requireQuorum)
            .run(call, saying: done)
    }
}

extension OnCallTexts {
    /// Overrides, swaps and leave.
    static func changes(_ changes: [OnCallChange], now: Instant, for terminal: Terminal) -> String {
        var table = Table([
            .init("ID"), .init("WHAT"), .init("SCHEDULE"), .init("WHO"), .init("FROM"),
            .init("TO"), .init("BY"), .init("WHY", .wrap),
        ])
        for change in changes {
            let who =
                switch change.kind {
                case "override":
                    change.person + (change.replaces.map { " for \($0)" } ?? "")
                case "swap":
                    "\(change.person), " + (change.takenBy.map { "taken by \($0)" } ?? "not taken")
                case _: change.person
                }
            table.add([
                Cell(change.id), Cell(change.kind), Cell(change.schedule ?? "-"), Cell(who),
                Cell(TimeText.utc(change.from.instant)), Cell(TimeText.utc(change.to.instant)),
                Cell(change.by), Cell(change.reason ?? "-"),
            ])
        }
        return table.render(for: terminal)
    }
}
