public import Basics
public import IncidentModel

/// How bad a finding is; the worse is the greater.
public enum CoverageGravity: Int, CaseIterable, Comparable, Sendable {
    /// Worth knowing.
    case note
    /// It works, with less in reserve.
    case warning
    /// Somebody is paged, too late.
    case late
    /// Where somebody should be there is nobody.
    case hole

    public static func < (a: CoverageGravity, b: CoverageGravity) -> Bool {
        a.rawValue < b.rawValue
    }

    /// `note`, `warning`, `late` or `hole`.
    public var name: String {
        switch self {
        case .note: "note"
        case .warning: "warning"
        case .late: "late"
        case .hole: "hole"
        }
    }

    /// The gravity of this name; `nil` if there is none.
    public init?(named text: String) {
        guard let match = Self.allCases.first(where: { $0.name == text }) else { return nil }
        self = match
    }
}

/// What kind of thing was found, the worst first.
public enum CoverageFindingKind: String, CaseIterable, Sendable {
    /// No level of a policy pages anybody: the catch-all is paged at once.
    case nobody
    /// Not even the catch-all can be reached.
    case unreachable
    /// Level 1 pages nobody.
    case firstLevelEmpty
    /// If the first do not answer, nobody else is ever paged.
    case nobodyElse
    /// If the first do not answer, somebody else is paged late.
    case nextPersonLate
    /// The first page is late.
    case firstPageLate
    /// People who can be reached through one provider only.
    case providerLost
    /// People who can be reached through one region only.
    case regionLost
    /// People whose only channels no region has a provider for.
    case noProvider
    /// A later level pages nobody.
    case levelEmpty
    /// A level pages only people who were paged before it.
    case levelAddsNobody
    /// All people of the first step have night.
    case asleep
    /// A contact whose turn never comes.
    case contactNeverUsed
    /// A policy with more steps than were looked at.
    case tooManySteps
}

/// Something that the proof found, and the smallest change that closes it.
public struct CoverageFinding: Equatable, Sendable {
    /// How bad it is.
    public var gravity: CoverageGravity
    /// What kind of thing it is.
    public var kind: CoverageFindingKind
    /// What it is about.
    var key: FindingKey
    /// The services it concerns, in the order of the roster.
    public var services: [ServiceID]
    /// The severities it was seen at.
    public var severities: [Severity]
    /// The people it concerns.
    public var people: [PersonID]
    /// When an incident must open to meet it.
    public var openings: [Stretch]
    /// The zone of the people concerned, an IANA name.
    public var zone: String
    /// The worst time that comes of it, after the incident opened; `nil` is "never", or no time.
    public var worst: Span?
    /// What is wrong.
    public var text: String
    /// The smallest change that closes it.
    public var remedy: String
    /// What is remarkable about the times, or empty.
    public var remark: String
    /// The ids of the overrides, swaps and leaves it comes from, if it does.
    public var changes: [String] = []
}
