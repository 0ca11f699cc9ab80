import Basics
import IncidentModel
import Testing

@testable import Coverage

/// What a proof costs, counted in questions to the escalation, whatever the machine.
struct CostTests {
    private func questions(weeks: Int64, _ severity: Severity) throws -> (asked: Int, slices: Int) {
        let from = try utc("2027-01-04T00:00")
        var world = World()
        world.repeats = 2
        let range = Stretch(from: from, to: from + .hours(weeks * 168))
        let known = CoverageWorld(
            roster: world.roster, zones: try TestZones.zones(), range: range)
        var sweep = LadderSweep(known, service: "checkout", severity: severity, stepsMax: 64)
        let slices = sweep.slices()
        return (sweep.questions, slices.count)
    }

    @Test(arguments: [Severity.sev1, .sev3])
    func `what repeats is asked once`(severity: Severity) throws {
        // People take turns by the week, two in each region: after four weeks nothing is new.
        let month = try questions(weeks: 4, severity)
        let year = try questions(weeks: 52, severity)
        // Ten steps at each minute of four weeks would be 400,000 questions.
        #expect(month.asked < 2_000)
        #expect(year.slices > 12 * month.slices)
        // Clocks change, and with them who has night.
        #expect(year.asked < 4 * month.asked, "\(month) \(year)")
    }
}
