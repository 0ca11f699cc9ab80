/// Every bound of the system that is not the roster's to choose, in one place. Units are last in
/// the names.
public enum Limits {
    /// The largest body that is read in full, but for Alertmanager's webhook.
    public static let intakeBodyBytesMax = 512_000
    /// The largest body of Alertmanager's webhook that is read in full: it sends a whole group at
    /// once.
    public static let alertmanagerBodyBytesMax = 2 * 1_024 * 1_024
    /// As much of an intake body is read before the connection is closed; what does not fit into
    /// the limits above is let fall.
    public static let droppedBodyBytesMax = 16 * 1_024 * 1_024
    /// The most alerts of one body that are read.
    public static let alertsPerBodyMax = 10_000
    /// The most bodies that are read at once of senders whose key stands inside.
    public static let keylessBodiesMax = 64
    /// The most rows of a list that one answer can be asked for.
    public static let pageRowsMax = 1_000
    /// The most clients that follow a node's events at once; more are answered 503.
    public static let eventClientsMax = 1_000
    /// The most incidents a client is told of one by one; if more changed, it reads anew.
    public static let eventIncidentsMax = 1_000
    /// The most requests that are read at once whose body may be over `intakeBodyBytesMax`.
    public static let largeBodiesMax = 8
    /// About how many bytes of alerts one fact carries; a larger batch is split.
    public static let alertBytesPerFactMax = 128 * 1_024
    /// The most alert instances one fact carries; a larger batch is split.
    public static let alertsPerFactMax = 256
    /// The longest summary kept of an alert, in Unicode scalars.
    public static let summaryLengthMax = 1_024
    /// The longest label or detail value kept, in Unicode scalars.
    public static let valueLengthMax = 4_096
    /// The most labels or details kept of one alert.
    public static let labelsMax = 64
    /// The most entries a group keeps in its log behind a snapshot.
    public static let logEntriesMax = 64
    /// The most payload bytes in one bulk message.
    public static let bulkMessageBytesMax = 256 * 1_024
    /// The most groups named in one message.
    public static let groupsPerMessageMax = 2_000
    /// The most facts in one message.
    public static let factsPerMessageMax = 512
    /// The most intake requests that wait for durability at one node; more are answered 503.
    public static let intakeWaitingMax = 20_000
    /// The most linearizable reads that wait at one node; more are answered 503.
    public static let readsWaitingMax = 256
    /// The most log ends that one member tells another.
    public static let logEndsMax = 100_000
    /// The most inputs waiting for the core; more intake is answered 503.
    public static let inputsWaitingMax = 50_000
    /// The longest roster that can be applied, in bytes.
    public static let rosterBytesMax = 256 * 1_024
    /// The most versions of one offer's brief that are kept, and the most answers to it.
    public static let briefsMax = 8
    /// The most incidents whose command one request offers or accepts.
    public static let handoffsPerRequestMax = 5_000
    /// The longest brief, in Unicode scalars.
    public static let briefLengthMax = 8_192
    /// The largest message accepted from a peer.
    public static let peerMessageBytesMax = 8 * 1_024 * 1_024
}
