import APIModel
import Basics
import Testing

@testable import Pages

/// Runbooks as pages, and their steps in a room.
struct RunbookTests {
    @Test(arguments: [
        // What a runbook is made of.
        ("#### A\n### B", "<h4>A</h4><h3>B</h3>"), ("# A\n\n## B", "<h2>A</h2><h2>B</h2>"),
        ("one\ntwo\n\nthree", "<p>one two</p><p>three</p>"),
        ("**Symptom.** It is *slow*", "<p><strong>Symptom.</strong> It is <em>slow</em></p>"),
        ("`a < b && **c**`", "<p><code>a &lt; b &amp;&amp; **c**</code></p>"),
        ("1. one\n2. two\n   more\n", "<ol><li>one</li><li>two more</li></ol>"),
        (
            "- one\n  - inner\n- two",
            "<ul><li><p>one</p><ul><li>inner</li></ul></li><li>two</li></ul>"
        ),
        ("```\n<x> *y*\n```", "<pre class=\"code\"><code>&lt;x&gt; *y*</code></pre>"),
        ("> quoted", "<blockquote><p>quoted</p></blockquote>"), ("---", "<hr>"),
        // Links: to another runbook, to the web, and to nothing else.
        ("[p](partition.md#x)", "<p><a href=\"/runbooks/partition\">p</a></p>"),
        (
            "[g](https://g.example.com)",
            "<p><a href=\"https://g.example.com\" rel=\"noreferrer noopener\">g</a></p>"
        ),
        ("[g](javascript:alert(1))", "<p>g)</p>"), ("[d](../../etc/passwd.md)", "<p>d</p>"),
        // What is no markup stays as it is written.
        ("2 * 3 * 4 and [x] and a**b", "<p>2 * 3 * 4 and [x] and a**b</p>"),
        ("<b onclick=x>", "<p>&lt;b onclick=x&gt;</p>"), ("", ""),
    ])
    func `markdown is read as it is meant, and lets nothing through`(text: String, html: String) {
        #expect(Markdown.html(of: text).description == html)
    }

    @Test func `a table is a table`() {
        let head = "<thead><tr><th>a</th><th>b</th></tr></thead>"
        let row = "<tr><td class=\"wrap\"><code>1</code></td><td class=\"wrap\">2</td></tr>"
        let html = "<div class=\"scroll\"><table>\(head)<tbody>\(row)</tbody></table></div>"
        #expect(Markdown.html(of: "| a | b |\n|---|--:|\n| `1` | 2 |").description == html)
    }

    @Test(arguments: [">", "- ", "**", "[", "`", "1. ", "|-|\n"])
    func `a text that nests without end is read to its end`(piece: String) {
        let text = String(repeating: piece, count: 20_000)
        #expect(!Markdown.html(of: text).description.contains("<script"))
        var deep = ""
        for depth in 0..<200 { deep += String(repeating: " ", count: depth * 2) + "- x\n" }
        #expect(Markdown.html(of: deep).description.contains("<li>"))
    }

    private func step(
        _ text: String, _ state: String, _ id: String, at seconds: Int64
    ) -> WorkSummary {
        WorkSummary(
            id: id, kind: "step", text: text, owner: nil, due: nil, audience: nil, state: state,
            outcome: "the reason", by: "raj", at: Sample.before(seconds), region: "us",
            endedBy: "raj", endedAt: Sample.before(seconds))
    }

    @Test func `a step shows what was last said of it, by whoever, and is no other work`() {
        var room = Sample.room()
        let name = RunbookPart.name(of: 2, Sample.runbook())
        #expect(name == "disk-full 2: Delete old logs")
        room.runbooks = [Sample.runbook()]
        room.detail.work = [
            step(name ?? "", "done", "m2.7", at: 10), step(name ?? "", "failed", "m1.9", at: 20),
            step("disk-full 2: Something else", "skipped", "m1.10", at: 1),
        ]
        let html = room.html.description
        #expect(html.contains("<span class=\"num\">1 of 2</span>"))
        #expect(html.contains("<strong>done</strong>") && html.contains("the reason"))
        #expect(!html.contains("did not work</strong>") && !html.contains("skipped</strong>"))
        #expect(!html.contains("/work/m2.7/end"))
        #expect(RunbookPart.name(of: 3, Sample.runbook()) == nil)
        #expect(RunbookPart.name(of: 0, Sample.runbook()) == nil)
    }

    @Test func `a thread stands where its last answer would, with its answers in order`() {
        func item(_ fact: String?, to replyTo: String? = nil, kind: String = "note") -> TimelineItem
        {
            TimelineItem(
                index: 1, at: Sample.now, kind: kind, region: "eu", text: "mei: x", fact: fact,
                replyTo: replyTo, digest: nil)
        }
        let threads = TimelineThread.all(of: [
            item("a"), item("b"), item(nil, kind: "owner"), item("c", to: "a"),
            item("d", to: "c"), item("e", to: "missing"),
        ])
        #expect(threads.map(\.first.fact) == ["b", nil, "a", "e"])
        #expect(threads[2].answers.map(\.fact) == ["c", "d"])
    }

    @Test func `a plan says who comes and goes, and asks twice for what should not be done`() {
        func page(_ isRefused: Bool) -> String {
            let request = ChangeRequest(
                kind: "override", schedule: "sun", person: "raj", replaces: "mei",
                from: Sample.now, to: Sample.before(-7_200), by: "mei", reason: nil)
            return ChangePlanPage(
                frame: Sample.frame(), plan: Sample.plan("away", refused: isRefused),
                request: request
            ).html.description
        }
        #expect(page(true).contains("name=\"apply\" value=\"force\""))
        #expect(page(true).contains("Apply it all the same"))
        #expect(page(false).contains("name=\"apply\" value=\"yes\""))
        #expect(page(false).contains("Raj Patel is on call instead of Mei Tanaka"))
        #expect(page(false).contains("would have nobody"))
    }

    @Test func `saved views are names and filters, and nothing else comes back`() {
        let filter = IncidentsQuery { ["severity": "SEV1", "text": "a&b=c %\u{1F600}"][$0] }
        let views = [
            SavedView(name: "Worst\tof\nall", filter: filter),
            SavedView(name: "All", filter: IncidentsQuery { $0 == "status" ? "all" : nil }),
        ]
        let again = SavedView.all(in: SavedView.text(of: views))
        #expect(again.map(\.name) == ["Worst of all", "All"])
        #expect(again.map(\.query) == views.map(\.query))
        #expect(
            SavedView.all(in: "x\n\ty\nname\tstatus=\"><script>").map(\.query) == ["status=open"])
        let many = (1...20).map { SavedView(name: "\($0)", filter: filter) }
        #expect(SavedView.all(in: SavedView.text(of: many)).count == SavedView.viewsMax)
    }
}
