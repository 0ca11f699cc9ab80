import Basics
import CNNG
import Glibc

/// Numeric addresses and the URLs libnng wants. Names are resolved here and not by libnng, which
/// resolves once and keeps what it got (nng #2209).
enum Endpoints {
    /// The URL of a numeric host and a port.
    static func url(host: String, port: Int, isTLS: Bool) -> String {
        let scheme = isTLS ? "tls+tcp" : "tcp"
        return host.contains(":") ? "\(scheme)://[\(host)]:\(port)" : "\(scheme)://\(host):\(port)"
    }

    /// The numeric addresses of a host, in the resolver's order; blocks while the resolver asks.
    /// `*` and the empty host mean every IPv4 address. There is at least one.
    /// *Errors:* `addressUnusable`.
    static func resolve(_ host: String) throws(TransportError) -> [String] {
        if host.isEmpty || host == "*" { return ["0.0.0.0"] }
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            let words = unsafe String(cString: gai_strerror(code))
            throw TransportError(
                .addressUnusable, "the host \(host) cannot be resolved: \(words); check its name")
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let isNamed = unsafe getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil,
                0, NI_NUMERICHOST)
            if isNamed == 0 { addresses.append(string(text)) }
            unsafe next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else {
            throw TransportError(.addressUnusable, "the host \(host) has no address")
        }
        return addresses
    }

    /// The address at which a process reaches its own listener.
    static func loopback(ofListener host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "::1"
        default: host
        }
    }

    /// The other end of a pipe, for logs.
    static func remoteAddress(of pipe: nng_pipe) -> String {
        var address = nng_sockaddr()
        guard unsafe nng_pipe_get_addr(pipe, NNG_OPT_REMADDR, &address) == 0 else {
            return "an unknown address"
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if unsafe UInt32(address.s_family) == NNG_AF_INET.rawValue {
            var raw = unsafe address.s_in.sa_addr
            unsafe inet_ntop(AF_INET, &raw, &text, socklen_t(text.count))
            return unsafe "\(string(text)):\(UInt16(bigEndian: address.s_in.sa_port))"
        }
        if unsafe UInt32(address.s_family) == NNG_AF_INET6.rawValue {
            var raw = unsafe address.s_in6.sa_addr
            unsafe inet_ntop(AF_INET6, &raw, &text, socklen_t(text.count))
            return unsafe "[\(string(text))]:\(UInt16(bigEndian: address.s_in6.sa_port))"
        }
        return "an address of another family"
    }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Who is at the other end of a pipe, as far as the connection proves it.
enum PipeIdentity: Equatable, Sendable {
    /// Plain TCP proves nothing.
    case unproven
    /// TLS, and the common name of the peer's certificate; empty if it has none.
    case certified(String)

    /// Whether the connection may speak for a member.
    func mayBe(_ member: MemberID) -> Bool {
        switch self {
        case .unproven: true
        case .certified(let name): name == TransportIdentity.certificateName(of: member)
        }
    }

    /// Reads it from a pipe; only after the handshake, which every pipe event is.
    static func of(_ pipe: nng_pipe, isTLS: Bool) -> PipeIdentity {
        guard isTLS else { return .unproven }
        var name: UnsafeMutablePointer<CChar>?
        guard unsafe nng_pipe_get_string(pipe, NNG_OPT_TLS_PEER_CN, &name) == 0,
            let name = unsafe name
        else { return .certified("") }
        defer { unsafe nng_strfree(name) }
        return unsafe .certified(String(cString: name))
    }
}
