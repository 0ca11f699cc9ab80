import Basics
import IncidentModel
import Wire

@testable import Replication

extension FuzzTarget {
    /// What members send one another.
    static let wireTargets = [
        coded("peer-message", peerMessages), coded("heartbeat", heartbeats),
        coded("beacon", [beacon]),
    ]

    private static let group = FuzzSamples.group
    private static let entry = LogEntry(index: 7, term: 3, kind: .data, payload: [1, 2, 3])
    private static let reply = AppendReply(group: group, term: 3, commit: 6, outcome: .matched(7))

    private static let messages: [Message] = [
        .vote([
            VoteRequest(
                group: group, kind: .pre, currentTerm: 3, term: 4, lastIndex: 7, lastTerm: 3)
        ]),
        .voteReply([
            VoteReply(
                group: group, kind: .transfer, candidateTerm: 4, term: 4,
                verdict: .leaderIsFresh, leader: MemberID(2))
        ]),
        .append([
            AppendRequest(
                group: group, term: 3, prevIndex: 6, prevTerm: 2, commit: 6,
                snapshot: Snapshot(index: 6, term: 2, payload: [9, 8]), entries: [entry])
        ]),
        .appendReply([
            reply,
            AppendReply(
                group: group, term: 3, commit: 6,
                outcome: .conflict(rejected: 9, term: 2, firstIndex: 4)),
            AppendReply(group: group, term: 5, commit: 0, outcome: .staleTerm),
        ]),
        .timeoutNow([TimeoutNow(group: group, term: 3, lastIndex: 7)]),
        .digest(
            Digest(
                round: 1 << 33, part: 1, parts: 2,
                groups: [
                    GroupDigest(group: group, term: 3, lastIndex: 7, lastTerm: 3, commit: 6)
                ])),
        .digestReply(DigestReply(round: 1 << 33, part: 1, replies: [reply])),
    ]

    private static let peerMessages: [PeerMessage] =
        messages.map { .replication($0) } + [
            .facts(
                FactBatch(origin: MemberID(1), after: 0, through: 7, facts: FuzzSamples.facts)),
            .mergeProposal(MergeProposal(child: group, survivor: GroupID(high: 4, low: 2))),
            .factPull([FactPull(origin: MemberID(2), after: 9)]),
            .viewPull(ViewPull(after: 3, incarnation: Incarnation(4))),
            .view(
                ViewBatch(
                    incarnation: Incarnation(4), through: 5, last: 9,
                    incidents: [
                        IncidentSummary(
                            group: group, title: "Checkout fails", service: "checkout",
                            generation: 2, previousEnd: HybridTime(raw: 77), status: .triggered,
                            severity: .sev1, openedAt: HybridTime(raw: 80), isOwner: true,
                            epoch: 4, pages: [FuzzSamples.page],
                            overdueSince: Instant(seconds: 1_793_620_800))
                    ])),
            .logEndsQuestion(
                LogEndsQuestion(
                    incarnation: Incarnation(4), number: 3, group: nil,
                    sums: [UInt64](repeating: 9, count: ReplicaNode.logEndParts))),
            .logEndsQuestion(
                LogEndsQuestion(incarnation: Incarnation(4), number: 4, group: group, sums: [])),
            .logEndsAnswer(
                LogEndsAnswer(
                    incarnation: Incarnation(4), number: 4, ends: [LogEnd(group: group, index: 7)])),
        ]

    private static let beacon = Beacon(
        factsThrough: [FactID(origin: MemberID(1), sequence: 7)], gatewaysWork: true,
        changeCount: 12)

    private static let heartbeats = [
        Heartbeat(
            member: MemberID(1), incarnation: Incarnation(2), sequence: 9,
            sentAt: Instant(microseconds: 77),
            echoes: [
                Echo(
                    member: MemberID(2), incarnation: Incarnation(3), sequence: 4,
                    held: .milliseconds(5))
            ], attachment: beacon.encoded)
    ]
}
