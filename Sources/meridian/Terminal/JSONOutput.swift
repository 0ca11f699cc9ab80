import APIModel

/// What `--json` writes.
enum JSONOutput {
    /// A value with sorted keys, over several lines unless told otherwise.
    /// *Errors:* `CommandFailure` for what JSON cannot hold.
    static func text(_ value: some Encodable, isPretty: Bool = true) throws(CommandFailure)
        -> String
    {
        do {
            return String(
                decoding: try APICoding.encode(value, isPretty: isPretty), as: UTF8.self)
        } catch {
            throw CommandFailure(.failed, "the answer cannot be written as JSON: \(error)")
        }
    }
}
