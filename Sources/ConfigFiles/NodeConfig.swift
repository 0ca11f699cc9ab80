package import Basics
package import RegionCore

/// A host and a port.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A name, or an address without brackets.
    package var host: String
    /// The port; 0 lets the system choose one, where that makes sense.
    package var port: Int

    /// An endpoint.
    package init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// The endpoint written as `host:port` or `[address]:port`; `nil` if it is anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), text[text.index(after: colon)...].first != "+"
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard Self.isHost(String(host)) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// `host:port`, with brackets around an IPv6 address.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether a text can be the name or the address of a machine.
    package static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:%".contains($0))
            }
    }
}

/// Everything one node or coordinator is told by its file, with paths resolved and secrets read.
///
/// *Source:* design 2 and 4; requirement C1.
package struct NodeConfig: Equatable, Sendable {
    /// The file itself, from the root.
    package var path: String
    /// The cluster's name: the tenant in group ids, and what strangers are told apart by.
    package var cluster: String
    /// The configuration epoch the cluster was founded with.
    package var foundingEpoch: UInt64
    /// Which of `members` this node is.
    package var me: NodeMember
    /// The data directory, from the root.
    package var dataDirectory: String
    /// The roster file, from the root.
    package var rosterPath: String
    /// The folders of the team's runbooks, from the root, the most important first.
    package var runbooksPaths: [String]
    /// Where the HTTP server listens; port 0 lets the system choose.
    package var httpListen: Endpoint
    /// What links in pages begin with, without a slash at the end.
    package var publicURL: String
    /// Where this node listens for other members.
    package var link: LinkSettings
    /// Certificates for the links; `nil` only with `tls: off` and `insecure: true`.
    package var tls: TLSSettings?
    /// Who may use the API.
    package var tokens: [APIToken]
    /// The key that signs one-tap links, the same at all members; at least 32 bytes.
    package var linkKey: SecretBytes
    /// All members, this one among them, in the order of the file.
    package var members: [NodeMember]
    /// The providers of each channel, in the order of `PageChannel`; channels without any are left
    /// out.
    package var gateways: [ChannelGateways]
    /// The spans of the duty layer: the defaults, and what the file changes.
    package var timings: DutyTimings
    /// What is logged.
    package var logLevel: LogLevel
    /// What works and should be looked at: log each at start.
    package var warnings: [ConfigProblem]
}

/// A member and where it is.
package struct NodeMember: Equatable, Sendable {
    /// Its id, name and role.
    package var member: Member
    /// The host its peers reach it at.
    package var host: String
    /// The port of requests between members (nng REP).
    package var requestPort: Int
    /// The port of publications between members (nng PUB).
    package var publishPort: Int
    /// What links into its pages begin with, without a slash at the end; empty if it sends none.
    package var publicURL: String
    /// Where its HTTP server is reached inside the cluster, if the file says so.
    package var http: Endpoint?

    /// A member with all its parts.
    package init(
        member: Member, host: String, requestPort: Int, publishPort: Int, publicURL: String,
        http: Endpoint?
    ) {
        (self.member, self.host) = (member, host)
        (self.requestPort, self.publishPort) = (requestPort, publishPort)
        (self.publicURL, self.http) = (publicURL, http)
    }
}

/// Where a node listens for other members.
package struct LinkSettings: Equatable, Sendable {
    /// The address of the interface.
    package var host: String
    /// The port of requests; 0 lets the system choose.
    package var requestPort: Int
    /// The port of publications; 0 lets the system choose.
    package var publishPort: Int
}

/// The certificates of the links between members, in PEM.
package struct TLSSettings: Equatable, Sendable {
    /// This member's certificate; its common name is `NodeConfig.certificateName` of its id.
    package var certificatePEM: String
    /// The private key of the certificate.
    package var keyPEM: SecretBytes
    /// The authority that signed every member's certificate.
    package var authorityPEM: String
}

/// One who may use the API.
package struct APIToken: Equatable, Sendable {
    /// The name, for logs and timelines.
    package var name: String
    /// The token.
    package var token: SecretBytes
    /// What its holder may do.
    package var may: APIRole
}

/// What is logged: this level and worse.
package enum LogLevel: String, Sendable, CaseIterable {
    /// The levels of swift-log, by their names there.
    case trace, debug, info, notice, warning, error, critical
}

extension NodeConfig {
    /// A member's id as files and certificates write it: 16 hexadecimal digits.
    package static func text(of member: MemberID) -> String {
        let digits = String(member.number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A member's id from its text; `nil` unless it is 16 hexadecimal digits in lower case, not all
    /// 0.
    package static func member(of text: String) -> MemberID? {
        guard text.utf8.count == 16, text.allSatisfy({ "0123456789abcdef".contains($0) }),
            let number = UInt64(text, radix: 16), number != 0
        else { return nil }
        return MemberID(number)
    }

    /// The common name and the DNS name in a member's certificate.
    package static func certificateName(of member: MemberID) -> String {
        "member-" + text(of: member)
    }
}
