import Basics
import Foundation
@testable import Gateways
import IncidentModel
import Paging
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct PageComposerTests {
    private let composer = Sample.composer

    @Test func `the subject names severity, service, title and incident`() {
        let order = Sample.order(.email, to: "mei@example.com")
        #expect(composer.subject(for: order) == "[SEV1] checkout: Error rate 14 % (#1a2b3c4d)")
    }

    @Test func `a drill is marked wherever it is shown`() {
        let order = Sample.order(.email, to: "mei@example.com") { $0.isDrill = true }
        #expect(composer.subject(for: order).hasPrefix("[DRILL] [SEV1] "))
        #expect(composer.plainText(for: order, at: Sample.now).hasPrefix("THIS IS A DRILL"))
        #expect(composer.html(for: order, at: Sample.now).contains("THIS IS A DRILL"))
        #expect(composer.shortText(for: order, at: Sample.now).hasPrefix("DRILL "))
        #expect(composer.spokenText(for: order, at: Sample.now).contains("This is a drill."))
        let chat = String(decoding: composer.chatMessage(for: order, at: Sample.now), as: UTF8.self)
        #expect(chat.contains("This is a drill."))
        let json = String(
            decoding: composer.document(for: order, at: Sample.now, withAddress: true),
            as: UTF8.self)
        #expect(json.contains("\"isDrill\":true"))
    }

    @Test func `the plain text says all that a person at night needs`() {
        let order = Sample.order(.email, to: "mei@example.com") {
            $0.isolation = "Region us cannot be reached from here."
        }
        let text = composer.plainText(for: order, at: Sample.now)
        for part in [
            "Error rate 14 %", "SEV1", "checkout", "2026-11-22 19:32 UTC (12 min ago)",
            "3 alerts fire", "  - HighErrorRate on web-1", "https://grafana.example.com/d/1",
            "https://wiki.example.com/checkout", "level 2, cycle 1", "raj, ana",
            "Region us cannot be reached from here.", "2026-11-23 19:44 UTC",
            Sample.group.description,
        ] {
            #expect(text.contains(part), "\(part) is missing")
        }
    }

    @Test func `links of two regions act, the sending region's first`() {
        let links = composer.links(for: Sample.order(.email, to: ""), at: Sample.now)
        for (pair, action) in [
            (links.acknowledge, LinkAction.acknowledge), (links.resolve, .resolve),
            (links.escalate, .escalate),
        ] {
            #expect(pair.map(\.region) == ["eu", "us"])
            #expect(pair[0].url.hasPrefix("https://eu.example.com/a/"))
            #expect(pair[1].url.hasPrefix("https://us.example.com/a/"))
            let token = pair[0].url.dropFirst("https://eu.example.com/a/".count)
            #expect(pair[1].url.hasSuffix(token))
            let claim = LinkClaim(
                group: Sample.group, generation: 2, previousEnd: HybridTime(raw: 77), run: 3,
                person: "mei", action: action,
                expires: Sample.now + .hours(24))
            #expect(Sample.signer.verify(String(token), at: Sample.now) == .success(claim))
        }
    }

    // region, other region -> regions of the links
    @Test(arguments: [
        ("eu", nil, ["eu", "ap"]),  // no other region is known: the first of the rest
        ("moon", "us", ["us", "ap"]),  // a region without a public address
        ("us", "us", ["us", "us"]),  // the core's mistake stays harmless
    ])
    func `links fall back to other regions`(region: String, other: String?, expected: [String]) {
        let order = Sample.order(.email, to: "") {
            $0.region = .init(region)
            $0.otherRegion = other.map { .init($0) }
        }
        let regions = composer.links(for: order, at: Sample.now).acknowledge.map(\.region.text)
        #expect(regions == expected)
    }

    @Test func `a page without any public address is still a page`() {
        let bare = PageComposer(signer: Sample.signer, bases: [])
        let order = Sample.order(.email, to: "mei@example.com")
        #expect(bare.plainText(for: order, at: Sample.now).contains("Error rate 14 %"))
        #expect(!bare.plainText(for: order, at: Sample.now).contains("/a/"))
        #expect(!bare.html(for: order, at: Sample.now).contains("/a/"))
        #expect(bare.shortText(for: order, at: Sample.now).contains("Error rate 14 %"))
    }

    // title -> whatever its length or script, the message fits and its link is whole
    @Test(arguments: [
        "Error rate 14 %", String(repeating: "very long ", count: 200),
        String(repeating: "故障", count: 300), String(repeating: "👩‍👩‍👧‍👦", count: 100), "",
        "a\r\nb\u{2028}c",
    ])
    func `a text message fits and keeps its link whole`(title: String) {
        let order = Sample.order(.sms, to: "+4915112345678") {
            $0.title = title
            $0.alsoPaged = (0..<40).map { .init("person-\($0)") }
            $0.isolation = String(repeating: "Region us cannot be reached. ", count: 9)
        }
        let text = composer.shortText(for: order, at: Sample.now)
        #expect(text.utf16.count <= 480)
        let links = composer.links(for: order, at: Sample.now).acknowledge.map(\.url)
        #expect(text.hasSuffix("\nAck: \(links[0])\nor: \(links[1])"))
        #expect(text.hasPrefix("SEV1 checkout: "))
        #expect(text.contains("Since 19:32 UTC"))
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test func `markup from outside stays text`() {
        let order = Sample.order(.email, to: "mei@example.com") {
            $0.title = "<script>alert(1)</script>"
            $0.alerts = ["<img src=x onerror=alert(2)>", "\"\u{301} onmouseover=alert(3)"]
            $0.link = "javascript:alert(4)"
            $0.runbook = "https://wiki.example.com/\"onclick=\"alert(5)"
            $0.service = "<b>"
            $0.alsoPaged = ["<i>"]
            $0.isolation = "<u>cut</u>"
        }
        let html = composer.html(for: order, at: Sample.now)
        for part in ["<script", "<img", "<b>\n", "<i>", "<u>", "href=\"javascript", "\"\u{301}"] {
            #expect(!html.utf8.contains(part.utf8), "\(part) got through")
        }
        #expect(!html.contains("href=\"https://wiki"))
        let spoken = composer.spokenMarkup(for: order, at: Sample.now)
        #expect(!spoken.contains("<script"))
        #expect(spoken.contains("&lt;script&gt;"))
    }

    @Test func `an alert cannot call a whole chat channel`() throws {
        let order = Sample.order(.chat, to: "https://chat.example.com/x") {
            $0.title = "<!channel> & <@U1>"
            $0.alerts = ["<!here>"]
        }
        let json = composer.chatMessage(for: order, at: Sample.now)
        let message = try JSONDecoder().decode(ChatShape.self, from: Data(json))
        #expect(message.text.hasPrefix("[SEV1] checkout: &lt;!channel&gt; &amp; &lt;@U1&gt;"))
        #expect(message.blocks[0].text?.type == "plain_text")
        #expect(message.blocks[1].text?.text.contains("&lt;!here&gt;") == true)
        #expect(message.unfurl_links == false)
        let buttons = message.blocks[2].elements ?? []
        #expect(
            buttons.map(\.action_id) == [
                "acknowledge-0", "acknowledge-1", "resolve-0", "resolve-1", "escalate-0",
                "escalate-1",
            ])
        #expect(buttons.allSatisfy { $0.url?.contains(".example.com/a/") == true })
    }

    @Test func `a chat message keeps to the provider's limits`() throws {
        let order = Sample.order(.chat, to: "https://chat.example.com/x") {
            $0.title = String(repeating: "long & ", count: 500)
            $0.alerts = (0..<50).map { _ in String(repeating: "<x>", count: 500) }
        }
        let json = composer.chatMessage(for: order, at: Sample.now)
        let message = try JSONDecoder().decode(ChatShape.self, from: Data(json))
        #expect((message.blocks[0].text?.text.utf16.count ?? 999) <= 150)
        #expect((message.blocks[1].text?.text.utf16.count ?? 9_999) <= 3_000)
    }

    @Test func `speech is well-formed markup without links, whatever the title`() {
        for title in [
            "Error rate 14 %", String(repeating: "<&\"'>", count: 100), "\u{0}\u{7}\u{FFFE}",
        ] {
            let order = Sample.order(.voice, to: "+4915112345678") { $0.title = title }
            let markup = composer.spokenMarkup(for: order, at: Sample.now)
            #expect(markup.utf16.count <= PageComposer.spokenMarkupUnitsMax)
            #expect(!markup.contains("http"))
            #expect(!markup.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0xFFFE })
            #expect(XMLParser(data: Data(markup.utf8)).parse())
        }
    }

    @Test func `the document holds the page and leaves out the secret address`() throws {
        let order = Sample.order(.webhook, to: "https://hooks.example.com/secret-path")
        let json = composer.document(for: order, at: Sample.now, withAddress: false)
        let text = String(decoding: json, as: UTF8.self)
        #expect(!text.contains("secret-path"))
        #expect(!text.contains("\n"))
        let document = try JSONDecoder().decode(DocumentShape.self, from: Data(json))
        #expect(document.key == "000000000000aabb000000000000ccdd")
        #expect(document.incident.id == Sample.group.description)
        #expect(document.incident.severity == "SEV1")
        #expect(document.incident.openedAt == "2026-11-22T19:32:00.000Z")
        #expect(document.links.acknowledge.map(\.region) == ["eu", "us"])
        #expect(document.links.expiresAt == "2026-11-23T19:44:00.000Z")
        #expect(document.person.id == "mei")
    }

    // span -> text
    @Test(arguments: [
        (Span.seconds(-5), "0 s"), (.seconds(59), "59 s"), (.minutes(1), "1 min"),
        (.minutes(185), "3 h 5 min"), (.hours(48), "2 d"), (.hours(52), "2 d 4 h"),
    ])
    func `lengths are said in two units`(span: Span, expected: String) {
        #expect(PageTimes.length(span) == expected)
    }
}

/// What the tests read of a chat message.
private struct ChatShape: Decodable {
    struct Text: Decodable { var type: String; var text: String }
    struct Element: Decodable { var action_id: String?; var url: String? }
    struct Block: Decodable { var type: String; var text: Text?; var elements: [Element]? }
    var text: String
    var unfurl_links: Bool
    var blocks: [Block]
}

/// What the tests read of a page's document.
struct DocumentShape: Decodable {
    struct Person: Decodable { var id: String; var address: String? }
    struct Incident: Decodable {
        var id: String
        var title: String
        var severity: String
        var openedAt: String
    }
    struct Link: Decodable { var region: String; var url: String }
    struct Links: Decodable { var acknowledge: [Link]; var expiresAt: String }
    var key: String
    var person: Person
    var incident: Incident
    var links: Links
}

/// What is only told.
@Suite struct NoticeTextTests {
    private let order = Sample.order(.sms, to: "+4912345") {
        $0.notice = "ana had taken it on in ap before mei was paged elsewhere: they may stand down"
        $0.step = "notice: stand-down"
    }

    @Test func `what is told about a shift is about no incident, in every channel`() {
        let order = Sample.order(.sms, to: "+4912345") {
            $0.generation = 0
            $0.notice = "you are on call for primary now, until 2026-11-27 08:00 UTC"
        }
        let text = "You are on call for primary now, until 2026-11-27 08:00 UTC."
        let composer = Sample.composer
        #expect(composer.subject(for: order) == "[ON CALL] " + text)
        #expect(composer.shortText(for: order, at: Sample.now) == text)
        for body in [
            composer.plainText(for: order, at: Sample.now),
            composer.html(for: order, at: Sample.now),
            composer.spokenText(for: order, at: Sample.now),
            String(decoding: composer.chatMessage(for: order, at: Sample.now), as: UTF8.self),
        ] {
            #expect(body.contains(text))
            #expect(!body.contains("SEV") && !body.contains("cknowledge"))
        }
    }

    @Test func `a notice says what is told and asks for no answer, in every channel`() {
        let composer = Sample.composer
        let texts = [
            composer.plainText(for: order, at: Sample.now),
            composer.html(for: order, at: Sample.now),
            composer.shortText(for: order, at: Sample.now),
            composer.spokenText(for: order, at: Sample.now),
            String(decoding: composer.chatMessage(for: order, at: Sample.now), as: UTF8.self),
        ]
        for text in texts {
            #expect(text.contains("ana had taken it on in ap"))
            #expect(!text.contains("https://eu.example.com/a/"), "no link to answer by")
            #expect(!text.contains("You are paged as"))
        }
        #expect(composer.subject(for: order).hasPrefix("[FOR YOU TO KNOW] [SEV1]"))
        #expect(composer.links(for: order, at: Sample.now).acknowledge.isEmpty)
    }

    @Test func `an offer of command carries its links in every channel, and no other link`() throws
    {
        let composer = Sample.composer
        let order = Sample.order(.sms, to: "+4912345") {
            $0.notice = "raj offers you command of SEV1 1a2b3c4d"
            $0.offersCommand = true
        }
        let links = composer.links(for: order, at: Sample.now)
        #expect(links.acknowledge + links.resolve + links.escalate == [])
        #expect(links.command.map(\.region) == ["eu", "us"])
        let url = try #require(links.command.first?.url)
        let token = url.dropFirst("https://eu.example.com/a/".count)
        let claim = try Sample.signer.verify(String(token), at: Sample.now).get()
        #expect(claim.action == .command && claim.person == "mei")
        #expect(claim.previousEnd == HybridTime(raw: 77))
        let other = try #require(links.command.last?.url)
        let hand = "meridian handoff accept 1a2b3c4d --read-back"
        let plain = composer.plainText(for: order, at: Sample.now)
        #expect(plain.contains("Take command:  \(url)\n  or through region us: \(other)"))
        #expect(plain.contains(hand) && plain.contains("others are asked"))
        let html = composer.html(for: order, at: Sample.now)
        #expect(html.contains("href=\"\(url)\"") && html.contains(">Take command</a>"))
        #expect(
            html.contains("Take command through region us") && html.contains("By hand: meridian"))
        let short = composer.shortText(for: order, at: Sample.now)
        #expect(short.hasSuffix("\nTake command: \(url)\nor: \(other)"))
        #expect(short.contains("raj offers you command") && short.utf16.count <= 480)
        #expect(
            composer.spokenText(for: order, at: Sample.now).hasSuffix(
                "To take command, open the link in your e-mail, text message or chat."))
        let chat = try JSONDecoder().decode(
            ChatShape.self, from: Data(composer.chatMessage(for: order, at: Sample.now)))
        #expect(chat.text.contains("<\(url)|Take command through eu>"))
        #expect(
            (chat.blocks[2].elements ?? []).map(\.action_id) == ["command-0", "command-1"])
        let document = String(
            decoding: composer.document(for: order, at: Sample.now, withAddress: true),
            as: UTF8.self)
        #expect(document.contains("\"command\":[{\"region\":\"eu\",\"url\":\"\(url)\"}"))
        #expect(document.contains("\"notice\":\"raj offers you command of SEV1 1a2b3c4d\""))
        #expect(composer.subject(for: order).hasPrefix("[COMMAND OFFERED] [SEV1]"))
    }

    /// A page that brings two others along.
    private func bundle(_ channel: PageChannel) -> PageOrder {
        var order = Sample.order(channel, to: "x")
        order.also = [(11, "Disk <full>", Severity.sev4), (12, "Queue long", .sev3)].map { one in
            Sample.order(channel, to: "x", key: StepKey(high: one.0, low: 1)) { content in
                content.group = GroupID(high: one.0 << 32, low: 1)
                content.title = one.1
                content.severity = one.2
            }
        }
        return order
    }

    @Test func `a message that brings other pages tells each with its own link`() throws {
        let text = Sample.composer.plainText(for: bundle(.email), at: Sample.now)
        #expect(text.contains("Also for you, in this message"))
        #expect(text.contains("[SEV4] checkout: Disk <full> (#0000000b)"))
        let links = text.split(separator: "\n").filter { $0.contains("    Acknowledge: https://") }
        #expect(links.count == 2)
        #expect(Set(links).count == 2)
        let html = Sample.composer.html(for: bundle(.email), at: Sample.now)
        #expect(html.contains("Disk &lt;full&gt;"))
        #expect(!html.contains("Disk <full>"))
        let chat = String(
            decoding: Sample.composer.chatMessage(for: bundle(.chat), at: Sample.now), as: UTF8.self
        )
        #expect(chat.contains("Also for you: [SEV3] checkout: Queue long"))
    }

    @Test func `a short text and a call say how many more there are, and keep the link`() {
        let short = Sample.composer.shortText(for: bundle(.sms), at: Sample.now)
        #expect(short.utf16.count <= PageComposer.shortTextUnitsMax)
        #expect(short.contains("And 2 more incidents for you, the worst SEV3"))
        #expect(short.contains("\nAck: https://eu.example.com"))
        let spoken = Sample.composer.spokenText(for: bundle(.voice), at: Sample.now)
        #expect(spoken.contains("And 2 more incidents for you"))
    }

    @Test func `a document lists the pages that go with it`() throws {
        let bytes = Sample.composer.document(
            for: bundle(.webhook), at: Sample.now, withAddress: false)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let also = try #require(document["also"] as? [[String: Any]])
        #expect(also.count == 2)
        #expect(also.allSatisfy { $0["links"] != nil && $0["incident"] != nil && $0["key"] != nil })
    }
}
