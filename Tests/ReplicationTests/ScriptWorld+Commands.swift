import Basics
import Replication

// The commands of the scripts.

extension ScriptWorld {
    /// Runs one command; returns what it shows.
    mutating func run(_ line: String) -> [String] {
        trace = []
        counts = TraceCounts()
        counts.becameOwner = Array(repeating: 0, count: hosts.count)
        let words = line.split(separator: " ").map(String.init)
        let answer = perform(words[0], Array(words.dropFirst()))
        if isBrief, let summary { trace.append(summary) }
        if let answer { trace.append(answer) }
        return trace
    }

    private mutating func perform(_ command: String, _ words: [String]) -> String? {
        switch command {
        case "nodes":
            create(number(words[0]), witnesses: words.dropFirst(2).map(number))
        case "bytes": messageBytesMax = number(words[0])
        case "brief": isBrief = words[0] == "on"
        case "deliver": deliver()
        case "advance": advance(span(words[0]))
        case "cut": setLinks(words, in: \.cut, to: true)
        case "heal": setLinks(words, in: \.cut, to: false)
        case "hold": setLinks(words, in: \.holding, to: true)
        case "release": release(words)
        case "forget": held = []
        case "crash": crash(host(words[0]))
        case "restart": boot(host(words[0]))
        case "pause": hosts[host(words[0])].isPaused = true
        case "resume": hosts[host(words[0])].isPaused = false
        case "disk": for word in words.dropLast() { setDisk(host(word), to: words.last) }
        case "refused": refused(host(words[0]), by: host(words[1]))
        case "prefer": prefer(words.map(number))
        case "handOn": return handOn(host(words[0]))
        case "status": return status(words)
        default: return performOnGroup(command, words)
        }
        return nil
    }

    private mutating func performOnGroup(_ command: String, _ words: [String]) -> String? {
        var answer: String?
        let member = host(words[0])
        switch command {
        case "campaign":
            let groups = groups(words[1])
            turn(member) { replica, now, output in
                for group in groups { replica.campaign(group, at: now, into: &output) }
            }
        case "propose":
            let group = groups(words[1])[0]
            turn(member) { replica, now, output in
                for text in words.dropFirst(2) {
                    let result = replica.propose(
                        Array(text.utf8), in: group, at: now, into: &output)
                    answer = "\(result)"
                }
            }
        case "transfer":
            let (group, target) = (groups(words[1])[0], MemberID(UInt64(number(words[2]))))
            turn(member) { replica, now, output in
                answer = "\(replica.transfer(group, to: target, at: now, into: &output))"
            }
        case "compact":
            let (group, index) = (groups(words[1])[0], LogIndex(number(words[2])))
            turn(member) { replica, _, output in
                replica.compact(
                    group, upTo: index, payload: Array("state\(index)".utf8), into: &output)
            }
        default: answer = "there is no command \(command)"
        }
        return answer
    }

    private mutating func crash(_ host: Int) {
        hosts[host].replica = nil
        hosts[host].unsynced = []
        packets.removeAll { $0.to == host }
    }

    /// `held`, `free`, or `once`: what waits becomes durable, what comes later waits.
    private mutating func setDisk(_ host: Int, to state: String?) {
        hosts[host].isDiskHeld = state == "held"
        if state != "held" { sync(host) }
        hosts[host].isDiskHeld = state != "free"
    }

    private mutating func refused(_ host: Int, by peer: Int) {
        let member = hosts[peer].config.me
        turn(host) { replica, now, _ in replica.linkRefused(member, at: now) }
    }

    private mutating func handOn(_ host: Int) -> String {
        var handed: [(group: GroupID, to: MemberID)] = []
        turn(host) { replica, now, output in handed = replica.handOnAll(at: now, into: &output) }
        return handed.isEmpty ? "nothing" : "\(handed.count) to \(handed.map(\.to))"
    }

    private mutating func prefer(_ members: [Int]) {
        for host in hosts.indices {
            hosts[host].replica?.preference = members.map { MemberID(UInt64($0)) }
        }
    }

    /// `1->2` one way, `1 2` both ways, nothing: all.
    private mutating func setLinks(
        _ words: [String], in table: WritableKeyPath<ScriptWorld, [Bool]>, to value: Bool
    ) {
        for from in hosts.indices {
            for to in hosts.indices where from != to && names(words, from, to) {
                self[keyPath: table][from * hosts.count + to] = value
            }
        }
    }

    private func names(_ words: [String], _ from: Int, _ to: Int) -> Bool {
        if words.isEmpty || words.contains("\(from + 1)->\(to + 1)") { return true }
        let plain = words.filter { !$0.contains("->") }
        return plain.contains("\(from + 1)") && plain.contains("\(to + 1)")
    }

    private mutating func release(_ words: [String]) {
        setLinks(words, in: \.holding, to: false)
        let table = (hosts.count, holding)
        packets += held.filter { !table.1[$0.from * table.0 + $0.to] }
        held.removeAll { !table.1[$0.from * table.0 + $0.to] }
        deliver()
    }

    private func status(_ words: [String]) -> String {
        let lines = hosts.indices.map { host -> String in
            guard let replica = hosts[host].replica else { return "\(host + 1) is down" }
            let fresh = replica.freshMembers.map { "\($0)" }.joined(separator: " ")
            guard let name = words.first else {
                return "\(host + 1) hears \(fresh), leads \(replica.leaderCount)"
                    + (replica.hasMajority ? "" : ", has no majority")
            }
            guard let status = replica.status(of: groups(name)[0]) else {
                return "\(host + 1) has no \(name)"
            }
            return "\(host + 1) " + status.text
        }
        return lines.joined(separator: "\n")
    }

    private var summary: String? {
        guard counts.messages + counts.writes > 0 else { return nil }
        return "\(counts.messages) messages of \(counts.items) items, \(counts.writes) writes, "
            + "\(counts.batches) batches applied, peers lost \(counts.peersLost), "
            + "owners gained \(counts.becameOwner), lost \(counts.lostOwnership)"
    }

    private func number(_ word: String) -> Int { Int(word) ?? 0 }
    private func host(_ word: String) -> Int { number(word) - 1 }

    /// `g7`, or `g1..1000` for many.
    private func groups(_ word: String) -> [GroupID] {
        let bounds = word.dropFirst().split(separator: ".").map { UInt64($0) ?? 0 }
        guard let first = bounds.first, let last = bounds.last else { return [.test(0)] }
        return (first...last).map(GroupID.test)
    }

    /// `250ms`, `2s`.
    private func span(_ word: String) -> Span {
        word.hasSuffix("ms")
            ? .milliseconds(Int64(number(String(word.dropLast(2)))))
            : .seconds(Int64(number(String(word.dropLast(1)))))
    }
}

extension GroupStatus {
    var text: String {
        var words = ["term \(term)", "leader \(leader.map { "\($0)" } ?? "none")"]
        if isLeader { words.append(isEstablished ? "owns" : "leads") }
        if isProvisional { words.append("provisional") }
        if isTransferring { words.append("transferring") }
        if isAsleep { words.append("asleep") }
        return words.joined(separator: " ")
            + ", log \(firstIndex)...\(lastIndex):\(lastTerm) commit \(commit)"
    }
}
