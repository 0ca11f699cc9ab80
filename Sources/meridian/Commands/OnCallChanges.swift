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
        var to: InstantArgument?

        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?

        fileprivate static let endless = "Say until when: --to TIME."

        /// A change of this stretch. *Errors:* `ValidationError` without an end.
        func request(
            _ kind: String, schedule: String? = nil, person: String?, replaces: String? = nil,
            by: String, force: Bool = false
        ) throws -> ChangeRequest {
            guard let to else { throw ValidationError(Self.endless) }
            let now = Instant.ofThisMachine
            return ChangeRequest(
                kind: kind, schedule: schedule, person: person, replaces: replaces,
                from: from.map { Timestamp($0.instant(now: now)) },
                to: Timestamp(to.instant(now: now)), by: by, reason: reason,
                force: force ? true : nil)
        }
    }

    /// `meridian oncall override`.
    struct Override: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put somebody on call for a while, whatever the roster says.",
            discussion: """
                It counts at once at the region that takes it, and everywhere as soon as it can be \
                known there; no majority is needed. The newest override wins. It is refused if \
                whoever is put on call is away then; what else speaks against it, like too little \
                rest, is told.

                EXAMPLES
                  meridian oncall override --schedule primary --person joao --to +4h
                  meridian oncall override --schedule primary --person joao --replaces mei \\
                    --from 2026-12-24T09:00Z --to 2026-12-24T17:00Z --reason "Christmas Eve"
                """)

        @Option(help: "The schedule.") var schedule: String
        @Option(help: "Who is on call.") var person: String
        @Option(help: "Whom they replace; everybody of the schedule otherwise.")
        var replaces: String?
        @Flag(help: "Also if that person is away.") var force = false
        @OptionGroup var stretch: StretchOptions
        @OptionGroup var action: ActionOptions

        func validate() throws { try OnCallCommand.demandEnd(stretch) }

        mutating func run() async throws {
            let (stretch, schedule, person) = (stretch, schedule, person)
            let (replaces, force) = (replaces, force)
            try await action.post(
                APIPath.changes, saying: { _ in "\(person) is put on call for \(schedule)" }
            ) { by in
                try stretch.request(
                    "override", schedule: schedule, person: person, replaces: replaces, by: by,
                    force: force)
            }
        }
    }

    /// `meridian oncall leave`.
    struct Leave: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that somebody cannot be on call for a while.",
            discussion: """
                Whoever comes next stands in. If nobody does for a continuous service, that is told.

                EXAMPLES
                  meridian oncall leave --to +24h --reason "ill" --as mei
                  meridian oncall leave --person mei --from 2026-12-20T00:00Z --to 2027-01-03T00:00Z
                """)

        @Option(help: "Who; you otherwise.") var person: String?
        @OptionGroup var stretch: StretchOptions
        @OptionGroup var action: ActionOptions

        func validate() throws { try OnCallCommand.demandEnd(stretch) }

        mutating func run() async throws {
            let (stretch, person) = (stretch, person)
            try await action.post(
                APIPath.changes, saying: { "\(person ?? $0) is on leave" }
            ) { try stretch.request("leave", person: person, by: $0) }
        }
    }

    /// `meridian oncall swap`.
    struct Swap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask others to take a stretch of yours, or take one.",
            discussion: """
                Nothing changes until somebody takes it. Taking it is refused if whoever takes it would \
                have less than 11 hours of rest, would be on call twice or is away; --force takes it \
                all the same.

                EXAMPLES
                  meridian oncall swap --schedule primary --from +2h --to +10h --as mei
                  meridian oncall swap --take m1.42 --as joao
                """)

        @Option(help: "The schedule.") var schedule: String?
        @Option(help: ArgumentHelp("The swap to take; see `oncall changes`.", valueName: "id"))
        var take: String?
        @Flag(help: "Take it although rest or cover breaks.") var force = false
        @OptionGroup var stretch: StretchOptions
        @OptionGroup var action: ActionOptions

        func validate() throws {
            let isAsking = schedule != nil && stretch.to != nil
            guard isAsking != (take != nil) else {
                throw ValidationError("Give --schedule and --to to ask, or --take ID to take one.")
            }
            if force, take == nil { throw ValidationError("Use --force with --take.") }
        }

        mutating func run() async throws {
            let (stretch, schedule, force) = (stretch, schedule, force)
            if let take {
                return try await action.post(
                    APIPath.takeChange(take), saying: { "\(take) taken by \($0)" }
                ) {
                    ChangeWordRequest(by: $0, reason: stretch.reason, force: force ? true : nil)
                }
            }
            try await action.post(
                APIPath.changes, saying: { _ in "others are asked to take it" }
            ) { try stretch.request("swap", schedule: schedule, person: $0, by: $0) }
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
        @OptionGroup var reader: ReaderOptions
        @OptionGroup var action: ActionOptions

        mutating func run() async throws {
            let clock = try reader.clock()
            if let cancel {
                let reason = reason
                return try await action.post(
                    APIPath.cancelChange(cancel), saying: { _ in "\(cancel) taken back" }
                ) { ChangeWordRequest(by: $0, reason: reason) }
            }
            let answer: RosterAnswer = try await action.client.get(APIPath.roster)
            if answer.changes.isEmpty, !action.client.json {
                return Console.remark("nobody has changed anything, says \(answer.region)")
            }
            try action.client.write(answer.changes) {
                OnCallTexts.changes(answer.changes, clock, for: $0)
            }
        }
    }

    /// *Errors:* `ValidationError` without an end.
    private static func demandEnd(_ stretch: StretchOptions) throws {
        if stretch.to == nil { throw ValidationError(StretchOptions.endless) }
    }
}

extension OnCallTexts {
    /// Overrides, swaps and leave.
    static func changes(
        _ changes: [OnCallChange], _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        var table = Table(
            [.init("ID"), .init("WHAT"), .init("SCHEDULE"), .init("WHO")] + clock.heads("FROM")
                + clock.heads("TO") + [.init("BY"), .init("WHY", .wrap)])
        for change in changes {
            let who =
                switch change.kind {
                case "override":
                    change.person + (change.replaces.map { " for \($0)" } ?? "")
                case "swap":
                    "\(change.person), " + (change.takenBy.map { "taken by \($0)" } ?? "not taken")
                case _: change.person
                }
            table.add(
                [Cell(change.id), Cell(change.kind), Cell(change.schedule ?? "-"), Cell(who)]
                    + clock.cells(change.from.instant) + clock.cells(change.to.instant)
                    + [Cell(change.by), Cell(change.reason ?? "-")])
        }
        return table.render(for: terminal)
    }
}
