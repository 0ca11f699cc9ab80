import Basics
import OnCall
import Testing

@testable import OnCallViews

struct TextChartTests {
    @Test func `show`() throws {
        for (chart, columns) in [
            (try Sun.spring(), 80), (try Sun.spring(), 160),
            (try Sun.chart(CivilDate(year: 2026, month: 10, day: 25), days: 2), 80),
        ] {
            print(
                chart.lines(columns: columns).map { $0.map(\.text).joined() }.joined(
                    separator: "\n"))
        }
    }
}
