import APIModel
import Basics
import Testing

@testable import Pages

/// The numbers are a function of incidents.
struct NumbersTests {
    private func numbers(_ incidents: [IncidentDetail]) -> Numbers {
        Numbers(of: incidents, from: Sample.before(10_000), to: Sample.now) { person, at in
            person == "raj" && at >= Sample.before(100).instant
        }
    }

    @Test func `times are counted from opening, drills and other days are left out`() {
        let told = numbers([
            Sample.detail(
                Sample.summary(1, opened: 1_000, resolved: 400), acknowledgedAfter: [90, 30]),
            Sample.detail(Sample.summary(2, opened: 500)),
            Sample.detail(Sample.summary(3, opened: 500, isDrill: true)),
            Sample.detail(Sample.summary(4, opened: 20_000)),
        ])
        #expect(told.rows.count == 2)
        #expect(told.rows[0].secondsToAcknowledge == 30)
        #expect(told.rows[0].secondsToResolve == 600)
        #expect(told.rows[1].secondsToAcknowledge == nil && told.rows[1].secondsToResolve == nil)
    }

    @Test func `pages count by person, those of the night apart`() {
        let told = numbers([
            Sample.detail(
                Sample.summary(1),
                pages: [
                    Sample.page("raj", at: 50), Sample.page("raj", at: 200),
                    Sample.page("mei", at: 50),
                ])
        ])
        #expect(
            told.people == [
                Numbers.Person(person: "raj", pages: 2, nightPages: 1),
                Numbers.Person(person: "mei", pages: 1, nightPages: 0),
            ])
    }

    @Test func `times are told by service and region, the most incidents first`() {
        func one(
            _ number: Int, _ service: String, _ region: String, acknowledged: Int64?,
            resolved: Int64?
        ) -> IncidentDetail {
            var summary = Sample.summary(
                number, opened: 1_000, resolved: resolved.map { 1_000 - $0 })
            (summary.service, summary.label.owner) = (service, region)
            return Sample.detail(summary, acknowledgedAfter: acknowledged.map { [$0] } ?? [])
        }
        let told = numbers([
            one(1, "cart", "eu", acknowledged: 10, resolved: 100),
            one(2, "cart", "us", acknowledged: 30, resolved: 500),
            one(3, "cart", "us", acknowledged: 90, resolved: nil),
            one(4, "mail", "us", acknowledged: nil, resolved: 700),
        ])
        #expect(told.services.map(\.name) == ["cart", "mail"])
        #expect(told.services.map(\.incidents) == [3, 1])
        #expect(told.services.map(\.acknowledgeMedianSeconds) == [30, nil])
        #expect(told.services.map(\.resolveMedianSeconds) == [100, 700])
        #expect(told.services.map(\.resolve90Seconds) == [500, 700])
        #expect(told.regions.map(\.name) == ["us", "eu"])
        #expect(told.regions.map(\.acknowledge90Seconds) == [90, 10])
        #expect(told.all.incidents == 4 && told.all.resolveMedianSeconds == 500)
        #expect(
            told.csv(.services) == "service,incidents,acknowledge_median,acknowledge_90,"
                + "resolve_median,resolve_90\r\ncart,3,30,90,100,500\r\nmail,1,,,700,700\r\n")
        let page = NumbersPage(
            frame: Sample.frame(), numbers: told, period: NumbersPeriod { _ in nil }, services: []
        ).html.description
        #expect(page.contains("3 · ack 30 s · res 1 min"))
        #expect(!page.contains("22:00"))
    }

    @Test(arguments: [
        // Days that were named, the last one included; what makes no sense is four weeks.
        ("2026-11-01", "2026-11-30", 30, "from=2026-11-01&to=2026-11-30"),
        ("2024-01-01", "2026-11-30", 1_065, "from=2024-01-01&to=2026-11-30"),
        ("2026-11-30", "2026-11-01", 28, "days=28"), ("2026-02-30", "2026-11-01", 28, "days=28"),
        ("2026-11-01", "", 28, "days=28"),
    ])
    func `the page is of any days`(from: String, to: String, days: Int, query: String) throws {
        let period = NumbersPeriod { ["from": from, "to": to][$0] }
        #expect(period.days == days && period.query() == query)
        let (begin, end) = period.bounds(at: Sample.now.instant)
        if period.named != nil {
            #expect(end - begin == .hours(24 * Int64(days)))
            #expect(begin.description.hasPrefix(from))
        }
        var told = numbers([Sample.detail(Sample.summary(1))])
        (told.from, told.to) = (Timestamp(begin), Timestamp(end))
        let html = NumbersPage(
            frame: Sample.frame(), numbers: told, period: period, services: []
        ).html.description
        #expect(html.contains("in \(days) days"))
        #expect(html.contains(days > 184 ? "Incidents by 6 days" : "Incidents by day"))
    }

    @Test func `offers of command count with their incident, accepted ones apart`() {
        func offer(_ incident: String, _ state: String, after seconds: Int64?) -> HandoffSummary {
            var one = Sample.handoff(state: state)
            one.incident = incident
            one.endedAt = seconds.map { Timestamp(one.at.instant + .seconds($0)) }
            return one
        }
        let incident = Sample.summary(1)
        let told = Numbers(
            of: [Sample.detail(incident)],
            handoffs: [
                offer(incident.id, "declined", after: 20),
                offer(incident.id, "accepted", after: 60),
                offer("of another period", "accepted", after: 1),
            ], from: Sample.before(10_000), to: Sample.now
        ) { _, _ in false }
        #expect(told.handoffs.count == 2)
        #expect(told.rows[0].offers == 2 && told.rows[0].handoffs == 1)
        let lines = told.handoffsCSV.split(separator: "\r\n")
        #expect(lines.count == 3 && lines.contains { $0.hasSuffix(",60,no") })
        #expect(told.incidentsCSV.split(separator: "\r\n").last?.hasSuffix(",2,1") == true)
    }

    @Test(arguments: [
        // The nearest rank: of four, half lie within the second, nine of ten within the fourth.
        ([4, 1, 3, 2] as [Int64], 50, 2 as Int64?), ([4, 1, 3, 2], 90, 4), ([7], 50, 7),
        ([], 50, nil),
    ])
    func `a percentile is a value that was there`(values: [Int64], part: Int, is value: Int64?) {
        #expect(Numbers.percentile(part, of: values) == value)
    }

    @Test func `a table is no formula and keeps its cells`() {
        let told = numbers([
            Sample.detail(Sample.summary(1, title: "=HYPERLINK(\"x\"), twice")),
            Sample.detail(Sample.summary(2, title: "two\nlines")),
        ])
        let csv = told.incidentsCSV
        #expect(csv.contains("\"'=HYPERLINK(\"\"x\"\"), twice\""))
        #expect(csv.contains("\"two\nlines\""))
        #expect(csv.hasPrefix("id,title,service"))
    }
}
