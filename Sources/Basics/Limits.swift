/// Every bound of the system that is not the roster's to choose, in one place. Units are last in
/// the names.
package enum Limits {
    /// The largest body any intake endpoint reads.
    package static let intakeBodyBytesMax = 512_000
    /// The most alert instances one fact carries; a larger batch is split.
    package static let alertsPerFactMax = 256
    /// The longest summary kept of an alert, in Unicode scalars.
    package static let summaryLengthMax = 1_024
    /// The longest label or detail value kept, in Unicode scalars.
    package static let valueLengthMax = 4_096
    /// The most labels or details kept of one alert.
    package static let labelsMax = 64
    /// The most entries a group keeps in its log behind a snapshot.
    package static let logEntriesMax = 64
    /// The most payload bytes in one bulk message.
    package static let bulkMessageBytesMax = 256 * 1_024
    /// The most groups named in one message.
    package static let groupsPerMessageMax = 2_000
    /// The most facts in one message.
    package static let factsPerMessageMax = 512
    /// The most intake requests that wait for durability at one node; more are answered 503.
    package static let intakeWaitingMax = 20_000
    /// The most inputs waiting for the core; more intake is answered 503.
    package static let inputsWaitingMax = 50_000
    /// The largest message accepted from a peer.
    package static let peerMessageBytesMax = 8 * 1_024 * 1_024
}
