import Basics
import CNNG

/// The sole owner of a libnng message: freed here unless it was handed over.
@safe
struct NNGMessage: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes over a message that libnng gave away.
    init(adopting pointer: OpaquePointer) { unsafe self.pointer = pointer }

    /// A message with a head and a body, copied once. *Errors:* `outOfResources`.
    init(head: [UInt8], body: [UInt8]) throws(TransportError) {
        var allocated: OpaquePointer?
        let code = unsafe nng_msg_alloc(&allocated, head.count + body.count)
        guard code == 0, let pointer = unsafe allocated, let start = unsafe nng_msg_body(pointer)
        else {
            throw TransportError(
                .outOfResources, "no memory for a message of \(head.count + body.count) bytes",
                libraryCode: code)
        }
        unsafe head.withUnsafeBytes { source in
            if let base = source.baseAddress {
                unsafe start.copyMemory(from: base, byteCount: source.count)
            }
        }
        unsafe body.withUnsafeBytes { source in
            if let base = source.baseAddress {
                unsafe start.advanced(by: head.count)
                    .copyMemory(from: base, byteCount: source.count)
            }
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe nng_msg_free(pointer) }

    /// The length of the body in bytes.
    var count: Int { unsafe nng_msg_len(pointer) }

    /// The number of the pipe it came through.
    var pipe: UInt32 { unsafe nng_msg_get_pipe(pointer).id }

    /// A copy of the bytes in a range, cut to what there is.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        let wanted = range.clamped(to: 0..<count)
        guard !wanted.isEmpty, let start = unsafe nng_msg_body(pointer) else { return [] }
        return unsafe Array(
            UnsafeRawBufferPointer(
                start: start.advanced(by: wanted.lowerBound), count: wanted.count))
    }

    /// Gives the message away: whoever takes it frees it, or libnng does after a successful send.
    consuming func take() -> OpaquePointer {
        let pointer = unsafe pointer
        discard self
        return unsafe pointer
    }
}
