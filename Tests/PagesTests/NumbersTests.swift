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
