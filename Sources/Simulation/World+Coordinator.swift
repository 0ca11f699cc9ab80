import Basics
import CoordinatorCore
import RegionCore

/// The coordinator's process. It keeps nothing: each time it starts it knows nothing.
struct SimCoordinator {
    /// `nil` while it is dead.
    var core: CoordinatorCore?
    var wakeAt = Instant.distantFuture
    /// How often it was started.
    var starts: UInt64 = 0
    /// How far its clock is off.
    var skew = Span.zero
}

/// The coordinator starts, dies, and comes back with a clock that may be an hour off: nothing that people
/// rely on may depend on it. *Source:* design 7, "zero, one or two coordinators".
extension World {
    private var coordinatorTime: Instant { now + coordinator.skew }

    mutating func startCoordinator() {
        coordinator.starts += 1
        coordinator.core = CoordinatorCore(
            me: MemberID(UInt64(nodes.count + 1)), incarnation: Incarnation(coordinator.starts),
            regions: nodes.map(\.member.id), overdueAfter: .seconds(30), at: coordinatorTime)
        coordinator.wakeAt = now
        guard options.coordinatorLifeMax > .zero, !isHealed else { return }
        var own = random.split("coordinator", coordinator.starts)
        let life = own.span(.seconds(1)...max(.seconds(1), options.coordinatorLifeMax))
        queue.add(.coordinator(starts: false), at: now + life)
    }

    /// It dies, or is back after a while.
    mutating func changeCoordinator(starts: Bool) {
        guard !isHealed else { return }
        trace.note(.fault, at: now, 1 << 32, starts ? 1 : 0)
        guard !starts else {
            sometimes.mark(.coordinatorRestarted)
            if trace.isKept {
                tell("* the coordinator starts, its clock off by \(coordinator.skew)")
            }
            return startCoordinator()
        }
        if trace.isKept { tell("* the coordinator dies") }
        coordinator.core = nil
        coordinator.wakeAt = .distantFuture
        var own = random.split("coordinator's death", coordinator.starts)
        let hour = Span.hours(1).microseconds
        coordinator.skew =
            own.below(3) == 0 ? own.span(.microseconds(-hour)...(.microseconds(hour))) : .zero
        queue.add(
            .coordinator(starts: true), at: now + own.span(.milliseconds(200)...(.seconds(20))))
    }

    /// It is there, and its clock is set right while it runs.
    mutating func healCoordinator() {
        coordinator.skew = .zero
        if coordinator.core == nil { startCoordinator() } else { coordinator.wakeAt = now }
    }

    mutating func stepCoordinator(_ input: CoordinatorInput) {
        stepCount += 1
        let time = coordinatorTime
        guard let effects = coordinator.core?.step(input, at: time) else { return }
        for effect in effects {
            switch effect {
            case .send(let to, let bytes): send(bytes, from: nodes.count, to: position(of: to))
            case .publish(let bytes): publish(bytes, from: nodes.count)
            case .wake(let at): coordinator.wakeAt = at - coordinator.skew
            case .found(let group, let finding):
                sometimes.mark(.coordinatorFinding)
                if trace.isKept { tell("coordinator: \(group.short) \(finding)") }
            case .cleared: break
            case .refusedFrame(let from, let error):
                checks.fail("codec", "the coordinator refuses a frame of \(from): \(error)")
            }
        }
    }
}
