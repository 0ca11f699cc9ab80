import Basics
import Replication

/// Watches a whole cluster from outside and knows what must never happen.
/// *Source:* design 10, S1 to S5 and S12.
struct SwarmChecker {
    struct Place: Hashable {
        var group: GroupID
        var number: UInt64
    }
    struct Ballot: Hashable {
        var member: Int
        var place: Place
    }
    struct Link: Hashable {
        var from: Int
        var to: Int
    }

    /// The first thing that went wrong; later ones mostly follow from it.
    private(set) var violation: String?
    private var leaderOf: [Place: Int] = [:]
    private var voteOf: [Ballot: MemberID] = [:]
    private var committed: [Place: LogEntry] = [:]
    private var lastCommitted: [GroupID: LogIndex] = [:]
    private var establishedIn: [Place: LogIndex] = [:]
    /// The state after each committed index: a chain over the entries.
    private var states: [Place: UInt64] = [:]
    /// When the newest heartbeat of one that reached the other was sent.
    private var reached: [Link: Instant] = [:]
    /// The most terms a group was seen to have; for reports.
    private(set) var commits = 0

    mutating func fail(_ text: @autoclosure () -> String) {
        if violation == nil { violation = text() }
    }

    static func chain(_ state: UInt64, _ entry: LogEntry) -> UInt64 {
        var hash = Fold64()
        hash.fold(state)
        hash.fold(entry.index)
        hash.fold(entry.term)
        hash.fold(entry.kind.rawValue)
        hash.fold(entry.payload)
        return hash.value
    }

    // S1, and S4: a new leader has everything that is committed anywhere.
    mutating func leads(_ member: Int, _ group: GroupID, _ term: Term, _ replica: ReplicaNode) {
        let place = Place(group: group, number: term)
        if let other = leaderOf[place], other != member {
            fail("S1: \(group.name) term \(term) is led by \(other + 1) and \(member + 1)")
        }
        leaderOf[place] = member
        let last = lastCommitted[group] ?? 0
        let entries = replica.entries(of: group, from: 1)
        let (first, end) = (entries.first?.index ?? .max, replica.status(of: group)?.lastIndex ?? 0)
        if end < last {
            fail("S4: \(member + 1) leads \(group.name) term \(term) to \(end), committed \(last)")
        }
        for entry in entries where entry.index <= last {
            let known = committed[Place(group: group, number: entry.index)]
            if let known, known != entry {
                fail("S4: \(member + 1) leads \(group.name) \(term) with another \(entry.index)")
            }
        }
        let snapshot = replica.snapshot(of: group)?.index ?? 0
        if first != .max, first != snapshot + 1 { fail("S3: a gap behind snapshot \(snapshot)") }
    }

    // S2: what was said counts, whatever was forgotten since.
    mutating func votes(_ member: Int, _ group: GroupID, _ term: Term, for candidate: MemberID) {
        let ballot = Ballot(member: member, place: Place(group: group, number: term))
        if let other = voteOf[ballot], other != candidate {
            fail("S2: \(member + 1) voted in \(group.name) term \(term) for \(other), \(candidate)")
        }
        voteOf[ballot] = candidate
    }

    // S3 and S4: a committed index is write-once. Returns the state after the entry.
    mutating func applies(
        _ member: Int, _ group: GroupID, _ entry: LogEntry, after state: UInt64
    ) -> UInt64 {
        let place = Place(group: group, number: entry.index)
        if let known = committed[place] {
            if known != entry {
                fail("S4: \(group.name) \(entry.index) is \(known) and, at \(member + 1), \(entry)")
            }
        } else {
            committed[place] = entry
            commits += 1
            checkTerm(entry, group)
        }
        lastCommitted[group] = max(lastCommitted[group] ?? 0, entry.index)
        let next = Self.chain(state, entry)
        if let known = states[place], known != next {
            fail("S3: \(member + 1) has another state at \(group.name) \(entry.index)")
        }
        states[place] = next
        return next
    }

    // S5 and S12.
    private mutating func checkTerm(_ entry: LogEntry, _ group: GroupID) {
        let before = committed[Place(group: group, number: entry.index - 1)]
        if let before, before.term > entry.term {
            fail("S5: \(group.name) term \(entry.term) at \(entry.index) behind \(before.term)")
        }
        guard entry.kind == .establish else { return }
        let place = Place(group: group, number: entry.term)
        if let other = establishedIn[place], other != entry.index {
            fail("S12: \(group.name) term \(entry.term) established at \(other), \(entry.index)")
        }
        establishedIn[place] = entry.index
    }

    /// A snapshot must be the state that everybody had there.
    mutating func loads(_ member: Int, _ group: GroupID, _ snapshot: Snapshot, state: UInt64) {
        let place = Place(group: group, number: snapshot.index)
        guard let known = states[place] else {
            return fail("S4: \(member + 1) loads \(group.name) \(snapshot.index), never committed")
        }
        if known != state { fail("S3: \(member + 1) loads another state of \(group.name)") }
    }

    // S12: who owns has applied its own Establish, and so everything before it.
    mutating func owns(_ member: Int, _ group: GroupID, _ term: Term, applied: LogIndex) {
        let index = establishedIn[Place(group: group, number: term)]
        guard let index, index <= applied else {
            return fail("S12: \(member + 1) owns \(group.name) term \(term) before its Establish")
        }
    }

    mutating func reached(_ heartbeat: Int, _ member: Int, sentAt: Instant) {
        let link = Link(from: heartbeat, to: member)
        reached[link] = max(reached[link] ?? .epoch, sentAt)
    }

    /// Who is held to be two-way fresh has had a heartbeat of mine that I sent a short while ago.
    mutating func isFresh(_ peer: Int, to member: Int, at now: Instant, limit: Span) {
        let proof = reached[Link(from: member, to: peer)]
        guard let proof, now - proof <= limit else {
            return fail("freshness: \(member + 1) hears \(peer + 1), which has not heard it since")
        }
    }

    func lastCommitted(of group: GroupID) -> LogIndex { lastCommitted[group] ?? 0 }
}
