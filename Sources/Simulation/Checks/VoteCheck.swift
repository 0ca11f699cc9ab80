import Basics
import Replication

/// S2: one vote per (member, group, term), across crashes: what is on a disk counts, and what was
/// said.
struct VoteCheck {
    private struct Ballot: Hashable {
        var member: MemberID
        var place: Place
    }
    private var votes: [Ballot: MemberID] = [:]

    /// A write of a member is durable.
    mutating func observe(
        stored write: GroupWrite, by member: MemberID, into failures: inout Failures
    ) {
        guard let hard = write.hardState, let candidate = hard.votedFor else { return }
        note(member, write.group, hard.term, for: candidate, "stored", &failures)
    }

    /// A message about votes leaves.
    mutating func observe(
        _ message: Message, from member: MemberID, to receiver: MemberID,
        into failures: inout Failures
    ) {
        switch message {
        case .vote(let requests):
            for request in requests where request.kind != .pre {
                note(member, request.group, request.term, for: member, "stood", &failures)
            }
        case .voteReply(let replies):
            for reply in replies where reply.kind != .pre && reply.verdict == .granted {
                note(member, reply.group, reply.candidateTerm, for: receiver, "said", &failures)
            }
        case .append, .appendReply, .timeoutNow, .digest, .digestReply: break
        }
    }

    private mutating func note(
        _ member: MemberID, _ group: GroupID, _ term: Term, for candidate: MemberID,
        _ how: StaticString, _ failures: inout Failures
    ) {
        failures.checkCount += 1
        let ballot = Ballot(member: member, place: Place(group: group, number: term))
        if let other = votes[ballot], other != candidate {
            failures.fail(
                "S2",
                "\(member) voted in \(group.short) term \(term) for \(other), then (\(how)) \(candidate)"
            )
        }
        votes[ballot] = candidate
    }
}
