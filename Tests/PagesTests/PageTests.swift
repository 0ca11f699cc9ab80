import APIModel
import Basics
import Foundation
import Testing

@testable import Pages

/// What every page has to hold to.
struct PageTests {
    @Test func `a hostile text stays a text on every page`() {
        let frame = Sample.frame(name: Sample.hostile)
        for page in Sample.everyPage(text: Sample.hostile, frame: frame) {
            #expect(!page.html.contains("<script>alert"), "\(page.name)")
            #expect(!page.html.unicodeScalars.contains("\u{202E}"), "\(page.name)")
            // By scalars: Swift takes a quote with a combining mark for another character.
            let scalars = Array(page.html.unicodeScalars)
            for (index, scalar) in scalars.enumerated() where scalar == "\u{301}" {
                #expect(scalars[index - 1] == ";", "\(page.name): a bare quote before a mark")
            }
            #expect(!page.html.contains("javascript:"), "\(page.name)")
        }
    }

    @Test func `the hostile text gets onto every page that shows texts`() {
        let frame = Sample.frame(name: Sample.hostile)
        for page in Sample.everyPage(text: Sample.hostile, frame: frame) {
            #expect(page.html.contains("&lt;script&gt;alert(1)"), "\(page.name) is not tried")
        }
    }

    @Test func `no page has a script, a style or a handler in it`() throws {
        let inline = try Regex(#"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)"#)
        for page in Sample.everyPage(text: "a text", frame: Sample.frame()) {
            #expect(page.html.firstMatch(of: inline) == nil, "\(page.name)")
        }
    }

    @Test func `no page loads anything from elsewhere`() throws {
        let loads = try Regex(#"(src|action)="(?!/)|<link[^>]*href="(?!/)"#)
        for page in Sample.everyPage(text: "a text", frame: Sample.frame()) {
            #expect(page.html.firstMatch(of: loads) == nil, "\(page.name)")
        }
    }

    @Test func `every form that changes something carries the form token`() {
        for page in Sample.everyPage(text: "a text", frame: Sample.frame())
        where page.name != "login" {
            for form in page.html.split(separator: "<form").dropFirst() {
                let own = form.prefix { $0 != ">" }
                guard own.contains("method=\"post\"") else { continue }
                let whole = form.split(separator: "</form>").first ?? ""
                #expect(whole.contains("name=\"form\" value=\"f0f0\""), "\(page.name): \(own)")
                #expect(whole.contains("name=\"key\" value=\"e1e1\""), "\(page.name): \(own)")
            }
        }
    }

    @Test func `templates write values in three braces only`() {
        for (name, bytes) in Templates.sources {
            let text = String(decoding: bytes, as: UTF8.self)
            for tag in text.split(separator: "{{").dropFirst() {
                let isValue = tag.first.map { !"#/^>{".contains($0) } ?? false
                #expect(!isValue, "\(name): {{\(tag.prefix(30))")
            }
        }
    }

    @Test func `a row without a value does not show its neighbour's`() {
        let inner = Fields { $0.set("name", "inner") }
        #expect(inner.child(named: "frame") == nil)
        #expect(inner.child(named: "other") as? Bool == false)
    }

    @Test func `in a minority every page says what works and what waits`() {
        for page in Sample.everyPage(text: "a text", frame: Sample.frame(isApart: true))
        where !["login", "again"].contains(page.name) {
            #expect(page.html.contains("This region stands apart"), "\(page.name)")
            #expect(page.html.contains("Waits for a majority"), "\(page.name)")
        }
        for page in Sample.everyPage(text: "a text", frame: Sample.frame()) {
            #expect(!page.html.contains("stands apart."), "\(page.name)")
        }
    }

    @Test func `work shows what is open first, what is late, and what may come of it`() {
        func item(_ id: String, _ kind: String, _ state: String, due: Timestamp?) -> WorkSummary {
            WorkSummary(
                id: id, kind: kind, text: "<\(id)>", owner: "mei", due: due, audience: nil,
                state: state, outcome: state == "open" ? nil : "o", by: "mei", at: Sample.now,
                region: "eu", endedBy: nil, endedAt: nil)
        }
        var room = Sample.room()
        room.detail.work = [
            item("m1.1", "hypothesis", "ruled-out", due: nil),
            item("m1.2", "action", "open", due: Sample.before(600)),
            item("m1.3", "impact", "open", due: nil),
        ]
        let html = room.html.description
        #expect(html.contains("2 of 3 open"))
        #expect(html.contains("&lt;m1.2&gt;") && !html.contains("<m1.2>"))
        #expect(html.contains("was due"))
        #expect(html.contains("/work/m1.2/end") && html.contains("/work/m1.1/end"))
        #expect(!html.contains("/work/m1.3/end"), "what users feel has no end of its own")
        let places = ["m1.2", "m1.1"].map { html.range(of: "&lt;\($0)&gt;")?.lowerBound }
        #expect(places[0] ?? html.endIndex < places[1] ?? html.startIndex)
    }

    @Test func `what comes due is said, the earliest first, and what is late as late`() {
        var room = Sample.room()
        room.detail.work = [
            WorkSummary(
                id: "m1.1", kind: "update", text: "It is slow", owner: nil,
                due: Sample.before(-600), audience: "customers", state: "open", outcome: nil,
                by: "mei", at: Sample.now, region: "eu", endedBy: nil, endedAt: nil),
            WorkSummary(
                id: "m1.2", kind: "action", text: "Roll back", owner: "raj",
                due: Sample.before(60), audience: nil, state: "open", outcome: nil, by: "mei",
                at: Sample.now, region: "eu", endedBy: nil, endedAt: nil),
        ]
        let due = RoomDue.all(of: room).map(\.words)
        #expect(
            due == ["Raj Patel: Roll back", "the next level is paged", "update to customers"])
        #expect(room.html.description.contains("was due"))
    }

    @Test func `names stand for ids, but not in what somebody said`() {
        var room = Sample.room()
        room.timeline.entries = [
            ("note", "raj: mei knows"), ("page-delivered", "told raj by email, and mei, by sms"),
            ("alert-firing", "raj is down"),
        ].map { kind, text in
            TimelineItem(
                index: 1, at: Sample.now, kind: kind, region: "eu", text: text, fact: nil,
                digest: nil)
        }
        let html = room.html.description
        #expect(html.contains("Raj Patel: mei knows"))
        #expect(html.contains("told Raj Patel by email, and Mei Tanaka, by sms"))
        #expect(html.contains("raj is down"))
    }

    @Test func `whoever is offered command is told so first`() {
        var frame = Sample.frame()
        #expect(!Sample.room(frame: frame).html.description.contains("offered to you"))
        frame.reader = frame.people[1]
        #expect(Sample.room(frame: frame).html.description.contains("Command is offered to you"))
    }

    @Test func `the room lists who is here by all that they do, and nobody who left`() {
        let html = Sample.room(text: "comms lead").html.description
        #expect(html.contains("commander, comms lead,"))
        #expect(html.contains("<strong>comms lead</strong> <span class=\"quiet\">wrote,"))
        #expect(!html.contains("also here"))
    }

    @Test func `a room of two thousand entries and a list of a thousand incidents stay small`() {
        let room = Sample.room(entries: 2_000).html.description
        #expect(room.utf8.count < 100_000, "\(room.utf8.count)")
        let many = (1...1_000).map {
            Sample.summary($0, title: String(repeating: "Checkout fails for everybody ", count: 4))
        }
        let list = IncidentsPage(
            frame: Sample.frame(),
            list: IncidentList(region: "eu", readAt: Sample.now, incidents: many), services: [],
            filter: IncidentsQuery { _ in nil }, saved: []
        ).html.description
        #expect(list.utf8.count < 100_000, "\(list.utf8.count)")
        #expect(list.contains("1000 open"))
    }

    @Test func `what is open and has nobody is offered to be taken on first`() {
        let room = Sample.room(frame: Sample.frame(name: "Mei Tanaka"))
        let html = room.html.description
        let first = html.firstRange(of: "id=\"acknowledge\"")?.lowerBound
        let timeline = html.firstRange(of: "id=\"timeline\"")?.lowerBound
        #expect((first ?? html.endIndex) < (timeline ?? html.startIndex))
    }

    @Test func `the timeline goes back page by page, by kind`() {
        let latest = Sample.room(entries: 500).html.description
        #expect(latest.contains("Earlier entries") && !latest.contains("Later entries"))
        let filter = RoomQuery { ["show": "people", "skip": "240"][$0] }
        let last = Sample.room(entries: 500, filter: filter).html.description
        #expect(!last.contains("Earlier entries") && last.contains("Later entries"))
        #expect(!last.contains("page-delivered"))
    }

    @Test(arguments: [
        // The severity alone, a status, a person, and a text that matches none.
        ("severity=SEV1", 1), ("status=acknowledged", 1), ("status=open&person=raj", 1),
        ("status=all", 3), ("status=resolved", 1), ("text=nothing", 0), ("status=strange", 2),
    ])
    func `a filter is the address`(query: String, count: Int) {
        let pairs = query.split(separator: "&").map { $0.split(separator: "=").map(String.init) }
        let filter = IncidentsQuery { name in pairs.first { $0[0] == name }?[1] }
        let all = [
            Sample.summary(1, severity: "SEV1"),
            Sample.summary(2, severity: "SEV2", status: "acknowledged", by: "raj"),
            Sample.summary(3, severity: "SEV2", status: "resolved", resolved: 10),
        ]
        #expect(all.count(where: filter.admits) == count)
        let again = filter.query(skip: 0).split(separator: "&")
            .map { $0.split(separator: "=").map(String.init) }
        #expect(IncidentsQuery { name in again.first { $0[0] == name }?[1] } == filter)
    }
}
