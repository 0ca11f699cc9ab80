import Basics
import CoreMetrics
import IncidentModel
import Logging
import RegionCore

/// Owns a region's core on its thread: takes steps, runs effects in order, writes the log.
/// Sendable by hand: only the core's thread calls it.
final class CoreDriver: @unchecked Sendable {
    private var core: RegionCore
    private let clock: NodeClock
    private let metrics: NodeMetrics
    private let logger: Logger
    private let names: [MemberID: String]
    private let pulse: Pulse
    private let bell: ChangeBell
    private let run: (Effect) -> Void
    private var toldChanges: UInt64 = 0
    private var wakeAt: Instant = .distantFuture
    /// How long this thread had computed when the last step began.
    private var workedBefore: Span = .zero

    init(
        core: RegionCore, clock: NodeClock, metrics: NodeMetrics, logger: Logger,
        names: [MemberID: String], pulse: Pulse, bell: ChangeBell,
        run: @escaping (Effect) -> Void
    ) {
        self.core = core
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        (self.names, self.pulse, self.bell) = (names, pulse, bell)
        self.run = run
    }

    /// Takes one batch of inputs; no inputs means that the wake instant has come. Gives back when
    /// to be woken next.
    func take(
        _ count: Int, _ body: (() -> RegionCore, Instant, ([Input]) -> Void) -> Void
    ) -> Instant {
        let started = clock.now()
        if count == 0 {
            step([.wake])
        } else {
            body({ self.core }, started, { self.step($0) })
            // Reads alone must not keep it from what is due.
            if wakeAt <= clock.now() { step([.wake]) }
        }
        let ended = clock.now()
        metrics.step.recordMicroseconds((ended - started).microseconds)
        pulse.beat(at: ended, diskError: core.diskError, hasMajority: core.hasMajority)
        return wakeAt
    }

    /// A member's name as people know it.
    private func name(of member: MemberID) -> String { names[member] ?? "\(member)" }

    /// The most inputs that are taken in one turn, so that a turn stays short.
    private static let inputsPerTurnMax = 256

    private func step(_ inputs: [Input]) {
        var rest = inputs[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(Self.inputsPerTurnMax))
            rest = rest.dropFirst(part.count)
            let workedNow = NodeClock.worked()
            let worked = workedNow - workedBefore
            workedBefore = workedNow
            for effect in core.step(part, at: clock.now(), worked: worked) {
                if case .wake(let instant) = effect { wakeAt = instant }
                if case .log(let event) = effect { write(event) }
                run(effect)
            }
        }
        guard core.changeCount != toldChanges else { return }
        toldChanges = core.changeCount
        bell.ring()
    }

    private func write(_ event: OperatorEvent) {
        switch event {
        case .owns(let group, let term):
            logger.debug("owns", metadata: ["incident": "\(group)", "epoch": "\(term)"])
        case .lostOwnership(let group, let term):
            logger.debug("lost ownership", metadata: ["incident": "\(group)", "epoch": "\(term)"])
        case .memberFresh(let member, let incarnation):
            logger.notice(
                "member reached",
                metadata: ["member": "\(name(of: member))", "incarnation": "\(incarnation)"])
        case .memberLost(let member):
            logger.warning(
                "member cannot be reached", metadata: ["member": "\(name(of: member))"])
        case .majorityLost:
            logger.error("no majority of regions: pages go on, ownership cannot change")
        case .majorityRegained:
            logger.notice("a majority of regions can be reached")
        case .opened(let group, let generation, let severity):
            logger.notice(
                "incident opened",
                metadata: [
                    "incident": "\(group)", "generation": "\(generation)",
                    "severity": "\(severity.name)",
                ])
        case .paged(let group, let key, let person, let channel, let outcome):
            metrics.countPage(channel, outcome)
            logger.notice(
                "page",
                metadata: [
                    "incident": "\(group)", "step": "\(key)", "person": "\(person)",
                    "channel": "\(channel.name)", "outcome": "\(outcome.words)",
                ])
        case .refusedFrame(let member, let error):
            metrics.refusedFrames.increment()
            logger.warning(
                "frame refused",
                metadata: ["member": "\(name(of: member))", "error": "\(error)"])
        case .quarantined(let group, let error):
            metrics.quarantined.increment()
            logger.critical(
                "incident quarantined: its log cannot be read; see runbooks/pages-not-delivered.md",
                metadata: ["incident": "\(group)", "error": "\(error)"])
        case .writeFailed(let reason):
            logger.critical("the disk refuses writes", metadata: ["error": "\(reason)"])
        case .paused(let span):
            metrics.pauses.increment()
            logger.warning("this process was paused", metadata: ["for": "\(span)"])
        case .clockOff(let ahead): tellClock(ahead: ahead)
        case .clockAgrees: tellClock(ahead: nil)
        case .handingOver(let group, let member):
            tell("handing an incident over", of: group, ["member": "\(name(of: member))"])
        case .handedOver(let group, let member):
            tell("an incident was handed over", of: group, ["member": "\(name(of: member))"])
        case .handOverFailed(let group, let reason):
            logger.warning(
                "an incident stays here",
                metadata: ["incident": "\(group)", "reason": "\(reason)"])
        case .decided(let group, let decision):
            tell(
                "decided", of: group,
                [
                    "decision": "\(decision.id)", "rule": "\(decision.rule.name)",
                    "reason": "\(decision.reason)",
                ])
        case .merging(let group, let step):
            tell("merging", of: group, ["step": "\(step.words)"])
        case .note(let text):
            logger.warning("\(text)")
        }
    }

    private func tellClock(ahead: Span?) {
        guard let ahead else {
            return logger.notice("this member's clock agrees with the others' again")
        }
        let isFar = ahead > ClockLimits.trusted || ahead < .zero - ClockLimits.trusted
        logger.log(
            level: isFar ? .error : .warning,
            isFar
                ? "this member's clock is far off: set it right, then restart it; see runbooks/clocks.md"
                : "this member's clock is off: let it follow a time server; see runbooks/clocks.md",
            metadata: ["seconds-ahead": "\(ahead.seconds)"])
    }

    private func tell(_ what: Logger.Message, of group: GroupID, _ more: Logger.Metadata) {
        logger.notice(what, metadata: more.merging(["incident": "\(group)"]) { first, _ in first })
    }
}
