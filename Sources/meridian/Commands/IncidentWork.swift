import APIModel
import ArgumentParser
import Basics

/// `investigating` or `mitigated` on the command line.
enum PhaseArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case investigating, mitigated
}

/// What people write down, on the command line.
enum WorkKindArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case impact, hypothesis, action, decision, update, watch, role, step
}

/// How what people worked on ended, on the command line.
enum WorkStateArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case confirmed
    case ruledOut = "ruled-out"
    case done, dropped, skipped, failed, open
}

/// To whom an update went, on the command line.
enum AudienceArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case customers, stakeholders, `internal`
}

extension IncidentCommand {
    /// `meridian incident phase`.
    struct SetPhase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "phase",
            abstract: "Say how far people are: investigating, or mitigated.",
            discussion: """
                Mitigated means that users feel it no longer; the cause may still be there. It pages \
                on all the same until somebody takes the incident on. Where two sides that were apart \
                said otherwise, the least far stands.

                EXAMPLES
                  meridian incident phase 3f9a1c20 mitigated --reason "traffic is on the other cluster"
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Argument(help: "investigating or mitigated.")
        var phase: PhaseArgument

        @Option(help: ArgumentHelp("What shows it; it goes into the timeline.", valueName: "text"))
        var reason: String

        @OptionGroup var action: ActionOptions

        mutating func run() async throws {
            let (phase, reason) = (phase.rawValue, reason)
            try await action.post(APIPath.phase(id.text), saying: { "\(phase), says \($0)" }) {
                PhaseRequest(phase: phase, by: $0, reason: reason)
            }
        }
    }

    /// `meridian incident record`.
    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write down a hypothesis, an action, a decision, an update, a role, ...",
            discussion: """
                What is written down stands in `incident show`, in the timeline, and in the brief \
                of whoever takes over. It works at any region, without a majority.

                EXAMPLES
                  meridian incident record 3f9a1c20 impact "cards are refused in the EU"
                  meridian incident record 3f9a1c20 hypothesis "the new pool size starves it"
                  meridian incident record 3f9a1c20 action "roll back 4f2" --owner joao --for 20m
                  meridian incident record 3f9a1c20 update "we are on it" --audience customers --for 30m
                  meridian incident record 3f9a1c20 role scribe --owner mei
                  meridian incident record 3f9a1c20 step "disk-full 3: Delete old logs" --state done
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Argument(help: "impact, hypothesis, action, decision, update, watch, role or step.")
        var kind: WorkKindArgument

        @Argument(help: "What it is, in a sentence; the name of a role.")
        var text: String

        @Option(help: ArgumentHelp("Who does it, or has the role.", valueName: "person"))
        var owner: String?

        @Option(
            help: ArgumentHelp(
                "The time-box of an action, or until the next update.", valueName: "30m"))
        var `for`: MinutesArgument?

        @Option(help: "To whom an update went.")
        var audience: AudienceArgument?

        @Option(help: "How it has ended, if it has already.")
        var state: WorkStateArgument?

        @Option(help: "What came of it, if it has ended already.")
        var outcome: String?

        @OptionGroup var action: ActionOptions

        func validate() throws {
            guard kind != .update || audience != nil else {
                throw ValidationError(
                    "Say to whom it went: --audience customers, stakeholders or internal.")
            }
            guard kind != .role || owner != nil else {
                throw ValidationError("Say who has the role: --owner PERSON.")
            }
        }

        mutating func run() async throws {
            let (kind, text, owner) = (kind.rawValue, text, owner)
            let (due, audience) = (self.for?.fromNow, audience?.rawValue)
            let (state, outcome) = (state?.rawValue, outcome)
            try await action.post(
                APIPath.work(id.text), saying: { "\(kind) written down by \($0)" }
            ) {
                WorkRequest(
                    by: $0, kind: kind, text: text, owner: owner, due: due, audience: audience,
                    state: state, outcome: outcome)
            }
        }
    }

    /// `meridian incident change`.
    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put what was written down otherwise: other words, another owner, more time.",
            discussion: """
                EXAMPLES
                  meridian incident change 3f9a1c20 42 --owner mei --for 15m
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Argument(
            help:
                "What was written down: its id as `incident show` has it, or the number at its end."
        )
        var item: String

        @Option(help: ArgumentHelp("What it is now.", valueName: "text"))
        var text: String?

        @Option(help: ArgumentHelp("Who does it now.", valueName: "person"))
        var owner: String?

        @Option(help: ArgumentHelp("How much longer, from now.", valueName: "30m"))
        var `for`: MinutesArgument?

        @OptionGroup var action: ActionOptions

        func validate() throws {
            guard text != nil || owner != nil || self.for != nil else {
                throw ValidationError("Say what is otherwise now: --text, --owner or --for.")
            }
        }

        mutating func run() async throws {
            let (item, text, owner, due) = (item, text, owner, self.for?.fromNow)
            try await action.post(
                APIPath.workItem(id.text, item), saying: { "\(item) changed by \($0)" }
            ) { WorkChangeRequest(by: $0, text: text, owner: owner, due: due) }
        }
    }

    /// `meridian incident close`.
    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Say what came of a hypothesis, an action, ...: the incident itself is resolved.",
            discussion: """
                EXAMPLES
                  meridian incident close 3f9a1c20 42 done --outcome "4f1 runs everywhere"
                  meridian incident close 3f9a1c20 7 ruled-out --outcome "the pool is half empty"
                  meridian incident close 3f9a1c20 7 open --outcome "it was the other pool"
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Argument(
            help:
                "What was written down: its id as `incident show` has it, or the number at its end."
        )
        var item: String

        @Argument(help: "confirmed, ruled-out, done, dropped; open if it goes on after all.")
        var state: WorkStateArgument

        @Option(help: ArgumentHelp("What came of it.", valueName: "text"))
        var outcome: String?

        @OptionGroup var action: ActionOptions

        mutating func run() async throws {
            let (item, state, outcome) = (item, state.rawValue, outcome)
            try await action.post(
                APIPath.workEnd(id.text, item), saying: { "\(item) is \(state), says \($0)" }
            ) { WorkEndRequest(by: $0, state: state, outcome: outcome) }
        }
    }
}

extension MinutesArgument {
    /// That long from now, by this machine's clock.
    fileprivate var fromNow: Timestamp {
        Timestamp(.ofThisMachine + .minutes(Int64(minutes)))
    }
}
