import Basics
import CNNG

/// A TLS configuration of libnng, shared by the endpoints that hold it. Sendable by hand: it is
/// only read after it was made, and libnng counts its holders under a lock of its own.
@safe
final class TLSConfiguration: @unchecked Sendable {
    private let pointer: OpaquePointer

    fileprivate init(_ mode: nng_tls_mode) throws(TransportError) {
        _ = NNGLibrary.taskThreads
        var allocated: OpaquePointer?
        let code = unsafe nng_tls_config_alloc(&allocated, mode)
        guard code == 0, let allocated = unsafe allocated else {
            throw TransportError(
                .libraryFailure, "this libnng has no TLS: install Debian's libnng-dev, which has",
                libraryCode: code)
        }
        unsafe pointer = allocated
    }

    deinit { unsafe nng_tls_config_free(pointer) }

    /// Lends the configuration to libnng, which holds it itself if it keeps it.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(pointer)
    }
}

/// Certificate, key and authority of this member: mutual TLS 1.3 in both directions.
struct TLSMaterial: Sendable {
    private let certificate: String
    private let key: String
    private let authority: String

    /// The material of an identity, tried out; `nil` if the identity has none.
    /// *Errors:* `certificateUnusable` if it is not all there or cannot be read.
    init?(of identity: TransportIdentity) throws(TransportError) {
        let parts = [identity.certificatePEM, identity.privateKeyPEM, identity.authorityPEM]
        guard parts.contains(where: { $0 != nil }) else { return nil }
        guard let certificate = identity.certificatePEM, let key = identity.privateKeyPEM,
            let authority = identity.authorityPEM
        else {
            throw TransportError(
                .certificateUnusable,
                "mutual TLS needs a certificate, its private key and the authority's certificate: "
                    + "give all three or none")
        }
        (self.certificate, self.key, self.authority) = (certificate, key, authority)
        _ = try listenerConfiguration()
    }

    /// For a listener: every client must show a certificate of the authority.
    func listenerConfiguration() throws(TransportError) -> TLSConfiguration {
        try configuration(NNG_TLS_MODE_SERVER, serverName: nil)
    }

    /// For a dialer: the server must show a certificate of the authority with this name.
    func dialerConfiguration(serverName: String) throws(TransportError) -> TLSConfiguration {
        try configuration(NNG_TLS_MODE_CLIENT, serverName: serverName)
    }

    private func configuration(
        _ mode: nng_tls_mode, serverName: String?
    ) throws(TransportError) -> TLSConfiguration {
        let configuration = try TLSConfiguration(mode)
        func require(_ what: String, _ step: (OpaquePointer) -> Int32) throws(TransportError) {
            let code = unsafe configuration.withPointer(step)
            guard code != 0 else { return }
            throw TransportError(
                .certificateUnusable,
                "\(what) cannot be used: \(NNGCode(code)); make it anew with `meridian cluster`",
                libraryCode: code)
        }
        try unsafe require("the authority's certificate") {
            unsafe nng_tls_config_ca_chain($0, authority, nil)
        }
        try unsafe require("this member's certificate or private key") {
            unsafe nng_tls_config_own_cert($0, certificate, key, nil)
        }
        try unsafe require("mutual authentication") {
            unsafe nng_tls_config_auth_mode($0, NNG_TLS_AUTH_MODE_REQUIRED)
        }
        try unsafe require("TLS 1.3") {
            unsafe nng_tls_config_version($0, NNG_TLS_1_3, NNG_TLS_1_3)
        }
        if let serverName {
            try unsafe require("the server name") {
                unsafe nng_tls_config_server_name($0, serverName)
            }
        }
        return configuration
    }
}
