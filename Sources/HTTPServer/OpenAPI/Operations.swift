import APIModel
import Basics
import HTTPTypes

extension Operation {
    /// Every route under `/api/v1`, in the order of the description. A test holds this against the
    /// tables of addresses, in both directions.
    static let all: [Operation] = [
        incidents, commands, work, conflictsAndHandoffs, handoffSteps, onCall, onCallPlans, roster,
        cluster,
    ].flatMap { $0 }

    private static let incidents: [Operation] = [
        .get(
            APIPath.incidents, "listIncidents", "incidents",
            "Incidents: open ones first, the worst and oldest of them first",
            """
            Without parameters all open ones. Filters narrow the list; several of them have to be \
            met together. Lists that change while they are read by pages may repeat or miss what \
            moved meanwhile; `GET /api/v1/events` tells what changed.
            """,
            [
                .flag("all", "Resolved ones as well."),
                .words(
                    "status", IncidentFilter.statusNames,
                    "How they stand; `resolved` adds resolved ones."),
                .words(
                    "severity", (1...5).map { "SEV\($0)" }, "How bad they are; exactly these."),
                .oneWord(
                    "severityAtLeast", (1...5).map { "SEV\($0)" }, "So bad, or worse."),
                .text("service", "Of these services, by id; several with commas."),
                .text("owner", "Owned by this region."),
                .text("commander", "In command of this person."),
                .time("since", "Opened then or later."),
                .time("until", "Opened before."),
                .text(
                    "text", "With this in the title, the service or an alert; case is nothing."),
                .limit, .cursor,
            ], answers: IncidentList.self),
        .get(
            APIPath.incident("{id}"), "getIncident", "incidents",
            "Everything about one incident but its timeline", answers: IncidentDetail.self),
        .get(
            APIPath.timeline("{id}"), "getTimeline", "incidents", "What happened, in causal order",
            "The order is that of the replicated log; what is not in it yet comes last.",
            [
                .flag("merged", "Weave in the timelines of incidents that it took over."),
                .flag("verify", "Work the hash chain of its own entries out anew: `chain`."),
                .text("kind", "Entries of these kinds; several with commas."),
                .text("region", "Entries of this region."),
                .time("since", "Entries of then or later."),
                .time("until", "Entries of before."),
                .text("text", "Entries with this in their text; case is nothing."),
                .oneWord("order", ["oldest", "newest"], "Which comes first; `oldest`."),
                .limit, .cursor,
            ], answers: TimelineAnswer.self),
        .get(
            APIPath.participants("{id}"), "listParticipants", "incidents",
            "Who is here, since when and by what; and who was",
            """
            Who commands or stands by, who has taken it on, who has a role or an open action, who \
            wrote something down, in the present generation.
            """, answers: ParticipantList.self),
        .get(
            APIPath.roles("{id}"), "listRoles", "incidents",
            "Who has which role, and who had it before",
            "Command and deputies by what was decided, other roles by what people wrote down.",
            answers: RoleList.self),
        .get(
            APIPath.brief("{id}"), "getBrief", "handoffs",
            "The brief that an offer of command would carry now",
            """
            With what else changed since the last shift of whoever takes it, or for twelve hours: \
            incidents of their services, rosters, who stands in, conflicts that stand.
            """,
            [.text("to", "For this person; otherwise for whoever the open offer is made to.")],
            answers: BriefAnswer.self),
        .get(
            APIPath.pages, "listPages", "pages",
            "The pages of open incidents with their receipts, newest first", "",
            [
                .flag("all", "Those of resolved incidents as well."),
                .text("incident", "Of one incident, by its id or the beginning of it."),
                .text("person", "To this person, by id."),
                .text("channel", "Over these channels; several with commas."),
                .words("state", PageRoutes.states, "That stand so."),
                .time("since", "Last tried then or later."),
                .time("until", "Last tried before."), .limit, .cursor,
            ], answers: PageList.self),
        .post(
            APIPath.testPage, "testPage", "pages",
            "Send one test page, over the real path and marked as a test",
            takes: TestPageRequest.self, answers: TestPageAnswer.self),
    ]

    private static let commands: [Operation] = [
        .post(
            APIPath.incidents, "declareIncident", "incidents", "Declare an incident by hand",
            """
            With an `Idempotency-Key`, declaring again, through whatever region, is the same \
            incident, and answered 200.
            """, takes: DeclareRequest.self, [200, 201]),
        .post(
            APIPath.acknowledge("{id}"), "acknowledge", "incidents",
            "Take an incident on: paging stops", takes: AcknowledgeRequest.self),
        .post(
            APIPath.snooze("{id}"), "snooze", "incidents",
            "Take an incident on for a while: then it pages again", takes: SnoozeRequest.self),
        .post(
            APIPath.resolve("{id}"), "resolve", "incidents",
            "Close the alerts that are seen firing, and no others", takes: ResolveRequest.self),
        .post(
            APIPath.escalate("{id}"), "escalate", "incidents",
            "Go on to the next level of the policy now", takes: EscalateRequest.self),
        .post(
            APIPath.severity("{id}"), "setSeverity", "incidents", "Say how bad it is",
            takes: SeverityRequest.self),
        .post(
            APIPath.commander("{id}"), "takeCommand", "incidents",
            "Take command, or put somebody in command", takes: CommanderRequest.self),
        .post(
            APIPath.merge("{id}"), "merge", "incidents", "Make two incidents one",
            takes: MergeRequest.self),
        .post(
            APIPath.separate("{id}"), "separate", "incidents",
            "Make it an incident of its own again", takes: SeparateRequest.self),
        .post(
            APIPath.notes("{id}"), "addNote", "incidents", "Write something into the timeline",
            takes: NoteRequest.self),
    ]

    private static let work: [Operation] = [
        .post(
            APIPath.work("{id}"), "recordWork", "incidents",
            "Write down a hypothesis, an action, a decision, an update, a role, ...",
            takes: WorkRequest.self),
        .post(
            APIPath.workItem("{id}", "{item}"), "changeWork", "incidents",
            "Put what was written down otherwise", takes: WorkChangeRequest.self),
        .post(
            APIPath.workEnd("{id}", "{item}"), "endWork", "incidents",
            "Say what came of it", takes: WorkEndRequest.self),
        .post(
            APIPath.phase("{id}"), "setPhase", "incidents", "Say how far people are",
            takes: PhaseRequest.self),
    ]

    private static let conflictsAndHandoffs: [Operation] =
        [
            .get(
                APIPath.handoffPlan, "getHandoffPlan", "handoffs",
                "The changes of command that lie ahead, the earliest first",
                answers: HandoffPlanAnswer.self),
            .post(
                APIPath.handoffs(.offer), "offerMany", "handoffs",
                "Offer command of many incidents in one request",
                takes: ManyHandoffsRequest.self, answers: HandoffResults.self),
            .post(
                APIPath.handoffs(.accept), "acceptMany", "handoffs",
                "Accept command of many incidents in one request",
                takes: ManyHandoffsRequest.self, answers: HandoffResults.self),
            .get(
                APIPath.conflicts, "listConflicts", "conflicts",
                "What two sides saw differently and was decided, newest first", "",
                [
                    .flag("all", "Also what does not stand any more."),
                    .text("incident", "Of one incident, by its id or the beginning of it."),
                    .words("rule", ConflictRoutes.rules, "Decided by these rules."),
                    .text("service", "Of these services, by id; several with commas."),
                    .time("since", "Decided then or later."), .time("until", "Decided before."),
                    .limit, .cursor,
                ], answers: ConflictList.self),
            .get(
                APIPath.conflict("{id}"), "getConflict", "conflicts",
                "One of them, with both sides", answers: ConflictSummary.self),
            .post(
                APIPath.overturn("{id}"), "overturn", "conflicts", "Overturn what was decided",
                takes: OverturnRequest.self),
            .get(
                APIPath.handoffs, "listHandoffs", "handoffs",
                "Who commands what, and the offers of command",
                "`limit` and `cursor` are about the offers; filters narrow these alone.",
                [
                    .flag("all", "Also offers that are over."),
                    .text("incident", "Of one incident, by its id or the beginning of it."),
                    .text("person", "Made by this person or to them, by id."),
                    .words(
                        "state", HandoffRoutes.states,
                        "That stand so; all but `open` add offers that are over."),
                    .time("since", "Made then or later."), .time("until", "Made before."),
                    .limit, .cursor,
                ], answers: HandoffList.self),
        ]

    private static let handoffSteps: [Operation] = APIPath.HandoffStep.allCases.map { step in
        Operation.post(
            APIPath.handoff("{id}", step), "handoff-\(step.rawValue)", "handoffs",
            handoffWords[step] ?? "", takes: HandoffRequest.self)
    }

    private static let handoffWords: [APIPath.HandoffStep: String] = [
        .offer: "Offer command to a person, or to whoever is on call in a region",
        .brief: "Write the brief of the open offer anew",
        .accept: "Take what is offered, and read the brief back",
        .decline: "Do not take what is offered",
        .withdraw: "Take the offer back",
    ]

    private static let onCall: [Operation] = [
        .get(
            APIPath.onCall, "listOnCall", "on call", "Who is on call by every schedule", "",
            [.time("at", "At another time than now.")], answers: OnCallList.self),
        .get(
            APIPath.timeline, "getOnCallTimeline", "on call", "Who is on call from when to when",
            "",
            [
                .time("from", "From when on.", true), .time("to", "Until when.", true),
                .flag("layers", "With the layers of each schedule."),
            ], answers: OnCallTimeline.self),
        .get(
            APIPath.calendar, "getCalendarAddress", "on call",
            "The address of a calendar of duties, for programs that subscribe to it", "",
            [
                .oneWord("kind", ["person", "region", "schedule"], "Whose.", true),
                .text("id", "The name in the roster.", true),
            ], answers: CalendarAddress.self),
        .post(
            APIPath.changes, "changeOnCall", "on call",
            "Override, ask for a swap, or say that somebody is on leave",
            takes: ChangeRequest.self, [201]),
        .post(
            APIPath.changePlan, "planChange", "on call",
            "What an override, a swap or a leave would change; nothing is written",
            takes: ChangeRequest.self, answers: ChangePlan.self),
        .post(
            APIPath.takeChange("{id}"), "takeSwap", "on call", "Take a swap",
            takes: ChangeWordRequest.self),
        .post(
            APIPath.cancelChange("{id}"), "cancelChange", "on call", "Take a change back",
            takes: ChangeWordRequest.self),
    ]

    private static let onCallPlans: [Operation] = [
        .get(
            APIPath.onCallNext, "listNextOnCall", "on call", "Who comes on call next, by schedule",
            "",
            [
                .time("at", "As of another time than now."),
                Parameter(
                    name: "count", shape: .number(1...20),
                    words: "So many turns of each schedule; 1 if it is absent."),
            ], answers: OnCallNextList.self),
        .get(
            APIPath.onCallCoverage, "getOnCallCoverage", "on call",
            "How schedules and services are covered, and where nobody is on call", "",
            [.time("from", "From when on.", true), .time("to", "Until when.", true)],
            answers: OnCallCoverage.self),
        .get(
            APIPath.onCallFairness, "getOnCallFairness", "on call",
            "How hours, nights, weekends and holidays are split among people", "",
            [
                .time("from", "From when on.", true), .time("to", "Until when.", true),
                .text("schedule", "Of one schedule, by its id."),
            ], answers: OnCallFairness.self),
    ]

    private static let roster: [Operation] = [
        .get(
            APIPath.roster, "getRoster", "roster",
            "The roster in force, its versions, and what was changed since",
            answers: RosterAnswer.self),
        .get(
            APIPath.rosterVersion("{version}"), "getRosterVersion", "roster",
            "The text of one version", answers: RosterTextAnswer.self),
        .post(
            APIPath.roster, "applyRoster", "roster", "Put a roster in force everywhere",
            takes: ApplyRosterRequest.self),
        .get(
            APIPath.services, "listServices", "roster", "The service catalogue",
            answers: ServiceList.self),
        .get(
            APIPath.coverage, "getCoverage", "roster",
            "Whether somebody is there at every minute to come, by the roster in force", "",
            [
                Parameter(
                    name: "weeks", shape: .number(ResourceRoutes.weeks),
                    words: "So many weeks from now; 4 if it is absent.")
            ], answers: CoverageAnswer.self),
        .get(
            APIPath.runbooks, "listRunbooks", "runbooks",
            "The runbooks of the answering region's folder, by name", "",
            [
                .text("service", "For this service, by id."),
                .text(
                    "incident",
                    "Those that belong to this incident: for its service, or by a trigger in its "
                        + "title or alerts."),
                .text("text", "With this in the title, the triggers or the text; case is nothing."),
                .limit, .cursor,
            ], answers: RunbookList.self),
        .get(
            APIPath.runbook("{name}"), "getRunbook", "runbooks", "One runbook, in Markdown",
            answers: RunbookAnswer.self),
    ]

    private static let cluster: [Operation] = [
        .get(
            APIPath.cluster, "getCluster", "cluster", "The cluster as this region sees it",
            answers: ClusterStatus.self),
        Operation(
            method: .get, path: APIPath.numbers, id: "getNumbers", tag: "incidents",
            summary: "What the incidents of a period come to: times, and pages per person",
            details: """
                Of incidents that opened in the period, drills and merged ones left out: times to \
                acknowledge and to resolve, of all, by service and by owner region; the pages that \
                reached each person, those in their night apart. With `Accept: text/csv` or \
                `format=csv` one of the tables, RFC 4180.
                """,
            parameters: [
                .time("from", "From when on; four weeks before `to` if it is absent."),
                .time("to", "Until when; now if it is absent."),
                .text("service", "Of this service, by id."),
                .text("region", "Owned by this region."),
                .oneWord("format", ["json", "csv"], "The form, whatever is accepted."),
                .oneWord(
                    "table", NumbersTable.allCases.map(\.rawValue),
                    "Of which a table is wanted; `incidents` if it is absent."),
            ], success: .json(NumbersAnswer.self, [200]), otherForms: ["text/csv"]),
        .get(
            APIPath.facts, "listFacts", "cluster",
            "What is known at the answering region and not in the incidents' logs yet", "",
            [
                .text("incident", "Of one incident, by its id or the beginning of it."),
                .text("region", "That happened at this region."),
                .text("kind", "Of these kinds, like `page-delivered`; several with commas."),
                .time("since", "That happened then or later."),
                .time("until", "That happened before."), .limit, .cursor,
            ], answers: FactList.self),
        Operation(
            method: .get, path: APIPath.coordinator, id: "getCoordinator", tag: "cluster",
            summary: "All regions in one view, and what should not be; at a coordinator only",
            success: .json(CoordinatorStatus.self, [200]), isOfCoordinator: true),
        Operation(
            method: .get, path: APIPath.events, id: "followEvents", tag: "events",
            summary: "What changes, as server-sent events",
            details: """
                Events are `hello` (`HelloEvent`), `incident` (`IncidentEvent`), `cluster` \
                (`ClusterEvent`), `oncall` (`OnCallEvent`) and `reset` (`ResetEvent`). They tell \
                that something changed, not how: whoever shows it reads it. An incident that \
                changed several times may be told once. A client that names the last event it has \
                seen is told what changed since then; after `reset` it reads anew. Comments keep \
                the connection alive.
                """,
            parameters: [
                Parameter(
                    name: "Last-Event-ID", place: .header, shape: .text,
                    words: "The last event that was seen."),
                .text("lastEventId", "The same, for those who cannot set the header."),
            ], success: .events),
        Operation(
            method: .get, path: APIPath.description, id: "getDescription", tag: "cluster",
            summary: "This description; needs no token", success: .description),
    ]
}

extension Operation.Parameter {
    /// How many rows a list is read by.
    static let limit = Operation.Parameter(
        name: "limit", shape: .number(1...Limits.pageRowsMax),
        words: "At most so many; all if it is absent.")
    /// How much the answer has to show.
    static let consistency = oneWord(
        Consistency.parameter, Consistency.values,
        "`linearizable`: only if the region knows everything that was decided before it was asked; "
            + "otherwise it refuses within two seconds.")
    /// Where a list goes on.
    static let cursor = text("cursor", "Go on where an answer ended: what it gave in `next`.")

    static func flag(_ name: String, _ words: String) -> Operation.Parameter {
        Operation.Parameter(name: name, shape: .flag, words: words)
    }

    static func text(
        _ name: String, _ words: String, _ isRequired: Bool = false
    ) -> Operation.Parameter {
        Operation.Parameter(name: name, shape: .text, isRequired: isRequired, words: words)
    }

    static func time(
        _ name: String, _ words: String, _ isRequired: Bool = false
    ) -> Operation.Parameter {
        Operation.Parameter(name: name, shape: .time, isRequired: isRequired, words: words)
    }

    static func words(_ name: String, _ all: [String], _ words: String) -> Operation.Parameter {
        Operation.Parameter(name: name, shape: .words(all, severally: true), words: words)
    }

    static func oneWord(
        _ name: String, _ all: [String], _ words: String, _ isRequired: Bool = false
    ) -> Operation.Parameter {
        Operation.Parameter(
            name: name, shape: .words(all, severally: false), isRequired: isRequired, words: words)
    }
}
