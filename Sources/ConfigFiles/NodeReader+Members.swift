import Basics
import RegionCore

extension NodeReader {
    /// All members: ids, names and addresses differ, and the votes make a majority worth having.
    func members(_ field: Field) -> [NodeMember]? {
        guard let fields = field.list(of: "members") else { return nil }
        guard !fields.isEmpty else {
            field.report(.missing, "is empty", remedy: "list every member, this one among them")
            return nil
        }
        var members: [NodeMember] = []
        for item in fields {
            guard let member = member(item) else { continue }
            if let other = members.first(where: { Self.clash($0, member) != nil }),
                let what = Self.clash(other, member)
            {
                item.report(
                    .duplicate, "has the same \(what) as member `\(other.member.name)`",
                    remedy: "every member has its own")
            }
            members.append(member)
        }
        guard members.count == fields.count else { return nil }
        checkVotes(members, field)
        return members
    }

    /// The member that this node is.
    func member(_ field: Field, in members: [NodeMember]?) -> NodeMember? {
        guard let id = memberID(field), let members else { return nil }
        guard let me = members.first(where: { $0.member.id == id }) else {
            field.report(
                .badReference, "no member of `members` has this id",
                remedy: "add this node to `members` at every node, or correct the id")
            return nil
        }
        return me
    }

    private func memberID(_ field: Field) -> MemberID? {
        field.parsed(
            form: "a member id, 16 digits 0-9 and a-f as `meridian cluster init` makes them"
        ) {
            NodeConfig.member(of: $0)
        }
    }

    private func member(_ field: Field) -> NodeMember? {
        let keys = [
            "id", "name", "role", "host", "requestPort", "publishPort", "publicURL", "http",
        ]
        guard let section = Section(field, keys: keys, label: "name") else { return nil }
        let id = section.required("id", "the member's id, 16 hexadecimal digits").flatMap(memberID)
        let name = section.required("name", "the region's name")?.name()
        let role =
            section.has("role")
            ? section.optional("role")?.choice(MemberRole.allCases.map { ($0.name, $0) }) : .region
        let host = section.required("host", "the host its peers reach it at").flatMap(host)
        let request = section.required("requestPort", "its port of requests").flatMap(port)
        let publish = section.required("publishPort", "its port of publications").flatMap(port)
        let needsURL = role == .region
        let url =
            section.has("publicURL") || needsURL
            ? section.required("publicURL", "what links into its pages begin with")
                .flatMap(publicURL) : ""
        var http: Endpoint?
        if section.has("http") {
            guard let endpoint = section.optional("http").flatMap(endpoint) else { return nil }
            http = endpoint
        }
        guard let id, let name, let role, let host, let request, let publish, let url else {
            return nil
        }
        return NodeMember(
            member: Member(id: id, name: RegionName(name), role: role), host: host,
            requestPort: request, publishPort: publish, publicURL: url, http: http)
    }

    /// What two members may not share, if they do.
    private static func clash(_ a: NodeMember, _ b: NodeMember) -> String? {
        if a.member.id == b.member.id { return "id" }
        if a.member.name == b.member.name { return "name" }
        let ports = [a.requestPort, a.publishPort]
        if a.host == b.host, ports.contains(b.requestPort) || ports.contains(b.publishPort) {
            return "host and port"
        }
        return nil
    }

    private func checkVotes(_ members: [NodeMember], _ field: Field) {
        let regions = members.filter { $0.member.role == .region }.count
        let witnesses = members.filter { $0.member.role == .witness }.count
        guard regions > 0 else {
            field.report(
                .missing, "there is no region: nobody would page anybody",
                remedy: "give at least one member `role: region`")
            return
        }
        let votes = regions + witnesses
        if votes == 2 {
            field.warn(
                .advice, "with two votes nothing can be committed while either is down",
                remedy: "add a third region, or a member with `role: witness`")
        } else if votes % 2 == 0 {
            field.warn(
                .advice, "\(votes) votes survive no more failures than \(votes - 1)",
                remedy: "use an odd number of regions and witnesses")
        }
        if votes > 7 {
            field.warn(
                .advice, "\(votes) votes make every commit wait for \(votes / 2 + 1) of them",
                remedy: "three to seven serve better")
        }
    }
}
