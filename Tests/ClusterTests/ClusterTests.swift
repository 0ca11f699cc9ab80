import Foundation
import Testing

/// Real processes, real nng, real SQLite, a real mail server, a real Alertmanager: what people
/// would have noticed. The scenarios themselves are in cluster/faults.py, where operators can play
/// them as well. As many play at a time as there are cores; the limit counts the wait for a turn.
@Suite(.timeLimit(.minutes(15)))
struct ClusterTests {
    /// Nothing is lost, nothing comes after an acknowledgement, and pages come within the bound.
    /// `duplicates` is what design 10, S11 allows: one more for each process that dies or stands
    /// between send and record.
    private func check(
        _ result: ScenarioResult, duplicatesMax: Int = 0, delayMax: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(result.lost == 0, sourceLocation: sourceLocation)
        #expect(result.late == 0, sourceLocation: sourceLocation)
        #expect(result.duplicates <= duplicatesMax, sourceLocation: sourceLocation)
        let delay = try #require(result.delay_max, sourceLocation: sourceLocation)
        #expect(delay <= delayMax, sourceLocation: sourceLocation)
        #expect(result.runs == 1, sourceLocation: sourceLocation)
    }

    @Test func `an alert through any region pages once and is acknowledged through another`()
        async throws
    {
        try check(await play("healthy"), delayMax: 3)
    }

    @Test func `a real Alertmanager fires and resolves through its webhook`() async throws {
        let result = try await play("alertmanager-webhook")
        try check(result, delayMax: 3)
        #expect(result.notes.first?.pages_after_resolve == 0)
    }

    @Test func `a real Alertmanager fires and resolves through its PagerDuty notifier`()
        async throws
    {
        let result = try await play("alertmanager-pagerduty")
        try check(result, delayMax: 3)
        #expect(result.notes.first?.pages_after_resolve == 0)
    }

    @Test func `an owner killed right after the alert was accepted delays the page by seconds`()
        async throws
    {
        try check(await play("owner-killed-at-once"), duplicatesMax: 1, delayMax: 10)
    }

    @Test func `an owner killed in the middle of an escalation is stood in for`() async throws {
        try check(await play("owner-killed-in-escalation"), duplicatesMax: 1, delayMax: 10)
    }

    @Test func `an owner stopped for ten seconds does not page what others have paged`()
        async throws
    {
        try check(await play("owner-paused"), duplicatesMax: 1, delayMax: 10)
    }

    @Test func `the last of three regions pages, and takes in alerts that are merged later`()
        async throws
    {
        let result = try await play("two-of-three-killed")
        try check(result, duplicatesMax: 2, delayMax: 10)
        #expect(result.notes.first?.alone == "local")
    }

    @Test func `an accepted alert survives kill -9 of everything and is paged`() async throws {
        let result = try await play("all-killed")
        // From the due time to the mail, over the restart of everything. One may have been sent by whoever died before
        // that was written down; those that start together page by turns.
        try check(result, duplicatesMax: 1, delayMax: 20)
        #expect(result.notes.first?.durability == ["quorum"])
    }

    @Test func `two regions and a witness survive the death of one region`() async throws {
        let result = try await play("witness")
        try check(result, duplicatesMax: 1, delayMax: 10)
        #expect(result.notes.first?.after == "quorum")
    }

    @Test func `a step that reaches nobody is told by cluster status until it does`() async throws {
        let result = try await play("mail-down")
        #expect(result.lost == 0)
        #expect(result.late == 0)
        #expect(result.notes.first?.finding?.contains("nobody was reached") == true)
    }

    @Test func `killing the coordinator changes nothing in paging`() async throws {
        try check(await play("coordinator-killed"), delayMax: 3)
    }

    @Test func `a region joins and leaves while alerts come, and nobody stops paging`() async throws
    {
        let result = try await play("member-joins")
        // One region is down at every restart: its pages are sent by another one a few seconds later.
        try check(result, duplicatesMax: 10, delayMax: 10)
        #expect(result.notes.first?.after == "quorum")
        #expect(result.notes.first?.last == "quorum")
        #expect(result.notes.first?.members == ["ap", "coordinator", "eu", "sa", "us"])
    }

    @Test func `the metrics of a running node are what promtool expects`() async throws {
        let text = try await run(
            "/usr/bin/python3", ["cluster/checks.py", "metrics"], environment: ["MERIDIAN": program]
        )
        #expect(text.contains("meridian_majority 1"))
    }

    @Test func `logs and metrics of a cluster that paged hold no secret`() async throws {
        let text = try await run(
            "/usr/bin/python3", ["cluster/checks.py", "secrets"], environment: ["MERIDIAN": program]
        )
        #expect(text.contains("no secret in"))
    }
}
