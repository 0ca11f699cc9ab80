/// How far clocks may differ. *Source:* docs/decisions/0002 and 0032.
public enum ClockLimits {
    /// Members' clocks have to agree to within this.
    public static let tolerated = Span.seconds(2)
    /// Where others' dates are ahead by no more than this they are believed: all regions then count alike, and
    /// ask the same people where a shift ends at that moment.
    public static let unnoticed = Span.milliseconds(500)
    /// Whoever is further ahead says of no shift that it is over before the others would.
    public static let trusted = Span.minutes(1)
}
