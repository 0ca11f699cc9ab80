import APIModel
import Basics

/// How numbers look on a terminal.
enum NumbersTexts {
    /// The whole page.
    static func page(
        _ answer: NumbersAnswer, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        let numbers = answer.numbers
        var sheet = Sheet(for: terminal)
        sheet.add(
            "\(numbers.rows.count) incidents from \(clock.words(numbers.from.instant)) to "
                + "\(clock.words(numbers.to.instant)), says \(answer.region)", .bold)
        guard !numbers.rows.isEmpty else { return sheet.text }
        groups("SERVICE", [numbers.all] + numbers.services, on: &sheet)
        groups("REGION", numbers.regions, on: &sheet)
        guard !numbers.people.isEmpty else { return sheet.text }
        var people = Table([
            .init("PERSON"), .init("PAGES", isNumeric: true), .init("AT NIGHT", isNumeric: true),
        ])
        for person in numbers.people {
            people.add([
                Cell(person.person), Cell("\(person.pages)"),
                Cell("\(person.nightPages)", person.nightPages > 0 ? .warning : nil),
            ])
        }
        sheet.space()
        sheet.table(people, indent: 0)
        return sheet.text
    }

    private static func groups(
        _ title: String, _ groups: [NumbersGroup], on sheet: inout Sheet
    ) {
        var table = Table([
            .init(title), .init("INCIDENTS", isNumeric: true), .init("ACK MEDIAN", isNumeric: true),
            .init("ACK 90 %", isNumeric: true), .init("RESOLVE MEDIAN", isNumeric: true),
            .init("RESOLVE 90 %", isNumeric: true),
        ])
        for group in groups {
            table.add([
                Cell(group.name.isEmpty ? "unknown" : group.name), Cell("\(group.incidents)"),
                length(group.acknowledgeMedianSeconds), length(group.acknowledge90Seconds),
                length(group.resolveMedianSeconds), length(group.resolve90Seconds),
            ])
        }
        sheet.space()
        sheet.table(table, indent: 0)
    }

    private static func length(_ seconds: Int64?) -> Cell {
        Cell(seconds.map { TimeText.length(.seconds($0)) } ?? "-")
    }
}
