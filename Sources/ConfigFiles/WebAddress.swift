import Foundation

/// A URL that a browser or an HTTP client can open.
struct WebAddress {
    /// Whether what is sent there can be read on the way.
    var isInTheClear: Bool
    /// The name or number of the machine.
    var host: String

    /// The parts of a URL; `nil` unless it is `http` or `https`, has a host and no password.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }),
            let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil
        else { return nil }
        isInTheClear = scheme == "http"
        self.host = host
    }
}

/// Whether a host is this machine itself, so that nothing sent to it crosses a network.
func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "[::1]"
}
