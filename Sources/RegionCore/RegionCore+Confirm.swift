public import Basics
import Escalation
import IncidentModel
import Replication
import Wire

/// What a read is about.
public enum ReadScope: Equatable, Sendable {
    /// Every incident.
    case everything
    /// One incident.
    case incident(GroupID)
    /// The roster and who is on call.
    case roster
}

/// Reads that wait until this region has all that was committed before they were asked.
struct AskedReads: Sendable {
    /// One of them.
    struct Read: Sendable {
        var request: RequestID
        var scope: ReadScope
        var group: GroupID?
        var number: UInt64
        var askedAt: Instant
        var askAgainAt: Instant
        /// Where this log ended when it was asked, of everything: each question is about that, and so is
        /// what this region lacks itself.
        var sums: [UInt64]
        /// What has to be committed here before a member counts; empty once it does.
        var lacks: [(member: MemberID, ends: [LogEnd])]
    }

    var waiting: [Read] = []
    var lastNumber: UInt64 = 0
}

/// Linearizable reads: a read asks a majority where their logs end, and is answered when all of that is
/// committed here. Nothing depends on a clock or on who leads. *Source:* docs/decisions/0023.
extension RegionCore {
    /// How long a read waits.
    private static let readPatience = Span.milliseconds(1_700)
    /// How soon members are asked again: an answer may have been lost, and what their logs ended with too.
    private static let readAskAgain = Span.milliseconds(300)

    mutating func confirm(_ scope: ReadScope, for request: RequestID, at now: Instant) {
        if config.defects.contains(.readsLocalCopy) {
            return turn.effects.append(.reply(request, .upToDate))
        }
        guard replica.hasMajority else {
            return refuse(request, "\(me.name) reaches no majority of regions")
        }
        guard reads.waiting.count < Limits.readsWaitingMax else {
            return refuse(request, "\(reads.waiting.count) such reads wait already")
        }
        reads.lastNumber += 1
        let group: GroupID? =
            switch scope {
            case .everything: nil
            case .incident(let group): group
            case .roster: controlGroup
            }
        let read = AskedReads.Read(
            request: request, scope: scope, group: group, number: reads.lastNumber, askedAt: now,
            askAgainAt: now + Self.readAskAgain,
            sums: group == nil ? replica.logEndSums : [], lacks: ownLack(of: group))
        ask(read)
        reads.waiting.append(read)
    }

    private func ownLack(of group: GroupID?) -> [(member: MemberID, ends: [LogEnd])] {
        let ends: [LogEnd]? =
            if let group {
                replica.logEnd(of: group).map { [LogEnd(group: group, index: $0)] }
            } else {
                replica.uncommittedLogEnds
            }
        return ends.map { [(me.id, $0)] } ?? []
    }

    private mutating func ask(_ read: AskedReads.Read) {
        let question = LogEndsQuestion(
            incarnation: incarnation, number: read.number, group: read.group,
            sums: read.sums)
        for peer in peers
        where !read.lacks.contains(where: { $0.member == peer.id && $0.ends.isEmpty }) {
            emit(frame(.logEndsQuestion(question), to: peer.id))
        }
    }

    mutating func answer(_ question: LogEndsQuestion, of member: MemberID) {
        let ends: [LogEnd]?
        if let group = question.group {
            ends = replica.logEnd(of: group).map { [LogEnd(group: group, index: $0)] }
        } else {
            ends = replica.logEnds(unlike: question.sums)
        }
        // Who cannot tell is not counted.
        guard let ends, ends.count <= Limits.logEndsMax else { return }
        let answer = LogEndsAnswer(
            incarnation: question.incarnation, number: question.number, ends: ends)
        emit(frame(.logEndsAnswer(answer), to: member))
    }

    mutating func take(_ answer: LogEndsAnswer, from member: MemberID) {
        guard answer.incarnation == incarnation, peers.contains(where: { $0.id == member }),
            let place = reads.waiting.firstIndex(where: { $0.number == answer.number })
        else { return }
        let known = reads.waiting[place].lacks.firstIndex { $0.member == member }
        // Any answer will do: what its log ended with before may be gone.
        if let known {
            if !reads.waiting[place].lacks[known].ends.isEmpty {
                reads.waiting[place].lacks[known].ends = answer.ends
            }
        } else {
            reads.waiting[place].lacks.append((member, answer.ends))
        }
    }

    /// Answers the reads that a majority's logs do not exceed any more, and those that waited too long.
    mutating func settleReads(at now: Instant) {
        guard !reads.waiting.isEmpty else { return }
        let waiting = reads.waiting
        reads.waiting = []
        for var read in waiting {
            for index in read.lacks.indices {
                read.lacks[index].ends.removeAll { (replica.commit(of: $0.group) ?? 0) >= $0.index }
            }
            let count = read.lacks.count { $0.ends.isEmpty }
            if count >= config.replication.quorum, isSure(read), isRosterRead(read.scope) {
                turn.effects.append(.reply(read.request, .upToDate))
            } else if now - read.askedAt >= Self.readPatience {
                refuse(read.request, reason(of: read, count))
            } else {
                if read.askAgainAt <= now {
                    read.askAgainAt = now + Self.readAskAgain
                    ask(read)
                }
                reads.waiting.append(read)
            }
        }
    }

    /// Whether what the others left out counts: of everything they tell only where their logs end otherwise
    /// than this one did, so that all that this one held has to be committed as well.
    private func isSure(_ read: AskedReads.Read) -> Bool {
        read.group != nil || read.lacks.contains { $0.member == me.id && $0.ends.isEmpty }
    }

    /// When to look again at the first read that waits.
    var nextRead: Instant {
        reads.waiting.reduce(.distantFuture) {
            min($0, $1.askAgainAt, $1.askedAt + Self.readPatience)
        }
    }

    /// Whether the roster that is in force is the one that is read here.
    private func isRosterRead(_ scope: ReadScope) -> Bool {
        guard scope == .roster else { return true }
        let document = incidents.read(controlGroup) { $0.committed.control?.current?.document }
        return document.flatMap { $0 }.map { $0.version == roster.version } ?? true
    }

    private func reason(of read: AskedReads.Read, _ count: Int) -> String {
        let waited = "in \(Self.readPatience.milliseconds) ms"
        if count >= config.replication.quorum {
            return "the roster in force could not be read at \(me.name) \(waited)"
        }
        return "\(me.name) could not make sure \(waited) that it knows all that was decided: "
            + "\(count) of \(peers.count + 1) members vouch for it, and a majority has to"
    }

    private mutating func refuse(_ request: RequestID, _ reason: String) {
        turn.effects.append(.reply(request, .overloaded(reason: reason)))
    }
}
