import APIModel
import Basics
import Foundation

/// Plays a state on a terminal: keys, events and answers go in, readings and drawings come out.
struct WatchLoop: Sendable {
    /// With what regions are asked.
    let client: APIClient
    /// Where it is drawn.
    let screen: TerminalScreen

    private enum Happening: Sendable {
        case input(WatchInput)
        case terminal(TerminalScreen.Event)
    }

    private static let tickTime = Duration.milliseconds(250)

    /// Returns when whoever watches quits. *Errors:* `CommandFailure` if the terminal cannot be had.
    func run(_ opened: WatchState) async throws {
        let (happenings, more) = AsyncStream<Happening>.makeStream()
        let events = screen.events()
        try screen.enter()
        defer { screen.leave() }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { for await event in events { more.yield(.terminal(event)) } }
            group.addTask {
                await WatchFeed(client: client) { more.yield(.input(.feed($0))) }.run()
            }
            group.addTask {
                while !Task.isCancelled {
                    more.yield(.input(.tick))
                    try? await Task.sleep(for: Self.tickTime)
                }
            }
            var state = opened
            var keys = KeyReader()
            loop: for await happening in happenings {
                var inputs: [WatchInput] = []
                switch happening {
                case .input(let input): inputs = [input]
                case .terminal(.bytes(let bytes)): inputs = keys.take(bytes).map { .key($0) }
                case .terminal(.resized):
                    screen.forget()
                    if let size = TerminalScreen.size {
                        inputs = [.size(ScreenSize(columns: size.columns, rows: size.rows))]
                    }
                case .terminal(.suspended): try screen.suspend()
                case .terminal(.ended): break loop
                }
                for input in inputs {
                    for deed in state.take(input, at: .ofThisMachine) {
                        if deed == .quit { break loop }
                        let first = state.followed ?? state.endpoint
                        let person = state.person ?? ""
                        group.addTask {
                            more.yield(
                                .input(await perform(deed, first: first, person: person)))
                        }
                    }
                }
                screen.draw(WatchFrame.lines(state).map { $0.text(for: terminal) })
            }
            group.cancelAll()
        }
    }

    private var terminal: Terminal {
        .standardOutput(environment: ProcessInfo.processInfo.environment)
    }

    private func perform(
        _ deed: WatchDeed, first: RegionEndpoint?, person: String
    ) async -> WatchInput {
        let client = client.asking(first: first)
        switch deed {
        case .read(let parts, let details):
            return .read(await WatchReading.read(parts, details: details, with: client))
        case .acknowledge(let id, let generation):
            let request = AcknowledgeRequest(by: person, generation: generation)
            return .done(
                await send(APIPath.acknowledge(id), request, .repeatable, client),
                saying: "taken on by \(person)")
        case .note(let id, let text):
            let request = NoteRequest(by: person, text: text)
            return .done(
                await send(APIPath.notes(id), request, .once, client), saying: "noted")
        case .quit: return .tick
        }
    }

    private func send(
        _ path: String, _ body: some Encodable, _ repeatability: APICall.Repeatability,
        _ client: APIClient
    ) async -> Result<AcceptanceAnswer, CommandFailure> {
        do {
            let call = try APICall.post(path, body, repeatability)
            return .success(try await client.call(call, answering: AcceptanceAnswer.self).value)
        } catch {
            return .failure(.of(error))
        }
    }
}

extension WatchReading {
    /// The most incidents that are read: more than anybody looks through on a screen.
    private static let incidentsMax = 200

    /// Reads what is wanted from the first region that answers.
    static func read(
        _ parts: Set<WatchPart>, details: String?, with client: APIClient
    ) async -> Result<WatchReading, CommandFailure> {
        do {
            let cluster = try await client.call(
                .get(APIPath.cluster), answering: ClusterStatus.self)
            // All of one frame comes from one region, if that can be.
            let client = client.asking(first: cluster.endpoint)
            var reading = WatchReading(endpoint: cluster.endpoint, cluster: cluster.value)
            if parts.contains(.incidents) {
                let query = [("limit", "\(incidentsMax)")]
                reading.incidents = try await client.call(
                    .get(APIPath.incidents, query: query.map { (name: $0.0, value: $0.1) }),
                    answering: IncidentList.self
                ).value
            }
            if parts.contains(.onCall) {
                reading.onCall = try await client.call(
                    .get(APIPath.onCall), answering: OnCallList.self
                ).value
            }
            if let details { try await reading.add(details, with: client) }
            return .success(reading)
        } catch {
            return .failure(.of(error))
        }
    }

    private mutating func add(_ id: String, with client: APIClient) async throws {
        do {
            let detail = try await client.call(
                .get(APIPath.incident(id)), answering: IncidentDetail.self
            ).value
            let whole = detail.summary.id
            let timeline = try await client.call(
                .get(APIPath.timeline(whole), query: [(name: "merged", value: "true")]),
                answering: TimelineAnswer.self
            ).value
            let brief = try? await client.call(
                .get(APIPath.brief(whole)), answering: BriefAnswer.self
            ).value
            details = WatchedIncident(
                incident: detail, brief: brief?.text ?? "", timeline: timeline.entries)
        } catch let failure as CommandFailure where failure.status != .unreachable {
            missing = "\(failure.message): \(failure.remedy)"
        }
    }
}

extension CommandFailure {
    /// Whatever came of a call as a failure.
    static func of(_ error: any Error) -> CommandFailure {
        error as? CommandFailure ?? CommandFailure(.failed, "\(error)")
    }
}
