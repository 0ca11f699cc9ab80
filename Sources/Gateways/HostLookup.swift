import Glibc
import NIOCore
import NIOPosix

/// The numeric addresses of a host, in the order in which the system's resolver would try them;
/// blocks while it asks.
func systemAddresses(of host: String) -> Result<[String], HostBook.Failure> {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else {
        return .failure(HostBook.Failure(reason: unsafe String(cString: gai_strerror(code))))
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [String] = []
    var next = unsafe list
    while let entry = unsafe next {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let isNamed = unsafe getnameinfo(
            entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
            NI_NUMERICHOST)
        if isNamed == 0 {
            let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            addresses.append(String(decoding: bytes, as: UTF8.self))
        }
        unsafe next = entry.pointee.ai_next
    }
    return .success(addresses)
}

/// Tells SwiftNIO the addresses that are known, so that it tries them as it does its own and asks
/// nobody.
struct KnownAddresses: Resolver, Sendable {
    private let addresses: [String]

    /// A resolver for one host.
    init(_ addresses: [String]) { self.addresses = addresses }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        found(.inet, port: port)
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        found(.inet6, port: port)
    }

    func cancelQueries() {}

    private func found(
        _ family: NIOBSDSocket.ProtocolFamily, port: Int
    ) -> EventLoopFuture<[SocketAddress]> {
        MultiThreadedEventLoopGroup.singleton.any().makeSucceededFuture(
            addresses.compactMap { try? SocketAddress(ipAddress: $0, port: port) }
                .filter { $0.protocol == family })
    }
}
