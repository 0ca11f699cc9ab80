import APIModel
import Basics

/// A part of what is watched, which is read by itself.
enum WatchPart: CaseIterable, Hashable, Sendable {
    case incidents, onCall, cluster
}

/// How large the screen is.
struct ScreenSize: Equatable, Sendable {
    var columns: Int
    var rows: Int
}

/// One incident as whoever responds sees it.
struct WatchedIncident: Equatable, Sendable {
    /// The incident.
    var incident: IncidentDetail
    /// What the next commander would have to know, lines.
    var brief: String
    /// What happened, the latest last.
    var timeline: [TimelineItem]
}

/// What a region answered.
struct WatchReading: Equatable, Sendable {
    /// By whom.
    var endpoint: RegionEndpoint
    /// The open incidents, if they were asked for.
    var incidents: IncidentList?
    /// Who is on call, likewise.
    var onCall: OnCallList?
    /// How the cluster is.
    var cluster: ClusterStatus
    /// One incident, likewise.
    var details: WatchedIncident?
    /// Why that incident cannot be shown, if it cannot.
    var missing: String?
}

/// What can happen to whoever watches.
enum WatchInput: Sendable {
    case key(Key)
    case size(ScreenSize)
    case feed(FeedNews)
    case read(Result<WatchReading, CommandFailure>)
    case done(Result<AcceptanceAnswer, CommandFailure>, saying: String)
    /// Time passes.
    case tick
}

/// What is to be done about it.
enum WatchDeed: Equatable, Sendable {
    case read(Set<WatchPart>, details: String?)
    case acknowledge(id: String, generation: UInt64)
    case note(id: String, text: String)
    case quit
}

/// All that is known and shown. It changes by inputs alone, so that tests can play it.
struct WatchState: Sendable {
    /// What fills the screen.
    enum Screen: Equatable, Sendable {
        case list, help
        /// One incident, from this line on.
        case details(id: String, from: Int)
    }

    /// What is being asked or written at the foot.
    enum Prompt: Equatable, Sendable {
        case acknowledge(id: String, generation: UInt64)
        case note(id: String, text: String)
    }

    /// What is said at the foot for a while.
    struct Message: Equatable, Sendable {
        var text: String
        var style: TextStyle?
        var at: Instant
    }

    /// Who acts; `nil` if nobody is named.
    let person: String?
    /// By this machine's clock.
    var now: Instant
    var size: ScreenSize
    var screen: Screen = .list
    var prompt: Prompt?
    var message: Message?
    /// The incident that is chosen in the list.
    var chosen: String?

    private(set) var incidents: IncidentList?
    private(set) var onCall: OnCallList?
    private(set) var cluster: ClusterStatus?
    private(set) var details: WatchedIncident?
    private(set) var missing: String?
    /// Who answered last.
    private(set) var endpoint: RegionEndpoint?
    /// Whose events are followed.
    private(set) var followed: RegionEndpoint?
    /// When something was read last, and when a region last gave a sign of life, by this machine.
    private(set) var readAt: Instant?
    private(set) var heardAt: Instant?
    /// Why nothing could be read the last time.
    private(set) var trouble: CommandFailure?
    private var wanted = Set(WatchPart.allCases)
    private var isReading = false
    private var triedAt: Instant?

    /// After how much silence what is shown is called old.
    static let staleAfter = Span.seconds(8)
    /// How often everything is read without being told: by events, and without them.
    private static let readEvery = (followed: Span.seconds(15), alone: Span.seconds(3))
    private static let messageTime = Span.seconds(8)

    /// Knows nothing yet.
    init(person: String?, now: Instant, size: ScreenSize) {
        (self.person, self.now, self.size) = (person, now, size)
    }

    /// The time at the regions: this machine's clock may be wrong.
    var regionNow: Instant {
        guard let cluster, let readAt else { return now }
        return cluster.readAt.instant + (now - readAt)
    }

    /// Whether nothing has been heard for long, or nobody answers.
    var isStale: Bool {
        trouble != nil || heardAt.map { now - $0 > Self.staleAfter } ?? true
    }

    /// The incident that a key acts on.
    var target: IncidentSummary? {
        switch screen {
        case .details(let id, _): details?.incident.summary ?? summary(id)
        case .list, .help: chosen.flatMap(summary)
        }
    }

    private func summary(_ id: String) -> IncidentSummary? {
        incidents?.incidents.first { $0.id == id }
    }

    /// Takes something in. What has to be done is to be done in this order.
    mutating func take(_ input: WatchInput, at now: Instant) -> [WatchDeed] {
        self.now = now
        switch input {
        case .key(let key): return press(key)
        case .size(let size): self.size = size
        case .feed(let news): take(news)
        case .read(let result): take(result)
        case .done(let result, let done):
            say(result, done)
            wanted.insert(.incidents)
        case .tick: break
        }
        if let message, now - message.at > Self.messageTime { self.message = nil }
        return reading()
    }

    /// Opens an incident.
    mutating func open(_ id: String) {
        screen = .details(id: id, from: 0)
        if details.map({ !$0.incident.summary.id.hasPrefix(id) }) ?? true { details = nil }
        missing = nil
        wanted.insert(.incidents)
    }

    /// Says something at the foot.
    mutating func say(_ text: String, _ style: TextStyle? = nil) {
        message = Message(text: text, style: style, at: now)
    }

    private mutating func say(_ result: Result<AcceptanceAnswer, CommandFailure>, _ done: String) {
        switch result {
        case .success(let answer):
            let isSafe = answer.durability == "quorum"
            say(IncidentAction.sentence(answer, done: done, for: .plain), isSafe ? .good : .warning)
        case .failure(let failure):
            let remedy = failure.remedy.isEmpty ? "" : ": \(failure.remedy)"
            say("not done: \(failure.message)\(remedy)", .bad)
        }
    }

    private mutating func take(_ news: FeedNews) {
        switch news {
        case .connected(let endpoint, let isResumed):
            if followed != endpoint || !isResumed { wanted = Set(WatchPart.allCases) }
            (followed, heardAt) = (endpoint, now)
        case .heard: heardAt = now
        case .changed(let part):
            heardAt = now
            wanted.insert(part)
        case .lost(let endpoint, _):
            if followed == endpoint { followed = nil }
        }
    }

    private mutating func take(_ result: Result<WatchReading, CommandFailure>) {
        isReading = false
        switch result {
        case .success(let reading):
            incidents = reading.incidents ?? incidents
            onCall = reading.onCall ?? onCall
            cluster = reading.cluster
            (details, missing) = (reading.details ?? details, reading.missing)
            (endpoint, trouble) = (reading.endpoint, nil)
            (readAt, heardAt) = (now, now)
            keepChoice()
        case .failure(let failure):
            trouble = failure
            wanted = Set(WatchPart.allCases)
        }
    }

    /// Whoever reads along keeps the incident; if it is gone, the first is chosen.
    private mutating func keepChoice() {
        let ids = incidents?.incidents.map(\.id) ?? []
        if !ids.contains(where: { $0 == chosen }) { chosen = ids.first }
    }

    /// The next reading, if one is due and none is under way.
    private mutating func reading() -> [WatchDeed] {
        let every = followed == nil ? Self.readEvery.alone : Self.readEvery.followed
        let since = triedAt.map { now - $0 }
        if since.map({ $0 >= every }) ?? true { wanted = Set(WatchPart.allCases) }
        // Without an answer the next try waits a little.
        let isResting = trouble != nil && since.map { $0 < .seconds(1) } ?? false
        guard !wanted.isEmpty, !isReading, !isResting else { return [] }
        (isReading, triedAt) = (true, now)
        defer { wanted = [] }
        if case .details(let id, _) = screen { return [.read(wanted, details: id)] }
        return [.read(wanted, details: nil)]
    }
}
