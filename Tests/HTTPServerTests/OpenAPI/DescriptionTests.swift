import APIModel
import Basics
import Foundation
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Testing

/// The description of the API and the API say the same.
@Suite struct DescriptionTests {
    private let check = SchemaCheck(document: APIDescription.document)

    private func routes(of endpoints: [Endpoint]) -> Set<String> {
        Set(
            endpoints.filter { $0.path.hasPrefix("/api/v1/") }
                .map { "\($0.method.rawValue) \($0.path)" })
    }

    @Test func `every route is described, and everything described is a route`() {
        let coordinator = CoordinatorHTTPServer(
            host: "127.0.0.1", port: 0, service: StubCoordinator(), apiTokens: [],
            connectionsMax: 64, logger: RecordedLog().logger)
        let served = routes(of: TestServer().server.endpoints + coordinator.endpoints)
        let described = Set(Operation.all.map { "\($0.method.rawValue) \($0.path)" })
        #expect(served.subtracting(described).isEmpty, "give these a row in Operations.swift")
        #expect(described.subtracting(served).isEmpty, "nobody serves these")
        let written = APIDescription.document["paths"]?.members.flatMap { path in
            path.value.members.map { "\($0.name.uppercased()) \(path.name)" }
        }
        #expect(Set(written ?? []) == described)
        #expect(written?.count == Operation.all.count)
    }

    @Test func `the access that is described is the access there is`() {
        for endpoint in TestServer().server.endpoints {
            let operation = Operation.all.first {
                $0.method == endpoint.method && $0.path == endpoint.path
            }
            guard let operation else { continue }
            #expect(operation.success.needsToken == endpoint.access.needsToken, "\(endpoint.path)")
        }
    }

    @Test func `references lead somewhere, and names are used once`() {
        for reference in check.references {
            #expect(check.resolve(reference) != nil, "\(reference)")
        }
        let schemas = APIDescription.document["components"]?["schemas"]?.members.map(\.name) ?? []
        let events = ["HelloEvent", "IncidentEvent", "ClusterEvent", "OnCallEvent", "ResetEvent"]
        for schema in schemas where !events.contains(schema) {
            #expect(check.references.contains("#/components/schemas/\(schema)"), "\(schema)")
        }
        #expect(Set(Operation.all.map(\.id)).count == Operation.all.count)
        #expect(Operation.all.allSatisfy { !$0.summary.isEmpty && !$0.id.isEmpty })
    }

    @Test func `types and members are described in the words of their sources`() throws {
        let written = try SourceWords.all()
        let file = SourceWords.root.appending(path: "HTTPServer/OpenAPI/SchemaWords.swift")
        let kept = try String(contentsOf: file, encoding: .utf8)
        let head = try #require(kept.range(of: "#\"\"\"\n"))
        let wanted =
            kept[..<head.upperBound] + written.map { "        \($0)\n" }.joined()
            + "        \"\"\"#\n}\n"
        if ProcessInfo.processInfo.environment["REWRITE"] == "1" {
            try wanted.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(kept == wanted, "REWRITE=1 writes SchemaWords.swift anew")
        }
        for schema in APIDescription.document["components"]?["schemas"]?.members ?? [] {
            #expect(schema.value["description"] != nil, "\(schema.name)")
            for member in schema.value["properties"]?.members ?? [] {
                #expect(member.value["description"] != nil, "\(schema.name).\(member.name)")
            }
        }
    }

    @Test func `it is served without a token, and known by its tag`() async throws {
        try await TestServer().test { client in
            let got = try await client.send(.get, APIPath.description)
            #expect(got.status == 200)
            #expect(got.headers[.contentType] == "application/json")
            let served = try JSONParser.parse(Array(got.text.utf8))
            #expect(served["openapi"] == "3.1.1")
            #expect(served == APIDescription.document)
            let tag = try #require(got.headers[.eTag])
            let again = try await client.send(
                .get, APIPath.description, headers: [.ifNoneMatch: tag])
            #expect(again.status == 304)
        }
    }
}

/// A coordinator that sees one region and one incident.
struct StubCoordinator: CoordinatorService {
    func isReady() async -> ReadyState { .ready }
    func metricsText() -> String { "" }
    func status() async -> CoordinatorStatus {
        CoordinatorStatus(
            name: "coordinator", member: "00000000000000c1", readAt: Timestamp(.epoch),
            regions: [
                FollowedRegion(
                    name: "eu", heardAt: Timestamp(.epoch), isSilent: false, changesMissing: 0,
                    gatewaysWork: true)
            ],
            incidents: [
                CoordinatedIncident(
                    id: String(repeating: "a", count: 32), title: "t", status: "triggered",
                    severity: "SEV2", owners: ["eu"], knownBy: ["eu"],
                    findings: [FindingSummary(kind: "overdue-step", text: "level 1")])
            ], incidentCount: 1)
    }
}

/// The words of doc comments in `Sources/APIModel`, one line per type.
enum SourceWords {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources")

    static func all() throws -> [String] {
        let folder = root.appending(path: "APIModel")
        var lines: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            guard name.hasSuffix(".swift") else { continue }
            lines += words(
                in: try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
        return lines.sorted()
    }

    private static func words(in source: String) -> [String] {
        var types: [String] = []
        var comment = ""
        for line in source.split(separator: "\n") {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("///") {
                comment +=
                    (comment.isEmpty ? "" : " ")
                    + text.dropFirst(3).trimmingCharacters(in: .whitespaces)
                continue
            }
            let told = comment.replacing(/\s*\*Source:\*.*/, with: "")
            if let match = text.firstMatch(of: /^package struct (\w+): Codable/) {
                types.append("\(match.1) | = \(told)")
            } else if let match = text.firstMatch(of: /^package var (\w+):/), !types.isEmpty,
                line.hasPrefix("    package var"), !text.hasSuffix("{"), !text.hasSuffix("}")
            {
                types[types.count - 1] += " | \(match.1)= \(told)"
            }
            comment = ""
        }
        return types
    }
}
