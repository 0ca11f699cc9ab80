public import Basics
public import IncidentModel

/// One page of an escalation that nobody answers.
public struct LadderPage: Hashable, Sendable {
    /// Whom.
    public var person: PersonID
    /// How.
    public var channel: PageChannel
    /// The contact's own delay.
    public var delay: Span
    /// When, after the incident opened: the step's time and the delay.
    public var offset: Span
    /// Whether it leaves: one whose delay lasts until its step is over never does.
    public var isSent: Bool
    /// Whether the person has night when the incident opens.
    public var hasNight: Bool
}

/// One step of an escalation that nobody answers.
public struct LadderStep: Hashable, Sendable {
    /// The level, from 0, or `StepPosition.catchAllLevel`.
    public var level: UInt64
    /// Which time the policy is gone through, from 0.
    public var cycle: UInt64
    /// When it is due, after the incident opened.
    public var offset: Span
    /// When the next step is due, after the incident opened; `nil` if only a person can bring it on.
    public var end: Span?
    /// Whether it comes before level 1, whose people have night.
    public var isMoved: Bool
    /// Its pages; never empty, except in a catch-all that can reach nobody.
    public var pages: [LadderPage]

    /// Whether it is the organisation's catch-all.
    public var isCatchAll: Bool { level == StepPosition.catchAllLevel }

    /// The people it pages in time, without repetition.
    var people: [PersonID] { uniqued(pages.filter(\.isSent).map(\.person)) }
}

/// Everything that an incident would do to people if nobody ever answered: from its opening to the
/// first page of the catch-all.
public struct Ladder: Hashable, Sendable {
    /// The steps that page somebody, in order.
    public var steps: [LadderStep]
    /// Whether there are more steps than were looked at.
    public var isCut: Bool
    /// The levels that page nobody in the first cycle, from 0, although their turn came.
    public var silentLevels: [UInt64]

    /// The steps before the catch-all in the first cycle of the policy.
    var firstCycle: some Sequence<LadderStep> {
        steps.lazy.filter { $0.cycle == 0 && !$0.isCatchAll }
    }
    /// Whether no level of the policy pages anybody.
    var hasOnlyCatchAll: Bool { !firstCycle.contains { !$0.people.isEmpty } }
}

/// The elements without repetition, in the order of their first appearance.
func uniqued<Element: Equatable>(_ elements: [Element]) -> [Element] {
    elements.reduce(into: []) { all, one in
        if !all.contains(one) { all.append(one) }
    }
}
