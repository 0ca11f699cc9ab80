import APIModel
import Basics
import Testing

@testable import meridian

/// Numbers on a terminal.
struct NumbersTextsTests {
    private func numbers(_ details: [IncidentDetail]) -> NumbersAnswer {
        NumbersAnswer(
            region: "eu", readAt: Samples.now,
            numbers: Numbers(of: details, from: Samples.earlier(.hours(1)), to: Samples.now) {
                _, _ in true
            })
    }

    @Test func `times are told of all, by service and by region, and pages by person`() {
        var resolved = Samples.detail()
        resolved.summary.resolvedAt = Samples.earlier(.minutes(1))
        let text = NumbersTexts.page(
            numbers([resolved]), .universal,
            for: Terminal(isInteractive: false, hasColour: false, width: 160))
        #expect(text.hasPrefix("1 incidents from ") && text.contains("says eu"))
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        for row in [
            ["all", "1", "-", "-", "2", "min", "2", "min"],
            ["checkout", "1", "-", "-", "2", "min", "2", "min"],
            ["eu", "1", "-", "-", "2", "min", "2", "min"], ["mei", "1", "1"],
        ] {
            #expect(lines.contains(row), "\(row) in \(text)")
        }
        let none = NumbersTexts.page(numbers([]), .universal, for: .plain)
        #expect(none.split(separator: "\n").count == 1)
    }
}
