/// Hours that come back every day, by the clocks of where somebody lives: those in which they sleep, or
/// work. *Source:* issue 5 point 1.
public struct DailyHours: Hashable, Sendable {
    /// When they begin, in seconds since midnight: 0 to 86,399.
    public var from: Int64
    /// When they end, likewise; at or before the begin it is on the next day.
    public var to: Int64

    /// The night of everybody who says nothing else: 22:00 to 07:00.
    public static let usual = DailyHours(from: 22 * 3_600, to: 7 * 3_600)

    /// The hours between two times of day.
    public init(from: Int64, to: Int64) { (self.from, self.to) = (from, to) }

    /// The seconds of one day, from midnight to midnight, that are among them.
    public var secondsOfDay: [Range<Int64>] {
        from < to ? [from..<to] : [0..<to, from..<86_400]
    }
}
