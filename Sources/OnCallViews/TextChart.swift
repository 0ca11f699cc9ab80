import Basics
import OnCall

/// A piece of a line of a chart in a terminal, and what it stands for: whoever writes it chooses the
/// colours.
public struct ChartSpan: Equatable, Sendable {
    /// What a piece stands for.
    public enum Paint: Hashable, Sendable {
        /// Words, lines and everything else.
        case plain
        /// Titles.
        case heading
        /// What matters less.
        case faint
        /// A person on call, by a number of their own; see `OnCallChart.terminalColours`.
        case person(Int)
        /// A person who stands in.
        case standIn(Int)
        /// Nobody on call.
        case gap
        /// The working hours of a region.
        case work
        /// The night of a region.
        case night
        /// Where now is.
        case now
    }

    /// The characters; one column each but for names in legends.
    public var text: String
    /// What they stand for.
    public var paint: Paint

    init(_ text: String, _ paint: Paint = .plain) { (self.text, self.paint) = (text, paint) }
}

extension OnCallChart {
    /// Colours of people in a terminal, as numbers of the 256-colour palette, light enough for black
    /// letters: those of the SVG, as near as may be.
    public static let terminalColours = [
        217, 216, 179, 186, 114, 115, 80, 117, 111, 183, 182, 218,
    ]

    /// The fewest columns that a chart can be drawn in.
    public static let columnsMin = 40

    /// The chart as lines of a terminal of so many columns, at least `columnsMin`.
    ///
    /// A column is part of a day by the clocks of the reader's zone, so days are equally wide when
    /// clocks change. It shows whoever has most of it, and a gap however short.
    public func lines(columns: Int) -> [[ChartSpan]] {
        TextChart(chart: self, columns: max(Self.columnsMin, columns)).lines()
    }
}

/// Draws one chart in characters.
struct TextChart {
    private let chart: OnCallChart
    private let grid: TextGrid
    private let columns: Int

    init(chart: OnCallChart, columns: Int) {
        (self.chart, self.columns) = (chart, columns)
        let names = chart.schedules.map(\.id.text) + chart.regions.map(\.name.text)
        let longest = names.map { $0.unicodeScalars.count }.max() ?? 0
        grid = TextGrid(chart: chart, columns: columns, label: longest)
    }

    /// The whole picture.
    func lines() -> [[ChartSpan]] {
        let days = chart.days(by: chart.clock(of: chart.zone))
        var lines: [[ChartSpan]] = []
        if let first = days.first, let last = days.last {
            lines.append([
                ChartSpan("On call, \(DateWords.range(first.date, last.date))", .heading),
                ChartSpan(", by the clocks of \(chart.zone)", .faint),
            ])
        }
        lines += [[], dayLine, hourLine]
        if let nowLine { lines.append(nowLine) }
        lines += chart.regions.map(line)
        if !chart.regions.isEmpty { lines.append([]) }
        for schedule in chart.schedules { lines += self.lines(schedule) }
        lines += [[]] + legend
        lines += clockChanges.map { [ChartSpan($0)] }
        lines += gapLines
        return lines.map(Self.joined)
    }

    // MARK: Heads

    private var dayLine: [ChartSpan] {
        var line = [ChartSpan(grid.label(""))]
        for day in grid.days {
            let text =
                [
                    "\(DateWords.weekday(day.date)) \(day.date.day) \(DateWords.month(day.date))",
                    "\(DateWords.weekday(day.date)) \(day.date.day)", DateWords.weekday(day.date),
                    "\(day.date.day)",
                ].first { $0.count < day.cells.count * grid.cellWidth } ?? ""
            let room = day.cells.count * grid.cellWidth - text.count
            line += [
                ChartSpan("│", .faint),
                ChartSpan(text + String(repeating: " ", count: room), .heading),
            ]
        }
        return line
    }

    private var hourLine: [ChartSpan] {
        var line = [ChartSpan(grid.label(""))]
        // An hour stands where it begins, if the next one leaves it room.
        let steps = [2, 3, 4, 6, 8, 12].filter { $0 % grid.hours == 0 }
        let step = steps.first { $0 / grid.hours * grid.cellWidth >= 3 } ?? 24
        for day in grid.days {
            var text = ""
            for (index, cell) in day.cells.enumerated() {
                let hour = cell.hour
                guard hour % step == 0, text.count <= index * grid.cellWidth else { continue }
                let room = index * grid.cellWidth - text.count
                text += String(repeating: " ", count: room) + (step == 24 ? "" : "\(hour)")
            }
            let width = day.cells.count * grid.cellWidth
            text = String(text.prefix(width))
            line += [
                ChartSpan("│", .faint),
                ChartSpan(text + String(repeating: " ", count: width - text.count), .faint),
            ]
        }
        return line
    }

    private var nowLine: [ChartSpan]? {
        guard let now = chart.now, chart.isNowShown else { return nil }
        var column = 0
        for day in grid.days {
            column += 1
            for cell in day.cells {
                if cell.from <= now, now < cell.to {
                    let part = (now - cell.from).seconds * Int64(grid.cellWidth)
                    column += Int(part / (cell.to - cell.from).seconds)
                    let clock = DateWords.minute(now, by: chart.clock(of: chart.zone)).suffix(5)
                    let room = grid.width - column
                    let text = room > 10 ? "▼ now \(clock)" : "▼"
                    return [
                        ChartSpan(grid.label("") + String(repeating: " ", count: column)),
                        ChartSpan(text, .now),
                    ]
                }
                column += grid.cellWidth
            }
        }
        return nil
    }

    // MARK: Rows

    private func line(_ region: WorkingRegion) -> [ChartSpan] {
        let (nights, work) = (chart.nights(of: region), chart.workingHours(of: region))
        let cells = grid.cells.map { cell -> ChartSpan in
            let middle = cell.from + Span(microseconds: (cell.to - cell.from).microseconds / 2)
            func holds(_ spans: [CoverageGap]) -> Bool {
                spans.contains { $0.from <= middle && middle < $0.to }
            }
            if holds(work) { return ChartSpan("█", .work) }
            return holds(nights) ? ChartSpan("░", .night) : ChartSpan("─", .faint)
        }
        return row(region.name.text, cells.flatMap { Array(repeating: $0, count: grid.cellWidth) })
    }

    private func lines(_ schedule: ScheduleView) -> [[ChartSpan]] {
        let gaps = grid.marked(schedule.gaps)
        let lanes = schedule.lanes.map { duties in grid.cells.map { cell in cell.main(of: duties) }
        }
        let shown = lanes.enumerated().filter {
            $0.offset == 0 || $0.element.contains { $0 != nil }
        }
        return shown.map { number, lane in
            let columns = characters(lane, gaps: number == 0 ? gaps : [])
            return row(number == 0 ? schedule.id.text : "", columns)
        }
    }

    /// One span per column: a duty begins with the initials and goes on as a line.
    private func characters(_ lane: [Duty?], gaps: Set<Int>) -> [ChartSpan] {
        var columns: [ChartSpan] = []
        var begun: Duty?
        var initials: Substring = ""
        for (index, duty) in lane.enumerated() {
            for part in 0..<grid.cellWidth {
                if gaps.contains(index * grid.cellWidth + part) {
                    columns.append(ChartSpan("!", .gap))
                    begun = nil
                    continue
                }
                guard let duty else {
                    columns.append(ChartSpan(" "))
                    begun = nil
                    continue
                }
                let entry = chart.people.entry(duty.person)
                if begun?.person != duty.person {
                    initials = entry.initials[...]
                    begun = duty
                }
                let character = initials.popFirst() ?? (duty.isStandIn ? "·" : "─")
                columns.append(
                    ChartSpan(
                        String(character),
                        duty.isStandIn ? .standIn(entry.colour) : .person(entry.colour)))
            }
        }
        return columns
    }

    /// A label and one span per column, with a line before each day.
    private func row(_ label: String, _ columns: [ChartSpan]) -> [ChartSpan] {
        var line = [ChartSpan(grid.label(label))]
        var rest = columns[...]
        for day in grid.days {
            let width = day.cells.count * grid.cellWidth
            line.append(ChartSpan("│", .faint))
            line += rest.prefix(width)
            rest = rest.dropFirst(width)
        }
        return line
    }

    // MARK: Below the picture

    private var legend: [[ChartSpan]] {
        var people: [PersonID] = []
        var hasStandIn = false
        for duty in chart.schedules.flatMap(\.duties)
        where duty.from < chart.to && duty.to > chart.from {
            hasStandIn = hasStandIn || duty.isStandIn
            if !people.contains(duty.person) { people.append(duty.person) }
        }
        var entries: [[ChartSpan]] = people.sorted().map { person in
            let entry = chart.people.entry(person)
            return [ChartSpan(entry.initials, .person(entry.colour)), ChartSpan(" \(entry.name)")]
        }
        if hasStandIn { entries.append([ChartSpan("··"), ChartSpan(" stands in")]) }
        if !chart.regions.isEmpty {
            entries += [
                [ChartSpan("█", .work), ChartSpan(" working hours")],
                [ChartSpan("░", .night), ChartSpan(" night")],
            ]
        }
        var lines: [[ChartSpan]] = []
        var used = 0
        for entry in entries {
            // Wide characters take two columns: three bytes and more are counted so.
            let width = entry.reduce(0) { sum, span in
                sum + span.text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 1 : 2) }
            }
            if lines.isEmpty || used + 3 + width > columns {
                lines.append(entry)
                used = width
            } else {
                lines[lines.count - 1] += [ChartSpan("   ")] + entry
                used += 3 + width
            }
        }
        return lines
    }

    private var clockChanges: [String] {
        var zones: [String] = []
        for zone in [chart.zone] + chart.regions.map(\.zone) where !zones.contains(zone) {
            zones.append(zone)
        }
        return zones.flatMap { zone in
            let clock = chart.clock(of: zone)
            return clock.offsetChanges(from: chart.from, to: chart.to).map { change in
                let when = DateWords.minute(change.at, by: chart.clock(of: chart.zone))
                return "clocks \(shiftWords(change.after - change.before)) in \(zone): \(when)"
            }
        }
    }

    private var gapLines: [[ChartSpan]] {
        let clock = chart.clock(of: chart.zone)
        return chart.schedules.flatMap { schedule in
            schedule.gaps.filter { $0.from < chart.to && $0.to > chart.from }.map { gap in
                let (from, to) = (max(gap.from, chart.from), min(gap.to, chart.to))
                return [
                    ChartSpan("!!", .gap),
                    ChartSpan(
                        " \(schedule.id): nobody from \(DateWords.minute(from, by: clock)) to "
                            + "\(DateWords.minute(to, by: clock)) (\(DateWords.length(to - from)))"),
                ]
            }
        }
    }

    /// The same with neighbours of one paint in one piece, and without spaces at the end.
    private static func joined(_ line: [ChartSpan]) -> [ChartSpan] {
        var result: [ChartSpan] = []
        for span in line {
            if let last = result.last, last.paint == span.paint {
                result[result.count - 1].text += span.text
            } else {
                result.append(span)
            }
        }
        while var last = result.popLast() {
            while last.text.last == " " { last.text.removeLast() }
            if !last.text.isEmpty { return result + [last] }
        }
        return []
    }
}
