import Basics
import CoordinatorCore
import IncidentModel
import Reconciliation
import RegionCore

/// A coordinator's process. It keeps nothing: each time it starts it knows nothing.
struct SimCoordinator {
    /// `nil` while it is dead.
    var core: CoordinatorCore?
    var wakeAt = Instant.distantFuture
    /// How often it was started.
    var starts: UInt64 = 0
    /// How far its clock is off.
    var skew = Span.zero
    /// What it has found since it started, in its own words.
    var findings: Set<String> = []
}

/// Coordinators start, die, and come back with a clock that may be an hour off; two of them know nothing of
/// one another: nothing that people rely on may depend on them. *Source:* design 7, "zero, one or two
/// coordinators".
extension World {
    private func time(ofCoordinator number: Int) -> Instant { now + coordinators[number].skew }

    /// A stream of its own per coordinator.
    private func random(_ word: StaticString, ofCoordinator number: Int) -> RandomStream {
        let first = random.split(word, coordinators[number].starts)
        return number == 0 ? first : first.split("another", UInt64(number))
    }

    mutating func start(coordinator number: Int) {
        coordinators[number].starts += 1
        coordinators[number].findings = []
        coordinators[number].core = CoordinatorCore(
            me: MemberID(UInt64(nodes.count + number + 1)),
            incarnation: Incarnation(coordinators[number].starts),
            regions: nodes.map(\.member.id), overdueAfter: .seconds(30),
            at: time(ofCoordinator: number))
        coordinators[number].wakeAt = now
        guard options.coordinatorLifeMax > .zero, !isHealed else { return }
        var own = random("coordinator", ofCoordinator: number)
        let life = own.span(.seconds(1)...max(.seconds(1), options.coordinatorLifeMax))
        queue.add(.coordinator(number, starts: false), at: now + life)
    }

    /// It dies, or is back after a while.
    mutating func change(coordinator number: Int, starts: Bool) {
        guard !isHealed else { return }
        trace.note(.fault, at: now, 1 << 32, starts ? 1 : 0, UInt64(number))
        let who = name(nodes.count + number)
        guard !starts else {
            sometimes.mark(.coordinatorRestarted)
            if trace.isKept {
                tell("* coordinator \(who) starts, its clock off by \(coordinators[number].skew)")
            }
            return start(coordinator: number)
        }
        if trace.isKept { tell("* coordinator \(who) dies") }
        coordinators[number].core = nil
        coordinators[number].wakeAt = .distantFuture
        var own = random("coordinator's death", ofCoordinator: number)
        let hour = Span.hours(1).microseconds
        coordinators[number].skew =
            own.below(3) == 0 ? own.span(.microseconds(-hour)...(.microseconds(hour))) : .zero
        queue.add(
            .coordinator(number, starts: true),
            at: now + own.span(.milliseconds(200)...(.seconds(20))))
    }

    /// It is there, and its clock is set right while it runs.
    mutating func heal(coordinator number: Int) {
        coordinators[number].skew = .zero
        if coordinators[number].core == nil {
            start(coordinator: number)
        } else {
            coordinators[number].wakeAt = now
        }
    }

    mutating func step(coordinator number: Int, _ input: CoordinatorInput) {
        stepCount += 1
        let (time, from) = (time(ofCoordinator: number), nodes.count + number)
        guard let effects = coordinators[number].core?.step(input, at: time) else { return }
        for effect in effects {
            switch effect {
            case .send(let to, let bytes): send(bytes, from: from, to: position(of: to))
            case .publish(let bytes): publish(bytes, from: from)
            case .wake(let at): coordinators[number].wakeAt = at - coordinators[number].skew
            case .found(let group, let finding): found(finding, in: group, by: number)
            case .cleared: break
            case .refusedFrame(let from, let error):
                checks.fail(
                    "codec", "\(name(nodes.count + number)) refuses a frame of \(from): \(error)")
            }
        }
    }

    private mutating func found(_ finding: Finding, in group: GroupID, by number: Int) {
        sometimes.mark(.coordinatorFinding)
        let words = "\(group.short) \(finding)"
        coordinators[number].findings.insert(words)
        let isAgreed = coordinators.indices.contains {
            $0 != number && coordinators[$0].core != nil
                && coordinators[$0].findings.contains(words)
        }
        if isAgreed { sometimes.mark(.coordinatorsAgree) }
        if trace.isKept { tell("coordinator \(name(nodes.count + number)): \(words)") }
    }
}
