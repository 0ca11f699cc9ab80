import Basics
import CNNG
import Glibc

/// One of libnng's error numbers.
struct NNGCode: Equatable, Sendable, CustomStringConvertible {
    let rawValue: Int32

    init(_ rawValue: Int32) { self.rawValue = rawValue }
    private init(_ name: nng_errno_enum) { rawValue = Int32(bitPattern: name.rawValue) }

    static let ok = NNGCode(0)
    static let noMemory = NNGCode(NNG_ENOMEM)
    static let timedOut = NNGCode(NNG_ETIMEDOUT)
    static let closed = NNGCode(NNG_ECLOSED)
    static let tryAgain = NNGCode(NNG_EAGAIN)
    static let addressInUse = NNGCode(NNG_EADDRINUSE)
    static let addressInvalid = NNGCode(NNG_EADDRINVAL)
    static let canceled = NNGCode(NNG_ECANCELED)
    static let noFiles = NNGCode(NNG_ENOFILES)

    /// libnng's words for it.
    var description: String { unsafe String(cString: nng_strerror(rawValue)) }

    /// Throws unless the number is 0. *Errors:* what libnng's number means to us.
    static func check(
        _ rawValue: Int32, _ doing: @autoclosure () -> String, file: String = #fileID,
        line: Int = #line
    ) throws(TransportError) {
        let code = NNGCode(rawValue)
        guard code != .ok else { return }
        let (kind, remedy): (TransportError.Code, String) =
            if code == .addressInUse {
                (.portTaken, "; stop the process that listens there or choose another port")
            } else if code == .addressInvalid {
                (.addressUnusable, "; check the host and port in the configuration")
            } else if code == .noMemory || code == .noFiles {
                (.outOfResources, "; raise the limits of memory and descriptors")
            } else {
                (.libraryFailure, "")
            }
        throw TransportError(
            kind, "\(doing()): \(code)\(remedy)", libraryCode: rawValue, file: file, line: line)
    }
}

/// The libnng this process runs with.
enum NNGLibrary {
    /// The oldest version that is used: 1.5's reaper thread locks up after a few killed peers, and
    /// 1.6 cannot be told how many task threads to have.
    static let oldestUsable = (major: 1, minor: 7)

    /// The version in words, such as `1.10.1`.
    static var version: String { unsafe String(cString: nng_version()) }

    /// How many threads run libnng's tasks, which are our callbacks and its own. Set, to what is
    /// its default too, by whoever asks first; after libnng was used that would have no effect,
    /// so everything of libnng's asks before it is made.
    static let taskThreads: Int = {
        let count = min(max(2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)), 2), 16)
        let parameter = nng_init_parameter(NNG_INIT_NUM_TASK_THREADS)
        nng_init_set_parameter(parameter, UInt64(count))
        return count
    }()

    /// *Errors:* `libraryTooOld` with the remedy.
    static func requireUsable(version: String = version) throws(TransportError) {
        let parts = version.split(separator: ".").prefix(2).map { Int($0) }
        if parts.count == 2, let major = parts[0], let minor = parts[1],
            major == oldestUsable.major, minor >= oldestUsable.minor
        {
            return
        }
        throw TransportError(
            .libraryTooOld,
            "libnng \(version) cannot be used: versions before \(oldestUsable.major)."
                + "\(oldestUsable.minor) lock up or lack what is used, and version 2 has another "
                + "interface; install libnng-dev 1.10 or newer from Debian 13 "
                + "(apt-get install -t trixie libnng-dev)")
    }
}

/// Failed connections as libnng counts them for one dialer or listener.
struct EndpointCounts: Equatable, Sendable {
    /// "Connection refused".
    var refused = 0
    /// The TLS handshake failed.
    var unauthenticated = 0
    /// The other side speaks something else.
    var foreign = 0

    /// The counts of a dialer; `nil` if it is gone or the library keeps no statistics.
    init?(of dialer: nng_dialer) {
        unsafe self.init { unsafe nng_stat_find_dialer($0, dialer) }
    }

    /// The counts of a listener; `nil` if it is gone or the library keeps no statistics.
    init?(of listener: nng_listener) {
        unsafe self.init { unsafe nng_stat_find_listener($0, listener) }
    }

    private init?(_ find: (OpaquePointer) -> OpaquePointer?) {
        var root: OpaquePointer?
        guard unsafe nng_stats_get(&root) == 0, let root = unsafe root else { return nil }
        defer { unsafe nng_stats_free(root) }
        guard let endpoint = unsafe find(root) else { return nil }
        func count(_ name: String) -> Int {
            guard let entry = unsafe nng_stat_find(endpoint, name) else { return 0 }
            return unsafe Int(clamping: nng_stat_value(entry))
        }
        refused = count("refused")
        unauthenticated = count("auth")
        foreign = count("proto")
    }

    /// Nothing counted.
    init() {}
}
