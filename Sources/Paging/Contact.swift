public import Basics
public import IncidentModel

/// One way to reach a person, and when to use it. *Source:* requirement D3, personal rules.
public struct Contact: Equatable, Sendable {
    /// How.
    public var channel: PageChannel
    /// Where: an e-mail address, a telephone number in E.164 form, a URL, a file name.
    public var address: String
    /// How long after the step is due this contact is used, if nobody has acknowledged by then.
    public var delay: Span
    /// It is used for this severity and worse.
    public var mildestSeverity: Severity

    /// A contact.
    public init(
        channel: PageChannel, address: String, delay: Span = .zero,
        mildestSeverity: Severity = .sev5
    ) {
        self.channel = channel
        self.address = address
        self.delay = delay
        self.mildestSeverity = mildestSeverity
    }
}

/// Somebody who can be paged.
public struct Person: Equatable, Sendable {
    /// The id in the roster.
    public var id: PersonID
    /// The name for people.
    public var name: String
    /// The region the person works in.
    public var region: RegionName
    /// The home zone, an IANA name.
    public var zone: String
    /// The ways to reach them, in the roster's order.
    public var contacts: [Contact]
    /// When they sleep, by the clocks of their zone.
    public var night = DailyHours.usual
    /// When they work from Monday to Friday, by the clocks of their zone; `nil` if nobody says.
    public var hours: DailyHours?
    /// The languages they speak: ISO 639 codes, the best first.
    public var languages: [String] = []

    /// A person.
    public init(
        id: PersonID, name: String, region: RegionName, zone: String, contacts: [Contact]
    ) {
        (self.id, self.name, self.region, self.zone) = (id, name, region, zone)
        self.contacts = contacts
    }

    /// The contacts for a severity. A person whose rules leave none out of a severity is reached by
    /// all of them: a rule may choose, it must not silence.
    public func contacts(for severity: Severity) -> [Contact] {
        let chosen = contacts.filter { severity <= $0.mildestSeverity }
        return chosen.isEmpty ? contacts : chosen
    }
}
