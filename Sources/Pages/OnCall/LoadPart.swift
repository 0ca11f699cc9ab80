import APIModel
import Basics

/// How the load of being on call is split over the days shown, as a plot and as a table.
struct LoadPart {
    let fairness: OnCallFairness
    let names: Names

    func set(_ fields: inout Fields) {
        let people = fairness.people.sorted {
            ($1.seconds, $0.person) < ($0.seconds, $1.person)
        }
        fields.set("hasLoad", !people.isEmpty)
        fields.set("loadPlot", plot(people))
        fields.set("load", people.map(row))
        fields.set("spread", spread)
    }

    private func plot(_ people: [PersonLoad]) -> HTML {
        Plots.bars(
            people.prefix(30).map { person in
                Plots.Bar(
                    name: person.name,
                    parts: [
                        ("byday", person.seconds - person.nightSeconds),
                        ("bynight", person.nightSeconds),
                    ],
                    label: Self.hours(person.seconds)
                        + (person.nightSeconds == 0
                            ? "" : ", \(Self.hours(person.nightSeconds)) night"))
            }, title: "Hours on call per person, by day and in their night", id: "load-plot")
    }

    private func row(_ person: PersonLoad) -> Fields {
        Fields {
            $0.set("name", person.name)
            $0.set("region", person.region)
            $0.set("all", Self.hours(person.seconds))
            $0.set("night", Self.hours(person.nightSeconds))
            $0.set("weekend", Self.hours(person.weekendSeconds))
            $0.set("holiday", Self.hours(person.holidaySeconds))
        }
    }

    /// `all 24 h to 56 h; nights 0 h to 8 h`.
    private var spread: String {
        let words = ["all": "all", "night": "nights", "weekend": "weekends", "holiday": "holidays"]
        return fairness.spread.filter { $0.mostSeconds > 0 }.map { one in
            "\(words[one.kind] ?? one.kind) \(Self.hours(one.leastSeconds)) to "
                + Self.hours(one.mostSeconds)
        }.joined(separator: "; ")
    }

    /// Whole hours, and the half.
    private static func hours(_ seconds: Int64) -> String {
        let tenths = (seconds + 180) / 360
        return tenths % 10 == 0 ? "\(tenths / 10) h" : "\(tenths / 10).\(tenths % 10) h"
    }
}
