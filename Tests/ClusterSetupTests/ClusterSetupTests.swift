import Alerting
import Basics
import ClusterSetup
import ConfigFiles
import Escalation
import Foundation
import IncidentModel
import Paging
import RegionCore
import Testing

@Suite struct ClusterSetupTests {
    private static let members = ["ap", "eu", "us", "coordinator"]

    @Test func `the demonstration is written whole, for its owner only`() throws {
        let folder = try TempFolder()
        let written = try ClusterSetup.write(.demo(directory: "\(folder.path)/run/demo"))
        let modes = try folder.modes(below: "run/demo")
        let files = modes.filter { $0.value == 0o600 }.map(\.key)
        let folders = modes.filter { $0.value == 0o700 }.map(\.key)
        #expect(files.count + folders.count == modes.count, "\(modes)")
        #expect(folders.sorted() == [".", "ap", "authority", "coordinator", "eu", "us"])
        #expect(written == files.map { "\(folder.path)/run/demo/\($0)" }.sorted())
        #expect(files.count == 4 + 4 * 6)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/run") == ["demo"])
    }

    @Test func `every member's file and the roster are read back without a warning`() throws {
        let folder = try TempFolder()
        _ = try ClusterSetup.write(.demo(directory: "\(folder.path)/demo"))
        let configs = try Self.members.map {
            try NodeFile.load(path: "\(folder.path)/demo/\($0)/node.yaml")
        }
        #expect(configs.allSatisfy { $0.warnings.isEmpty }, "\(configs.map(\.warnings))")
        #expect(configs.map(\.me.member.name.text) == Self.members)
        #expect(configs.map(\.me.member.role) == [.region, .region, .region, .coordinator])
        #expect(configs.allSatisfy { $0.members == configs[0].members })
        #expect(configs.allSatisfy { $0.linkKey == configs[0].linkKey })
        #expect(configs.allSatisfy { $0.tokens == configs[0].tokens })
        #expect(configs.allSatisfy { $0.cluster == "demo" && $0.foundingEpoch == 1 })
        #expect(Set(configs.map(\.me.member.id)).count == 4)
        #expect(Set(configs.map(\.dataDirectory)).count == 4)
        #expect(configs.map(\.httpListen.port) == [8_101, 8_102, 8_103, 8_104])
        #expect(configs.map(\.link.requestPort) == [8_201, 8_202, 8_203, 8_204])
        #expect(configs[0].gateways.map(\.channel) == [.email])
        #expect(configs[3].gateways.isEmpty)
        let roster = try RosterFile.load(
            path: configs[0].rosterPath, zones: try ZoneFiles.load()
        ) { Issue.record("\($0)") }
        #expect(configs.allSatisfy { NodeFile.findings($0, with: roster).isEmpty })
        #expect(roster.people.count == 6)
        #expect(roster.integrations.map(\.service) == ["checkout", "search"])
        #expect(roster.integrations.allSatisfy { $0.secret.utf8.count == 32 })
    }

    @Test func `a folder of runbooks is named at every region`() throws {
        let folder = try TempFolder()
        var plan = ClusterPlan.demo(directory: "\(folder.path)/run/demo")
        plan.runbooks = "../../../runbooks"
        _ = try ClusterSetup.write(plan)
        for (name, paths) in [("eu", ["\(folder.path)/runbooks"]), ("coordinator", [])] {
            let config = try NodeFile.load(path: "\(folder.path)/run/demo/\(name)/node.yaml")
            #expect(config.runbooksPaths == paths)
        }
    }

    @Test func `two clusters share no secret and no id`() throws {
        let folder = try TempFolder()
        for name in ["a", "b"] {
            _ = try ClusterSetup.write(.demo(directory: "\(folder.path)/\(name)"))
        }
        let digits = /[0-9a-f]{16,}/
        let texts = try ["a", "b"].map { name in
            Set(
                try folder.contents(below: name).values.flatMap { $0.matches(of: digits) }
                    .map { String($0.output) })
        }
        #expect(texts[0].count >= 8 && texts[1].count >= 8)
        #expect(texts[0].isDisjoint(with: texts[1]))
    }

    @Test func `the client's file has every region and a token that the nodes accept`() throws {
        let folder = try TempFolder()
        _ = try ClusterSetup.write(.demo(directory: "\(folder.path)/demo"))
        let client = try folder.text("demo/client.yaml")
        let config = try NodeFile.load(path: "\(folder.path)/demo/ap/node.yaml")
        for (name, port) in [("ap", 8_101), ("eu", 8_102), ("us", 8_103)] {
            #expect(client.contains("- {name: \(name), url: \"http://127.0.0.1:\(port)\"}"))
        }
        #expect(
            client.contains(
                "\ncoordinators:\n  - {name: coordinator, url: \"http://127.0.0.1:8104\"}\n"))
        #expect(client.contains("\ntoken: \"\(config.tokens[0].token.text)\"\n"))
        #expect(config.tokens[0].token.text.utf8.count == 64)
        #expect(config.tokens.map(\.may) == [.administer])
    }

    @Test func `a real plan has minutes, a witness, and hosts that others can reach`() throws {
        let folder = try TempFolder()
        let plan = ClusterPlan(
            name: "acme", directory: "\(folder.path)/acme",
            regions: [
                PlannedRegion(
                    name: "eu", zone: "Europe/Berlin",
                    place: PlannedPlace(host: "eu.example.com", httpPort: 9_000)),
                PlannedRegion(
                    name: "us", zone: "America/New_York",
                    place: PlannedPlace(host: "us.example.com")),
            ],
            witness: PlannedPlace(host: "judge.example.com"), basePort: 7_000,
            mail: Endpoint(host: "mail.example.com", port: 587), pace: .real)
        _ = try ClusterSetup.write(plan)
        let witness = try NodeFile.load(path: "\(folder.path)/acme/witness/node.yaml")
        #expect(witness.me.member.role == .witness)
        #expect(witness.gateways.isEmpty)
        #expect(
            witness.members.map(\.host) == [
                "eu.example.com", "us.example.com", "judge.example.com",
            ])
        #expect(witness.members.map(\.requestPort) == [9_100, 7_100, 7_101])
        let eu = try NodeFile.load(path: "\(folder.path)/acme/eu/node.yaml")
        #expect(eu.httpListen == Endpoint(host: "0.0.0.0", port: 9_000))
        #expect(eu.publicURL == "http://eu.example.com:9000")
        guard case .smtp(let mail) = eu.gateways.first?.providers.first else {
            Issue.record("no mail server: \(eu.gateways)")
            return
        }
        #expect(mail.encryption == .required && mail.host == "mail.example.com")
        let roster = try RosterFile.load(path: eu.rosterPath, zones: try ZoneFiles.load()) {
            Issue.record("\($0)")
        }
        #expect(roster.policies[0].levels[0].timeouts == EscalationLevel.defaultTimeouts)
        #expect(roster.people.map(\.id.text) == ["eu-one", "eu-two", "us-one", "us-two"])
    }

    @Test func `an existing cluster is never overwritten`() throws {
        let folder = try TempFolder()
        let plan = ClusterPlan.demo(directory: "\(folder.path)/demo")
        _ = try ClusterSetup.write(plan)
        let before = try folder.contents(below: "demo")
        let error = #expect(throws: SetupError.self) { try ClusterSetup.write(plan) }
        #expect(error?.code == .exists)
        #expect(error?.description.contains("already holds a cluster") == true)
        #expect(try folder.contents(below: "demo") == before)
    }

    @Test func `an empty directory is filled, any other is refused`() throws {
        let folder = try TempFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: "\(folder.path)/empty", withIntermediateDirectories: true)
        _ = try ClusterSetup.write(.demo(directory: "\(folder.path)/empty"))
        #expect(files.fileExists(atPath: "\(folder.path)/empty/ap/node.yaml"))
        try files.createDirectory(atPath: "\(folder.path)/full", withIntermediateDirectories: true)
        try folder.write("full/photo", "mine")
        try folder.write("file", "mine")
        for name in ["full", "file", "empty/"] {
            #expect(throws: SetupError.self) {
                try ClusterSetup.write(.demo(directory: "\(folder.path)/\(name)"))
            }
        }
        #expect(try files.contentsOfDirectory(atPath: "\(folder.path)/full") == ["photo"])
    }

    @Test func `a plan that a node would refuse leaves nothing behind`() throws {
        let folder = try TempFolder()
        var plan = ClusterPlan.demo(directory: "\(folder.path)/demo")
        plan.regions[1].zone = "Europe/Berlim"
        plan.people[0].email = "mei"
        let error = #expect(throws: SetupError.self) { try ClusterSetup.write(plan) }
        #expect(error?.code == .badPlan)
        #expect(error?.description.contains("did you mean `Europe/Berlin`?") == true)
        #expect(error?.description.contains("people[mei].contacts[0].email") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func `a name with quotes stays one name`() throws {
        let folder = try TempFolder()
        var plan = ClusterPlan.demo(directory: "\(folder.path)/demo")
        plan.people[0].name = "Mei \"M\\\" Tanaka: #1"
        _ = try ClusterSetup.write(plan)
        let roster = try RosterFile.load(path: "\(folder.path)/demo/roster.yaml", zones: nil) { _ in
        }
        #expect(roster.person("mei")?.name == "Mei \"M\\\" Tanaka: #1")
    }
}
