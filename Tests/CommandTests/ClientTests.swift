import APIModel
import Foundation
import NIOConcurrencyHelpers
import Testing

@testable import meridian

/// What the client says beside the answer.
private final class Remarks: Sendable {
    private let lines = NIOLockedValueBox<[String]>([])
    var all: [String] { lines.withLockedValue { $0 } }
    @Sendable func add(_ line: String) { lines.withLockedValue { $0.append(line) } }
}

private func ask<Value: Decodable & Sendable>(
    _ urls: [String], _ call: APICall, answering type: Value.Type, timeoutSeconds: Double = 1,
    remarks: Remarks = Remarks()
) async throws -> Answered<Value> {
    let names = ["ap", "eu", "us"]
    var configuration = ClientConfiguration(regions: [], token: "secret", origin: "a test")
    for (name, url) in zip(names, urls) {
        configuration.regions.append(try RegionEndpoint(name: name, url: url))
    }
    return try await APIClient.withClient(
        configuration, timeoutSeconds: timeoutSeconds, remark: remarks.add
    ) { try await $0.call(call, answering: type) }
}

private func failure(
    _ body: () async throws -> some Sendable
) async throws -> CommandFailure {
    do {
        _ = try await body()
    } catch let failure as CommandFailure {
        return failure
    }
    throw CommandFailure(.failed, "it should have failed and did not")
}

private let list = APICall.get(APIPath.incidents)
private func note() throws -> APICall {
    try .post(APIPath.notes("3f9a"), NoteRequest(by: "mei", text: "hm"), .once)
}
private func testPage() throws -> APICall {
    try .post(APIPath.testPage, TestPageRequest(person: "mei"), .unrepeatable)
}
private func acknowledge() throws -> APICall {
    try .post(APIPath.acknowledge("3f9a"), AcknowledgeRequest(by: "mei"), .repeatable)
}

struct ClientTests {
    @Test func `the first region that lives answers, silently and with the token`() async throws {
        let remarks = Remarks()
        try await ScriptedNode.with(.json(Samples.incidents([Samples.incident()]))) { ap in
            try await ScriptedNode.with(.json(Samples.incidents([]))) { eu in
                let answer = try await ask(
                    [ap.url, eu.url], list, answering: IncidentList.self, remarks: remarks)
                #expect(answer.endpoint.name == "ap")
                #expect(answer.value.incidents == [Samples.incident()])
                #expect(ap.requests.map(\.authorization) == ["Bearer secret"])
                #expect(eu.requests.isEmpty)
                #expect(remarks.all.isEmpty)
            }
        }
    }

    @Test func `a dead first region is passed over, and standard error says so`() async throws {
        let remarks = Remarks()
        let dead = try DeadAddress()
        try await ScriptedNode.with(.json(Samples.incidents([]))) { eu in
            let answer = try await ask(
                [dead.url, eu.url], list, answering: IncidentList.self, remarks: remarks)
            #expect(answer.endpoint.name == "eu")
            #expect(remarks.all == ["note: eu answered (ap: connection refused)"])
        }
    }

    @Test(arguments: [ScriptedNode.Behaviour.silent, .hangUp, .answer(status: 502, body: "proxy")])
    func `a region that takes a read and does not answer is passed over`(
        behaviour: ScriptedNode.Behaviour
    ) async throws {
        try await ScriptedNode.with(behaviour) { ap in
            try await ScriptedNode.with(.json(Samples.incidents([]))) { eu in
                let answer = try await ask(
                    [ap.url, eu.url], list, answering: IncidentList.self, timeoutSeconds: 0.3)
                #expect(answer.endpoint.name == "eu")
                #expect(ap.requests.count == 1)
            }
        }
    }

    @Test(arguments: [ProblemKind.overloaded, .unavailable])
    func `a region that can take no more is passed over, even by what is done only once`(
        kind: ProblemKind
    ) async throws {
        try await ScriptedNode.with(.problem(kind)) { ap in
            try await ScriptedNode.with(.json(Samples.acceptance())) { eu in
                let answer = try await ask(
                    [ap.url, eu.url], try note(), answering: AcceptanceAnswer.self)
                #expect(answer.endpoint.name == "eu")
            }
        }
    }

    @Test func `an acknowledgement is said again elsewhere if a region hangs up`() async throws {
        try await ScriptedNode.with(.hangUp) { ap in
            try await ScriptedNode.with(.json(Samples.acceptance())) { eu in
                let answer = try await ask(
                    [ap.url, eu.url], try acknowledge(), answering: AcceptanceAnswer.self)
                #expect(answer.value.durability == "quorum")
                #expect(eu.requests.map(\.body) == ["{\"by\":\"mei\"}"])
            }
        }
    }

    @Test func `what a region may have done is not done again elsewhere`() async throws {
        try await ScriptedNode.with(.hangUpOnPost) { ap in
            try await ScriptedNode.with(.json(Samples.acceptance())) { eu in
                let failure = try await failure {
                    try await ask(
                        [ap.url, eu.url], try testPage(), answering: TestPageAnswer.self)
                }
                #expect(failure.status == .unreachable)
                #expect(failure.message.hasPrefix("ap has the request and did not answer"))
                #expect(eu.requests.isEmpty)
            }
        }
    }

    @Test func `what acts once is asked of the next region with the same key`() async throws {
        try await ScriptedNode.with(.hangUpOnPost) { ap in
            try await ScriptedNode.with(.json(Samples.acceptance())) { eu in
                let call = try note()
                for _ in 1...2 {
                    let answer = try await ask(
                        [ap.url, eu.url], call, answering: AcceptanceAnswer.self)
                    #expect(answer.endpoint.name == "eu")
                }
                let keys = (ap.requests + eu.requests).filter { $0.method == "POST" }.map(\.key)
                #expect(keys.count == 4 && Set(keys) == [call.key])
                #expect(try note().key != call.key)
                #expect(ap.requests.filter { $0.method == "GET" }.allSatisfy { $0.key == nil })
            }
        }
    }

    @Test func `what is done only once is not even shown to a region that hangs`() async throws {
        try await ScriptedNode.with(.silent) { ap in
            try await ScriptedNode.with(.json(Samples.acceptance())) { eu in
                let answer = try await ask(
                    [ap.url, eu.url], try note(), answering: AcceptanceAnswer.self,
                    timeoutSeconds: 0.3)
                #expect(answer.endpoint.name == "eu")
                #expect(ap.requests.map(\.method) == ["GET"])
                #expect(eu.requests.map(\.method) == ["GET", "POST"])
            }
        }
    }

    @Test func `what never left is sent elsewhere, though it is done only once`() async throws {
        let dead = try DeadAddress()
        try await ScriptedNode.with(.json(Samples.acceptance())) { eu in
            let answer = try await ask(
                [dead.url, eu.url], try note(), answering: AcceptanceAnswer.self)
            #expect(answer.endpoint.name == "eu")
            #expect(eu.requests.map(\.method) == ["GET", "POST"])
        }
    }

    @Test func `an incident that one region does not know is asked of the others`() async throws {
        try await ScriptedNode.with(.problem(.unknownIncident)) { ap in
            try await ScriptedNode.with(.json(Samples.acceptance())) { eu in
                let answer = try await ask(
                    [ap.url, eu.url], try acknowledge(), answering: AcceptanceAnswer.self)
                #expect(answer.endpoint.name == "eu")
            }
        }
    }

    @Test func `an incident that no region knows ends with 3, and who was not asked is told`()
        async throws
    {
        let remarks = Remarks()
        let dead = try DeadAddress()
        try await ScriptedNode.with(.problem(.unknownIncident, detail: "no such incident")) { ap in
            let failure = try await failure {
                try await ask(
                    [ap.url, dead.url], try acknowledge(), answering: AcceptanceAnswer.self,
                    remarks: remarks)
            }
            #expect(failure.status == .notFound)
            #expect(failure.message == "no such incident")
            #expect(remarks.all == ["note: ap answered (eu: connection refused)"])
        }
    }

    @Test(arguments: [
        (ProblemKind.unauthorized, CommandStatus.failed), (.rejected, .failed),
        (.ambiguousIncident, .failed), (.invalidRequest, .failed), (.notFound, .notFound),
    ])
    func `a refusal is final and comes with the server's remedy`(
        kind: ProblemKind, status: CommandStatus
    ) async throws {
        try await ScriptedNode.with(.problem(kind, detail: "because")) { ap in
            try await ScriptedNode.with(.json(Samples.incidents([]))) { eu in
                let failure = try await failure {
                    try await ask([ap.url, eu.url], list, answering: IncidentList.self)
                }
                #expect(failure == CommandFailure(status, "because", remedy: "do otherwise"))
                #expect(eu.requests.isEmpty)
            }
        }
    }

    @Test func `if no region answers the end is 4 and every reason is told`() async throws {
        let dead = try DeadAddress()
        try await ScriptedNode.with(.silent) { eu in
            let failure = try await failure {
                try await ask(
                    [dead.url, eu.url], list, answering: IncidentList.self, timeoutSeconds: 0.3)
            }
            #expect(failure.status == .unreachable)
            #expect(failure.message.contains("ap  \(dead.url)  connection refused"))
            #expect(failure.message.contains("eu  \(eu.url)  no answer in time"))
            #expect(!failure.remedy.isEmpty)
        }
    }

    @Test
    func `an answer of another shape names the region and both versions as the place to look`()
        async throws
    {
        try await ScriptedNode.with(.answer(status: 200, body: "{}")) { ap in
            let failure = try await failure {
                try await ask([ap.url], list, answering: IncidentList.self)
            }
            #expect(failure.status == .failed)
            #expect(failure.remedy.contains("--version"))
        }
    }

    @Test func `a redirect is not followed, so that the token stays here`() async throws {
        try await ScriptedNode.with(.answer(status: 302, body: "")) { ap in
            let failure = try await failure {
                try await ask([ap.url], list, answering: IncidentList.self)
            }
            #expect(failure.message.contains("HTTP 302"))
        }
    }

    @Test func `all regions are asked at once and told in the order of client yaml`() async throws {
        let dead = try DeadAddress()
        try await ScriptedNode.with(.json(Samples.status(of: "eu"))) { eu in
            var configuration = ClientConfiguration(regions: [], token: nil, origin: "a test")
            configuration.regions = [
                try RegionEndpoint(name: "ap", url: dead.url),
                try RegionEndpoint(name: "eu", url: eu.url),
            ]
            let view = try await APIClient.withClient(configuration, timeoutSeconds: 1) {
                await ClusterStatusView.read(with: $0)
            }
            #expect(view.regions.map(\.name) == ["ap", "eu"])
            #expect(view.regions.map(\.failure?.message) == ["connection refused", nil])
            #expect(view.regions[1].status == Samples.status(of: "eu"))
        }
    }

    @Test func `a query is escaped`() throws {
        let call = APICall.get("/p", query: [("at", "2026-01-01T00:00:00+09:00 &=")])
        let endpoint = try RegionEndpoint(url: "http://h:1/")
        #expect(
            call.address(at: endpoint)
                == "http://h:1/p?at=2026-01-01T00%3A00%3A00%2B09%3A00%20%26%3D")
    }
}
