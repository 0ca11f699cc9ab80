import Basics
import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// Who uses a browser: a client token of the API, and the person who reads. Both live in one cookie
/// and nowhere else: any region knows any session. *Source:* decision 0022.
struct Session: Equatable, Sendable {
    /// The client token.
    var token: String
    /// The id of the person who reads; empty if they have not said.
    var person: String

    /// How long a browser keeps it.
    private static let daysMax = 30

    /// The session of a request; `nil` if its cookie is missing or no cookie of ours.
    init?(of request: Request, isSecure: Bool) {
        self.init(cookies: request.headers[.cookie] ?? "", isSecure: isSecure)
    }

    /// The session in the cookies that a browser sends along. *Source:* RFC 6265, section 4.2.1.
    init?(cookies: String, isSecure: Bool) {
        let name = Self.name(isSecure: isSecure)
        let pairs = cookies.split(separator: ";").map { String($0).trimmed }
        guard let pair = pairs.first(where: { $0.hasPrefix("\(name)=") }) else { return nil }
        let parts = pair.dropFirst(name.count + 1).split(
            separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let token = Self.decoded(parts[0]), !token.isEmpty,
            let person = Self.decoded(parts[1])
        else { return nil }
        (self.token, self.person) = (token, person)
    }

    init(token: String, person: String) { (self.token, self.person) = (token, person) }

    /// The cookie that keeps it. No script can read it, no other site's page can send it.
    func cookie(isSecure: Bool) -> String {
        "\(Self.name(isSecure: isSecure))=\(Self.encoded(token)).\(Self.encoded(person)); "
            + "Max-Age=\(Self.daysMax * 86_400); \(Self.guards(isSecure: isSecure))"
    }

    /// The cookie that ends it.
    static func end(isSecure: Bool) -> String {
        "\(name(isSecure: isSecure))=; Max-Age=0; \(guards(isSecure: isSecure))"
    }

    /// What a form has to send along: other sites' pages cannot know it. The same at every region, so
    /// that a page goes on at another one.
    var formToken: String {
        let key = SymmetricKey(data: Array(token.utf8))
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("meridian form".utf8), using: key)
        return code.prefix(16).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    private static func guards(isSecure: Bool) -> String {
        "Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    /// With the prefix a browser takes the cookie only over TLS and only from this host. *Source:* RFC
    /// 6265bis, section 4.1.3.2.
    private static func name(isSecure: Bool) -> String {
        isSecure ? "__Host-meridian" : "meridian"
    }

    private static func encoded(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    private static func decoded(_ text: some StringProtocol) -> String? {
        let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        return Data(base64Encoded: plain + padding).flatMap { String(data: $0, encoding: .utf8) }
    }
}

/// Whether a POST comes from a page of ours.
enum SameSite {
    /// By the browser's own word, and by the page's origin where it gives one; a program that sends
    /// neither has to know the form token, as everybody does. *Source:* W3C, Fetch Metadata; RFC 6454.
    static func admits(_ request: Request) -> Bool {
        if let site = request.headers[.fetchSite], site != "same-origin" { return false }
        guard let origin = request.headers[.origin] else { return true }
        // What is before the host may have been changed by a proxy that ends TLS.
        guard let host = origin.split(separator: "/").last, origin != "null" else { return false }
        return host.lowercased() == request.head.authority?.lowercased()
    }
}

extension HTTPField.Name {
    /// `Sec-Fetch-Site`.
    static var fetchSite: HTTPField.Name {
        guard let name = HTTPField.Name("Sec-Fetch-Site") else {
            halt("\"Sec-Fetch-Site\" is not a header name")
        }
        return name
    }
}
