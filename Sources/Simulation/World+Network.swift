import Basics
import CoordinatorCore
import IncidentModel
import RegionCore
import Replication
import Wire

/// The links between processes, one way each.
struct SimNetwork {
    private let count: Int
    private let options: SimOptions
    /// One stream per link, so that what happens on one does not shift the others.
    private var randoms: [RandomStream]
    private let delays: [Span]
    /// How many faults cut a link.
    private var cuts: [Int]
    /// Until when what is sent over a link waits.
    private var clogs: [Instant]
    /// When the link was last cut or clogged.
    private(set) var disturbedAt: [Instant]
    /// Links on which nothing goes wrong any more.
    private var isSound: [Bool]

    init(count: Int, _ options: SimOptions, random: RandomStream) {
        (self.count, self.options) = (count, options)
        randoms = (0..<count * count).map { random.split("link", UInt64($0)) }
        isSound = Array(repeating: false, count: count * count)
        var drawing = random.split("delays")
        delays = (0..<count * count).map { _ in drawing.span(options.delays) }
        cuts = Array(repeating: 0, count: count * count)
        clogs = Array(repeating: .epoch, count: count * count)
        disturbedAt = Array(repeating: .epoch, count: count * count)
    }

    /// How many processes there are.
    var linkCount: Int { count }
    func link(_ from: Int, _ to: Int) -> Int { from * count + to }
    func isCut(_ from: Int, _ to: Int) -> Bool { cuts[link(from, to)] > 0 }

    mutating func cut(_ link: Int, at now: Instant) {
        cuts[link] += 1
        disturbedAt[link] = now
    }
    mutating func mend(_ link: Int, at now: Instant) {
        cuts[link] -= 1
        disturbedAt[link] = now
    }
    mutating func clog(_ link: Int, until instant: Instant) {
        clogs[link] = max(clogs[link], instant)
        disturbedAt[link] = max(disturbedAt[link], instant)
    }

    /// Heals a link for good.
    mutating func heal(_ link: Int, at now: Instant) {
        if cuts[link] > 0 || clogs[link] > now { disturbedAt[link] = now }
        isSound[link] = true
        cuts[link] = 0
        clogs[link] = min(clogs[link], now)
    }

    /// Cuts a link for good.
    mutating func sever(_ link: Int) { cuts[link] = 1 << 32 }

    /// Since when nothing has gone wrong between two processes; `nil` while something does.
    func soundSince(_ one: Int, _ other: Int, at now: Instant) -> Instant? {
        let both = [link(one, other), link(other, one)]
        guard both.allSatisfy({ cuts[$0] == 0 && clogs[$0] <= now }) else { return nil }
        return both.map { max(clogs[$0], disturbedAt[$0]) }.max()
    }

    /// How many links are cut now.
    var cutCount: Int { cuts.count { $0 > 0 } }

    /// When copies of a frame arrive; empty if it is lost.
    mutating func arrivals(_ from: Int, _ to: Int, at now: Instant) -> (Instant?, Instant?) {
        let link = link(from, to)
        if cuts[link] > 0 { return (nil, nil) }
        if isSound[link] { return (arrival(link, at: now), nil) }
        if options.lossPerMillion > 0,
            randoms[link].chance(perMillion: options.lossPerMillion)
        {
            return (nil, nil)
        }
        let first = arrival(link, at: now)
        if options.duplicatesPerMillion > 0,
            randoms[link].chance(perMillion: options.duplicatesPerMillion)
        {
            return (first, arrival(link, at: now) + options.jitterMax * 3)
        }
        return (first, nil)
    }

    private mutating func arrival(_ link: Int, at now: Instant) -> Instant {
        var delay = delays[link] + randoms[link].span(.zero...options.jitterMax)
        if !isSound[link], options.reorderPerMillion > 0,
            randoms[link].chance(perMillion: options.reorderPerMillion)
        {
            delay += randoms[link].span(.milliseconds(100)...(.seconds(1)))
        }
        return max(now, clogs[link]) + delay
    }
}

/// What travels.
extension World {
    mutating func send(_ bytes: [UInt8], from: Int, to: Int) {
        if Checks.isAboutVotes(bytes), from < nodes.count, to < nodes.count {
            checks.observe(votes: bytes, from: from, to: to, nodes)
            tempt(voter: from)
        }
        if Checks.isTimeoutNow(bytes), from < nodes.count, to < nodes.count {
            checks.observe(timeout: bytes, from: from, to: to, nodes)
        }
        trace.note(.send, at: now, UInt64(from), UInt64(to), UInt64(bytes.count))
        let (first, second) = network.arrivals(from, to, at: now)
        if trace.isKept {
            tell("\(name(from)) \(first == nil ? "x" : ">") \(name(to)) \(Self.words(for: bytes))")
        }
        for case .some(let arrival) in [first, second] {
            queue.add(.frame(from: from, to: to, sent: now, bytes: bytes), at: arrival)
        }
    }

    /// Whether two processes speak the same wire version; where they do not, frames are refused.
    private mutating func understand(_ from: Int, _ to: Int) -> Bool {
        guard from < nodes.count, to < nodes.count, nodes[from].version != nodes[to].version else {
            return true
        }
        sometimes.mark(.versionRefused)
        return false
    }

    mutating func publish(_ bytes: [UInt8], from: Int) {
        trace.note(.send, at: now, UInt64(from), 99, UInt64(bytes.count))
        // Coordinators follow regions, not one another.
        let count = nodes.count + (from < nodes.count ? coordinators.count : 0)
        for to in 0..<count where to != from {
            let (first, second) = network.arrivals(from, to, at: now)
            for case .some(let arrival) in [first, second] {
                queue.add(
                    .publication(from: from, to: to, sent: now, bytes: bytes), at: arrival)
            }
        }
    }

    mutating func arrive(_ from: Int, _ to: Int, _ bytes: [UInt8]) {
        trace.note(.deliver, at: now, UInt64(from), UInt64(to), UInt64(bytes.count))
        guard understand(from, to) else { return }
        if trace.isKept { tell("\(name(to)) < \(name(from)) \(Self.words(for: bytes))") }
        let member = MemberID(UInt64(from + 1))
        if to >= nodes.count {
            step(coordinator: to - nodes.count, .received(from: member, bytes: bytes))
        } else {
            step(to, .received(from: member, bytes: bytes))
        }
    }

    mutating func arrivePublication(_ from: Int, _ to: Int, sent: Instant, _ bytes: [UInt8]) {
        guard understand(from, to) else { return }
        checks.majority.observe(arrivalAt: to, from: from, sent: sent)
        let member = MemberID(UInt64(from + 1))
        if to >= nodes.count {
            step(coordinator: to - nodes.count, .published(from: member, bytes: bytes))
        } else {
            step(to, .published(from: member, bytes: bytes))
        }
    }

    /// A dialler is refused while the process is gone and its machine can be reached.
    mutating func refuse(_ node: Int, by other: Int) {
        guard !nodes[node].isUp, !nodes[node].isDestroyed, nodes[node].isCore || !isHealed else {
            return
        }
        if nodes[other].isUp, !network.isCut(node, other), !network.isCut(other, node) {
            step(other, .linkRefused(nodes[node].member.id))
        }
        queue.add(.refused(at: node, by: other), at: now + .milliseconds(500))
    }

    func name(_ position: Int) -> String { MemberID(UInt64(position + 1)).description }

    /// What a frame says, for people.
    private static func words(for bytes: [UInt8]) -> String {
        do throws(WireError) {
            switch try PeerMessage(decoding: bytes) {
            case .replication(let message): return words(for: message)
            case .facts(let batch):
                return "facts of \(batch.origin) \(batch.after + 1)-\(batch.through): "
                    + batch.facts.map { "\($0.group.short) \(words(for: $0.body))" }
                    .joined(separator: ", ")
            case .factPull(let pulls):
                return "pull " + pulls.map { "\($0.origin)>\($0.after)" }.joined(separator: " ")
            case .viewPull(let pull): return "view pull after \(pull.after)"
            case .view(let batch): return "view of \(batch.incidents.count) incidents"
            case .mergeProposal(let proposal):
                return "proposal: \(proposal.child.short) into \(proposal.survivor.short)"
            case .logEndsQuestion(let question):
                return "log ends? \(question.number) \(question.group?.short ?? "all")"
            case .logEndsAnswer(let answer):
                return "log ends \(answer.number): "
                    + answer.ends.map { "\($0.group.short) \($0.index)" }.joined(separator: ", ")
            }
        } catch {
            return "unreadable: \(error)"
        }
    }
}
