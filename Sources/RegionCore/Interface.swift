public import Basics
public import Escalation
public import IncidentModel

public import Paging
public import Replication

/// What a member of the cluster is for.
public enum MemberRole: UInt8, Sendable, CaseIterable {
    /// A region: people, gateways, intake, a vote.
    case region = 1
    /// A vote and a copy of the logs, without people or gateways.
    case witness = 2
    /// Follows and proposes; has no vote.
    case coordinator = 3

    /// The name in configuration files.
    public var name: String {
        switch self {
        case .region: "region"
        case .witness: "witness"
        case .coordinator: "coordinator"
        }
    }
}

/// One member as all others know it.
public struct Member: Equatable, Sendable {
    /// Its id.
    public var id: MemberID
    /// Its region's name; for a witness or coordinator its own.
    public var name: RegionName
    /// What it is for.
    public var role: MemberRole

    /// A member.
    public init(id: MemberID, name: RegionName, role: MemberRole) {
        (self.id, self.name, self.role) = (id, name, role)
    }
}

/// The spans of the duty layer; the defaults are design 5's.
public struct DutyTimings: Equatable, Sendable {
    /// How long others leave a due page to its owner: G0.
    public var firstGrace: Span = .seconds(2)
    /// How much longer each further region waits: G1.
    public var rankGrace: Span = .seconds(2)
    /// How long another region's intent holds this one back.
    public var intentHold: Span = .seconds(8)
    /// How long one try may take.
    public var attemptTimeout: Span = .seconds(5)
    /// The first pause before a failed page is tried again; it doubles, with jitter.
    public var retryPause: Span = .seconds(1)
    /// The longest pause before a failed page is tried again.
    public var retryPauseMax: Span = .seconds(30)
    /// How often one region tries one page, over all providers, before it counts as undeliverable
    /// here.
    public var attemptsMax: UInt64 = 6
    /// For how long pages that are milder than SEV2 wait for others to the same person, counted from
    /// when that person was paged about something else; at most so long from when they are due.
    public var bundlePause: Span = .seconds(20)
    /// How long after an intake request it is answered `local` if it has not been committed.
    public var localAnswerAfter: Span = .seconds(1)
    /// How long after a source said that an alert is over it goes on if it is said to fire since the
    /// same instant as before; sooner that is taken for a report that came late.
    public var resumeAfter: Span = .minutes(2)
    /// A gap between two turns that means this process was paused, and is a stranger to the
    /// present.
    public var pauseThreshold: Span = .milliseconds(1_500)

    /// The defaults.
    public init() {}
}

/// What a region's core is told once.
public struct RegionConfig: Sendable {
    /// Which member this is.
    public var me: MemberID
    /// The cluster's name: the tenant in group ids.
    public var cluster: String
    /// The configuration epoch the cluster was founded with.
    public var foundingEpoch: UInt64
    /// All members, sorted by id, coordinators among them.
    public var members: [Member]
    /// The providers this region has; empty at a witness.
    public var gateways: [GatewayInventory]
    /// The spans of replication.
    public var replication: ReplicationConfig
    /// The spans of the duty layer.
    public var timings: DutyTimings
    /// Planted bugs; none in production.
    public var defects: RegionDefects = []

    /// A configuration.
    public init(
        me: MemberID, cluster: String, foundingEpoch: UInt64, members: [Member],
        gateways: [GatewayInventory], replication: ReplicationConfig,
        timings: DutyTimings = DutyTimings()
    ) {
        self.me = me
        self.cluster = cluster
        self.foundingEpoch = foundingEpoch
        self.members = members.sorted { $0.id < $1.id }
        self.gateways = gateways
        self.replication = replication
        self.timings = timings
    }
}

/// What the store gives back when a node starts.
public struct RestoredState: Sendable {
    /// This start's number: one more than the last, already durable.
    public var incarnation: Incarnation
    /// The replicated groups.
    public var groups: [RestoredGroup]
    /// Facts that are not yet known to be merged, this member's and others'.
    public var facts: [Fact]
    /// How far each member's facts are held here, without gaps; this member's own last number
    /// included.
    public var factsThrough: [FactID]

    /// What an empty data directory gives.
    public init(
        incarnation: Incarnation, groups: [RestoredGroup] = [], facts: [Fact] = [],
        factsThrough: [FactID] = []
    ) {
        self.incarnation = incarnation
        self.groups = groups
        self.facts = facts
        self.factsThrough = factsThrough
    }
}

/// One durable batch: all of it or nothing. Batches are written in the order of their tokens.
public struct WriteBatch: Equatable, Sendable {
    /// The number by which the interpreter says that the batch is durable.
    public var token: UInt64
    /// Changes of replicated groups, in order.
    public var groups: [GroupWrite] = []
    /// New facts.
    public var facts: [Fact] = []
    /// Facts that are in their incident's committed log now and may be deleted here.
    public var mergedFacts: [FactID] = []
    /// How far each member's facts are held here now; only members for which that changed.
    public var factsThrough: [FactID] = []

    /// An empty batch.
    public init(token: UInt64) { self.token = token }

    /// Whether there is nothing to write.
    public var isEmpty: Bool {
        groups.isEmpty && facts.isEmpty && mergedFacts.isEmpty && factsThrough.isEmpty
    }
}

/// Names one request of a client at this node, while the process lives.
public struct RequestID: Hashable, Sendable {
    /// The running number.
    public var number: UInt64
    /// The request of this number.
    public init(_ number: UInt64) { self.number = number }
}

/// What people ask of an incident. Every command becomes a fact, works at any region, and needs no
/// majority.
public enum Command: Equatable, Sendable {
    /// Take it on; without a generation and run, the ones known here. A generation is identified by
    /// the end of the one before it; one given by its count alone has to be the one known here.
    case acknowledge(
        group: GroupID, generation: UInt64?, previousEnd: HybridTime?, run: UInt64?, by: PersonID,
        via: String)
    /// Take it on for a while: paging begins anew then.
    case snooze(group: GroupID, until: Instant, by: PersonID, via: String)
    /// Close the alerts that are seen firing here.
    case resolve(group: GroupID, by: PersonID, via: String)
    /// Go on to the next level now.
    case escalate(group: GroupID, by: PersonID, reason: String)
    /// Write something down, maybe in answer to another note.
    case note(group: GroupID, by: PersonID, text: String, replyTo: FactID? = nil)
    /// Set a field in which one value can stand; with a decision, to overturn that.
    case edit(
        group: GroupID, value: FieldValue, by: PersonID, reason: String, overturns: DecisionID?)
    /// Make two incidents one: the one that opened first survives. A proposal waits for a person.
    case merge(
        group: GroupID, with: GroupID, by: PersonID, reason: String, isProposal: Bool)
    /// Say a word about handing command over.
    case handoff(group: GroupID, HandoffStep, by: PersonID)
    /// Write down what is worked on, or what came of it.
    case work(group: GroupID, WorkStep, by: PersonID)
    /// Say something about the roster or who is on call, in the control group.
    case roster(control: GroupID, RosterSaying, by: PersonID, reason: String)

    /// The incident it is about.
    public var group: GroupID {
        switch self {
        case .acknowledge(let group, _, _, _, _, _), .resolve(let group, _, _),
            .escalate(let group, _, _), .note(let group, _, _, _), .edit(let group, _, _, _, _),
            .merge(let group, _, _, _, _), .snooze(let group, _, _, _),
            .handoff(let group, _, _), .work(let group, _, _), .roster(let group, _, _, _):
            group
        }
    }
}

/// One step of a handoff of command. *Source:* design 6: offer, brief, read-back, accept, announce.
public enum HandoffStep: Equatable, Sendable {
    /// Offer command to somebody; an empty brief is written from what is known.
    case offer(to: PersonID, brief: String)
    /// Write the brief of the open offer anew.
    case brief(String)
    /// Take what is offered, having read the brief back.
    case accept(readBack: String)
    /// Do not take what is offered.
    case decline(reason: String)
    /// Take the offer back.
    case withdraw(reason: String)
}

/// What people say about work on an incident.
public enum WorkStep: Equatable, Sendable {
    /// Something new.
    case begin(WorkDraft)
    /// Something new that has come to its end already.
    case finish(WorkDraft, WorkEnd, outcome: String)
    /// It is put otherwise now; what is `nil` stays.
    case change(FactID, text: String?, owner: PersonID?, due: Instant?)
    /// It came to its end.
    case end(FactID, WorkEnd, outcome: String)
    /// It goes on after all.
    case reopen(FactID, reason: String)
}

/// How safe something is that was accepted.
public enum Durability: UInt8, Sendable {
    /// Committed in the incident's log on a majority of regions.
    case quorum = 1
    /// On this region's disk; it will be merged when a majority can be reached.
    case local = 2

    /// The name in the API.
    public var name: String { self == .quorum ? "quorum" : "local" }
}

/// The answer to a request.
public enum Reply: Equatable, Sendable {
    /// It is done and safe.
    case accepted(Acceptance)
    /// What is read here from now on shows all that was decided before it was asked.
    case upToDate
    /// There is no such incident here.
    case unknownIncident
    /// It makes no sense as the incident stands, with the reason for people.
    case rejected(reason: String)
    /// The node cannot take more now, or cannot write: try again, or another region.
    case overloaded(reason: String)
}

/// What was accepted.
public struct Acceptance: Equatable, Sendable {
    /// The incident.
    public var group: GroupID
    /// Its generation as known here.
    public var generation: UInt64
    /// Its status as known here.
    public var status: IncidentStatus
    /// How safe it is.
    public var durability: Durability
    /// Whether it said nothing new and was only counted.
    public var isRepeat: Bool

    /// An acceptance.
    public init(
        group: GroupID, generation: UInt64, status: IncidentStatus, durability: Durability,
        isRepeat: Bool
    ) {
        self.group = group
        self.generation = generation
        self.status = status
        self.durability = durability
        self.isRepeat = isRepeat
    }
}

/// Everything that can happen to a region's core.
public enum Input: Sendable {
    /// The process starts; the first input of all.
    case start
    /// The instant asked for by `Effect.wake` has come.
    case wake
    /// A frame from a member.
    case received(from: MemberID, bytes: [UInt8])
    /// A publication of a member.
    case published(from: MemberID, bytes: [UInt8])
    /// A member's port refused the connection: its process is gone.
    case linkRefused(MemberID)
    /// A batch is durable.
    case durable(token: UInt64)
    /// A batch could not be written.
    case writeFailed(token: UInt64, reason: String)
    /// Alerts came in.
    indirect case intake(RequestID, AlertReport)
    /// A person asks for something; a key says which request of a client it is, however often it is sent.
    indirect case command(RequestID, Command, key: ActKey = .none)
    /// A read must show all that was decided before it was asked: answered `upToDate` when it does here.
    case confirm(RequestID, ReadScope)
    /// A try to page ended.
    indirect case paged(PageReport)
    /// The roster was replaced.
    indirect case roster(Roster)
    /// Hand an incident that is owned here to another region, if it is there and has everything.
    case handOver(GroupID, to: MemberID)
}

/// Everything a region's core asks for. Effects are run in order.
public enum Effect: Sendable {
    /// Make a batch durable, then say `.durable`.
    indirect case persist(WriteBatch)
    /// Send a frame to a member; it may be lost.
    case send(to: MemberID, lane: Lane, bytes: [UInt8])
    /// Publish to whoever listens; it may be lost.
    case publish(bytes: [UInt8])
    /// Wake the core at this instant at the latest; replaces an earlier wish.
    case wake(at: Instant)
    /// Answer a request.
    indirect case reply(RequestID, Reply)
    /// Make one try to page.
    indirect case page(PageOrder)
    /// Read a roster, and give it back as `.roster`; one that cannot be read here is told the operator.
    indirect case readRoster(RosterDocument)
    /// Tell the operator.
    indirect case log(OperatorEvent)
    /// Stop the process: it must not go on, for this reason.
    case halt(reason: String)
}

/// Something an operator may want to know, as data; the runtime turns it into a structured log
/// line.
public enum OperatorEvent: Equatable, Sendable {
    /// This region owns an incident.
    case owns(GroupID, Term)
    /// This region no longer owns an incident.
    case lostOwnership(GroupID, Term)
    /// This region, an incident's owner, decided what stands.
    case decided(GroupID, Decision)
    /// This region, an incident's owner, wrote down a step of a merge.
    case merging(GroupID, MergeStep)
    /// A member can be reached in both directions.
    case memberFresh(MemberID, Incarnation)
    /// A member cannot be reached in both directions.
    case memberLost(MemberID)
    /// No majority of members can be reached: pages go on, ownership cannot change.
    case majorityLost
    /// A majority of members can be reached again.
    case majorityRegained
    /// An incident opened, in a generation.
    case opened(GroupID, UInt64, Severity)
    /// A page was sent or failed.
    case paged(GroupID, StepKey, PersonID, PageChannel, PageOutcome)
    /// A frame was refused.
    case refusedFrame(from: MemberID, WireError)
    /// An entry of an incident's log could not be applied: that incident is quarantined.
    case quarantined(GroupID, WireError)
    /// The disk refused a write.
    case writeFailed(reason: String)
    /// The process was paused for so long.
    case paused(Span)
    /// This process's clock is so far ahead of what a quorum's agree on (behind, if negative).
    case clockOff(ahead: Span)
    /// It is no more.
    case clockAgrees
    /// An incident is being handed to another region.
    case handingOver(GroupID, to: MemberID)
    /// Another region has taken an incident over that was handed to it.
    case handedOver(GroupID, to: MemberID)
    /// An incident stays here that was to be handed over, for this reason.
    case handOverFailed(GroupID, reason: String)
    /// Something else, by name.
    case note(String)
}
