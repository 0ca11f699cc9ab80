import APIModel
import Basics
import OnCallViews

/// How charts look on a terminal.
enum ChartTexts {
    /// The columns of a chart where there is no terminal.
    private static let columnsElsewhere = 80

    /// The chart, in colours where there are some.
    static func text(_ chart: OnCallChart, for terminal: Terminal) -> String {
        chart.lines(columns: terminal.width ?? columnsElsewhere).map { line in
            line.map { span in
                terminal.styled(
                    DisplayWidth.printable(span.text), parameter: parameter(of: span.paint))
            }.joined()
        }.joined(separator: "\n")
    }

    /// `2 schedules, 7 days, nobody on call in 3 gaps`.
    static func summary(_ timeline: OnCallTimeline) -> String {
        let (from, to) = (timeline.from, timeline.to)
        let gaps = timeline.schedules.flatMap(\.gaps).filter { $0.from < to && $0.to > from }.count
        let count = timeline.schedules.count
        let days = ((to.instant - from.instant).seconds + 43_200) / 86_400
        return "\(count) schedule\(count == 1 ? "" : "s"), \(days) day\(days == 1 ? "" : "s"), "
            + (gaps == 0
                ? "no gaps" : "nobody on call in \(gaps) gap\(gaps == 1 ? "" : "s")")
    }

    /// The parameter of the "select graphic rendition" sequence. *Source:* ECMA-48, 8.3.117; xterm's
    /// 256 colours.
    private static func parameter(of paint: ChartSpan.Paint) -> String {
        func colour(_ number: Int) -> String {
            let colours = OnCallChart.terminalColours
            return "48;5;\(colours[number % colours.count])"
        }
        return switch paint {
        case .plain: ""
        case .heading: "1"
        case .faint: "2"
        case .person(let number): "30;\(colour(number))"
        case .standIn(let number): "3;30;\(colour(number))"
        case .gap: "1;97;41"
        case .work: "33"
        case .night: "34"
        case .now: "1;36"
        }
    }
}
