import Basics
import OnCall

/// What colours and hatching mean, in three columns below the picture.
struct SVGLegend {
    /// The elements, from the top of the legend on.
    let elements: [String]
    /// How high they are in all, in pixels.
    let height: Int

    private static let row = 22
    private static let columns = 3

    /// The legend of a chart: only what can be seen in it.
    init(chart: OnCallChart) {
        var entries: [(swatch: String, text: String)] = []
        func box(_ style: String) -> String {
            #"<rect class="\#(style)" x="1" y="2" width="26" height="16" rx="3"/>"#
        }
        if !chart.regions.isEmpty {
            entries += [
                (box("work"), "at work"), (box("awake"), "awake"),
                (box("night"), "night"),
            ]
        }
        var people: [PersonID] = []
        var hasStandIn = false
        var hasGap = false
        for schedule in chart.schedules {
            hasGap = hasGap || !chart.gapWords(schedule).isEmpty
            for duty in schedule.duties where duty.from < chart.to && duty.to > chart.from {
                hasStandIn = hasStandIn || duty.isStandIn
                if !people.contains(duty.person) { people.append(duty.person) }
            }
        }
        if hasGap { entries.append((box("gap"), "nobody")) }
        if chart.schedules.contains(where: { !$0.layers.isEmpty }) {
            entries.append(
                (box("awake").replacing("height=\"16\"", with: "height=\"8\""), "a layer"))
        }
        if hasStandIn {
            entries.append((box("awake") + box("standin"), "stands in"))
        }
        for person in people.sorted() {
            let entry = chart.people.entry(person)
            let initials =
                #"<text class="who small" x="14" y="14" text-anchor="middle">"#
                + "\(SVGChart.escaped(entry.initials))</text>"
            entries.append((box("bar p\(entry.colour)") + initials, entry.name))
        }
        elements = entries.enumerated().map { index, entry in
            let x = ["0%", "33.333%", "66.667%"][index % Self.columns]
            let y = index / Self.columns * Self.row
            return #"<svg x="\#(x)" y="\#(y)" width="32.5%" height="20">\#(entry.swatch)"#
                + #"<text x="34" y="14">\#(SVGChart.escaped(entry.text))</text></svg>"#
        }
        height = (entries.count + Self.columns - 1) / Self.columns * Self.row
    }
}
