import Basics
import Foundation
import OnCall
import Testing

@testable import OnCallViews

struct SVGTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/pictures/follow-the-sun-week.svg")

    @Test func `the picture in the documentation is the one that is drawn`() throws {
        let drawn = try Sun.spring().svg()
        if ProcessInfo.processInfo.environment["REWRITE"] == "1" {
            try drawn.write(to: Self.example, atomically: true, encoding: .utf8)
        }
        let kept = try String(contentsOf: Self.example, encoding: .utf8)
        #expect(kept == drawn, "REWRITE=1 draws it anew; then look at it")
    }

    /// Where something is that has a title: its begin and its width, in percent.
    private func places(titled start: String, in elements: [DrawnElement]) throws -> [[Double]] {
        try elements.filter { $0.title.hasPrefix(start) }.map { element in
            try ["x", "width"].map { name in
                let text = try #require(element.attributes[name])
                return try #require(Double(text.dropLast()))
            }
        }
    }

    @Test(arguments: ["2026-03-23", "2026-10-19"], ["Europe/Berlin", "UTC", "Asia/Singapore"])
    func `bars and gaps are where the engine has them`(date: String, zone: String) throws {
        let numbers = date.split(separator: "-").compactMap { Int64($0) }
        let chart = try Sun.chart(
            CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]), zone: zone)
        let elements = try DrawnElement.read(chart.svg())
        let zones = try PinnedZones.zones()
        let length = Double((chart.to - chart.from).seconds)
        for schedule in Sun.schedules {
            var covered = 0.0
            for interval in shifts(schedule, zones: zones, from: chart.from, to: chart.to) {
                let from = Double((interval.from - chart.from).seconds) / length * 100
                let to = Double((interval.to - chart.from).seconds) / length * 100
                covered += to - from
                for person in interval.people {
                    let title = "\(Sun.people.name(of: person.person)): \(schedule.name) ("
                    let found = try places(titled: title, in: elements)
                    #expect(
                        found.contains { $0[0] <= from + 0.002 && $0[0] + $0[1] >= to - 0.002 },
                        "\(title) \(interval.from)")
                }
                if interval.people.isEmpty {
                    let found = try places(
                        titled: "NOBODY is on call for \(schedule.name)", in: elements)
                    #expect(
                        found.contains {
                            abs($0[0] - from) < 0.002 && abs($0[1] - (to - from)) < 0.002
                        },
                        "\(interval.from)")
                }
            }
            let bars =
                try places(titled: "NOBODY is on call for \(schedule.name)", in: elements)
                + Sun.schedules.filter { $0.id == schedule.id }.flatMap { _ in
                    try elements.filter { $0.title.contains(": \(schedule.name) (") }.map {
                        [0, try #require(Double($0.attributes["width"]?.dropLast() ?? ""))]
                    }
                }
            // Nothing is drawn twice: overlaps are an hour at most.
            let drawn = bars.map { $0[1] }.reduce(0, +)
            #expect(abs(drawn - covered) < 100.0 / 168 + 0.1, "\(schedule.id)")
        }
    }

    @Test func `changes of clocks are marked in their regions, now where it is`() throws {
        let svg = try Sun.spring().svg()
        #expect(svg.components(separatedBy: "clocks +1 h").count == 2)
        // Sunday at 01:00 UTC: 145 of 167 hours after Monday's midnight in Berlin, an hour less.
        let at = try utc("2026-03-29T01:00") - (try utc("2026-03-22T23:00"))
        let percent = at.seconds * 100_000 / (167 * 3_600)
        let place = "\(percent / 1_000).\(percent % 1_000)"
        #expect(svg.contains("class=\"change\" x1=\"\(place)%\""), "\(place)")
        #expect(svg.contains("now 14:05 UTC"))
        let quiet = try Sun.chart(
            CivilDate(year: 2026, month: 6, day: 1), now: try utc("2026-03-25T14:05")
        ).svg()
        #expect(!quiet.contains("clocks ") && !quiet.contains("class=\"now\""))
    }

    @Test func `what people are called cannot leave its element`() throws {
        let evil = "<script>alert(1)</script>\"&amp;\u{1}]]>"
        var chart = try Sun.spring()
        chart.people = PeopleNames([("mei", evil), ("tom", "Tom")])
        chart.schedules[0].name = evil
        chart.regions[0].name = RegionName(evil)
        let elements = try DrawnElement.read(chart.svg())
        #expect(!elements.contains { $0.name == "script" })
        let shown = evil.replacingOccurrences(of: "\u{1}", with: "\u{FFFD}")
        #expect(elements.contains { $0.title.hasPrefix("\(shown): \(shown) (ap)") })
    }

    @Test func `nothing comes from elsewhere`() throws {
        let svg = try Sun.spring().svg()
        #expect(svg.components(separatedBy: "http").count == 2, "but the namespace")
        for word in ["href", "@import", "<script", "<image", "foreignObject", "onload"] {
            #expect(!svg.contains(word), "\(word)")
        }
    }

    // MARK: Colours

    @Test func `names can be read in every colour, in light and in dark`() throws {
        for colour in SVGStyle.people {
            #expect(try contrast(colour.light, SVGStyle.names.light) >= 7)
            #expect(try contrast(colour.dark, SVGStyle.names.dark) >= 5.5)
        }
        #expect(SVGStyle.people.count == PeopleNames.colourCount)
        #expect(OnCallChart.terminalColours.count == PeopleNames.colourCount)
        #expect(Set(SVGStyle.people.map(\.light)).count == PeopleNames.colourCount)
        #expect(Set(OnCallChart.terminalColours).count == PeopleNames.colourCount)
    }

    @Test func `every class that is used has a style in both looks`() throws {
        let svg = try Sun.spring().svg()
        let sheet = SVGStyle.sheet
        let halves = sheet.components(separatedBy: "prefers-color-scheme:dark")
        #expect(halves.count == 2)
        for name in [
            "page", "muted", "grid", "awake", "night", "work", "worklabel", "gap", "gapground",
            "gapline", "gaplabel", "now", "nowlabel", "change", "changelabel", "bar", "who",
            "alarm", "p0", "p11",
        ] {
            #expect(
                halves.allSatisfy { $0.contains(".\(name){") || $0.contains(".\(name),") },
                "\(name)")
        }
        for name in ["night", "work", "awake", "gap", "bar p", "now", "change", "grid"] {
            #expect(svg.contains("class=\"\(name)"), "\(name)")
        }
    }

    /// *Source:* WCAG 2.2, "contrast ratio" and "relative luminance".
    private func contrast(_ one: String, _ other: String) throws -> Double {
        let lights = try [one, other].map { text in
            let number = try #require(Int(text.dropFirst(), radix: 16))
            let parts = [number >> 16, number >> 8 & 255, number & 255].map { value in
                let part = Double(value) / 255
                return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }.sorted()
        return (lights[1] + 0.05) / (lights[0] + 0.05)
    }
}
