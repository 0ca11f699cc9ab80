import Basics
import OnCall

/// S13: somebody is on call at every moment of the continuous schedule, through changes of clocks,
/// and it is who should be: worked out here a second time, by plain arithmetic.
struct OnCallCheck {
    let calendar: SimCalendar
    let regions: Int

    /// Looks at whom one region takes to be on call.
    func observe(
        _ people: [PersonID], rosterNumber: Int, isChanged: Bool, at now: Instant, node: Int,
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        guard !people.isEmpty else {
            return failures.fail("S13", "m\(node + 1): nobody is on call at \(now)")
        }
        // Whom somebody put on call, or who is away, is not worked out here: only that somebody is.
        guard !isChanged, let expected = expected(rosterNumber, at: now.seconds) else { return }
        if people.first != expected {
            failures.fail(
                "S13",
                "m\(node + 1): \(people.map(\.text)) are on call at \(now), \(expected) should be"
            )
        }
    }

    /// Who should be on call; `nil` where no window is plainly open.
    private func expected(_ rosterNumber: Int, at second: Int64) -> PersonID? {
        for region in 0..<regions {
            let wall = second + calendar.offset(of: region, at: second)
            let (day, time) = wall.quotientAndRemainder(dividingBy: 86_400)
            // An hour that is there twice, or not at all, is looked at by OnCall's own tests.
            let close = calendar.changesClocks && region == 0 && isWithinFold(second)
            if close { return nil }
            guard (SimRoster.opens..<SimRoster.closes).contains(time) else { continue }
            let people = SimRoster.participants(region, rosterNumber)
            let turn = day - SimRoster.anchor.daysSinceEpoch
            return people[Int(turn % Int64(people.count))]
        }
        return nil
    }

    private func isWithinFold(_ second: Int64) -> Bool {
        let edge = (World.begin + SimCalendar.edge).seconds
        let first = calendar.offset(of: 0, at: edge - 1)
        let then = calendar.offset(of: 0, at: edge)
        return then < first && abs(second - edge) < 3_600
    }
}
