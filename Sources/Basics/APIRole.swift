/// What a token of the API lets its holder do. Each role includes those before it. *Source:* issue 4.
public enum APIRole: String, CaseIterable, Comparable, Sendable {
    /// Look at everything.
    case read
    /// Answer for incidents and for who is on call: declare, acknowledge, resolve, write down, set
    /// severities, change today's shifts.
    case respond
    /// Decide: take command and hand it over, merge and separate, overturn what was decided.
    case command
    /// Put rosters in force.
    case administer

    public static func < (a: APIRole, b: APIRole) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .read: 0
        case .respond: 1
        case .command: 2
        case .administer: 3
        }
    }
}
