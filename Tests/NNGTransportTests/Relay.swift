import Basics
import Glibc
import Testing

@testable import NNGTransport

/// A TCP relay in this process whose line can be cut without anybody being told: while it is frozen
/// it accepts and reads nothing and closes nothing.
final class Relay: Sendable {
    private struct Pair {
        var near: Int32
        var far: Int32
        var isOpen = true
    }

    private struct State {
        var isFrozen = false
        var fillers: [Int32] = []
        var isEnded = false
    }

    let port: Int
    private let listener: Int32
    private let target: Int
    private let state = Locked(State())
    private let ended = Signal()

    /// A relay to a port of this machine. The kernel makes `backlog` connections more than it
    /// accepts, and one.
    init(to target: Int, backlog: Int32 = 64) throws {
        self.target = target
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Relay.loopback(port: 0)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, size)
            }
        }
        var length = size
        let named = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(listener, $0, &length)
            }
        }
        guard bound == 0, named == 0, Glibc.listen(listener, backlog) == 0 else {
            throw NotInTime(what: "a relay's listener")
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        try TransportThread.start("relay") { [self] in run() }
    }

    func freeze() { state.withLock { $0.isFrozen = true } }

    /// Freezes and takes all the connections that the kernel would still make, so that a connect is
    /// not even answered: with a small backlog only.
    func becomeBlackHole() {
        freeze()
        let fillers = (0..<4).map { _ in
            let filler = socket(
                AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            _ = Relay.connect(filler, to: port)
            return filler
        }
        usleep(100_000)
        state.withLock { $0.fillers += fillers }
    }

    func thaw() {
        let fillers = state.withLock { state in
            defer { (state.isFrozen, state.fillers) = (false, []) }
            return state.fillers
        }
        for filler in fillers { close(filler) }
    }

    func end() {
        thaw()
        state.withLock { $0.isEnded = true }
        ended.wait(atMost: .seconds(5))
    }

    private static func connect(_ descriptor: Int32, to port: Int) -> Bool {
        var address = loopback(port: port)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        } == 0
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func run() {
        var pairs: [Pair] = []
        while true {
            let (isFrozen, isEnded) = state.withLock { ($0.isFrozen, $0.isEnded) }
            if isEnded { break }
            if isFrozen {
                usleep(10_000)
                continue
            }
            turn(&pairs)
        }
        for pair in pairs {
            close(pair.near)
            close(pair.far)
        }
        close(listener)
        ended.raise()
    }

    private func turn(_ pairs: inout [Pair]) {
        var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        for pair in pairs {
            polled.append(pollfd(fd: pair.near, events: Int16(POLLIN), revents: 0))
            polled.append(pollfd(fd: pair.far, events: Int16(POLLIN), revents: 0))
        }
        guard unsafe poll(&polled, nfds_t(polled.count), 10) > 0 else { return }
        for index in pairs.indices {
            let pair = pairs[index]
            if polled[1 + 2 * index].revents != 0, !Relay.pump(pair.near, pair.far) {
                pairs[index].isOpen = false
            }
            if polled[2 + 2 * index].revents != 0, !Relay.pump(pair.far, pair.near) {
                pairs[index].isOpen = false
            }
        }
        for pair in pairs where !pair.isOpen {
            close(pair.near)
            close(pair.far)
        }
        pairs.removeAll { !$0.isOpen }
        if polled[0].revents != 0, let pair = accept() { pairs.append(pair) }
    }

    private func accept() -> Pair? {
        let near = Glibc.accept(listener, nil, nil)
        guard near >= 0 else { return nil }
        let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard Relay.connect(far, to: target) else {
            close(near)
            close(far)
            return nil
        }
        return Pair(near: near, far: far)
    }

    private static func pump(_ from: Int32, _ to: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(from, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        var sent = 0
        while sent < count {
            let rest = Array(buffer[sent..<count])
            let written = unsafe Glibc.send(to, rest, rest.count, Int32(MSG_NOSIGNAL))
            guard written > 0 else { return false }
            sent += written
        }
        return true
    }
}
