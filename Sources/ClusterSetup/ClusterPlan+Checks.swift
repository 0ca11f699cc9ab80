import Basics
import ConfigFiles
import RegionCore

/// A member with everything decided that the plan left open.
struct LaidOutMember: Equatable {
    var id: MemberID
    var name: String
    var role: MemberRole
    var host: String
    var httpPort: Int

    /// How far the ports of the links are above that of HTTP.
    static let requestPortOffset = 100
    static let publishPortOffset = 200

    /// The three ports of a member.
    static func ports(http: Int) -> [Int] {
        [http, http + requestPortOffset, http + publishPortOffset]
    }

    var requestPort: Int { httpPort + Self.requestPortOffset }
    var publishPort: Int { httpPort + Self.publishPortOffset }
    var publicURL: String { "http://\(Endpoint(host: host, port: httpPort))" }
    /// The interface to listen at: this machine's own, or all of them.
    var listenHost: String { ClusterPlan.isLoopback(host) ? host : "0.0.0.0" }
}

extension ClusterPlan {
    private static let thisMachine = "127.0.0.1"

    /// All members in order: regions, witness, coordinator, each with an id of its own.
    func layOut() -> [LaidOutMember] {
        let planned = places()
        // Ports that the plan names come first; the others are the next ones free at their host.
        var taken = planned.flatMap { entry in
            (entry.place.httpPort.map { LaidOutMember.ports(http: $0) } ?? [])
                .map { Endpoint(host: entry.host, port: $0) }
        }
        var members: [LaidOutMember] = []
        var nextPort = basePort
        for entry in planned {
            let isFree = { (port: Int) in
                !LaidOutMember.ports(http: port).contains {
                    taken.contains(Endpoint(host: entry.host, port: $0))
                }
            }
            if entry.place.httpPort == nil { while !isFree(nextPort) { nextPort += 1 } }
            let port = entry.place.httpPort ?? nextPort
            if entry.place.httpPort == nil { nextPort += 1 }
            taken += LaidOutMember.ports(http: port).map { Endpoint(host: entry.host, port: $0) }
            members.append(
                LaidOutMember(
                    id: randomMemberID(besides: members.map(\.id)), name: entry.name,
                    role: entry.role, host: entry.host, httpPort: port))
        }
        return members
    }

    private typealias Entry = (name: String, role: MemberRole, host: String, place: PlannedPlace)

    /// Names, roles and hosts of all members, in order.
    private func places() -> [Entry] {
        var entries: [Entry] = regions.map {
            ($0.name, .region, $0.place.host ?? Self.thisMachine, $0.place)
        }
        if let witness {
            entries.append(
                (Self.witnessName, .witness, witness.host ?? Self.thisMachine, witness))
        }
        if let coordinator {
            // It has no vote, so it may share a machine with a region and die with it.
            let beside = entries.first?.host ?? Self.thisMachine
            entries.append(
                (Self.coordinatorName, .coordinator, coordinator.host ?? beside, coordinator))
        }
        return entries
    }

    /// Refuses what cannot work. *Errors:* `SetupError` of code `badPlan`, for the first thing
    /// found.
    func check() throws(SetupError) {
        guard !regions.isEmpty else {
            throw Self.refusal("there is no region", "name at least one, better three")
        }
        guard regions.count <= 7 else {
            throw Self.refusal(
                "\(regions.count) regions make every commit slow", "plan three to seven")
        }
        if regions.count == 2, witness == nil {
            throw Self.refusal(
                "two regions cannot make a majority when either is down",
                "add a witness (--witness) or a third region")
        }
        if regions.count % 2 == 1, witness != nil {
            throw Self.refusal(
                "a witness makes the number of votes even and survives no more failures",
                "leave the witness out, or plan an even number of regions")
        }
        try checkNames()
        try checkPlaces()
        for person in people where !regions.contains(where: { $0.name == person.region }) {
            throw Self.refusal(
                "\(person.name) works in region `\(person.region)`, which is not planned",
                "use one of \(regions.map(\.name).joined(separator: ", "))")
        }
    }

    private func checkNames() throws(SetupError) {
        for text in [name] + regions.map(\.name) {
            let isPlain = text.allSatisfy {
                $0.isASCII && ($0.isLowercase || $0.isNumber || "-_".contains($0))
            }
            guard isPlain, (1...32).contains(text.count), text.first?.isLetter == true else {
                throw Self.refusal(
                    "`\(text)` is not a name", "use a-z, 0-9, - and _, with a letter in front")
            }
        }
        let reserved = [Self.witnessName, Self.coordinatorName, "authority"]
        for (index, region) in regions.enumerated() {
            if regions[..<index].contains(where: { $0.name == region.name }) {
                throw Self.refusal("two regions are named `\(region.name)`", "rename one")
            }
            if reserved.contains(region.name) {
                throw Self.refusal("a region cannot be named `\(region.name)`", "rename it")
            }
        }
    }

    private func checkPlaces() throws(SetupError) {
        let members = layOut()
        for member in members {
            guard Endpoint.isHost(member.host) else {
                throw Self.refusal(
                    "`\(member.host)` is not a host", "write a name or an address")
            }
            guard member.httpPort > 0, member.publishPort <= 65_535 else {
                throw Self.refusal(
                    "port \(member.httpPort) for `\(member.name)` leaves no room",
                    "choose a port up to \(65_535 - LaidOutMember.publishPortOffset)")
            }
        }
        let loopback = members.filter { Self.isLoopback($0.host) }
        if let stuck = loopback.first, loopback.count < members.count {
            throw Self.refusal(
                "`\(stuck.name)` is at \(stuck.host), where other machines cannot reach it",
                "name the host that the others reach it by")
        }
        var taken: [Endpoint: String] = [:]
        for member in members {
            for port in LaidOutMember.ports(http: member.httpPort) {
                let endpoint = Endpoint(host: member.host, port: port)
                if let other = taken[endpoint] {
                    throw Self.refusal(
                        "`\(member.name)` and `\(other)` would both use \(endpoint)",
                        "choose ports that differ, or another --base-port")
                }
                taken[endpoint] = member.name
            }
        }
    }

    /// Whether a host is this machine itself.
    package static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    private static func refusal(_ message: String, _ remedy: String) -> SetupError {
        SetupError(code: .badPlan, message: message, remedy: remedy)
    }
}
