package import Basics
import Crypto
import Foundation

/// What a one-tap link does when its button is pressed.
package enum LinkAction: UInt8, CaseIterable, Sendable {
    /// Takes the incident on.
    case acknowledge = 1
    /// Closes the alerts that are seen firing.
    case resolve = 2
    /// Asks for the next level now.
    case escalate = 3
    /// Takes command that is offered, or declines it.
    case command = 4

    /// The name in texts and logs.
    package var name: String {
        switch self {
        case .acknowledge: "acknowledge"
        case .resolve: "resolve"
        case .escalate: "escalate"
        case .command: "command"
        }
    }
}

/// What a one-tap link proves: this person may do this to this run of this incident, until then.
package struct LinkClaim: Equatable, Sendable {
    /// The incident.
    package var group: GroupID
    /// The generation of the incident the page was about.
    package var generation: UInt64
    /// What identifies that generation: when the one before it ended. *Source:* decision 0010.
    package var previousEnd: HybridTime
    /// The run of the policy the page was about.
    package var run: UInt64
    /// Who was paged, and so who acts.
    package var person: PersonID
    /// What the link does.
    package var action: LinkAction
    /// The first instant at which the link no longer works.
    package var expires: Instant

    /// A claim with all its parts.
    package init(
        group: GroupID, generation: UInt64, previousEnd: HybridTime, run: UInt64,
        person: PersonID, action: LinkAction, expires: Instant
    ) {
        self.group = group
        self.generation = generation
        self.previousEnd = previousEnd
        self.run = run
        self.person = person
        self.action = action
        self.expires = expires
    }
}

/// Why a link is refused.
package enum LinkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is not the text of a link at all: cut short by a mail program, or of another version.
    case malformed
    /// It was not signed with this cluster's key, or was changed since.
    case forged
    /// It was genuine, and stopped working at this instant.
    case expired(since: Instant)

    /// One sentence for the person who pressed it.
    package var description: String {
        switch self {
        case .malformed: "This link is incomplete: open it again from the page, or copy all of it."
        case .forged: "This link was not made by this cluster."
        case .expired(let since): "This link stopped working at \(since)."
        }
    }
}

/// Signs and checks the tokens in one-tap links. All regions share the key, so that any of them can
/// check what another one signed.
///
/// A token is base64url without padding over: a version byte (1); the claim in the wire's coding;
/// the first 16 bytes of HMAC-SHA256 over a fixed context and all that precedes. Half a tag is as
/// much as RFC 2104 (section 5) allows to cut off, and keeps the link short enough for a text
/// message. *Source:* design 5 (links of two regions), requirement D3.
package struct LinkSigner: Sendable {
    /// The shortest key that is accepted.
    package static let keyBytesMin = 32
    /// The longest token that is looked at.
    package static let tokenLengthMax = 512

    private static let version: UInt8 = 1
    private static let tagBytes = 16
    /// Keeps a tag made for a link from meaning anything where the same key is used for something
    /// else.
    private static let context = Array("meridian one-tap link 1\n".utf8)

    private let key: Secret

    /// A signer with the cluster's link key. A key shorter than `keyBytesMin` is our bug: whoever
    /// reads the key file checks its length.
    package init(key: [UInt8]) {
        require(
            key.count >= Self.keyBytesMin,
            "a link key has \(key.count) bytes, not at least \(Self.keyBytesMin)")
        self.key = Secret(key)
    }

    /// The token of a claim: letters, digits, `-` and `_`.
    package func token(_ claim: LinkClaim) -> String {
        var writer = ByteWriter()
        writer.write(Self.version)
        writer.write(claim.group)
        writer.write(claim.generation)
        writer.write(claim.previousEnd)
        writer.write(claim.run)
        writer.write(claim.person)
        writer.write(claim.action.rawValue)
        writer.write(claim.expires)
        return Base64URL.encode(writer.bytes + tag(writer.bytes, in: Self.context))
    }

    /// The claim of a token, if it was signed with this key and still works at `now`. Nothing of a
    /// token is decoded before its tag is found right.
    package func verify(_ token: String, at now: Instant) -> Result<LinkClaim, LinkError> {
        guard token.utf8.count <= Self.tokenLengthMax, let bytes = Base64URL.decode(token),
            bytes.count > Self.tagBytes, bytes.first == Self.version
        else { return .failure(.malformed) }
        let body = Array(bytes.dropLast(Self.tagBytes))
        guard equalInConstantTime(tag(body, in: Self.context), bytes.suffix(Self.tagBytes)) else {
            return .failure(.forged)
        }
        guard let claim = try? Self.claim(of: body) else { return .failure(.malformed) }
        return claim.expires > now ? .success(claim) : .failure(.expired(since: claim.expires))
    }

    /// Half of the HMAC over a context, which no other use of the key has, and a body.
    func tag(_ body: [UInt8], in context: [UInt8]) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(
            for: context + body, using: SymmetricKey(data: key.bytes))
        return Array(code.prefix(Self.tagBytes))
    }

    private static func claim(of body: [UInt8]) throws(WireError) -> LinkClaim {
        var reader = ByteReader(body)
        _ = try reader.readByte()
        let group: GroupID = try reader.read()
        let generation = try reader.readUInt64()
        let previousEnd: HybridTime = try reader.read()
        let run = try reader.readUInt64()
        let person: PersonID = try reader.read()
        let rawAction = try reader.readByte()
        guard let action = LinkAction(rawValue: rawAction) else {
            throw reader.failure(expected: "an action 1 to 4", found: "\(rawAction)")
        }
        let expires: Instant = try reader.read()
        try reader.finish()
        return LinkClaim(
            group: group, generation: generation, previousEnd: previousEnd, run: run,
            person: person, action: action, expires: expires)
    }
}
