import Basics
import HeapModule

/// When a group wants to be looked at.
struct Deadline: Comparable, Sendable {
    var at: Instant
    var group: GroupID
    static func < (a: Deadline, b: Deadline) -> Bool { (a.at, a.group) < (b.at, b.group) }
}

/// A group whose turn to be taken over has come; the most urgent first.
struct Takeover: Comparable, Sendable {
    var priority: UInt64
    var group: GroupID
    static func < (a: Takeover, b: Takeover) -> Bool {
        (a.priority, a.group) < (b.priority, b.group)
    }
}

/// Whether I hear a majority that hears me, as CheckQuorum sees it.
enum MajorityState: Sendable {
    /// Not yet, but I have not been up for long either.
    case unproven
    case live
    case lost
}

/// What the rules of a group may see and use of its node.
///
/// It is a value apart from the groups, so that a group can be changed in place while it asks here.
struct NodeContext: Sendable {
    let config: ReplicationConfig
    /// My position among the voters.
    let me: Int
    let incarnation: Incarnation
    let startedAt: Instant
    /// The time of the present call; never goes back.
    var now: Instant
    var random: RandomStream
    /// By position; mine is always fresh.
    var peers: [Peer]
    var sent: SentHeartbeats
    var sequence: UInt64 = 0
    var nextHeartbeat: Instant
    var majority: MajorityState = .unproven
    /// When freshness of a peer, or of the majority, may next change without anything arriving; `nil` if
    /// that has to be worked out anew.
    var expiry: Instant?
    var outbox: Outbox
    /// Groups to look at; an entry counts only while the group's `wake` equals it.
    var deadlines = Heap<Deadline>()
    /// Groups whose candidacy is due, and when the next batch of them may begin.
    var takeovers = Heap<Takeover>()
    var nextBatch: Instant
    /// Groups that may have something to send to their followers at the end of the turn.
    var dirty: [GroupID] = []
    var leaderCount = 0
    /// How long voters take to answer, disk and network together; zero before anybody was asked.
    var voteTime = Span.zero
    var digestRounds: UInt64 = 0
    /// In which order members should lead.
    var preference: [MemberID] = []
    /// What an `Establish` of this member carries.
    var establishPayload: [UInt8] = []

    init(
        _ config: ReplicationConfig, incarnation: Incarnation, random: RandomStream, at now: Instant
    ) {
        guard let me = config.position(of: config.me) else {
            halt("\(config.me) is not one of the voters")
        }
        self.config = config
        self.me = me
        self.incarnation = incarnation
        self.random = random
        (startedAt, self.now, nextHeartbeat, nextBatch) = (now, now, now, now)
        peers = config.voters.map(Peer.init)
        peers[me].contact = .fresh
        sent = SentHeartbeats(config)
        outbox = Outbox(peers: config.voters.count)
    }

    /// Looks at a group then.
    mutating func schedule(_ group: GroupID, at instant: Instant) {
        deadlines.insert(Deadline(at: instant, group: group))
    }

    func has(_ defect: Defects) -> Bool { config.defects.contains(defect) }

    func isFresh(_ peer: Int) -> Bool { peers[peer].isFresh }

    /// Whether a quorum, with me, is two-way fresh right now: the condition for standing at all.
    var hasFreshQuorum: Bool {
        peers.reduce(0) { $0 + ($1.isFresh ? 1 : 0) } >= config.quorum
    }

    /// Whether a peer has heard a member of late, by its own account.
    func hears(_ peer: Int, _ member: MemberID) -> Bool {
        peers[peer].heard.contains { $0.member == member && now - $0.at <= config.freshness }
    }

    /// Whether a peer that I hear is one of a quorum of which I am not, by its own account. The others need
    /// not be heard here.
    func hearsQuorumWithoutMe(_ peer: Int) -> Bool {
        peer != me && isFresh(peer) && countHeard(by: peer, besides: me) + 1 >= config.quorum
    }

    /// Whether a peer's heartbeats come here, be it that mine do not come there.
    private func isHeard(_ peer: Int) -> Bool {
        peers[peer].sequence > 0 && now - peers[peer].arrival <= config.freshness
    }

    /// Whether a peer hears a quorum, itself counted, by its own account.
    func hearsQuorum(_ peer: Int) -> Bool {
        countHeard(by: peer, besides: peer) + 1 >= config.quorum
    }

    /// How many others a peer hears, as it says, who do not say that they do not hear it. Of who is not
    /// heard here nothing is known; of who is heard and does not hear, what it says (seed 232384).
    private func countHeard(by peer: Int, besides one: Int) -> Int {
        peers.indices.count { other in
            guard other != peer, other != one, hears(peer, peers[other].id) else { return false }
            return other == me || !isHeard(other) || hears(other, peers[peer].id)
        }
    }

    /// The largest round trip to a peer that is fresh.
    var roundTripEstimate: Span {
        var largest: Span?
        for position in peers.indices where position != me && peers[position].isFresh {
            guard let estimate = peers[position].roundTrip else { continue }
            largest = max(largest ?? .zero, estimate)
        }
        return largest ?? config.roundTrip
    }

    /// The time between two ranked successors. *Source:* design 4, "Takeover".
    var stagger: Span { max(config.staggerMin, roundTripEstimate * 2) }

    /// The time to give another candidate before I stand against it: longer where voters answer
    /// slowly, because their disks are slow. Without this two halves of a slow cluster outbid each
    /// other.
    var candidacySpan: Span { max(stagger, voteTime) }

    /// Takes note of how long a voter took to answer. A longer time counts at once, a shorter one
    /// slowly; one that is longer than a peer stays fresh says that a process stood still.
    mutating func measureVote(_ sample: Span) {
        let decayed = Span(microseconds: (voteTime.microseconds * 7 + sample.microseconds) / 8)
        voteTime = max(min(sample, config.freshness), decayed)
    }

    /// How many members should stand before me for a group: those of `preference` first, the others
    /// in an order drawn by lot for each group, so that what one member led spreads evenly over all
    /// others; witnesses after all of them and one place more. Members that are certainly lost do
    /// not count.
    func rank(for group: GroupID) -> Int64 {
        let mine = standing(of: me, for: group)
        var rank: Int64 = peers[me].isWitness ? 1 : 0
        for position in peers.indices where position != me && peers[position].isReachable {
            if standing(of: position, for: group) < mine { rank += 1 }
        }
        return rank
    }

    /// How many of these members, a bit per position, go before me for a group when all of us stood
    /// at once. It depends on nothing that two members may see differently: `preference` changes with
    /// the hour, and at that moment two would each wait for the other.
    func place(for group: GroupID, among rivals: UInt64) -> Int64 {
        let mine = (peers[me].isWitness ? 1 : 0, lot(of: me, for: group), me)
        return peers.indices.reduce(into: 0) { place, position in
            guard rivals & (1 << UInt64(position)) != 0 else { return }
            let isWitness = peers[position].isWitness
            if (isWitness ? 1 : 0, lot(of: position, for: group), position) < mine { place += 1 }
        }
    }

    /// A member's place in the order of successors of a group; lower stands earlier.
    func standing(of position: Int, for group: GroupID) -> (Int, Int, UInt64, Int) {
        let peer = peers[position]
        let preferred = preference.firstIndex(of: peer.id) ?? preference.count
        return (peer.isWitness ? 1 : 0, preferred, lot(of: position, for: group), position)
    }

    /// A number that every member draws alike for a member and a group.
    private func lot(of position: Int, for group: GroupID) -> UInt64 {
        var lot = Fold64()
        lot.fold(group.low)
        lot.fold(peers[position].id.number)
        lot.fold(group.high)
        return lot.value
    }

    /// The wait after the n-th failed candidacy in a row: random, longer for the lower ranks,
    /// doubled each time up to a bound.
    mutating func backoff(after failures: UInt8, rank: Int64) -> Span {
        let base = max(config.backoffMin, max(roundTripEstimate, voteTime))
        let wait = random.span(base...(base * 2)) * (rank + 1)
        let doubled = wait * (1 << Int64(min(max(failures, 1) - 1, 5)))
        return min(doubled, random.span(config.backoffMax...(config.backoffMax * 2)))
    }

    /// A wait that ends when others do: groups that ask in vain, again and again, share their messages. A
    /// thousand that asked one by one, while one link was cut, filled the way to the third member.
    func inCompany(_ wait: Span) -> Span {
        let step = max(1, config.backoffStep.microseconds)
        // Each member at its own: rivals must not stand at one instant.
        let own = step * Int64(me) / Int64(max(1, peers.count))
        let over = ((now + wait).microseconds - own) % step
        return wait + Span(microseconds: over > 0 ? step - over : -over)
    }

    /// The wait after a candidacy that failed because others stood as well, when so many of them go
    /// before me: the first of them goes soon, and the next when it must have won by then. It does
    /// not depend on how often one of them failed before: who counts differently would meet again.
    mutating func backoff(behind rivals: Int64) -> Span {
        random.span(config.backoffMin...(config.backoffMin * 2)) + candidacySpan * (rivals * 2)
    }
}
