import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why the server could not listen or stopped.
package struct HTTPServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: String, Sendable {
        /// Another process listens on the port.
        case portInUse = "port-in-use"
        /// The address is not one of this machine.
        case addressNotHere = "address-not-here"
        /// The process may not listen on the port.
        case notPermitted = "not-permitted"
        /// Anything else.
        case failed
    }

    /// What went wrong.
    package var code: Code
    /// What went wrong, where, and the remedy.
    package var message: String

    /// The message.
    package var description: String { message }

    /// The error of a failed start or run.
    init(_ cause: any Error, host: String, port: Int) {
        let place = "\(host):\(port)"
        switch (cause as? IOError)?.errnoCode {
        case EADDRINUSE:
            code = .portInUse
            message =
                "\(place) is in use: stop the process that listens there, or choose another port at "
                + "http.listen in node.yaml."
        case EADDRNOTAVAIL:
            code = .addressNotHere
            message =
                "\(place) is not an address of this machine: correct http.listen in node.yaml."
        case EACCES, EPERM:
            code = .notPermitted
            message =
                "this process may not listen on \(place): choose a port above 1023 at http.listen in "
                + "node.yaml."
        case _:
            code = .failed
            message = "the HTTP server on \(place) failed: \(cause)."
        }
    }
}
