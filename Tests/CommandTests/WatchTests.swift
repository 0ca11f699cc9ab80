import APIModel
import Basics
import Foundation
import Testing

@testable import meridian

private let eu = endpoint("eu")
private let us = endpoint("us")

private func endpoint(_ name: String) -> RegionEndpoint {
    guard let one = try? RegionEndpoint(name: name, url: "http://127.0.0.1:1") else {
        preconditionFailure("\(name) is an endpoint")
    }
    return one
}

/// Whoever watches, by a clock that moves when a test says so.
private struct Watcher {
    var now = Samples.now.instant
    var state: WatchState

    init(columns: Int = 100, rows: Int = 30, person: String? = "mei") {
        state = WatchState(
            person: person, now: now, size: ScreenSize(columns: columns, rows: rows))
    }

    @discardableResult
    mutating func take(_ input: WatchInput, after span: Span = .zero) -> [WatchDeed] {
        now = now + span
        return state.take(input, at: now)
    }

    @discardableResult
    mutating func press(_ keys: Key...) -> [WatchDeed] {
        keys.flatMap { take(.key($0)) }
    }

    mutating func read(
        _ incidents: [IncidentSummary], onCall: OnCallList? = nil, cluster: ClusterStatus? = nil,
        details: WatchedIncident? = nil, at endpoint: RegionEndpoint = eu
    ) {
        let reading = WatchReading(
            endpoint: endpoint, incidents: Samples.incidents(incidents),
            onCall: onCall ?? Samples.onCall(), cluster: cluster ?? Samples.status(of: "eu"),
            details: details)
        take(.read(.success(reading)))
    }

    var lines: [String] { WatchFrame.lines(state).map(\.plain) }
    var text: String { lines.joined(separator: "\n") }

    /// That the frame fits the screen, whatever is shown.
    func expectFits(_ location: SourceLocation = #_sourceLocation) {
        #expect(lines.count == state.size.rows, sourceLocation: location)
        for line in lines {
            #expect(
                DisplayWidth.of(line) <= state.size.columns, "too wide: \(line)",
                sourceLocation: location)
        }
    }
}

private func incidents(_ count: Int) -> [IncidentSummary] {
    (0..<count).map { number in
        let digits = String(number + 0x1000_0000, radix: 16)
        return Samples.incident(
            id: digits + String(repeating: "0", count: 24), title: "\(number) 🔥 東京で決済が失敗する")
    }
}

private func watched() -> WatchedIncident {
    WatchedIncident(
        incident: Samples.detail(), brief: "SEV1 checkout: Cards are refused\nStatus: triggered",
        timeline: Samples.timeline(entries: 60).entries)
}

struct WatchFrameTests {
    @Test(arguments: [20, 40, 41, 60, 80, 100, 200], [3, 5, 10, 24, 60])
    func `a frame has the size of the screen, with wide characters and all`(
        columns: Int, rows: Int
    ) {
        var watcher = Watcher(columns: columns, rows: rows)
        watcher.expectFits()
        watcher.read(incidents(50), cluster: Samples.status(of: "eu", hasMajority: false))
        watcher.expectFits()
        watcher.press(.character("?"))
        watcher.expectFits()
        watcher.press(.escape, .character("n"))
        for character in "数えきれないほど長いメモを書く 🔥🔥🔥 and on and on and on" {
            watcher.press(.character(character))
        }
        watcher.expectFits()
        watcher.press(.escape, .enter)
        watcher.read(incidents(50), details: watched())
        watcher.expectFits()
    }

    @Test func `it says what is open, who is on call and how the cluster is`() {
        var watcher = Watcher()
        watcher.take(.feed(.connected(eu, isResumed: false)))
        watcher.read([Samples.incident()])
        for part in [
            "demo · eu answers · live · has a majority", "5 open, 1 not taken on", "Cards are",
            "mei (Mei Tanaka)", "NOBODY: no shift covers",
            "nobody by 1 of the schedules", "as eu sees it", "reached",
        ] {
            #expect(watcher.text.contains(part), "\(part) is missing in:\n\(watcher.text)")
        }
    }

    @Test func `a narrow terminal shows the title and who has it`() {
        var watcher = Watcher(columns: 40, rows: 12)
        watcher.read([Samples.incident(status: "triggered")])
        let row = watcher.lines.first { $0.contains("Cards are refused") }
        #expect(row?.contains("SEV1") == true)
        #expect(row?.contains("nobody") == true)
        #expect(watcher.lines.last?.contains("q quit") == true)
    }

    @Test func `nothing to show is said in words`() {
        var watcher = Watcher()
        #expect(watcher.text.contains("asking the regions"))
        watcher.read(
            [],
            onCall: OnCallList(
                region: "eu", at: Samples.now, rosterVersion: "", tzVersion: "", schedules: []))
        #expect(watcher.text.contains("Nothing is wrong that anybody was told of."))
        #expect(watcher.press(.enter, .character("a")).isEmpty)
    }

    @Test func `a minority says what works and what waits`() {
        var watcher = Watcher()
        watcher.read(
            [Samples.incident()],
            cluster: Samples.status(of: "eu", hasMajority: false, unreached: ["ap", "us"]))
        #expect(watcher.text.contains("NO MAJORITY"))
        #expect(watcher.text.contains("Works at eu: paging, acknowledging, notes"))
        #expect(watcher.text.contains("Waits for a majority: severity"))
        #expect(watcher.lines.count { $0.contains("NOT REACHED") } == 2)
    }

    @Test func `what is old says how old, and as of when`() {
        var watcher = Watcher()
        watcher.take(.feed(.connected(eu, isResumed: false)))
        watcher.read([Samples.incident()])
        watcher.take(.tick, after: .seconds(9))
        #expect(watcher.lines[0].contains("9 s old"))
        watcher.take(
            .read(
                .failure(
                    RegionMiss.nobodyAnswered([
                        RegionMiss(endpoint: eu, reason: "connection refused")
                    ]))))
        #expect(watcher.text.contains("What you see is as of 2026-11-22"))
        #expect(watcher.lines[0].contains("eu answered last · 9 s old"))
        #expect(watcher.text.contains("connection refused"))
        #expect(watcher.text.contains("Cards are refused"))
    }

    @Test func `the clock goes on by the region's time, not by this machine's`() {
        var watcher = Watcher()
        watcher.now = watcher.now + .hours(5)
        watcher.read([Samples.incident()])
        #expect(watcher.text.contains("3 min ago"))
        watcher.take(.tick, after: .minutes(1))
        #expect(watcher.text.contains("4 min ago"))
    }

    @Test func `colours are for terminals that have them`() {
        var watcher = Watcher()
        watcher.read([Samples.incident()])
        let colour = Terminal(isInteractive: true, hasColour: true, width: 100)
        let lines = WatchFrame.lines(watcher.state)
        #expect(lines.contains { $0.text(for: colour).contains("\u{1B}[") })
        #expect(!lines.contains { $0.text(for: .plain).contains("\u{1B}") })
    }

    @Test func `a control sequence in a title or a note does not reach the terminal`() {
        var watcher = Watcher()
        let bad = "\u{1B}]0;owned\u{07}\u{202E}x"
        watcher.read(
            [Samples.incident(title: bad)],
            details: WatchedIncident(
                incident: Samples.detail(), brief: bad,
                timeline: [
                    TimelineItem(
                        index: 1, at: Samples.now, kind: bad, region: "eu", text: bad, fact: nil,
                        digest: nil)
                ]))
        let list = watcher.text
        watcher.press(.enter)
        for text in [list, watcher.text] {
            #expect(
                !text.unicodeScalars.contains { "\u{1B}\u{07}\u{202E}".unicodeScalars.contains($0) }
            )
        }
    }

    @Test func `one incident has its brief, the end of its timeline and its pages`() {
        var watcher = Watcher(rows: 80)
        watcher.read([Samples.incident()])
        watcher.press(.enter)
        #expect(watcher.text.contains("reading…"))
        watcher.read([Samples.incident()], details: watched())
        for part in ["Status: triggered", "entry number 59", "delivered by smtp-b", "led by eu"] {
            #expect(watcher.text.contains(part), "\(part) is missing in:\n\(watcher.text)")
        }
        #expect(!watcher.text.contains("entry number 20"))
    }
}

struct WatchStateTests {
    @Test func `keys choose, open, scroll and go back`() {
        var watcher = Watcher(rows: 12)
        let all = incidents(40)
        watcher.read(all)
        #expect(watcher.state.chosen == all[0].id)
        watcher.press(.character("j"), .down, .character("k"))
        #expect(watcher.state.chosen == all[1].id)
        watcher.press(.end)
        #expect(watcher.state.chosen == all[39].id)
        #expect(watcher.text.contains("> "))
        #expect(watcher.text.contains("39 🔥"))
        watcher.press(.character("g"), .enter)
        #expect(watcher.state.screen == .details(id: all[0].id, from: 0))
        watcher.read(all, details: watched())
        watcher.press(.character("j"), .end, .down)
        guard case .details(_, let from) = watcher.state.screen else {
            Issue.record("\(watcher.state.screen)")
            return
        }
        #expect(
            from == WatchFrame.detailLines(watcher.state).count
                - WatchFrame.detailRows(watcher.state))
        watcher.press(.escape)
        #expect(watcher.state.screen == .list)
        #expect(watcher.press(.character("q")) == [.quit])
    }

    @Test func `whoever reads keeps the incident while the list changes`() {
        var watcher = Watcher()
        var all = incidents(3)
        watcher.read(all)
        watcher.press(.down)
        let chosen = watcher.state.chosen
        all.insert(Samples.incident(), at: 0)
        watcher.read(all)
        #expect(watcher.state.chosen == chosen)
        watcher.read([all[0]])
        #expect(watcher.state.chosen == all[0].id)
    }

    @Test func `an acknowledgement asks once, and only y or Enter gives it`() {
        var watcher = Watcher()
        let one = Samples.incident()
        watcher.read([one])
        #expect(watcher.press(.character("a")).isEmpty)
        #expect(watcher.lines.last?.contains("Take 3f9a1c20 on as mei?") == true)
        #expect(watcher.press(.character("n")).isEmpty)
        #expect(watcher.state.prompt == nil)
        watcher.press(.character("a"))
        #expect(
            watcher.press(.character("y")) == [.acknowledge(id: one.id, generation: 1)])
        watcher.take(
            .done(.success(Samples.acceptance(durability: "local")), saying: "taken on by mei"))
        #expect(watcher.text.contains("taken on by mei; now acknowledged"))
        #expect(watcher.text.contains("safe at this region only"))
    }

    @Test func `what somebody has is not taken on again, and nobody acts without a name`() {
        var watcher = Watcher()
        watcher.read([Samples.incident(status: "acknowledged")])
        watcher.press(.character("a"))
        #expect(watcher.state.prompt == nil)
        #expect(watcher.text.contains("is acknowledged"))
        var stranger = Watcher(person: nil)
        stranger.read([Samples.incident()])
        stranger.press(.character("n"))
        #expect(stranger.state.prompt == nil)
        #expect(stranger.text.contains("--as"))
    }

    @Test func `a note is written, corrected, dropped and sent`() {
        var watcher = Watcher()
        let one = Samples.incident()
        watcher.read([one])
        watcher.press(
            .character("n"), .character("q"), .character("界"), .character("x"), .backspace)
        #expect(watcher.text.contains("q界_"))
        #expect(watcher.press(.enter) == [.note(id: one.id, text: "q界")])
        #expect(watcher.press(.character("n"), .character("x"), .escape).isEmpty)
        #expect(watcher.press(.character("n"), .character(" "), .enter).isEmpty)
        let refusal = CommandFailure(.failed, "the token may read", remedy: "use another")
        watcher.take(.done(.failure(refusal), saying: "noted"))
        #expect(watcher.text.contains("not done: the token may read: use another"))
    }

    @Test
    func `readings are asked for by news, one at a time, and by themselves when nothing is heard`()
    {
        var watcher = Watcher()
        let all = Set(WatchPart.allCases)
        #expect(watcher.take(.tick) == [.read(all, details: nil)])
        // One is under way.
        #expect(watcher.take(.feed(.changed(.incidents))).isEmpty)
        watcher.take(.feed(.connected(eu, isResumed: true)), after: .milliseconds(100))
        let reading = WatchReading(endpoint: eu, cluster: Samples.status(of: "eu"))
        #expect(watcher.take(.read(.success(reading))) == [.read(all, details: nil)])
        #expect(watcher.take(.read(.success(reading))).isEmpty)
        #expect(watcher.take(.tick, after: .seconds(14)).isEmpty)
        #expect(watcher.take(.feed(.changed(.onCall))) == [.read([.onCall], details: nil)])
        watcher.take(.read(.success(reading)))
        watcher.take(.feed(.lost(eu, reason: "the connection was closed")))
        #expect(watcher.take(.tick, after: .seconds(3)) == [.read(all, details: nil)])
    }

    @Test func `after a failure it rests a second and asks for everything`() {
        var watcher = Watcher()
        watcher.take(.tick)
        let failure = CommandFailure(.unreachable, "no region answered")
        #expect(watcher.take(.read(.failure(failure)), after: .milliseconds(200)).isEmpty)
        #expect(watcher.state.isStale)
        #expect(
            watcher.take(.tick, after: .seconds(1))
                == [.read(Set(WatchPart.allCases), details: nil)])
    }

    @Test func `another region's answer says its name`() {
        var watcher = Watcher()
        watcher.read([Samples.incident()])
        watcher.take(.feed(.lost(eu, reason: "connection refused")))
        watcher.take(.feed(.connected(us, isResumed: false)))
        watcher.read([Samples.incident()], cluster: Samples.status(of: "us"), at: us)
        #expect(watcher.lines[0].contains("us answers · live"))
    }
}
