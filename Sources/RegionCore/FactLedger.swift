import Basics
import IncidentModel
import Wire

/// The facts held here that are not known to be merged, by member, and how far each member's facts
/// are held without gaps. *Source:* design 3, the duty layer.
struct FactLedger: Sendable {
    /// One member's facts.
    private struct Origin: Sendable {
        var member: MemberID
        /// All facts up to this number were seen here.
        var through: UInt64
        /// Those that are not merged, in order, and some that are: see `merged`.
        private(set) var facts: [Fact] = []
        /// Which of them are merged: taking each out at once would move all behind it.
        private var merged: Set<UInt64> = []
        /// How many have been merged since the older of those were last forgotten.
        private var mergedSince = 0
        /// Batches that overtook the facts before them, the earliest first.
        var early: [FactBatch] = []

        init(member: MemberID) { (self.member, through) = (member, 0) }

        /// How many are not merged.
        var count: Int { facts.count - merged.count }
        /// Those that are not merged.
        var unmerged: [Fact] { merged.isEmpty ? facts : facts.filter(isUnmerged) }

        private func isUnmerged(_ fact: Fact) -> Bool { !merged.contains(fact.id.sequence) }

        /// Those that are held behind a number up to another, at most so many: also what is merged,
        /// for whoever asks may not be able to hear of that from the owner.
        func held(after: UInt64, through limit: UInt64, max countMax: Int) -> [Fact] {
            let start = facts.partitioningIndex { $0.id.sequence > after }
            let end = facts.partitioningIndex { $0.id.sequence > limit }
            let range = facts[start..<end].lazy
            return Array(
                range.filter { isUnmerged($0) || $0.isAboutDuty }.prefix(countMax))
        }

        /// Adds the next fact.
        mutating func append(_ fact: Fact) {
            facts.append(fact)
            through = Swift.max(through, fact.id.sequence)
        }

        /// Takes note that a fact is merged, and forgets the older of those.
        mutating func remove(_ sequence: UInt64) {
            let position = facts.partitioningIndex { $0.id.sequence >= sequence }
            guard position < facts.count, facts[position].id.sequence == sequence else { return }
            merged.insert(sequence)
            mergedSince += 1
            guard mergedSince >= 64, mergedSince * 4 >= facts.count else { return }
            mergedSince = 0
            // By position: a fact is dear to copy.
            var kept: [UInt64] = []
            for place in facts.indices.reversed() where kept.count < FactLedger.keptMergedMax {
                let sequence = facts[place].id.sequence
                if merged.contains(sequence), facts[place].isAboutDuty { kept.append(sequence) }
            }
            let oldest = kept.last ?? .max
            facts.removeAll { fact in
                merged.contains(fact.id.sequence)
                    && (fact.id.sequence < oldest || !fact.isAboutDuty)
            }
            merged = Set(kept)
        }

        /// Takes in a batch that leaves no gap; gives back what was new in it.
        mutating func take(_ batch: FactBatch) -> [Fact] {
            guard batch.through > through else { return [] }
            let new = batch.facts.filter {
                $0.id.sequence > through && $0.id.sequence <= batch.through
            }
            through = batch.through
            facts.append(contentsOf: new)
            return new
        }

        /// Keeps a batch until those before it are here; one too many is pulled again later.
        mutating func keep(_ batch: FactBatch) {
            let position = early.partitioningIndex { $0.after >= batch.after }
            if position < early.count, early[position].after == batch.after,
                early[position].through >= batch.through
            {
                return
            }
            early.insert(batch, at: position)
            let held = early.reduce(0) { $0 + $1.facts.count }
            if early.count > FactLedger.earlyBatchesMax || held > Limits.factsPerMessageMax {
                early.removeLast()
            }
        }

        /// Takes in the batches that leave no gap any more.
        mutating func takeEarly() -> [Fact] {
            var new: [Fact] = []
            while let first = early.first, first.after <= through {
                early.removeFirst()
                new.append(contentsOf: take(first))
            }
            return new
        }
    }

    /// How many batches of one member are kept while facts before them are missing: messages on
    /// several connections overtake each other all the time.
    static let earlyBatchesMax = 32
    /// How many merged facts of one member about pages and answers are kept for others to ask for: a
    /// region that hears its peers but not an incident's owner would page on without them.
    static let keptMergedMax = 512

    private let me: MemberID
    private var origins: [Origin] = []
    /// This member's facts up to here are durable.
    private(set) var durableThrough: UInt64

    init(me: MemberID, facts: [Fact], through: [FactID]) {
        self.me = me
        durableThrough = 0
        for mark in through { note(mark) }
        for fact in facts.sorted(by: { $0.id < $1.id }) {
            withOrigin(fact.id.origin) { $0.append(fact) }
        }
        durableThrough = self.through(me)
    }

    /// How far a member's facts are held here.
    func through(_ member: MemberID) -> UInt64 {
        origins.first { $0.member == member }?.through ?? 0
    }

    /// The same for all members, sorted.
    var marks: [FactID] {
        origins.map { FactID(origin: $0.member, sequence: $0.through) }
    }

    /// The same, this member's own only as far as they are durable: others can have no more of them.
    var durableMarks: [FactID] {
        origins.map { origin in
            let isMine = origin.member == me
            return FactID(
                origin: origin.member,
                sequence: isMine ? min(origin.through, durableThrough) : origin.through)
        }
    }

    /// Whether all of these facts, and those before them, are held here.
    func holds(_ marks: [FactID]) -> Bool {
        marks.allSatisfy { $0.sequence <= through($0.origin) }
    }

    /// The number of this member's next fact.
    var nextSequence: UInt64 { through(me) + 1 }

    /// All facts that are not merged.
    var unmerged: [Fact] { origins.flatMap(\.unmerged) }

    /// How many facts are not merged.
    var unmergedCount: Int { origins.reduce(0) { $0 + $1.count } }

    /// Adds this member's own next fact.
    mutating func append(_ fact: Fact) {
        withOrigin(me) { origin in
            require(
                fact.id.sequence == origin.through + 1, "\(fact.id) after \(origin.through)")
            origin.append(fact)
        }
    }

    /// Whether facts have overtaken others that are not here: more is known than is told.
    var isMissingSome: Bool { origins.contains { !$0.early.isEmpty } }

    /// Takes in another member's facts; gives back those that were new, with what had overtaken
    /// them, or `nil` if facts in between are missing: they have to be pulled, or are on their way.
    mutating func accept(_ batch: FactBatch) -> [Fact]? {
        guard batch.after <= through(batch.origin) else {
            withOrigin(batch.origin) { $0.keep(batch) }
            return nil
        }
        return withOrigin(batch.origin) { $0.take(batch) + $0.takeEarly() }
    }

    /// A member's facts behind a number, at most so many and about so many bytes; `nil` if there
    /// are none.
    func batch(
        of member: MemberID, after: UInt64, max countMax: Int, bytesMax: Int = .max
    ) -> FactBatch? {
        guard let origin = origins.first(where: { $0.member == member }) else { return nil }
        let limit = member == me ? min(origin.through, durableThrough) : origin.through
        guard limit > after else { return nil }
        let found = origin.held(after: after, through: limit, max: countMax)
        let chosen = found.fitting(bytesMax)
        let isAll = chosen.count == found.count && found.count < countMax
        return FactBatch(
            origin: member, after: after,
            through: isAll ? limit : chosen.last?.id.sequence ?? limit, facts: chosen)
    }

    /// Forgets facts that are merged.
    mutating func remove(_ ids: [FactID]) {
        for id in ids {
            withOrigin(id.origin) { $0.remove(id.sequence) }
        }
    }

    /// This member's facts up to a number are durable.
    mutating func becomeDurable(through sequence: UInt64) {
        durableThrough = max(durableThrough, sequence)
    }

    private mutating func note(_ mark: FactID) {
        withOrigin(mark.origin) { $0.through = max($0.through, mark.sequence) }
    }

    private mutating func withOrigin<Result>(
        _ member: MemberID, _ change: (inout Origin) -> Result
    ) -> Result {
        let position = origins.partitioningIndex { $0.member >= member }
        if position == origins.count || origins[position].member != member {
            origins.insert(Origin(member: member), at: position)
        }
        return change(&origins[position])
    }
}

extension Fact {
    /// Whether it says what was paged or answered, so that nobody pages again.
    fileprivate var isAboutDuty: Bool {
        switch body {
        case .pageIntent, .pageResult, .ackSeen, .resolveSeen, .escalationAsked: true
        case .alertSeen, .noteAdded, .edited, .handoff, .roster, .work: false
        }
    }
}

extension [Fact] {
    /// The first facts that are of so many bytes together; one at least.
    func fitting(_ bytesMax: Int) -> [Fact] {
        guard bytesMax < .max, count > 1 else { return self }
        var bytes = 0
        for (index, fact) in enumerated() {
            bytes += fact.encoded.count
            if bytes > bytesMax, index > 0 { return Array(prefix(index)) }
        }
        return self
    }
}
