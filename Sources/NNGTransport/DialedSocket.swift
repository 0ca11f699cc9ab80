import Basics
import CNNG

/// A socket that has one dialer to one peer, and what its watchdog needs to know.
///
/// libnng redials by itself after a lost connection, but a connection that hangs (a cut line, an
/// error that TLS lost) it keeps for minutes: whoever owns this closes the dialer and makes a new
/// one when nothing was heard for too long. Closing may take a third of a second, so it is done on
/// a keeper, and by `QuietClose` only.
final class DialedSocket: Sendable {
    /// What the socket is for.
    enum Kind: Sendable {
        case requests
        case subscription
    }

    /// A connection and since when there is one.
    struct Connection: Equatable, Sendable {
        var pipe: UInt32
        var since: Span
    }

    private struct State {
        var dialer: nng_dialer?
        var connection: Connection?
        var redials = -1
        var isClosed = false
    }

    let handle: nng_socket
    private let expected: MemberID
    private let tls: TLSConfiguration?
    private let state = Locked(State())
    private let onChange: @Sendable () -> Void
    private let onImpostor: @Sendable (_ name: String, _ address: String) -> Void

    /// Opens the socket. `onChange` is called when a connection is made or lost, `onImpostor` when
    /// the other side's certificate is another member's; both on threads of libnng, and must only
    /// note it.
    init(
        _ kind: Kind, to expected: MemberID, tls: TLSConfiguration?, timing: TransportTiming,
        onChange: @escaping @Sendable () -> Void,
        onImpostor: @escaping @Sendable (_ name: String, _ address: String) -> Void
    ) throws(TransportError) {
        (self.expected, self.tls) = (expected, tls)
        (self.onChange, self.onImpostor) = (onChange, onImpostor)
        _ = NNGLibrary.taskThreads
        var handle = nng_socket()
        switch kind {
        case .requests: try NNGCode.check(unsafe nng_req0_open(&handle), "no REQ socket")
        case .subscription: try NNGCode.check(unsafe nng_sub0_open(&handle), "no SUB socket")
        }
        self.handle = handle
        do throws(TransportError) {
            try configure(kind)
            try watchPipes()
        } catch {
            nng_close(handle)
            throw error
        }
    }

    /// The connection there is now.
    var connection: Connection? { state.withLock { $0.connection } }

    /// How often the dialer was made anew.
    var redials: Int { state.withLock { max(0, $0.redials) } }

    /// Failed connections of the present dialer.
    var counts: EndpointCounts? {
        state.withLock { $0.dialer }.flatMap { EndpointCounts(of: $0) }
    }

    /// Closes the dialer, and with it its connection, and dials anew. Blocks; on a keeper only.
    /// *Errors:* `libraryFailure` if libnng does not let go of the old dialer, which then stays.
    func dial(_ url: String) throws(TransportError) {
        try closeDialer()
        var dialer = nng_dialer()
        try NNGCode.check(
            unsafe nng_dialer_create(&dialer, handle, url), "no dialer for \(url)")
        do throws(TransportError) {
            try unsafe NNGCode.check(
                nng_dialer_set_bool(dialer, NNG_OPT_TCP_KEEPALIVE, true), "TCP keep-alive")
            if let tls {
                let code = unsafe tls.withPointer {
                    unsafe nng_dialer_set_ptr(
                        dialer, NNG_OPT_TLS_CONFIG, UnsafeMutableRawPointer($0))
                }
                try NNGCode.check(code, "TLS for \(url)")
            }
            try NNGCode.check(
                nng_dialer_start(dialer, Int32(NNG_FLAG_NONBLOCK)), "dialling \(url)")
        } catch {
            try QuietClose.close(dialer)
            throw error
        }
        state.withLock { state in
            state.dialer = dialer
            state.redials += 1
        }
    }

    /// Closes the dialer and the socket. Blocks until libnng has let go of both; contexts must be
    /// closed before, else libnng aborts the process. Whether it is closed: if libnng does not let
    /// go of the dialer, both stay open until the process's end.
    @discardableResult
    func close() -> Bool {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return true }
        do throws(TransportError) {
            try closeDialer()
        } catch {
            return false
        }
        nng_close(handle)
        // No pipe event comes after the socket is closed: give back what `watchPipes` took.
        unsafe Unmanaged.passUnretained(self).release()
        return true
    }

    private func closeDialer() throws(TransportError) {
        guard let old = state.withLock({ $0.dialer }) else { return }
        try QuietClose.close(old)
        state.withLock { $0.dialer = nil }
    }

    private func configure(_ kind: Kind) throws(TransportError) {
        let handle = handle
        func set(_ name: String, milliseconds: Int32) throws(TransportError) {
            try NNGCode.check(unsafe nng_socket_set_ms(handle, name, milliseconds), name)
        }
        try set(NNG_OPT_RECONNMINT, milliseconds: 100)
        try set(NNG_OPT_RECONNMAXT, milliseconds: 1_000)
        switch kind {
        case .requests:
            // Without this libnng sends a request again after 60 s, and at once when a pipe drops:
            // it would be carried out twice.
            try set(NNG_OPT_REQ_RESENDTIME, milliseconds: -1)
            try NNGCode.check(
                unsafe nng_socket_set_size(
                    handle, NNG_OPT_RECVMAXSZ, TransportBounds.replyBytesMax), "reply size")
        case .subscription:
            try NNGCode.check(
                unsafe nng_socket_set_size(
                    handle, NNG_OPT_RECVMAXSZ, Limits.peerMessageBytesMax), "publication size")
            try NNGCode.check(
                unsafe nng_socket_set_int(
                    handle, NNG_OPT_RECVBUF, TransportBounds.publishBufferMessages), "buffer")
            try NNGCode.check(
                unsafe nng_socket_set(handle, NNG_OPT_SUB_SUBSCRIBE, nil, 0), "subscription")
        }
    }

    /// Asks for pipe events. libnng keeps a retained pointer to this until the socket is closed.
    private func watchPipes() throws(TransportError) {
        let this = unsafe Unmanaged.passRetained(self)
        for event in [NNG_PIPE_EV_ADD_PRE, NNG_PIPE_EV_ADD_POST, NNG_PIPE_EV_REM_POST] {
            let code = unsafe nng_pipe_notify(
                handle, event,
                { pipe, event, argument in
                    guard let argument = unsafe argument else { return }
                    unsafe Unmanaged<DialedSocket>.fromOpaque(argument).takeUnretainedValue()
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
        if event == NNG_PIPE_EV_ADD_PRE {
            let identity = PipeIdentity.of(pipe, isTLS: tls != nil)
            guard identity.mayBe(expected) else {
                if case .certified(let name) = identity {
                    onImpostor(name, Endpoints.remoteAddress(of: pipe))
                }
                nng_pipe_close(pipe)
                return
            }
            state.withLock { $0.connection = Connection(pipe: pipe.id, since: Uptime.now()) }
        } else if event == NNG_PIPE_EV_ADD_POST {
            onChange()
        } else {
            let isOurs = state.withLock { state in
                guard state.connection?.pipe == pipe.id else { return false }
                state.connection = nil
                return true
            }
            if isOurs { onChange() }
        }
    }
}
