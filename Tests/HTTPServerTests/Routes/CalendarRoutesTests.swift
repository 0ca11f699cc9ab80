import APIModel
import Basics
import Gateways
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import OnCall
import Testing

/// Calendars by their private addresses, and what pictures of schedules are drawn of.
@Suite struct CalendarRoutesTests {
    /// A server whose schedule hands over at midnight UTC every day.
    private func server() -> TestServer {
        let server = TestServer()
        let rotation = Rotation(
            participants: ["mei", "raj"], zone: "UTC", handoff: .daily(at: 0),
            anchor: CivilDate(year: 2026, month: 1, day: 5))
        server.node.change { $0.shifts = [RegionShift(region: "eu", rotation: rotation)] }
        return server
    }

    private func address(
        _ kind: String, _ id: String, _ client: any TestClientProtocol
    ) async throws -> CalendarAddress {
        try await client.api(.get, "\(APIPath.calendar)?kind=\(kind)&id=\(id)").decoded()
    }

    @Test func `an address leads to the calendar without any other key`() async throws {
        let server = server()
        try await server.test { client in
            let address = try await self.address("person", "mei", client)
            #expect(address.name == "Mei <Tanaka>")
            #expect(address.path.hasSuffix("/person/mei.ics"))
            let feed = try await client.send(.get, address.path)
            #expect(feed.status == 200)
            #expect(feed.headers[.contentType] == "text/calendar; charset=utf-8")
            #expect(feed.headers[.cacheControl] == "no-store")
            #expect(feed.text.hasPrefix("BEGIN:VCALENDAR\r\n"))
            // 2026-11-23 is the 323rd day since the first turn: every other day from two weeks back
            // to thirteen ahead is hers.
            let events = feed.text.split(separator: "BEGIN:VEVENT").count - 1
            #expect((52...53).contains(events))
            #expect(!feed.text.contains("raj"))
            let schedule = try await self.address("schedule", "sun", client)
            let whole = try await client.send(.get, schedule.path)
            #expect(whole.text.contains("raj") && whole.text.contains("mei"))
            // The same duty has the same UID in both.
            let uids = feed.text.split(separator: "\r\n").filter { $0.hasPrefix("UID:") }
            #expect(uids.allSatisfy { whole.text.contains("\($0)\r\n") })
        }
    }

    @Test func `a calendar that has not changed is not sent again`() async throws {
        let server = server()
        try await server.test { client in
            let path = try await self.address("schedule", "sun", client).path
            let first = try await client.send(.get, path)
            let tag = try #require(first.headers[.eTag])
            server.node.advance(.minutes(10))
            let again = try await client.send(.get, path, headers: [.ifNoneMatch: tag])
            #expect(again.status == 304 && again.text.isEmpty)
            #expect(again.headers[.eTag] == tag)
            server.node.change { $0.shifts[0].rotation.participants = ["raj"] }
            let changed = try await client.send(.get, path, headers: [.ifNoneMatch: tag])
            #expect(changed.status == 200 && changed.headers[.eTag] != tag)
        }
    }

    @Test func `what is not signed is answered like what does not exist, and never logged`()
        async throws
    {
        let server = server()
        try await server.test { client in
            let path = try await self.address("person", "mei", client).path
            let token = try #require(path.split(separator: "/").dropFirst().first)
            let unknown = server.signer.calendarToken(kind: "person", id: "nobody")
            let wrong = [
                "/calendar/\(token)/person/raj.ics", "/calendar/\(token)/schedule/mei.ics",
                "/calendar/\(token)/person/mei", "/calendar/\(token)x/person/mei.ics",
                "/calendar/x/person/mei.ics", "/calendar/\(unknown)/person/nobody.ics",
            ]
            var answers: Set<String> = []
            for path in wrong {
                let answer = try await client.send(.get, path)
                #expect(answer.status == 404, "\(path)")
                answers.insert(answer.text)
            }
            #expect(answers.count == 1)
            _ = try await client.send(.get, path)
            #expect(!server.log.lines.contains { $0.contains(token) })
        }
    }

    @Test func `addresses are told to holders of an API token, for what the roster has`()
        async throws
    {
        try await server().test { client in
            let open = try await client.send(.get, "\(APIPath.calendar)?kind=person&id=mei")
            #expect(open.status == 401)
            let kind = try await client.api(.get, "\(APIPath.calendar)?kind=pet&id=mei")
            #expect(kind.status == 400)
            let id = try await client.api(.get, "\(APIPath.calendar)?kind=person&id=max")
            #expect(id.status == 404)
        }
    }

    @Test func `a timeline has duties whole and refuses what is no time`() async throws {
        try await server().test { client in
            let query = "?from=2026-11-23T06:00:00Z&to=2026-11-24T06:00:00Z"
            let timeline = try await client.api(.get, APIPath.timeline + query)
                .decoded(OnCallTimeline.self)
            let duties = try #require(timeline.schedules.first).duties
            #expect(
                duties.map(\.from.description)
                    == ["2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z"])
            #expect(duties.map(\.person).sorted() == ["mei", "raj"])
            #expect(timeline.people.map(\.person) == ["mei", "raj"])
            for query in [
                "", "?from=2026-11-23T06:00:00Z", "?from=x&to=y",
                "?from=2026-11-23T06:00:00Z&to=2026-11-23T06:00:00Z",
                "?from=2026-11-23T06:00:00Z&to=2027-11-23T06:00:00Z",
            ] {
                let answer = try await client.api(.get, APIPath.timeline + query)
                #expect(answer.status == 400, "\(query)")
            }
        }
    }
}
