import APIModel
import ArgumentParser
import Basics
import Foundation
import Testing

@testable import meridian

private let wide = Terminal(isInteractive: true, hasColour: false, width: 160)

struct IncidentTextsTests {
    @Test func `the list tells how bad, how long, who and what is next`() {
        let text = IncidentTexts.list(
            [Samples.incident()], now: Samples.now.instant, for: .plain)
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.count == 2)
        #expect(
            lines[1].joined(separator: " ")
                == "3f9a1c20 SEV1 triggered checkout Cards are refused 3 min ago - 1/2 in 2 min eu")
    }

    @Test func `a line of the list fits a narrow terminal`() {
        let narrow = Terminal(isInteractive: true, hasColour: false, width: 100)
        let incident = Samples.incident(title: String(repeating: "very ", count: 40))
        let text = IncidentTexts.list([incident], now: Samples.now.instant, for: narrow)
        #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of($0) <= 100 })
    }

    @Test func `an incident is told with alerts, receipts and timeline`() {
        let text = IncidentTexts.detail(
            Samples.detail(), timeline: Samples.timeline(), entriesMax: 40, for: wide)
        for part in [
            "Cards are refused", "nobody yet", "eu, epoch 3", "us, log position 12, all merged",
            "ALERTS  1 of 1 firing", "5xx above 2 %", "PAGES  1 of 2 delivered",
            "failed by smtp-a: 421 busy", "delivered by smtp-b: 250 queued as 4711", "240 ms",
            "trying", "TIMELINE", "entry number 1",
        ] {
            #expect(text.contains(part), "\(part) is missing in:\n\(text)")
        }
    }

    @Test func `what is not in the replicated log yet is marked`() {
        let text = IncidentTexts.detail(
            Samples.detail(), timeline: Samples.timeline(), entriesMax: nil, for: wide)
        #expect(text.contains("note *"))
        #expect(text.contains("* known at us and not in the replicated log yet"))
    }

    @Test func `a long timeline shows its end and says what is left out`() {
        let text = IncidentTexts.detail(
            Samples.detail(), timeline: Samples.timeline(entries: 100), entriesMax: 40, for: wide)
        #expect(text.contains("60 earlier entries: --full shows them"))
        #expect(!text.contains("entry number 59\n"))
        #expect(text.contains("entry number 60"))
        #expect(text.contains("entry number 99"))
    }

    @Test func `an acceptance tells how safe it is`() {
        let safe = IncidentAction.sentence(Samples.acceptance(), done: "taken on", for: .plain)
        #expect(
            safe == "3f9a1c20 taken on; now acknowledged, through eu;"
                + " safe on a majority of regions")
        let local = IncidentAction.sentence(
            Samples.acceptance(durability: "local", isRepeat: true), done: "taken on", for: .plain)
        #expect(local.contains("taken on already, nothing has changed"))
        #expect(local.contains("safe at this region only until a majority can be reached"))
    }
}

struct PageTextsTests {
    @Test func `a page is told by its last try`() {
        let lines = PageTexts.list(Samples.pages(), now: Samples.now.instant, for: .plain)
            .split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].contains("delivered by smtp-b: 250 queued as 4711"))
        #expect(lines[1].contains("2 min ago"))
        #expect(lines[2].contains("trying"))
    }

    @Test func `attempts are told by the region's name, and by its id once that is gone`() {
        let members = Samples.status(of: "eu").members
        #expect(MemberNames(members).name(of: "m1") == "ap")
        #expect(MemberNames(members).name(of: "m99") == "m99")
        let text = IncidentTexts.detail(
            Samples.detail(), timeline: Samples.timeline(), entriesMax: 40,
            names: MemberNames(members), for: wide)
        #expect(text.contains("ap #2"))
    }

    @Test func `a test page is told in one line`() {
        let answer = TestPageAnswer(
            person: "mei", provider: "smtp-a", outcome: "delivered", detail: "250 ok", region: "ap")
        #expect(
            PageCommand.Test.sentence(answer, for: .plain)
                == "delivered to mei by smtp-a of ap: 250 ok")
    }
}

struct OnCallTextsTests {
    @Test func `every schedule is told, and a gap stands out`() {
        let lines = OnCallTexts.table(Samples.onCall(), .universal, for: .plain)
            .split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].contains("mei (Mei Tanaka)"))
        #expect(lines[1].contains("(2 h 30 min left)"))
        #expect(lines[1].contains("ana in eu at "))
        #expect(lines[2].contains("NOBODY (no shift covers this time)"))
    }

    private func select(
        service: String? = nil, schedule: String? = nil
    ) throws -> [String] {
        try OnCallTexts.select(
            from: Samples.onCall(), services: Samples.services(), service: service,
            schedule: schedule
        ).map(\.schedule)
    }

    @Test func `a service leads to the schedules of its policy`() throws {
        #expect(try select(service: "checkout") == ["follow-the-sun"])
        #expect(try select(schedule: "database") == ["database"])
    }

    @Test func `an unknown name ends with 3 and tells the known ones`() throws {
        let service = try #require(
            #expect(throws: CommandFailure.self) { try select(service: "chekout") })
        #expect(service.status == .notFound)
        #expect(service.remedy == "one of: checkout, search, mail")
        let schedule = try #require(
            #expect(throws: CommandFailure.self) { try select(schedule: "x") })
        #expect(schedule.status == .notFound)
        #expect(schedule.remedy == "one of: follow-the-sun, database")
    }

    @Test func `a policy without a schedule is not an unknown service`() throws {
        let failure = try #require(
            #expect(throws: CommandFailure.self) { try select(service: "mail") })
        #expect(failure.status == .failed)
        #expect(failure.message.contains("by-name"))
    }
}

struct ClusterTextsTests {
    @Test func `a whole cluster has no findings`() {
        let view = Samples.view(["ap", "eu", "us"].map { Samples.status(of: $0) })
        #expect(view.findings.isEmpty)
        let text = ClusterTexts.page(view, for: wide)
        #expect(text.hasPrefix("demo: all is well · 3 of 3 regions answer · quorum: yes · 5 open"))
        for part in ["REGIONS", "LINKS", "GATEWAYS", "VERSIONS", "12 ms", "78 GiB", "smtp-a"] {
            #expect(text.contains(part), "\(part) is missing in:\n\(text)")
        }
        #expect(!text.contains("FINDINGS"))
    }

    @Test func `a dead region is the worst finding, with a remedy`() throws {
        let others = ["eu", "us"].map { Samples.status(of: $0, unreached: ["ap"]) }
        let view = Samples.view([nil] + others)
        let first = try #require(view.findings.first)
        #expect(first.level == .bad)
        #expect(first.text == "ap does not answer: connection refused")
        #expect(first.remedy.contains("meridian cluster replace ap"))
        let text = ClusterTexts.page(view, for: wide)
        #expect(text.contains("2 of 3 regions answer"))
        #expect(text.contains("connection refused"))
    }

    @Test func `a region that refuses is not called dead`() {
        var view = Samples.view([nil, nil, nil])
        let refusal = CommandFailure(.failed, "the token is wrong", remedy: "take another")
        view = ClusterStatusView(
            regions: view.regions.map { region in
                .init(name: region.name, url: region.url, failure: refusal)
            }, coordinators: [])
        #expect(view.findings.first?.text == "ap refuses: the token is wrong")
        #expect(view.findings.first?.remedy == "take another")
    }

    @Test func `a cut between two regions that both answer is told as a cut`() {
        let view = Samples.view([
            Samples.status(of: "ap", unreached: ["eu"]),
            Samples.status(of: "eu", unreached: ["ap"]),
            Samples.status(of: "us"),
        ])
        #expect(
            view.findings.map(\.text) == [
                "ap does not reach eu, though both run", "eu does not reach ap, though both run",
            ])
    }

    @Test func `a region without a majority is told to page and not to commit`() {
        let view = Samples.view([
            Samples.status(of: "ap", hasMajority: false), Samples.status(of: "eu"),
            Samples.status(of: "us"),
        ])
        #expect(view.findings.count == 1)
        #expect(ClusterTexts.page(view, for: wide).contains("quorum: not at ap"))
    }

    @Test func `a failing gateway, a full disk and different rosters are warnings`() {
        var ap = Samples.status(of: "ap")
        ap.gateways[0].isWorking = false
        ap.gateways[0].lastError = "421 busy"
        ap.disk = DiskStatus(usedBytes: 1, freeBytes: 5 << 20)
        ap.outlook = nil
        ap.versions["roster"] = "def"
        let view = Samples.view([ap, Samples.status(of: "eu"), Samples.status(of: "us")])
        #expect(view.findings.allSatisfy { $0.level == .warning })
        #expect(
            view.findings.map(\.text) == [
                "ap: email by smtp-a fails here: 421 busy", "ap has 5.0 MiB of disk left",
                "regions have different versions of roster: ap def, eu abc, us abc",
            ])
    }

    @Test func `a coordinator that no region reaches is a finding of its own`() {
        var statuses = ["ap", "eu", "us"].map { Samples.status(of: $0) }
        for index in statuses.indices {
            statuses[index].members.append(
                MemberStatus(
                    id: "00000000000000ff", name: "coordinator", role: "coordinator",
                    isSelf: false, isFresh: false, incarnation: nil, gatewaysWork: nil,
                    factsThrough: 0, ownedCount: 0))
        }
        let view = Samples.view(statuses)
        #expect(view.findings.map(\.text) == ["no region reaches the coordinator"])
        #expect(ClusterTexts.page(view, for: wide).contains("reached by no region"))
    }

    @Test func `what a coordinator found is told, and so is one that does not answer`() throws {
        let finding = FindingSummary(kind: "duplicate-page", text: "mei was paged twice")
        let told = CoordinatorStatus(
            name: "coordinator", member: "00000000000000ff", readAt: Samples.now,
            regions: [
                FollowedRegion(
                    name: "ap", heardAt: nil, isSilent: true, changesMissing: 3, gatewaysWork: true)
            ],
            incidents: [
                CoordinatedIncident(
                    id: "3f9a00000000000000000000000000aa", title: "Checkout fails",
                    status: "triggered", severity: "SEV1", owners: ["ap"], knownBy: ["ap"],
                    findings: [finding])
            ], incidentCount: 7)
        let view = Samples.view(
            ["ap", "eu", "us"].map { Samples.status(of: $0) },
            coordinators: [
                .init(name: "coordinator", url: "http://c.example.com", status: told),
                .init(
                    name: "second", url: "http://d.example.com",
                    failure: CommandFailure(.unreachable, "connection refused")),
            ])
        #expect(
            view.findings.map(\.text) == [
                "3f9a0000 Checkout fails: mei was paged twice",
                "the coordinator second does not answer: connection refused",
            ])
        #expect(view.findings.allSatisfy { $0.level == .warning })
        let text = ClusterTexts.page(view, for: wide)
        #expect(text.contains("hears nothing of ap"))
        #expect(text.contains("paging does not need it"))
    }

    @Test func `whose clock is off is told once, by its own account if it answers`() {
        var statuses = ["ap", "eu", "us"].map { Samples.status(of: $0) }
        for index in statuses.indices {
            for member in statuses[index].members.indices {
                let isWrong = statuses[index].members[member].name == "us"
                statuses[index].members[member].clockAheadMicroseconds =
                    isWrong ? 3_725_000_000 : 40_000
            }
            statuses[index].outlook = nil
        }
        let view = Samples.view(statuses)
        #expect(view.findings.map(\.text) == ["the clock of us is 1 h 2 min ahead of the others'"])
        #expect(view.findings[0].level == .bad && view.findings[0].remedy.contains("clocks.md"))
        #expect(
            statuses.map { $0.sentences.map(\.fact) } == [
                ["the clock of us is 1 h 2 min ahead of the others'"],
                ["the clock of us is 1 h 2 min ahead of the others'"],
                ["the clock here is 1 h 2 min ahead of the others'"],
            ])
        statuses[0].members[0].clockAheadMicroseconds = -2_500_000
        #expect(
            Samples.view(statuses).findings.map(\.text).last
                == "the clock of ap is 3 s behind the others'")
        #expect(Samples.view(statuses).findings.last?.level == .warning)
    }

    @Test func `if no region answers that is all there is to say`() {
        let text = ClusterTexts.page(Samples.view([nil, nil, nil]), for: .plain)
        #expect(text.hasPrefix("no region tells how it is"))
        #expect(!text.contains("LINKS"))
    }

    @Test(arguments: [
        (Int64(40), "0.0 ms"), (1_250, "1.3 ms"), (9_940, "9.9 ms"), (150_400, "150 ms"),
    ])
    func `round trips have one decimal where it matters`(value: Int64, expected: String) {
        #expect(ClusterTexts.milliseconds(value) == expected)
    }

    @Test(arguments: [(UInt64(40), 0), (37, 3), (45, 0)] as [(UInt64, UInt64)])
    func `lag is what a member wrote and the other has not got`(held: UInt64, expected: UInt64)
        throws
    {
        var ap = Samples.status(of: "ap")
        ap.members[1].factsThrough = held
        let eu = Samples.status(of: "eu")
        #expect(ClusterTexts.lag(of: ap, behind: ap.members[1], among: [ap, eu]) == expected)
        // Without the member's own account nothing can be said.
        #expect(ClusterTexts.lag(of: ap, behind: ap.members[1], among: [ap]) == nil)
    }

    @Test func `a disk that cannot be written and quarantined incidents are told`() {
        var ap = Samples.status(of: "ap")
        ap.diskError = "no space left on device"
        ap.quarantinedCount = 2
        ap.outlook = nil
        let view = Samples.view([ap, Samples.status(of: "eu"), Samples.status(of: "us")])
        #expect(
            view.findings.map(\.text) == [
                "ap: the disk here refuses writes: no space left on device",
                "ap: 2 quarantined incidents here: an entry of the log cannot be applied",
            ])
    }
}

struct JSONOutputTests {
    @Test func `keys are sorted and slashes stay`() throws {
        let text = try JSONOutput.text(["b": "http://x/y", "a": "1"], isPretty: false)
        #expect(text == "{\"a\":\"1\",\"b\":\"http://x/y\"}")
    }

    @Test func `the status of a cluster has its findings in it`() throws {
        let text = try JSONOutput.text(Samples.view([nil, nil, nil]), isPretty: false)
        #expect(!text.contains("\n"))
        let findings = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])["findings"]
        #expect((findings as? [Any])?.count == 3)
    }
}

struct HelpTests {
    private static let commands = [
        "", "node", "coordinator", "cluster", "cluster init", "cluster status", "cluster replace",
        "incident", "incident list", "incident show", "incident declare", "incident ack",
        "incident resolve", "incident escalate", "incident note", "page", "page list", "page test",
        "oncall", "oncall now", "oncall who", "oncall next", "oncall coverage", "oncall gaps",
        "oncall fairness", "oncall chart", "oncall feed", "oncall override", "oncall leave",
        "oncall swap", "oncall changes", "roster", "roster init", "roster validate", "roster plan",
        "roster apply", "handoff", "handoff offer", "handoff accept", "handoff take",
    ]

    @Test(arguments: commands)
    func `every command explains itself with examples`(command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let error = try #require(
            #expect(throws: (any Error).self) {
                var help = try Meridian.parseAsRoot(words + ["--help"])
                try help.run()
            })
        let help = Meridian.fullMessage(for: error, columns: 100)
        #expect(help.contains("OVERVIEW: "))
        #expect(help.contains("EXAMPLES"))
        #expect(help.contains("meridian " + command))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `shells complete commands and options`(shell: String) throws {
        let error = try #require(
            #expect(throws: (any Error).self) {
                try Meridian.parseAsRoot(["--generate-completion-script", shell])
            })
        let script = Meridian.fullMessage(for: error)
        #expect(script.contains("escalate"))
        #expect(script.contains("require-quorum"))
    }

    @Test func `the version names everything that has one`() {
        let text = Versions.text(Versions.current())
        let names = text.split(separator: "\n").compactMap { $0.split(separator: " ").first }
        #expect(names == ["meridian", "wire", "libnng", "sqlite", "tzdata"])
        #expect(text.split(separator: "\n").allSatisfy { $0.split(separator: " ").count >= 2 })
    }
}

struct WorkIDTests {
    private func item(_ id: String) -> WorkSummary {
        WorkSummary(
            id: id, kind: "action", text: "roll back", owner: nil, due: nil, audience: nil,
            state: "open", outcome: nil, by: "mei", at: Samples.now, region: "eu", endedBy: nil,
            endedAt: nil)
    }

    @Test func `an id is shown as short as it tells one thing from another`() {
        let work = ["m3f9a1c20.7", "m3f9a77b0.42", "m77d0aaaa.42", "m3f9a77b0.43"].map(item)
        #expect(
            work.map { WorkTexts.short($0, among: work) } == ["7", "m3f9a.42", "m77d0.42", "43"])
        let alike = ["m3f9a1c20.7", "m3f9a1c21.7"].map(item)
        #expect(
            alike.map { WorkTexts.short($0, among: alike) } == ["m3f9a1c20.7", "m3f9a1c21.7"])
    }
}
