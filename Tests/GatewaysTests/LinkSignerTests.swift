import Basics
import Gateways
import Testing

@Suite struct LinkSignerTests {
    static let claim = LinkClaim(
        group: Sample.group, generation: 2, previousEnd: HybridTime(raw: 77), run: 3, person: "mei",
        action: .acknowledge,
        expires: Sample.now + .hours(24) + .microseconds(1))
    private let signer = Sample.signer

    @Test(arguments: LinkAction.allCases)
    func `a link comes back as the claim it was made of`(action: LinkAction) {
        var claim = Self.claim
        claim.action = action
        #expect(signer.verify(signer.token(claim), at: Sample.now) == .success(claim))
    }

    @Test func `a token is short and needs no escaping in a URL`() {
        let token = signer.token(Self.claim)
        #expect(token.utf8.count <= 70)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(token.allSatisfy { allowed.contains($0) })
    }

    @Test func `a link works until the instant it expires and no longer`() {
        let token = signer.token(Self.claim)
        let last = Self.claim.expires - .microseconds(1)
        #expect(signer.verify(token, at: last) == .success(Self.claim))
        #expect(
            signer.verify(token, at: Self.claim.expires)
                == .failure(.expired(since: Self.claim.expires)))
    }

    @Test func `a link signed with another key is forged`() {
        let other = LinkSigner(key: [UInt8](repeating: 8, count: 32))
        #expect(other.verify(signer.token(Self.claim), at: Sample.now) == .failure(.forged))
    }

    @Test func `no change of any one character passes`() {
        let token = Array(signer.token(Self.claim))
        for index in token.indices {
            for other in ["A", "B", "_", "é"] as [Character] where other != token[index] {
                var changed = token
                changed[index] = other
                let result = signer.verify(String(changed), at: Sample.now)
                #expect(
                    result == .failure(.forged) || result == .failure(.malformed),
                    "character \(index) as \(other): \(result)")
            }
        }
    }

    @Test func `no shortened or lengthened token passes`() {
        let token = signer.token(Self.claim)
        for length in 0..<token.count {
            let result = signer.verify(String(token.prefix(length)), at: Sample.now)
            #expect(
                result == .failure(.forged) || result == .failure(.malformed),
                "\(length) characters: \(result)")
        }
        for extra in ["A", "AA", "AAAA", "=", " ", "\n", "/"] {
            let result = signer.verify(token + extra, at: Sample.now)
            #expect(
                result == .failure(.forged) || result == .failure(.malformed), "\(extra): \(result)"
            )
        }
    }

    @Test(arguments: [
        "", "a", "////", "é", "....", String(repeating: "A", count: 64),
        String(repeating: "A", count: 100_000),
    ])
    func `what is no token is malformed`(text: String) {
        #expect(signer.verify(text, at: Sample.now) == .failure(.malformed))
    }

    @Test func `a claim of one action does not pass for another`() {
        var resolve = Self.claim
        resolve.action = .resolve
        let stolen = signer.token(Self.claim).suffix(22)
        let made = signer.token(resolve).dropLast(22) + stolen
        let result = signer.verify(String(made), at: Sample.now)
        #expect(result == .failure(.forged) || result == .failure(.malformed))
    }

    @Test func `printing a signer shows nothing of its key`() {
        var shown = "\(signer)"
        dump(signer, to: &shown)
        #expect(!shown.contains("7, 7"))
        #expect(!shown.contains("0707"))
        #expect(shown.contains("(secret)"))
    }

    @Test func `a key that is too short stops the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = LinkSigner(key: [UInt8](repeating: 7, count: 31))
        }
    }
}
