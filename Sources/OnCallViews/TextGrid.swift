import Basics
import OnCall

/// How a chart is divided into the columns of a terminal.
struct TextGrid {
    /// Part of a day, so many hours by the reader's clocks.
    struct Cell: Equatable {
        /// The first hour on the clock.
        var hour: Int
        var from: Instant
        var to: Instant

        /// The duty that has most of the cell; the first of equals.
        func main(of duties: [Duty]) -> Duty? {
            var best: (duty: Duty, length: Span)?
            for duty in duties {
                let length = min(duty.to, to) - max(duty.from, from)
                if length > best?.length ?? .zero { best = (duty, length) }
            }
            return best?.duty
        }
    }

    /// A day of the reader's.
    struct Day {
        var date: CivilDate
        var cells: [Cell]
    }

    /// The days, without those that are not drawn.
    let days: [Day]
    /// How many hours a cell is.
    let hours: Int
    /// How many columns a cell takes.
    let cellWidth: Int
    private let labelWidth: Int

    private static let labelWidthMin = 9
    private static let cellWidthMax = 5

    /// The finest division that fits: of two hours or more, and labels whole if that costs nothing.
    init(chart: OnCallChart, columns: Int, label longest: Int) {
        let clock = chart.clock(of: chart.zone)
        let days = chart.days(by: clock)
        let label = min(longest, Self.labelWidthMin)
        func width(_ hours: Int, _ cell: Int) -> Int { days.count * (24 / hours * cell + 1) }
        let hours =
            [2, 3, 4, 6, 8, 12].first { label + 1 + width($0, 1) <= columns } ?? 24
        let cell =
            (1...Self.cellWidthMax).last { label + 1 + width(hours, $0) <= columns } ?? 1
        (self.hours, cellWidth) = (hours, cell)
        labelWidth = min(longest, max(label, columns - width(hours, cell) - 1))
        self.days = days.map { day in
            let marks = stride(from: 0, through: 24, by: hours).map { hour in
                clock.instant(of: day.date, secondOfDay: Int64(hour) * 3_600)
            }
            let cells = zip(marks, marks.dropFirst()).enumerated().map { index, ends in
                Cell(hour: index * hours, from: ends.0, to: ends.1)
            }
            return Day(date: day.date, cells: cells)
        }
    }

    /// All cells.
    var cells: [Cell] { days.flatMap(\.cells) }

    /// How many columns the days take.
    var width: Int { days.reduce(0) { $0 + $1.cells.count * cellWidth + 1 } }

    /// A label, cut or filled up, with a space behind it.
    func label(_ text: String) -> String {
        let scalars = text.unicodeScalars.count
        guard scalars > labelWidth else {
            return text + String(repeating: " ", count: labelWidth - scalars + 1)
        }
        return String(text.prefix(labelWidth - 1)) + "… "
    }

    /// The columns in which somebody is missing, at least two for each gap: one is overlooked.
    func marked(_ gaps: [CoverageGap]) -> Set<Int> {
        let cells = cells
        let count = cells.count * cellWidth
        var marked: Set<Int> = []
        for gap in gaps {
            let touched = cells.indices.filter {
                cells[$0].from < gap.to && cells[$0].to > gap.from
            }
            guard let first = touched.first, let last = touched.last else { continue }
            let start = min(first * cellWidth, max(0, count - 2))
            marked.formUnion(start...max(min(start + 1, count - 1), (last + 1) * cellWidth - 1))
        }
        return marked
    }
}
