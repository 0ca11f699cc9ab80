/// What stopped the transport: the environment's fault, never a message's.
///
/// A refusal of one peer is no error but a value (`RefusalReason`), bytes that cannot be read are
/// counted as `malformed`, and a broken rule of ours is a precondition.
package struct TransportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for code that reacts.
    package enum Code: Equatable, Sendable {
        /// libnng is older than the oldest version that survives killed peers.
        case libraryTooOld
        /// A certificate, key or authority cannot be used, or only some of the three were given.
        case certificateUnusable
        /// A host or port cannot be resolved or bound.
        case addressUnusable
        /// Another process listens on the port.
        case portTaken
        /// Memory, descriptors or threads ran out.
        case outOfResources
        /// The transport was started twice, or after its end.
        case wrongState
        /// Any other failure of libnng.
        case libraryFailure
    }

    /// The kind of failure.
    package var code: Code
    /// What failed and what to do about it, one line.
    package var message: String
    /// libnng's own error number, if it had one.
    package var libraryCode: Int32?
    /// The file and line that noticed it.
    package var location: String

    /// A failure noticed here.
    package init(
        _ code: Code, _ message: String, libraryCode: Int32? = nil, file: String = #fileID,
        line: Int = #line
    ) {
        (self.code, self.message, self.libraryCode) = (code, message, libraryCode)
        location = "\(file):\(line)"
    }

    /// The message, libnng's number and the location, one line.
    package var description: String {
        let number = libraryCode.map { " (nng \($0))" } ?? ""
        return "\(message)\(number) [\(location)]"
    }
}
