import Basics
import Gateways
import Testing

@Suite struct CalendarTokenTests {
    private let signer = Sample.signer

    @Test(arguments: [("person", "mei"), ("region", "eu"), ("schedule", "sun"), ("", "")])
    func `a token opens its own calendar`(kind: String, id: String) {
        let token = signer.calendarToken(kind: kind, id: id)
        #expect(token.utf8.count == 22)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(token.allSatisfy { allowed.contains($0) })
        #expect(signer.verifyCalendar(token: token, kind: kind, id: id))
    }

    // The last two have the same letters in the same order.
    @Test(arguments: [
        ("person", "raj"), ("region", "mei"), ("person", "mei "), ("personm", "ei"),
        ("perso", "nmei"),
    ])
    func `a token opens no other calendar`(kind: String, id: String) {
        let token = signer.calendarToken(kind: "person", id: "mei")
        #expect(!signer.verifyCalendar(token: token, kind: kind, id: id))
    }

    @Test func `another key makes other tokens`() {
        let other = LinkSigner(key: [UInt8](repeating: 8, count: 32))
        let token = other.calendarToken(kind: "person", id: "mei")
        #expect(!signer.verifyCalendar(token: token, kind: "person", id: "mei"))
    }

    @Test func `no shortened, lengthened or changed token passes`() {
        let token = signer.calendarToken(kind: "person", id: "mei")
        for length in 0..<token.count {
            let short = String(token.prefix(length))
            #expect(!signer.verifyCalendar(token: short, kind: "person", id: "mei"))
        }
        for more in ["A", "=", String(repeating: "A", count: 600)] {
            #expect(!signer.verifyCalendar(token: token + more, kind: "person", id: "mei"))
        }
        let letters = Array(token)
        for index in letters.indices {
            for other in ["A", "B", "_", "é"] as [Character] where other != letters[index] {
                var changed = letters
                changed[index] = other
                #expect(!signer.verifyCalendar(token: String(changed), kind: "person", id: "mei"))
            }
        }
    }

    @Test func `a one-tap link is no token of a calendar, and the other way round`() {
        let link = signer.token(LinkSignerTests.claim)
        #expect(!signer.verifyCalendar(token: link, kind: "person", id: "mei"))
        let token = signer.calendarToken(kind: "person", id: "mei")
        #expect(signer.verify(token, at: Sample.now) != .success(LinkSignerTests.claim))
        guard case .failure = signer.verify(token, at: Sample.now) else {
            Issue.record("a calendar's token was taken for a link")
            return
        }
    }
}
