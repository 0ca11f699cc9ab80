import APIModel
import Basics
import OnCall
import OnCallViews
import Testing

@testable import Pages

/// What a reader points at in the picture of the schedules.
struct OnCallPickTests {
    private let timeline = Sample.onCallTimeline()

    private func pick(_ start: Int64, _ end: Int64? = nil, of schedule: String = "sun")
        -> OnCallPick?
    {
        OnCallPick(
            schedule: schedule, start: Sample.before(-start), end: end.map { Sample.before(-$0) },
            in: timeline)
    }

    @Test func `a shift, or a gap, is taken as it is`() {
        let shift = pick(10_000)
        #expect(shift?.from == Sample.before(-7_200) && shift?.to == Sample.before(-36_000))
        #expect(shift?.replaces == "raj")
        let gap = pick(37_000)
        #expect(gap?.from == Sample.before(-36_000) && gap?.to == Sample.before(-39_600))
        #expect(gap?.replaces == nil)
    }

    @Test func `a stretch that was drawn is taken as drawn, for one person or for all`() {
        #expect(pick(8_000, 9_000)?.replaces == "raj")
        let both = pick(6_000, 9_000)
        #expect(both?.from == Sample.before(-6_000) && both?.to == Sample.before(-9_000))
        #expect(both != nil && both?.replaces == nil)
    }

    @Test func `what is nowhere, backwards or of no schedule is nothing`() {
        #expect(pick(9_000, 8_000) == nil)
        #expect(pick(8_000, 9_000, of: "moon") == nil)
        #expect(pick(900_000) == nil)
    }

    @Test func `rows are where the picture has the schedules, one below the other`() {
        let chart = OnCallChart(timeline, zone: "UTC", now: nil, zones: Sample.zones)
        let rows = chart.rows()
        #expect(rows.map(\.schedule) == ["sun"])
        #expect(rows.allSatisfy { $0.top > 62 && $0.bottom - $0.top >= 30 })
        #expect(chart.svg().contains(#"y="\#(rows[0].bottom - 30 - 62)""#))
    }
}
