public import Basics

extension PersonID {
    /// Who wishes what a coordinator found; no person of a roster can be called so.
    public static let coordinator: PersonID = "the coordinator"
    /// Who writes down what pages of other incidents have to do with one; nobody is called so, either.
    public static let pager: PersonID = "the pager"
}

/// The incident that another one is to be merged into, in the generation that is meant.
public struct MergeTarget: Equatable, Sendable {
    /// Which incident.
    public var group: GroupID
    /// What identifies its generation: when the one before it ended.
    public var previousEnd: HybridTime
    /// When that generation opened, as far as was known to whoever wished it.
    public var openedAt: HybridTime

    /// A target with all its parts.
    public init(group: GroupID, previousEnd: HybridTime, openedAt: HybridTime) {
        (self.group, self.previousEnd, self.openedAt) = (group, previousEnd, openedAt)
    }

    /// An incident as it stands now.
    public init(_ incident: borrowing Incident) {
        self.init(
            group: incident.group, previousEnd: incident.previousEnd, openedAt: incident.openedAt)
    }
}

extension MergeTarget: Comparable {
    /// Who survives: the one that opened first, then the one with the smaller id. *Source:* design 7.
    public static func < (a: MergeTarget, b: MergeTarget) -> Bool {
        (a.openedAt, a.group, a.previousEnd) < (b.openedAt, b.group, b.previousEnd)
    }
}

/// What a survivor's log remembers of an incident that it has absorbed.
public struct AbsorbedIncident: Equatable, Sendable {
    /// Which.
    public var child: GroupID
    /// In one line.
    public var title: String
    /// What identifies the survivor's generation that absorbed it.
    public var survivorEnd: HybridTime
    /// How far the child's log was known.
    public var through: LogIndex
    /// Its alerts, and the last report of each that is known here; sorted by fingerprint.
    public var alerts: [SeenAlert]
    /// Whose acknowledgement of it was taken into account.
    public var acknowledgement: FactID?
    /// Who commanded it.
    public var commander: PersonID?
    /// The worst that it was.
    public var severity: Severity
    /// Those of its alerts that fired in the survivor before: they do not leave with it.
    public var shared: [UInt64] = []

    /// What is remembered at first.
    public init(_ absorption: Absorption) {
        (child, title) = (absorption.child, absorption.title)
        (survivorEnd, through) = (absorption.survivorEnd, absorption.through)
        severity = absorption.severity
        alerts = []
    }

    /// Whether everything that fires in an incident is known here as far as it is known there.
    public func covers(_ firing: [AlertState]) -> Bool {
        firing.allSatisfy { alert in
            alerts.contains {
                $0.fingerprint == alert.instance.fingerprint && $0.through >= alert.firingSeen
            }
        }
    }
}

/// What a survivor takes over from an incident that was sealed: an entry of the survivor's log. Taking
/// the same over twice changes nothing.
public struct Absorption: Equatable, Sendable {
    /// The sealed incident.
    public var child: GroupID
    /// In one line.
    public var title: String
    /// What identifies the survivor's generation; in another one nothing is taken over.
    public var survivorEnd: HybridTime
    /// How far the child's log was known.
    public var through: LogIndex
    /// Its alerts that fire, or that the survivor has from it.
    public var alerts: [AlertState]
    /// How bad it was by itself.
    public var severity: Severity
    /// Who had taken it on, if somebody had.
    public var acknowledgement: AcknowledgementRecord?
    /// Who commanded it.
    public var commander: PersonID?
    /// Their deputies.
    public var deputies: [PersonID]
    /// The level at which either of the two stood; a new run of the policy begins there.
    public var level: UInt64
    /// Whether the child stood at a later level than the survivor.
    public var isFurther: Bool

    /// What is to be taken over from an incident, of these alerts.
    public init(
        _ child: Incident, into survivor: Incident, alerts: [AlertState], level: UInt64,
        isFurther: Bool
    ) {
        (self.child, title, through) = (child.group, child.title, child.lastIndex)
        (survivorEnd, self.alerts, severity) = (survivor.previousEnd, alerts, child.severity)
        acknowledgement = child.coveringAcknowledgement
        (commander, deputies) = (child.commander, child.deputies)
        (self.level, self.isFurther) = (level, isFurther)
    }
}

/// A sealed incident stands by itself again: an entry of its own log.
public struct MergeRelease: Equatable, Sendable {
    /// The incident it was sealed into.
    public var survivor: GroupID
    /// What identifies that one's generation.
    public var survivorEnd: HybridTime
    /// Alerts that were closed with the survivor, each through the last report that was known there.
    public var closed: [SeenAlert]
    /// Why.
    public var cause: Cause

    /// Why an incident is released.
    public enum Cause: UInt8, Sendable {
        /// The survivor was resolved.
        case survivorOver = 1
        /// Two merges crossed, and this one is the one that stands.
        case crossed = 2
    }

    /// A release with all its parts.
    public init(
        survivor: GroupID, survivorEnd: HybridTime, closed: [SeenAlert], cause: Cause
    ) {
        (self.survivor, self.survivorEnd) = (survivor, survivorEnd)
        (self.closed, self.cause) = (closed, cause)
    }
}

/// A step of a merge: an entry of one of the two incidents' logs. *Source:* design 7, "the child is
/// sealed first, then absorbed"; decision 0015.
public enum MergeStep: Equatable, Sendable {
    /// In the survivor's log: it takes over what the child has.
    case absorb(Absorption)
    /// In the survivor's log: a child is no longer sealed into it, as of an index of the child's log.
    case disown(GroupID, through: LogIndex)
    /// In the child's log: it stands by itself again.
    case release(MergeRelease)
}

extension MergeStep {
    /// What it does, in a few words.
    public var words: String {
        switch self {
        case .absorb(let new): "takes over \(new.child)"
        case .disown(let child, _): "lets \(child) go, which stands by itself again"
        case .release(let release):
            switch release.cause {
            case .survivorOver: "stands by itself again: \(release.survivor) is over"
            case .crossed: "stands by itself: its merge crossed that of \(release.survivor)"
            }
        }
    }
}

extension MergeTarget: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(previousEnd)
        writer.write(openedAt)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            group: try reader.read(), previousEnd: try reader.read(), openedAt: try reader.read())
    }
}

extension AbsorbedIncident: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(child)
        writer.write(title)
        writer.write(survivorEnd)
        writer.write(through)
        writer.write(alerts)
        writer.write(acknowledgement)
        writer.write(commander)
        writer.write(severity)
        writer.write(UInt64(shared.count))
        for fingerprint in shared { writer.writeFixed(fingerprint) }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        child = try reader.read()
        title = try reader.readString()
        survivorEnd = try reader.read()
        through = try reader.readUInt64()
        alerts = try reader.readList()
        acknowledgement = try reader.readOptional()
        commander = try reader.readOptional()
        severity = try reader.read()
        let count = try reader.readUInt64()
        for _ in 0..<min(count, UInt64(alerts.count)) { shared.append(try reader.readFixed()) }
    }
}

extension Absorption: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(child)
        writer.write(title)
        writer.write(survivorEnd)
        writer.write(through)
        writer.write(alerts)
        writer.write(severity)
        writer.write(acknowledgement)
        writer.write(commander)
        writer.write(deputies)
        writer.write(level)
        writer.write(isFurther)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        child = try reader.read()
        title = try reader.readString()
        survivorEnd = try reader.read()
        through = try reader.readUInt64()
        alerts = try reader.readList()
        severity = try reader.read()
        acknowledgement = try reader.readOptional()
        commander = try reader.readOptional()
        deputies = try reader.readList()
        level = try reader.readUInt64()
        isFurther = try reader.readBool()
    }
}

extension MergeStep: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .absorb(let absorption):
            writer.write(UInt8(1))
            writer.write(absorption)
        case .disown(let child, let through):
            writer.write(UInt8(2))
            writer.write(child)
            writer.write(through)
        case .release(let release):
            writer.write(UInt8(3))
            writer.write(release.survivor)
            writer.write(release.survivorEnd)
            writer.write(release.closed)
            writer.write(release.cause.rawValue)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1: self = .absorb(try reader.read())
        case 2: self = .disown(try reader.read(), through: try reader.readUInt64())
        case 3:
            let (survivor, end): (GroupID, HybridTime) = (try reader.read(), try reader.read())
            let closed: [SeenAlert] = try reader.readList()
            let raw = try reader.readByte()
            guard let cause = MergeRelease.Cause(rawValue: raw) else {
                throw reader.failure(expected: "a cause 1 or 2", found: "\(raw)")
            }
            self = .release(
                MergeRelease(survivor: survivor, survivorEnd: end, closed: closed, cause: cause))
        case _: throw reader.failure(expected: "a step of a merge 1 to 3", found: "\(tag)")
        }
    }
}
