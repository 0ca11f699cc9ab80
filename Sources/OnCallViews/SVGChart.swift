public import Basics
import OnCall

extension OnCallChart {
    /// The chart as an SVG document, without a script or anything from elsewhere.
    ///
    /// Positions are parts of the width, texts have sizes of their own: the picture fits a telephone
    /// as well as a wall. Labels come in up to three lengths, of which a media query shows one; light
    /// and dark follow the reader's system. *Source:* SVG 2; Media Queries Level 5.
    public func svg() -> String {
        SVGChart(chart: self).document()
    }

    /// Where the rows of the schedules are in the picture, from top to bottom, in pixels of its height: for a
    /// pointer that is put on it.
    public func rows() -> [ChartRow] { SVGChart(chart: self).rowsOfDocument() }

    /// How many of how many parts of the picture's width are left free on each side of what is plotted.
    public static let plotMargin = (parts: SVGChart.margin, of: SVGChart.width)
}

/// Where a schedule is in a picture.
public struct ChartRow: Equatable, Sendable {
    /// The schedule.
    public var schedule: ScheduleID
    /// Its first pixel from the picture's upper edge.
    public var top: Int
    /// The first pixel below it.
    public var bottom: Int
}

/// Draws one chart, from top to bottom.
struct SVGChart {
    let chart: OnCallChart
    /// The elements of the plot so far, and down to where it is filled, in pixels.
    private var plot: [String] = []
    private var y = 0
    /// Where the bands begin that the lines of days and of now cross.
    private var bandsTop = 0
    /// Where the schedules' rows are, from the plot's upper edge.
    private var rows: [ChartRow] = []
    /// How far the plot is below the picture's upper edge.
    private static let top = 62

    init(chart: OnCallChart) { self.chart = chart }

    /// The document.
    func document() -> String {
        var copy = self
        return copy.draw()
    }

    func rowsOfDocument() -> [ChartRow] {
        var copy = self
        _ = copy.draw()
        return copy.rows.map {
            ChartRow(schedule: $0.schedule, top: $0.top + Self.top, bottom: $0.bottom + Self.top)
        }
    }

    /// The width the picture is laid out for, and of its margins.
    static let width = 1_200
    static let margin = 16
    /// How wide the plot is at least where labels of each class are shown, and how wide a letter
    /// is then, in pixels.
    private static let sizes: [(style: String, plot: Int, letter: Int)] = [
        ("l", 1_060, 7), ("m", 550, 7), ("s", 340, 6),
    ]

    private mutating func draw() -> String {
        drawAxis(caption: "UTC", clock: WallClock(nil))
        if chart.zone != "UTC" {
            drawAxis(caption: chart.zone, clock: chart.clock(of: chart.zone))
        }
        y += chart.isNowShown ? 18 : 8
        bandsTop = y
        for region in chart.regions { draw(region) }
        y += 6
        for schedule in chart.schedules { draw(schedule) }
        let bandsEnd = y
        let lines = dayLines(to: bandsEnd)
        let now = nowLine(to: bandsEnd)
        let legend = SVGLegend(chart: chart)
        let top = Self.top
        let height = top + bandsEnd + 14 + legend.height + Self.margin
        let plotBox =
            #"x="\#(percent(Self.margin, of: Self.width))" y="\#(top)" "#
            + #"width="\#(percent(Self.width - 2 * Self.margin, of: Self.width))" "#
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.width)" height="\(height)" \
            role="img" aria-labelledby="title description">
            <title id="title">\(Self.escaped(heading))</title>
            <desc id="description">\(Self.escaped(description))</desc>
            <style>\(SVGStyle.sheet)</style>
            \(SVGStyle.patterns)
            <rect class="page" width="100%" height="100%"/>
            <svg \(plotBox)height="\(height - top)" overflow="visible">
            <text class="heading" y="-32">\(Self.escaped(heading))</text>
            <text class="muted" y="-13">\(Self.escaped(subheading))</text>
            \((lines + plot + now).joined(separator: "\n"))
            <svg y="\(bandsEnd + 14)" width="100%" height="\(legend.height)">
            \(legend.elements.joined(separator: "\n"))
            </svg>
            </svg>
            </svg>

            """
    }

    // MARK: Words

    private var heading: String {
        let days = chart.days(by: chart.clock(of: chart.zone))
        guard let first = days.first?.date, let last = days.last?.date else { return "On call" }
        return "On call, " + DateWords.range(first, last)
    }

    private var subheading: String {
        let count = chart.schedules.count
        return "\(count) schedule\(count == 1 ? "" : "s"), \(chart.regions.count) region"
            + "\(chart.regions.count == 1 ? "" : "s") · zone data \(chart.zones.version)"
    }

    private var description: String {
        chart.schedules.map { schedule in
            let gaps = chart.gapWords(schedule)
            return "\(schedule.name): " + (gaps.isEmpty ? "covered all the time" : gaps)
        }.joined(separator: ". ") + "."
    }

    // MARK: Axes and lines

    /// Days and hours of one zone.
    private mutating func drawAxis(caption: String, clock: WallClock) {
        plot.append(#"<text class="muted small" y="\#(y + 11)">\#(Self.escaped(caption))</text>"#)
        let days = chart.days(by: clock)
        for day in days {
            let texts = [
                "\(DateWords.weekday(day.date)) \(day.date.day) \(DateWords.month(day.date))",
                "\(DateWords.weekday(day.date)) \(day.date.day)",
                "\(DateWords.weekday(day.date).prefix(1)) \(day.date.day)", "\(day.date.day)",
            ]
            let from = x(day.from)
            plot.append(
                #"<svg x="\#(from)" y="\#(y + 14)" width="\#(width(day.from, day.to))" height="28">"#
                    + #"<path class="tick" d="M0.5 0V26"/>"#
                    + labels(
                        texts, room: extent(day.from, day.to), at: #"x="5" y="11""#, style: "day")
                    + "</svg>")
            // Where a day has no room for its number, weeks have.
            if extent(day.from, day.to) * 340 / 100_000 < 21, day.date.weekday == 1 {
                plot.append(
                    #"<text class="day s" x="\#(from)" dx="3" y="\#(y + 25)">"#
                        + "\(day.date.day) \(DateWords.month(day.date))</text>")
            }
            for hour in [6, 12, 18] as [Int64] {
                let instant = clock.instant(of: day.date, secondOfDay: hour * 3_600)
                guard instant > day.from, instant < day.to else { continue }
                // Hours are left out where a quarter of a day has no room for them.
                let label = labels(
                    [padded(hour), ""], room: extent(day.from, day.to) / 6,
                    at: #"x="\#(x(instant))" y="\#(y + 39)" text-anchor="middle""#,
                    style: "muted small", isCentred: true)
                plot.append(label)
            }
        }
        y += 46
    }

    private func dayLines(to end: Int) -> [String] {
        chart.days(by: chart.clock(of: chart.zone)).dropFirst().map { day in
            #"<line class="grid" x1="\#(x(day.from))" x2="\#(x(day.from))" y1="\#(bandsTop)" "#
                + #"y2="\#(end)"/>"#
        }
    }

    private func nowLine(to end: Int) -> [String] {
        guard let now = chart.now, chart.isNowShown else { return [] }
        let part = position(now)
        let anchor = part < 15_000 ? "" : #" text-anchor="\#(part > 85_000 ? "end" : "middle")""#
        return [
            #"<line class="now" x1="\#(x(now))" x2="\#(x(now))" y1="\#(bandsTop - 4)" y2="\#(end)"/>"#,
            #"<text class="nowlabel small" x="\#(x(now))" y="\#(bandsTop - 7)"\#(anchor)>"#
                + "now \(now.minuteUTC)</text>",
        ]
    }

    // MARK: Bands

    private mutating func draw(_ region: WorkingRegion) {
        let clock = chart.clock(of: region.zone)
        let changes = clock.offsetChanges(from: chart.from, to: chart.to)
        let offsets = [clock.offset(at: chart.from)] + changes.map(\.after)
        let words = offsets.map(offsetWords).joined(separator: " → ")
        caption(region.name.text, more: "\(region.zone), \(words)")
        let band = 20
        plot.append(#"<rect class="awake" y="\#(y)" width="100%" height="\#(band)" rx="3"/>"#)
        for night in chart.nights(of: region) {
            plot.append(
                rect("night", night.from, night.to, height: band, title: "night in \(region.name)"))
        }
        for work in chart.workingHours(of: region) {
            plot.append(
                rect(
                    "work", work.from, work.to, height: band, label: hours(work, by: clock),
                    title: "\(region.name) at work"))
        }
        for change in changes {
            let at = x(change.at)
            let isLate = position(change.at) > 80_000
            let anchor = isLate ? #" text-anchor="end" dx="-4""# : #" dx="4""#
            plot.append(
                #"<line class="change" x1="\#(at)" x2="\#(at)" y1="\#(y - 5)" y2="\#(y + band + 3)"/>"#
                    + #"<text class="changelabel small" x="\#(at)" y="\#(y - 4)"\#(anchor)>"#
                    + "clocks \(shiftWords(change.after - change.before))</text>")
        }
        y += band + 8
    }

    /// `09–18`, by the clocks of the region.
    private func hours(_ span: CoverageGap, by clock: WallClock) -> [String] {
        let ends = [span.from, span.to].map { instant in
            let second = clock.local(instant).secondOfDay
            let minutes = second / 60 % 60
            return padded(second / 3_600) + (minutes == 0 ? "" : ":\(padded(minutes))")
        }
        let isWhole = span.from > chart.from && span.to < chart.to
        return isWhole ? [ends.joined(separator: "–"), ""] : [""]
    }

    private mutating func draw(_ schedule: ScheduleView) {
        let names = schedule.layers.map(\.name).joined(separator: ", ")
        caption(
            schedule.name,
            more: names.isEmpty ? "" : "layers \(names)",
            warning: chart.gapWords(schedule))
        let first = y
        for layer in schedule.layers { draw(layer, of: schedule) }
        let lane = 30
        let lanes = schedule.lanes.map { duties in
            duties.filter { $0.from < chart.to && $0.to > chart.from }
        }
        let shown = lanes.filter { !$0.isEmpty }
        let height = max(1, shown.count) * (lane + 2) - 2
        for gap in schedule.gaps where gap.from < chart.to && gap.to > chart.from {
            plot.append(
                rect(
                    "gap", gap.from, gap.to, height: height, label: ["nobody", "!"],
                    title: "NOBODY is on call for \(schedule.name)\n\(times(gap.from, gap.to))"))
        }
        for (number, duties) in shown.enumerated() {
            for duty in duties { plot.append(bar(duty, of: schedule, y: y + number * (lane + 2))) }
        }
        rows.append(ChartRow(schedule: schedule.id, top: first, bottom: y + height))
        y += height + 8
    }

    /// A thin row: what a layer would have been without those above it.
    private mutating func draw(_ layer: ScheduleLayer, of schedule: ScheduleView) {
        for duty in layer.duties where duty.from < chart.to && duty.to > chart.from {
            let person = chart.people.entry(duty.person)
            let title =
                "\(person.name): layer \(layer.name) of \(schedule.name)\n"
                + times(duty.from, duty.to)
            let (from, to) = (max(duty.from, chart.from), min(duty.to, chart.to))
            plot.append(
                #"<svg x="\#(x(from))" y="\#(y)" width="\#(width(from, to))" height="\#(Self.layer)">"#
                    + "<title>\(Self.escaped(title))</title>"
                    + #"<rect class="bar layer p\#(person.colour)" width="100%" height="100%" rx="3"/>"#
                    + labels(
                        [person.initials, ""], room: extent(from, to),
                        at: #"x="50%" y="11" text-anchor="middle""#, style: "who small",
                        isCentred: true)
                    + "</svg>")
        }
        y += Self.layer + 2
    }

    private static let layer = 14

    private func bar(_ duty: Duty, of schedule: ScheduleView, y: Int) -> String {
        let person = chart.people.entry(duty.person)
        let standIn = duty.isStandIn ? #"<rect class="standin" width="100%" height="100%"/>"# : ""
        let words = duty.isStandIn ? "\nstands in: no window is open" : ""
        let title =
            "\(person.name): \(schedule.name) (\(duty.region))\n"
            + times(duty.from, duty.to) + words
        let (from, to) = (max(duty.from, chart.from), min(duty.to, chart.to))
        let first = person.name.split(separator: " ").first.map(String.init) ?? person.name
        return #"<svg x="\#(x(from))" y="\#(y)" width="\#(width(from, to))" height="30">"#
            + "<title>\(Self.escaped(title))</title>"
            + #"<rect class="bar p\#(person.colour)" width="100%" height="100%" rx="4"/>\#(standIn)"#
            + labels(
                [person.name, first, person.initials, ""], room: extent(from, to),
                at: #"x="50%" y="20" text-anchor="middle""#, style: "who", isCentred: true)
            + "</svg>"
    }

    private mutating func caption(_ name: String, more: String, warning: String = "") {
        let rest =
            more.isEmpty ? "" : #"<tspan class="muted" dx="8">\#(Self.escaped(more))</tspan>"#
        let red =
            warning.isEmpty
            ? "" : #"<tspan class="alarm" dx="8">\#(Self.escaped(warning))</tspan>"#
        plot.append(
            #"<text class="caption" y="\#(y + 12)">\#(Self.escaped(name))\#(rest)\#(red)</text>"#)
        y += 18
    }

    // MARK: Pieces

    private func rect(
        _ style: String, _ from: Instant, _ to: Instant, height: Int, label: [String] = [""],
        title: String
    ) -> String {
        let (from, to) = (max(from, chart.from), min(to, chart.to))
        return #"<svg x="\#(x(from))" y="\#(y)" width="\#(width(from, to))" height="\#(height)">"#
            + "<title>\(Self.escaped(title))</title>"
            + #"<rect class="\#(style)" width="100%" height="100%"/>"#
            + labels(
                label, room: extent(from, to),
                at: #"x="50%" y="\#(height / 2 + 4)" text-anchor="middle""#,
                style: "\(style)label small", isCentred: true) + "</svg>"
    }

    /// Of several wordings, the longest first, those that fit at each width of the picture, each in
    /// an element that is shown at that width only.
    private func labels(
        _ wordings: [String], room: Int64, at place: String, style: String, isCentred: Bool = false
    ) -> String {
        var chosen: [(text: String, sizes: String)] = []
        for size in Self.sizes {
            let pixels = Int(room) * size.plot / 100_000 - (isCentred ? 1 : 9)
            let text = wordings.first { Self.letters($0) * size.letter <= pixels } ?? ""
            if let last = chosen.last, last.text == text {
                chosen[chosen.count - 1].sizes += size.style
            } else {
                chosen.append((text, size.style))
            }
        }
        return chosen.filter { !$0.text.isEmpty }.map { text, sizes in
            let only = sizes == "lms" ? "" : " \(sizes)"
            return #"<text class="\#(style)\#(only)" \#(place)>\#(Self.escaped(text))</text>"#
        }.joined()
    }

    /// About how many letters wide a text is.
    private static func letters(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 1 : 2) }
    }

    private func times(_ from: Instant, _ to: Instant) -> String {
        let clock = chart.clock(of: chart.zone)
        let utc =
            "\(DateWords.minute(from, by: WallClock(nil))) to "
            + "\(DateWords.minute(to, by: WallClock(nil))) UTC"
        guard chart.zone != "UTC" else { return utc }
        return utc + "\n\(DateWords.minute(from, by: clock)) to \(DateWords.minute(to, by: clock)) "
            + chart.zone
    }

    /// Where an instant is, in thousandths of a percent of the plot's width.
    private func position(_ instant: Instant) -> Int64 {
        (instant - chart.from).seconds * 100_000 / (chart.to - chart.from).seconds
    }

    private func extent(_ from: Instant, _ to: Instant) -> Int64 { position(to) - position(from) }
    private func x(_ instant: Instant) -> String { Self.percent(position(instant)) }
    private func width(_ from: Instant, _ to: Instant) -> String { Self.percent(extent(from, to)) }
    private func percent(_ part: Int, of whole: Int) -> String {
        Self.percent(Int64(part) * 100_000 / Int64(whole))
    }

    /// `12.5%`, of thousandths of a percent.
    private static func percent(_ thousandths: Int64) -> String {
        var digits = padded(thousandths % 1_000, width: 3)
        while digits.last == "0" { digits.removeLast() }
        return "\(thousandths / 1_000)" + (digits.isEmpty ? "" : ".\(digits)") + "%"
    }

    /// A text as XML. *Source:* XML 1.0, sections 2.2 and 2.4.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                result.unicodeScalars.append("\u{FFFD}")
            case _: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
