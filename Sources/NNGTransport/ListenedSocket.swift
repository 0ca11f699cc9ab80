import Basics
import CNNG

/// A socket that listens, the connections it has, and what its keeper needs to know about them.
final class ListenedSocket: Sendable {
    /// What the socket is for.
    enum Kind: Sendable {
        case replies
        case publisher
    }

    /// A connection from outside.
    struct Inbound: Equatable, Sendable {
        var identity: PipeIdentity
        var address: String
        /// When something last came through it, or when it was made.
        var lastHeard: Span
    }

    private struct State {
        var listener: nng_listener?
        var port: Int
        var inbound: [UInt32: Inbound] = [:]
        var isClosed = false
    }

    let handle: nng_socket
    private let host: String
    private let tls: TLSConfiguration?
    private let admits: @Sendable (PipeIdentity, _ address: String) -> Bool
    private let state: Locked<State>

    /// Opens the socket; it does not listen yet. The host is numeric, port 0 lets the system
    /// choose. `admits` decides on each connection, on a thread of libnng, and must not block.
    init(
        _ kind: Kind, host: String, port: Int, tls: TLSConfiguration?,
        admits: @escaping @Sendable (PipeIdentity, _ address: String) -> Bool
    ) throws(TransportError) {
        (self.host, self.tls, self.admits) = (host, tls, admits)
        state = Locked(State(port: port))
        _ = NNGLibrary.taskThreads
        var handle = nng_socket()
        switch kind {
        case .replies: try NNGCode.check(unsafe nng_rep0_open(&handle), "no REP socket")
        case .publisher: try NNGCode.check(unsafe nng_pub0_open(&handle), "no PUB socket")
        }
        self.handle = handle
        do throws(TransportError) {
            switch kind {
            case .replies:
                try NNGCode.check(
                    unsafe nng_socket_set_size(
                        handle, NNG_OPT_RECVMAXSZ, Limits.peerMessageBytesMax), "request size")
            case .publisher:
                try NNGCode.check(
                    unsafe nng_socket_set_int(
                        handle, NNG_OPT_SENDBUF, TransportBounds.publishBufferMessages), "buffer")
            }
            try watchPipes()
        } catch {
            nng_close(handle)
            throw error
        }
    }

    /// The port it listens at; 0 before the first `listen` if the system was to choose.
    var port: Int { state.withLock { $0.port } }

    /// How many connections there are.
    var inboundCount: Int { state.withLock { $0.inbound.count } }

    /// Failed connections of the present listener.
    var counts: EndpointCounts? {
        state.withLock { $0.listener }.flatMap { EndpointCounts(of: $0) }
    }

    /// Listens; the second time and later at the same port with a new listener, after the old one
    /// and its connections were closed. Blocks. *Errors:* `portTaken`, `addressUnusable`;
    /// `libraryFailure` if libnng does not let go of the old listener, which then stays.
    func listen() throws(TransportError) {
        try stopListening()
        let port = port
        let url = Endpoints.url(host: host, port: port, isTLS: tls != nil)
        var listener = nng_listener()
        try NNGCode.check(
            unsafe nng_listener_create(&listener, handle, url), "no listener for \(url)")
        var bound: Int32 = 0
        do throws(TransportError) {
            try NNGCode.check(
                unsafe nng_listener_set_bool(listener, NNG_OPT_TCP_KEEPALIVE, true),
                "TCP keep-alive")
            if let tls {
                let code = unsafe tls.withPointer {
                    unsafe nng_listener_set_ptr(
                        listener, NNG_OPT_TLS_CONFIG, UnsafeMutableRawPointer($0))
                }
                try NNGCode.check(code, "TLS for \(url)")
            }
            try NNGCode.check(nng_listener_start(listener, 0), "listening at \(url)")
            try NNGCode.check(
                unsafe nng_listener_get_int(listener, NNG_OPT_TCP_BOUND_PORT, &bound),
                "the port of \(url)")
        } catch {
            try QuietClose.close(listener)
            throw error
        }
        state.withLock { state in
            state.listener = listener
            state.port = Int(bound)
        }
    }

    /// Who is at the other end of a pipe; `nil` if it is gone.
    func inbound(_ pipe: UInt32) -> Inbound? { state.withLock { $0.inbound[pipe] } }

    /// Takes note that something came through a pipe.
    func noteHeard(_ pipe: UInt32, at now: Span) {
        state.withLock { $0.inbound[pipe]?.lastHeard = now }
    }

    /// Nobody was silent: this process did not run.
    func forgiveSilence(at now: Span) {
        state.withLock { state in
            for pipe in state.inbound.keys { state.inbound[pipe]?.lastHeard = now }
        }
    }

    /// Closes the connections that are to be; returns them.
    @discardableResult
    func disconnect(where isUnwanted: (Inbound) -> Bool) -> [Inbound] {
        let unwanted = state.withLock { state in state.inbound.filter { isUnwanted($0.value) } }
        for (pipe, _) in unwanted { nng_pipe_close(nng_pipe(id: pipe)) }
        return unwanted.map(\.value)
    }

    /// Closes the listener and the socket. Blocks until libnng has let go of both; contexts must be
    /// closed before, else libnng aborts the process. Whether it is closed: if libnng does not let
    /// go of the listener, both stay open until the process's end.
    @discardableResult
    func close() -> Bool {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return true }
        do throws(TransportError) {
            try stopListening()
        } catch {
            return false
        }
        nng_close(handle)
        // No pipe event comes after the socket is closed: give back what `watchPipes` took.
        unsafe Unmanaged.passUnretained(self).release()
        return true
    }

    /// Closes the listener and its connections; blocks. *Errors:* `libraryFailure` if libnng does
    /// not let go of it.
    func stopListening() throws(TransportError) {
        guard let old = state.withLock({ $0.listener }) else { return }
        try QuietClose.close(old)
        state.withLock { $0.listener = nil }
    }

    /// Asks for pipe events. libnng keeps a retained pointer to this until the socket is closed.
    private func watchPipes() throws(TransportError) {
        let this = unsafe Unmanaged.passRetained(self)
        for event in [NNG_PIPE_EV_ADD_PRE, NNG_PIPE_EV_REM_POST] {
            let code = unsafe nng_pipe_notify(
                handle, event,
                { pipe, event, argument in
                    guard let argument = unsafe argument else { return }
                    unsafe Unmanaged<ListenedSocket>.fromOpaque(argument).takeUnretainedValue()
                        .note(event, pipe)
                }, this.toOpaque())
            guard code == 0 else {
                unsafe this.release()
                try NNGCode.check(code, "pipe events")
                return
            }
        }
    }

    /// A pipe is entered before libnng uses it: its removal can overtake the event after that.
    private func note(_ event: nng_pipe_ev, _ pipe: nng_pipe) {
        guard event == NNG_PIPE_EV_ADD_PRE else {
            state.withLock { $0.inbound[pipe.id] = nil }
            return
        }
        let identity = PipeIdentity.of(pipe, isTLS: tls != nil)
        let address = Endpoints.remoteAddress(of: pipe)
        guard admits(identity, address) else {
            nng_pipe_close(pipe)
            return
        }
        let inbound = Inbound(identity: identity, address: address, lastHeard: Uptime.now())
        state.withLock { $0.inbound[pipe.id] = inbound }
    }
}
