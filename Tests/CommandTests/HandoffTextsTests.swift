import APIModel
import Basics
import Escalation
import Testing

@testable import meridian

/// Handoffs, rosters, people and numbers on a terminal: in UTC, and beside it by the reader's clocks.
struct HandoffTextsTests {
    private let wide = Terminal(isInteractive: false, hasColour: false, width: 200)
    private let tokyo: ReaderClock

    init() throws { tokyo = try ReaderClock(zone: "Asia/Tokyo") }

    private static let offeredAt = Samples.earlier(.minutes(3))

    private static var list: HandoffList {
        let incident = Samples.incident().id
        return HandoffList(
            region: "eu", readAt: Samples.now,
            commands: [
                CommandSummary(
                    incident: incident, title: "t", severity: "SEV1", commander: "mei",
                    since: Samples.earlier(.hours(2)), deputies: [], owner: "ap")
            ],
            handoffs: [
                HandoffSummary(
                    offer: "m1.4", incident: incident, title: "t", severity: "SEV1",
                    state: "accepted", by: "mei", to: "joao", region: "ap", at: offeredAt,
                    briefs: [BriefVersion(by: "mei", at: offeredAt, text: "watch it")],
                    endedBy: "joao", endedAt: Samples.now, words: "I have it",
                    plan: HandoffPlanSummary(
                        schedule: "sun", changeAt: Samples.later(.hours(1)), place: 1, count: 2))
            ])
    }

    /// The reader's clocks at an instant, as they stand in a table.
    private func local(_ time: Timestamp) -> String { tokyo.cells(time.instant)[1].text }

    @Test func `who commands what tells since when by both clocks`() {
        let text = HandoffTexts.status(Self.list, tokyo, for: wide)
        #expect(text.contains("SINCE Asia/Tokyo"))
        #expect(text.contains(TimeText.minute(Samples.earlier(.hours(2)).instant)))
        #expect(text.contains(local(Samples.earlier(.hours(2)))))
        #expect(text.contains("joao, 3 min ago: \(tokyo.words(Self.offeredAt.instant))"))
        #expect(!HandoffTexts.status(Self.list, .universal, for: wide).contains("Tokyo"))
    }

    @Test func `what is planned tells both ends by both clocks`() {
        let plan = HandoffPlanAnswer(
            region: "eu", readAt: Samples.now,
            planned: [
                PlannedHandoffSummary(
                    incident: Samples.incident().id, title: "t", severity: "SEV1", from: "mei",
                    to: "joao", offerAt: Samples.later(.minutes(45)), schedule: "sun",
                    changeAt: Samples.later(.hours(1)), heldBack: nil)
            ])
        let text = HandoffTexts.plan(plan, tokyo, for: wide)
        for time in [Samples.later(.minutes(45)), Samples.later(.hours(1))] {
            #expect(text.contains(TimeText.minute(time.instant)))
            #expect(text.contains(local(time)))
        }
    }

    @Test func `what became of offers is told by both clocks`() {
        let text = HandoffTexts.history(Self.list, tokyo, for: wide)
        for time in [Self.offeredAt, Samples.now, Samples.later(.hours(1))] {
            #expect(text.contains(tokyo.words(time.instant)), "\(time) in \(text)")
        }
    }

    @Test func `the versions of a roster are told by both clocks`() {
        let answer = RosterAnswer(
            region: "eu", readAt: Samples.now, version: "abc", source: "cluster", text: nil,
            versions: [
                RosterVersionSummary(
                    version: "abc", base: nil, by: "mei", region: "ap", at: Samples.now,
                    reason: "Ana joins")
            ], proposals: [], changes: [])
        let text = RosterTexts.history(answer, tokyo, for: wide)
        #expect(text.contains("APPLIED Asia/Tokyo") && text.contains(local(Samples.now)))
        #expect(text.contains(TimeText.minute(Samples.now.instant)))
    }

    @Test func `an incident tells who is here and who had which role`() {
        func part(_ kind: String, _ what: String? = nil) -> ParticipationSummary {
            ParticipationSummary(
                kind: kind, what: what, since: Self.offeredAt, until: nil, lastAt: nil)
        }
        func holding(_ person: String, until: Timestamp?) -> RoleHolding {
            RoleHolding(person: person, since: Self.offeredAt, until: until, by: "mei")
        }
        let here = PeopleTexts(
            participants: [
                ParticipantSummary(
                    person: "mei", since: Self.offeredAt, until: nil,
                    parts: [part("commander"), part("action", "roll back")]),
                ParticipantSummary(
                    person: "joao", since: Self.offeredAt, until: Samples.now,
                    parts: [part("helper")]),
            ],
            roles: [
                RoleSummary(
                    role: "scribe", holders: [holding("mei", until: nil)],
                    history: [holding("joao", until: Samples.now)])
            ])
        let text = IncidentTexts.detail(
            Samples.detail(), timeline: Samples.timeline(), here: here, entriesMax: 40, for: wide)
        #expect(text.contains("PEOPLE  1 here"))
        #expect(text.contains("commander; action roll back"))
        #expect(text.contains("ROLES") && text.contains("scribe"))
        let none = IncidentTexts.detail(
            Samples.detail(), timeline: Samples.timeline(), entriesMax: 40, for: wide)
        #expect(!none.contains("PEOPLE") && !none.contains("ROLES"))
    }
}
