import Glibc

/// How many descriptors this process may open, and how many of them HTTP connections may take.
///
/// Whoever opens connections and sends nothing must never take the descriptors that pages, the
/// disk and the links to other members need.
struct DescriptorRoom: Equatable, Sendable {
    /// How many may be open.
    let limit: Int
    /// The most connections of the HTTP server.
    let connectionsMax: Int

    /// What is asked of the system at most.
    static let limitWanted = 65_536
    /// What is kept for everything but HTTP connections.
    static let reserved = 512
    /// More connections than this are never taken.
    static let connectionsWanted = 16_384
    /// With fewer, the start is refused.
    static let connectionsMin = 128
    /// With fewer, there is a warning.
    static let connectionsEnough = 2_048

    private static let remedy =
        "raise the limit: LimitNOFILE=65536 in the systemd unit, `ulimits: {nofile: 65536}` in "
        + "the compose file, or `ulimit -Hn` in the shell"

    /// The room within a limit. *Errors:* `CommandFailure` if it is too small to run with.
    init(limit: Int) throws(CommandFailure) {
        self.limit = limit
        connectionsMax = min(Self.connectionsWanted, limit - Self.reserved)
        guard connectionsMax >= Self.connectionsMin else {
            throw CommandFailure(
                .failed,
                "this process may open \(limit) descriptors, and \(Self.reserved) are kept for "
                    + "pages, the disk and other members", remedy: Self.remedy)
        }
    }

    /// What an operator should know; `nil` if there is room enough.
    var warning: String? {
        guard connectionsMax < Self.connectionsEnough else { return nil }
        return "only \(connectionsMax) HTTP connections are taken at once, for this process may "
            + "open \(limit) descriptors; \(Self.remedy)"
    }

    /// The room after asking the system for as much as it gives. *Errors:* `CommandFailure` if that
    /// is too little.
    static func claim() throws(CommandFailure) -> DescriptorRoom {
        try DescriptorRoom(limit: raised())
    }

    /// Raises the soft limit to the hard one, or to what is wanted at most; the limit then.
    private static func raised() -> Int {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limits = rlimit()
        guard unsafe getrlimit(kind, &limits) == 0 else { return 1_024 }
        let before = limits.rlim_cur
        limits.rlim_cur = max(before, min(limits.rlim_max, rlim_t(limitWanted)))
        guard unsafe setrlimit(kind, &limits) == 0 else { return Int(clamping: before) }
        return Int(clamping: limits.rlim_cur)
    }
}
