import Basics
import IncidentModel
import RegionCore
import Replication

/// Makes random batches that a correct core could make, one after the other, from a seed.
struct BatchMaker: Sendable {
    private struct Group: Sendable {
        var id: GroupID
        var term: Term = 0
        var vote: MemberID?
        var snapshot: LogIndex = 0
        var commit: LogIndex = 0
        var last: LogIndex = 0
        var lastTerm: Term = 0
    }

    private var random: RandomStream
    private var groups: [Group]
    private var sequences: [UInt64] = [0, 0, 0]
    private var unmerged: [FactID] = []
    private var token: UInt64 = 0
    private let payloadBytesMax: UInt64
    private let origins: [MemberID]

    init(seed: UInt64, groups count: UInt64 = 5, payloadBytesMax: UInt64 = 500) {
        var stream = RandomStream(seed: seed).split("batches")
        groups = (0..<count).map { _ in
            Group(id: GroupID(high: stream.next(), low: stream.next()))
        }
        origins = [StoreFolder.member, MemberID(stream.next()), MemberID(2)]
        random = stream
        self.payloadBytesMax = payloadBytesMax
    }

    mutating func next() -> WriteBatch {
        token += 1 + random.below(3)
        var batch = WriteBatch(token: token)
        for _ in 0..<random.below(5) {
            let place = Int(random.below(UInt64(groups.count)))
            var group = groups[place]
            batch.groups.append(write(&group))
            groups[place] = group
        }
        if random.chance(perMillion: 700_000) { addFacts(to: &batch) }
        if !unmerged.isEmpty, random.chance(perMillion: 300_000) {
            for _ in 0...random.below(3) where !unmerged.isEmpty {
                let place = Int(random.below(UInt64(unmerged.count)))
                batch.mergedFacts.append(unmerged.remove(at: place))
            }
        }
        return batch
    }

    private mutating func write(_ group: inout Group) -> GroupWrite {
        var write = GroupWrite(group: group.id)
        if random.chance(perMillion: 400_000) || group.term == 0 { vote(&group, &write) }
        if group.last > group.commit, random.chance(perMillion: 200_000) {
            let from = group.commit + 1 + random.below(group.last - group.commit)
            write.truncateFrom = from
            group.last = from - 1
        }
        if random.chance(perMillion: 50_000) {
            install(&group, &write)
        } else if group.commit > group.snapshot, random.chance(perMillion: 150_000) {
            group.snapshot += 1 + random.below(group.commit - group.snapshot)
            write.snapshot = Snapshot(index: group.snapshot, term: 1, payload: payload())
        }
        if random.chance(perMillion: 700_000) {
            for _ in 0...random.below(4) {
                group.last += 1
                write.entries.append(
                    LogEntry(
                        index: group.last, term: group.term,
                        kind: random.chance(perMillion: 200_000) ? .establish : .data,
                        payload: payload()))
            }
        }
        if group.last > group.commit, random.chance(perMillion: 500_000) {
            group.commit += 1 + random.below(group.last - group.commit)
            write.commit = group.commit
        }
        return write
    }

    private mutating func vote(_ group: inout Group, _ write: inout GroupWrite) {
        if group.vote == nil, group.term > 0, random.chance(perMillion: 500_000) {
            group.vote = random.pick(origins)
        } else {
            // Now and then a term far away.
            group.term += 1 + random.below(random.chance(perMillion: 20_000) ? 1 << 57 : 3)
            group.vote = random.chance(perMillion: 500_000) ? random.pick(origins) : nil
        }
        write.hardState = HardState(term: group.term, votedFor: group.vote)
    }

    /// A leader's snapshot, beyond what this member has or instead of an uncommitted tail.
    private mutating func install(_ group: inout Group, _ write: inout GroupWrite) {
        let index = group.commit + 1 + random.below(20)
        if group.last > index { write.truncateFrom = min(index + 1, write.truncateFrom ?? .max) }
        write.snapshot = Snapshot(index: index, term: group.term, payload: payload())
        (group.snapshot, group.commit, group.last) = (index, index, index)
        write.commit = index
    }

    private mutating func addFacts(to batch: inout WriteBatch) {
        for _ in 0...random.below(3) {
            let place = Int(random.below(UInt64(origins.count)))
            sequences[place] += 1
            let id = FactID(origin: origins[place], sequence: sequences[place])
            let text = String(repeating: "ä", count: Int(random.below(payloadBytesMax / 2 + 1)))
            batch.facts.append(
                Fact(
                    id: id, group: random.pick(groups).id, time: HybridTime(raw: random.next()),
                    region: "test", body: .noteAdded(Note(by: "ann", text: text))))
            batch.factsThrough.removeAll { $0.origin == id.origin }
            batch.factsThrough.append(id)
            unmerged.append(id)
        }
    }

    private mutating func payload() -> [UInt8] {
        var count = random.chance(perMillion: 200_000) ? 0 : random.below(payloadBytesMax + 1)
        // Now and then so much that SQLite needs pages of its own for it.
        if random.chance(perMillion: 30_000) { count *= 20 }
        var word = random.next()
        return (0..<Int(count)).map { _ in
            word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: word >> 56)
        }
    }
}
