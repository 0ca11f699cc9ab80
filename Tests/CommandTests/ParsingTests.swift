import APIModel
import ArgumentParser
import Basics
import ClusterSetup
import ConfigFiles
import Coverage
import Testing

@testable import meridian

private func parse<Command: ParsableCommand>(
    _ line: String, as type: Command.Type
) throws -> Command {
    let words = line.split(separator: " ").map(String.init)
    return try #require(try Meridian.parseAsRoot(words) as? Command)
}

struct ParsingTests {
    @Test func `servers take their configuration`() throws {
        let node = try parse("node --config eu/node.yaml", as: NodeCommand.self)
        #expect(node.config == "eu/node.yaml")
        let coordinator = try parse("coordinator --config c/node.yaml", as: CoordinatorCommand.self)
        #expect(coordinator.config == "c/node.yaml")
    }

    @Test func `incident list has filters`() throws {
        let list = try parse(
            "incident list --all --service checkout --severity sev2 --json",
            as: IncidentCommand.List.self)
        #expect(list.all && list.client.json)
        let query = list.query(now: Instant(seconds: 1_795_400_000))
        #expect(query.first { $0.name == "severityAtLeast" }?.value == "SEV2")
        #expect(query.first { $0.name == "service" }?.value == "checkout")
        #expect(!query.contains { $0.name == "consistency" })
    }

    @Test(arguments: ["incident list --linearizable", "incident show 3f9a --linearizable"])
    func `reads can be asked for linearizably`(line: String) throws {
        let command = try Meridian.parseAsRoot(line.split(separator: " ").map(String.init))
        let options =
            (command as? IncidentCommand.List)?.consistency
            ?? (command as? IncidentCommand.Show)?.consistency
        #expect(options?.query.map(\.name) == ["consistency"])
        #expect(options?.query.map(\.value) == ["linearizable"])
    }

    @Test(arguments: [
        "watch --width 80", "watch --once --width 5", "watch --once --json",
        "watch --height 2 --once",
    ])
    func `watch refuses what makes no sense`(line: String) {
        #expect(throws: (any Error).self) {
            try Meridian.parseAsRoot(line.split(separator: " ").map(String.init))
        }
    }

    @Test func `numbers take any period, or so many days`() throws {
        let numbers = try parse(
            "numbers --from 2026-10-01 --to 2026-12-31 --service checkout --csv services",
            as: NumbersCommand.self)
        #expect(numbers.from?.date == CivilDate(year: 2026, month: 10, day: 1))
        #expect(numbers.csv == .services && numbers.service == "checkout")
        for line in [
            "numbers --from 2026-10-01 --days 3", "numbers --days 0", "numbers --csv x",
            "numbers --csv people --json", "numbers --from 2026-10-02 --to 2026-10-01",
        ] {
            #expect(throws: (any Error).self, "\(line)") {
                try parse(line, as: NumbersCommand.self)
            }
        }
        #expect(throws: (any Error).self) {
            try parse("handoff brief 3f9a --write x --to mei", as: HandoffCommand.BriefText.self)
        }
    }

    @Test func `incident show takes a shortened id`() throws {
        let show = try parse("incident show 3F9A --full --region us", as: IncidentCommand.Show.self)
        #expect(show.id.text == "3f9a")
        #expect(show.full)
        #expect(show.client.region == "us")
    }

    @Test(arguments: ["ack", "acknowledge"])
    func `incident ack takes several ids and who acts`(name: String) throws {
        let command = try parse(
            "incident \(name) 3f9a1c20 #77b0 --as mei --require-quorum",
            as: IncidentCommand.Acknowledge.self)
        #expect(command.ids.map(\.text) == ["3f9a1c20", "77b0"])
        #expect(command.actor.person == "mei")
        #expect(command.durability.requireQuorum)
    }

    @Test func `incident resolve takes several ids`() throws {
        let command = try parse("incident resolve 3f9a1c20 77b0", as: IncidentCommand.Resolve.self)
        #expect(command.ids.count == 2)
        #expect(command.actor.person == nil)
    }

    @Test func `incident escalate takes a reason`() throws {
        let command = try parse(
            "incident escalate 3f9a --reason database", as: IncidentCommand.Escalate.self)
        #expect(command.reason == "database")
    }

    @Test func `incident note takes words with or without quotes`() throws {
        let command = try parse(
            "incident note 3f9a rolled back --as mei", as: IncidentCommand.Note.self)
        #expect(command.text == ["rolled", "back"])
        #expect(try parse("incident note 3f9a -", as: IncidentCommand.Note.self).text == ["-"])
    }

    @Test func `incident declare takes everything a page needs`() throws {
        let command = try parse(
            "incident declare --service checkout Cards refused --severity 1 --detail a=b=c"
                + " --detail x= --link http://g/1 --drill", as: IncidentCommand.Declare.self)
        #expect(command.title == ["Cards", "refused"])
        #expect(command.severity?.name == "SEV1")
        #expect(NamedValue.dictionary(command.details) == ["a": "b=c", "x": ""])
        #expect(command.link == "http://g/1")
        #expect(command.drill)
    }

    @Test func `page commands`() throws {
        let list = try parse("page list --undelivered --person raj", as: PageCommand.List.self)
        #expect(Samples.pages().filter(list.isWanted).map(\.person) == ["raj"])
        let test = try parse("page test mei --channel sms", as: PageCommand.Test.self)
        #expect(test.person == "mei")
        #expect(test.channel == .sms)
    }

    @Test func `oncall commands`() throws {
        let now = try parse("oncall now", as: OnCallCommand.Now.self)
        #expect(now.time.query(now: .epoch).isEmpty)
        let who = try parse(
            "oncall who --service checkout --at 2026-12-24T03:00Z", as: OnCallCommand.Who.self)
        #expect(who.service == "checkout")
        #expect(who.time.query(now: .epoch).map(\.value) == ["2026-12-24T03:00:00.000Z"])
    }

    @Test func `coverage prove takes a roster, a range and what it is to fail on`() throws {
        let prove = try parse(
            "coverage prove --roster r.yaml --weeks 26 --from +1w --service checkout --severity 2"
                + " --node eu/node.yaml --fail-on warning --json", as: CoverageCommand.Prove.self)
        #expect(prove.source.roster == "r.yaml" && prove.weeks == 26 && prove.client.json)
        #expect(prove.from?.instant(now: .epoch) == .epoch + .hours(168))
        #expect(prove.services == ["checkout"] && prove.nodes.paths == ["eu/node.yaml"])
        #expect(prove.severities.map(\.name) == ["SEV2"])
        #expect(prove.failOn.gravity == .warning)
        #expect(try parse("coverage prove", as: CoverageCommand.Prove.self).failOn.gravity == .late)
    }

    @Test func `coverage simulate takes who dies, when, and who answers`() throws {
        let simulate = try parse(
            "coverage simulate --kill eu --kill us --at 2026-12-24T03:00Z --service checkout"
                + " --severity 3 --for 1h30m --seed 7 --answered-after 90s --people-too"
                + " --roster r.yaml --changes c.json --node eu/node.yaml --json",
            as: CoverageCommand.Simulate.self)
        #expect(simulate.kill == ["eu", "us"] && simulate.services == ["checkout"])
        #expect(simulate.at.instant(now: .epoch).description == "2026-12-24T03:00:00.000Z")
        #expect(simulate.severity.name == "SEV3" && simulate.for.span == .minutes(90))
        #expect(simulate.seed == 7 && simulate.answeredAfter?.span == .seconds(90))
        #expect(simulate.peopleToo && simulate.client.json)
        #expect(simulate.source.changes == "c.json" && simulate.nodes.paths == ["eu/node.yaml"])
        let plain = try parse("coverage simulate", as: CoverageCommand.Simulate.self)
        #expect(plain.kill.isEmpty && plain.at.instant(now: .epoch) == .epoch)
        #expect(plain.severity.name == "SEV1" && plain.for.span == .minutes(30))
        #expect(plain.seed == 1 && plain.answeredAfter == nil && !plain.source.live)
    }

    @Test func `oncall chart draws a week unless told otherwise`() throws {
        let week = try parse("oncall chart", as: OnCallCommand.Chart.self)
        #expect(week.period.days == nil && week.out == nil && week.period.from == nil)
        #expect(week.schedules.isEmpty)
        let chart = try parse(
            "oncall chart --out - --schedule a --schedule b --from 2026-03-29 --days 92"
                + " --zone Europe/Berlin --roster r.yaml", as: OnCallCommand.Chart.self)
        #expect(chart.schedules == ["a", "b"])
        #expect(chart.period.from?.date == CivilDate(year: 2026, month: 3, day: 29))
        #expect(chart.period.days == 92 && chart.source.roster == "r.yaml")
        #expect(chart.reader.zone == "Europe/Berlin" && chart.out == "-")
    }

    @Test func `oncall next, coverage, gaps and fairness take a period, a reader and a roster`()
        throws
    {
        let next = try parse(
            "oncall next --schedule a --count 3 --at +8h --zone Asia/Tokyo --roster r.yaml",
            as: OnCallCommand.Next.self)
        #expect(next.schedules == ["a"] && next.count == 3 && next.source.roster == "r.yaml")
        #expect(next.reader.zone == "Asia/Tokyo")
        let gaps = try parse(
            "oncall gaps --service a --schedule b --from 2026-12-24 --days 31 --json",
            as: OnCallCommand.Gaps.self)
        #expect(gaps.options.services == ["a"] && gaps.options.schedules == ["b"])
        #expect(gaps.options.period.days == 31 && gaps.options.source.client.json)
        let fairness = try parse("oncall fairness --schedule a", as: OnCallCommand.Fairness.self)
        #expect(fairness.schedule == "a")
    }

    @Test func `a swap is asked for or taken, and who acts stands in one place`() throws {
        let take = try parse(
            "oncall swap --take m1.42 --force --as joao --require-quorum --url http://a:1",
            as: OnCallCommand.Swap.self)
        #expect(take.take == "m1.42" && take.force)
        #expect(take.action.actor.person == "joao" && take.action.durability.requireQuorum)
        #expect(take.action.client.urls == ["http://a:1"])
        let override = try parse(
            "oncall override --schedule a --person b --to +4h --force",
            as: OnCallCommand.Override.self)
        let request = try override.stretch.request(
            "override", schedule: "a", person: "b", by: "c", force: override.force)
        #expect(request.force == true && request.from == nil && request.by == "c")
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "26-03-29", "2026-3-29", "today", "2026-03-29T00:00Z", "",
    ])
    func `what is no date is refused`(text: String) {
        #expect(DateArgument(argument: text) == nil)
    }

    @Test func `oncall feed takes whose calendar`() throws {
        let feed = try parse("oncall feed --team ap --region eu", as: OnCallCommand.Feed.self)
        #expect(feed.wanted.map(\.kind) == ["team"] && feed.wanted.map(\.id) == ["ap"])
        #expect(feed.client.region == "eu")
    }

    @Test func `the options of the client`() throws {
        let list = try parse(
            "incident list --url http://a:1 --url http://b:2 --token t --timeout 0.5",
            as: IncidentCommand.List.self)
        #expect(list.client.urls == ["http://a:1", "http://b:2"])
        #expect(list.client.token == "t")
        #expect(list.client.timeout == 0.5)
    }

    @Test(arguments: [
        "oncall who", "oncall who --service a --schedule b", "incident show 3f", "incident ack",
        "incident show 3f9a1c20aabbccdd3f9a1c20aabbccdd0", "incident note 3f9a",
        "incident declare --service a", "incident declare title", "page test mei --channel pigeon",
        "incident list --url http://a:1 --region eu", "cluster status --interval 0",
        "incident declare --service a t --detail =b", "node", "cluster replace",
        "cluster init --region eu=Europe/Berlin", "cluster init --region eu --region us=x",
        "cluster init --region eu=Europe/Berlin --region us=America/New_York",
        "cluster init --no-coordinator --coordinator-at h:1", "cluster init --base-port 80",
        "cluster init --mail host", "cluster init --pace slow", "coverage prove --weeks 0",
        "coverage prove --fail-on never", "coverage prove --json --at now",
        "coverage prove --live --roster r.yaml", "coverage prove --live --changes c.json",
        "coverage simulate --people-too", "coverage simulate --unanswered --answered-after 3m",
        "coverage simulate --for 2d", "coverage simulate --severity 9",
        "oncall feed",
        "oncall feed --person mei --team ap", "oncall chart --days 0", "oncall chart --days 32",
        "oncall next --count 0", "oncall gaps --days 93", "oncall coverage --days 0",
        "oncall override --schedule a --person b", "oncall leave", "oncall swap --schedule a",
        "oncall swap --schedule a --to +4h --force",
        "oncall swap --take m1.1 --schedule a --to +1h",
        "roster init", "roster init --template cube", "roster init --list --template weekly",
        "roster init --template weekly --force", "roster init --template weekly --json",
        "roster init --template follow-the-sun-3 --region eu=Europe/Berlin",
        "oncall chart --out a.svg --days 93", "oncall chart --out a.svg --json",
        "oncall chart --from tomorrow",
    ])
    func `what makes no sense is refused`(line: String) {
        let words = line.split(separator: " ").map(String.init)
        #expect(throws: (any Error).self) { try Meridian.parseAsRoot(words) }
    }

    @Test func `a command line cannot be read two ways`() {
        // Two options of one name in one command would trap when it is parsed.
        for words in [
            ["cluster", "init"], ["cluster", "status"], ["oncall", "now"], ["page", "list"],
            ["oncall", "chart"], ["oncall", "next"], ["oncall", "coverage"], ["oncall", "gaps"],
            ["oncall", "fairness"], ["oncall", "changes"], ["oncall", "leave", "--to", "+1h"],
            ["roster", "init", "--list"], ["handoff", "status"], ["coverage", "prove"],
            ["coverage", "simulate"],
        ] {
            #expect(throws: Never.self) { try Meridian.parseAsRoot(words) }
        }
    }
}

struct ClusterInitTests {
    private func plan(_ line: String) throws -> ClusterPlan {
        try parse("cluster init " + line, as: ClusterCommand.Init.self).plan
    }

    @Test func `without regions it is the demo`() throws {
        var expected = ClusterPlan.demo(directory: "run/demo")
        // Where the tests run from the project's folder, its runbooks are beside.
        expected.runbooks = ClusterDirectory.runbooks(besideMembersOf: "run/demo")
        #expect(try plan("") == expected)
        #expect(expected.coordinator != nil)
    }

    @Test func `regions have zones and places, and the pace is real`() throws {
        let plan = try plan(
            "--directory x/prod --region ap=Asia/Singapore@10.1.0.5:8101"
                + " --region eu=Europe/Berlin@h --region us=America/New_York --base-port 9000"
                + " --mail mail.example.com:587 --coordinator-at c:9100")
        #expect(plan.name == "prod")
        #expect(
            plan.regions == [
                PlannedRegion(
                    name: "ap", zone: "Asia/Singapore",
                    place: PlannedPlace(host: "10.1.0.5", httpPort: 8_101)),
                PlannedRegion(name: "eu", zone: "Europe/Berlin", place: PlannedPlace(host: "h")),
                PlannedRegion(name: "us", zone: "America/New_York"),
            ])
        #expect(plan.pace == .real)
        #expect(plan.basePort == 9_000)
        #expect(plan.mail == Endpoint(host: "mail.example.com", port: 587))
        #expect(plan.coordinator == PlannedPlace(host: "c", httpPort: 9_100))
        #expect(plan.witness == nil)
    }

    @Test func `two regions have a witness`() throws {
        let plan = try plan(
            "--region eu=Europe/Berlin --region us=America/New_York --witness w:1234"
                + " --no-coordinator --pace demo --name two")
        #expect(plan.witness == PlannedPlace(host: "w", httpPort: 1_234))
        #expect(plan.coordinator == nil)
        #expect(plan.pace == .demo)
        #expect(plan.name == "two")
    }

    @Test func `the answer says how to start every member`() throws {
        var plan = ClusterPlan.demo(directory: "run/demo")
        plan.witness = PlannedPlace()
        let answer = InitAnswer(plan, written: ["run/demo/eu/node.yaml"])
        #expect(
            answer.start == [
                "meridian node --config run/demo/ap/node.yaml",
                "meridian node --config run/demo/eu/node.yaml",
                "meridian node --config run/demo/us/node.yaml",
                "meridian node --config run/demo/witness/node.yaml",
                "meridian coordinator --config run/demo/coordinator/node.yaml",
            ])
    }
}
