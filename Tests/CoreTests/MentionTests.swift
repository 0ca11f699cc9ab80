import Basics
import Escalation
import IncidentModel
import Paging
import Testing

/// Notes that answer one another, and that mention people.
struct MentionTests {
    @Test(
        arguments: [
            // Where a word begins, in brackets, at the end of a sentence, and in any case.
            ("@mei look", ["mei"]), ("(@raj) and @Ana.silva.", ["raj", "ana.silva"]),
            // Each once; one after the other.
            ("@mei @mei,@raj", ["mei", "raj"]), ("\u{78BA}\u{8A8D}@mei", ["mei"]),
            // An address of mail, nobody's name, and what is doubled.
            ("mail mei@example.com", []), ("@ mei @. @-", []), ("@@mei", []), ("", []),
        ] as [(String, [String])])
    func `a text mentions whom its words name`(text: String, names: [String]) {
        #expect(MentionText.names(in: text) == names)
    }

    @Test func `the pieces of a text are the text, and a text mentions so many at most`() {
        let text = (1...20).map { "say @p\($0)!" }.joined(separator: " ")
        let pieces = MentionText.pieces(of: text)
        let again = pieces.map { piece in
            switch piece {
            case .words(let words): words
            case .mention(let name): "@" + name
            }
        }
        #expect(again.joined() == text)
        #expect(MentionText.names(in: text).count == MentionText.peopleMax)
    }

    private let team = roster(
        levels: [[.person("raj")]], people: ["mei", "raj", "ana"].map { person($0) },
        catchAll: ["raj"])

    private func told(_ incident: Incident, at seconds: Int64) -> [Notice] {
        mentionNotices(of: incident, roster: team, at: at(seconds))
    }

    private func noted(
        _ text: String, _ more: [FactBody] = [], last: FactBody? = nil, at end: Int64 = 0
    ) -> Incident {
        var writer = FactWriter()
        var facts = [
            writer.fact(report(alert()), at: 0),
            writer.fact(.noteAdded(Note(by: "mei", text: text)), at: 10),
        ]
        for (index, body) in more.enumerated() {
            facts.append(writer.fact(body, at: 20 + Int64(index)))
        }
        if let last { facts.append(writer.fact(last, at: end)) }
        return incident(facts)
    }

    @Test func `whoever is mentioned and in the roster is told, once, for half an hour`() throws {
        let view = noted("@raj, @nobody and I (@mei): look at the pool")
        let notice = try #require(told(view, at: 11).first)
        #expect(told(view, at: 11).count == 1)
        #expect(notice.page.person.id == "raj" && notice.page.due == at(10))
        #expect(
            notice.text
                == "mei mentions you in SEV1 \(group.short): "
                + "@raj, @nobody and I (@mei): look at the pool")
        #expect(notice.position.isNotice && notice.position.isMention)
        #expect(told(view, at: 1_809) == told(view, at: 11))
        #expect(told(view, at: 1_810).isEmpty)
    }

    @Test func `they are told also when it is over, and when it has opened again, but once`() {
        let over = noted("@raj", [report(alert(firing: false, since: 0))])
        #expect(over.status == .resolved)
        #expect(told(over, at: 30).count == 1)
        let closed = report(alert(firing: false, since: 0))
        let again = noted("@raj", [closed, report(alert(since: 21))])
        #expect(again.generation == 2)
        #expect(told(again, at: 30).map(\.page.key) == told(over, at: 30).map(\.page.key))
        let notice = told(over, at: 30)[0]
        let intent = PageIntent(
            key: notice.page.key, position: notice.position, person: "raj", channel: .email,
            attempt: 1)
        let sent = PageResult(of: intent, provider: "p", outcome: .delivered(receipt: "r"))
        let known = noted(
            "@raj", [.pageIntent(intent), .pageResult(sent), closed, report(alert(since: 21))])
        #expect(known.generation == 2 && known.isDelivered(notice.page.key))
        // It is remembered for an hour, not for ever.
        let later = noted(
            "@raj", [.pageIntent(intent), .pageResult(sent), closed],
            last: report(alert(since: 7_300)), at: 7_300)
        #expect(later.generation == 2 && later.pages.isEmpty && later.mentions.isEmpty)
    }

    @Test func `two notes are two pages, and another text of the severity is none`() {
        let view = noted("@raj", [.noteAdded(Note(by: "ana", text: "@raj?"))])
        #expect(Set(told(view, at: 30).map(\.page.key)).count == 2)
        var worse = view
        worse.severity = .sev4
        #expect(told(worse, at: 30).map(\.page.key) == told(view, at: 30).map(\.page.key))
    }

    @Test func `what is remembered depends on no order, and the earliest go first`() {
        var writer = FactWriter()
        let facts = (0..<Incident.mentionsMax + 5).map { number in
            writer.fact(
                .noteAdded(Note(by: "mei", text: "@raj \(number)")), by: UInt64(number % 3 + 1),
                at: Int64(number))
        }
        let forwards = incident(facts)
        // What one member wrote comes in its order.
        let byMember = facts.sorted { ($0.id.origin, $0.time) < ($1.id.origin, $1.time) }
        #expect(incident(byMember).mentions == forwards.mentions)
        #expect(forwards.mentions.count == Incident.mentionsMax)
        #expect(forwards.mentions.first?.text == "@raj 5")
    }

    @Test func `an answer is in the timeline with what it answers, and through the codec`() throws {
        let note = FactID(origin: MemberID(1), sequence: 2)
        let view = noted("why?", [.noteAdded(Note(by: "raj", text: "the pool", replyTo: note))])
        #expect(view.timeline.last?.replyTo == note)
        #expect(view.timeline.last?.text == "raj: the pool")
        #expect(try Incident(decoding: view.encoded) == view)
    }
}
