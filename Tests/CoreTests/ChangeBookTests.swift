import Basics
@testable import Escalation
import IncidentModel
import OnCall
import Reconciliation
import Testing

@testable import RegionCore

/// What offers at a change of shift have in common.
struct ChangeBookTests {
    private var writer = FactWriter()

    private func group(_ number: UInt64) -> GroupID { GroupID(high: number, low: number) }

    private mutating func open(
        _ number: UInt64, _ severity: Severity, commander: PersonID
    ) -> Incident {
        var incident = Incident(group: group(number))
        let facts = [
            writer.fact(
                report(alert(severity: severity)), by: 1, at: Int64(number), about: group(number)),
            writer.fact(
                .edited(
                    FieldEdit(
                        previousEnd: .zero, value: .commander(commander), by: commander,
                        reason: "", isApart: false, seen: [])), by: 1, at: Int64(number) + 1,
                about: group(number)),
        ]
        for fact in facts {
            incident.applyMerge([fact], index: incident.lastIndex + 1)
            let missing = missingDecisions(for: incident)
            guard !missing.isEmpty else { continue }
            incident.applyDecisions(
                missing, in: "eu", at: fact.time, index: incident.lastIndex + 1)
        }
        return incident
    }

    private func due(_ schedule: ScheduleID, _ change: Int64) -> HandoffDue {
        HandoffDue(at: at(change - 10), to: "next", schedule: schedule, changeAt: at(change))
    }

    @Test
    mutating func `place and count are those of this change of this commander, the worst first`() {
        let incidents = [
            open(1, .sev3, commander: "one"), open(2, .sev1, commander: "one"),
            open(3, .sev2, commander: "one"), open(4, .sev1, commander: "two"),
            open(5, .sev1, commander: "one"),
        ]
        let book = ChangeBook(incidents, at: at(50)) { incident in
            // The third is of another schedule, the fifth of another day.
            switch incident.group {
            case group(3): due("other", 100)
            case group(5): due("daily", 90_000)
            case _: due("daily", 100)
            }
        }
        func place(_ number: UInt64) -> [UInt64]? {
            book.plan(of: group(number)).map { [$0.place, $0.count] }
        }
        #expect(place(2) == [1, 2] && place(1) == [2, 2])
        #expect(place(3) == [1, 1] && place(4) == [1, 1] && place(5) == [1, 1])
        #expect(book.plan(of: group(3))?.schedule == "other")
        #expect(place(9) == nil)
    }

    @Test func `ownership follows soon, then seldom, and the operator is told once`() {
        var pause = FollowPause()
        let tries = (0..<20).map { _ in pause.behind() }
        #expect(tries.first?.pause == .milliseconds(100))
        #expect(tries.last?.pause == FollowPause.longest)
        #expect(tries.count { $0.tells } == 1)
        #expect(zip(tries, tries.dropFirst()).allSatisfy { $0.pause <= $1.pause })
        pause.reset()
        #expect(pause.behind().pause == .milliseconds(100))
    }
}
