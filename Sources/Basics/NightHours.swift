/// From when to when somebody sleeps, by the clocks of where they live. *Source:* issue 5 point 1.
public struct NightHours: Hashable, Sendable {
    /// When night begins, in seconds since midnight: 0 to 86,399.
    public var from: Int64
    /// When it ends, likewise; at or before the begin it is on the next day.
    public var to: Int64

    /// Those of everybody who says nothing else: 22:00 to 07:00.
    public static let usual = NightHours(from: 22 * 3_600, to: 7 * 3_600)

    /// A night between two times of day.
    public init(from: Int64, to: Int64) { (self.from, self.to) = (from, to) }

    /// The seconds of one day, from midnight to midnight, that are night.
    public var secondsOfDay: [Range<Int64>] {
        from < to ? [from..<to] : [0..<to, from..<86_400]
    }
}
