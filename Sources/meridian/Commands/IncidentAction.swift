import APIModel
import ArgumentParser

/// Sends what people ask of an incident and tells what came of it.
struct IncidentAction {
    /// Where the cluster is and how the answer is written.
    let options: ClientOptions
    /// Whether an acceptance by one region only is a failure for the script that runs this.
    let requiresQuorum: Bool

    /// Sends one request.
    /// *Errors:* `CommandFailure`, and `ExitCode` 5 if it is less safe than asked for.
    func run(_ call: APICall, saying done: String) async throws {
        try finish(try await options.withClient { try await send(call, saying: done, by: $0) })
    }

    /// Sends one request for each incident; one that is refused does not stop the others.
    /// *Errors:* as above, for the first that failed.
    func runForEach(
        _ ids: [IncidentReference], saying done: String,
        _ makeCall: (String) throws -> APICall
    ) async throws {
        let calls = try ids.map { (id: $0, call: try makeCall($0.text)) }
        let status = try await options.withClient { client in
            var worst: CommandStatus = .ok
            for (id, call) in calls {
                do {
                    let status = try await send(call, saying: done, by: client)
                    worst = worst == .ok ? status : worst
                } catch let failure as CommandFailure where calls.count > 1 {
                    Console.remark("\(id.text): \(failure)")
                    worst = worst == .ok || worst == .notOnQuorum ? failure.status : worst
                }
            }
            return worst
        }
        try finish(status)
    }

    /// Sends one request about many incidents; one that is refused does not stop the others.
    /// *Errors:* as above, for the first that failed.
    func runForMany(_ call: APICall, saying done: String) async throws {
        let answer = try await options.withClient {
            try await $0.call(call, answering: HandoffResults.self).value
        }
        let console = Console.current()
        if options.json { console.write(try JSONOutput.text(answer)) }
        if answer.results.isEmpty { console.remark("there is none, says \(answer.region)") }
        var worst: CommandStatus = .ok
        for result in answer.results {
            if let acceptance = result.acceptance {
                let status = Self.status(of: acceptance, requiresQuorum: requiresQuorum)
                worst = worst == .ok ? status : worst
                guard !options.json else { continue }
                console.write(Self.sentence(acceptance, done: done, for: console.terminal))
            } else if let problem = result.problem {
                let failure = APICall.failure(of: problem)
                Console.remark("\(result.incident): \(failure)")
                worst = worst == .ok || worst == .notOnQuorum ? failure.status : worst
            }
        }
        try finish(worst)
    }

    private func send(
        _ call: APICall, saying done: String, by client: APIClient
    ) async throws -> CommandStatus {
        let answer = try await client.call(call, answering: AcceptanceAnswer.self).value
        let console = Console.current()
        for warning in answer.warnings ?? [] { console.remark("note: \(warning)") }
        if options.json {
            console.write(try JSONOutput.text(answer))
        } else {
            console.write(Self.sentence(answer, done: done, for: console.terminal))
        }
        return Self.status(of: answer, requiresQuorum: requiresQuorum)
    }

    private func finish(_ status: CommandStatus) throws {
        if status != .ok { throw ExitCode(status.rawValue) }
    }

    /// How the command ends after an acceptance.
    static func status(of answer: AcceptanceAnswer, requiresQuorum: Bool) -> CommandStatus {
        requiresQuorum && answer.durability != "quorum" ? .notOnQuorum : .ok
    }

    /// What was accepted, as one line.
    static func sentence(
        _ answer: AcceptanceAnswer, done: String, for terminal: Terminal
    ) -> String {
        let id = DisplayWidth.printable(String(answer.incident.prefix(8)))
        let what = answer.isRepeat ? "\(done) already, nothing has changed" : done
        // What is said of the roster is about no incident.
        let isIncident = answer.status != "unopened"
        let state = DisplayWidth.printable(
            (isIncident ? "now \(answer.status), " : "") + "through \(answer.region)")
        let safety =
            answer.durability == "quorum"
            ? terminal.styled("safe on a majority of regions", .good)
            : terminal.styled(
                "safe at this region only until a majority can be reached", .warning)
        let head = isIncident ? terminal.styled(id, .bold) + " " : ""
        return "\(head)\(what); \(state); \(safety)"
    }
}
