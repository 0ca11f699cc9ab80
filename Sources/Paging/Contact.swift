package import Basics
package import IncidentModel

/// One way to reach a person, and when to use it. *Source:* requirement D3, personal rules.
package struct Contact: Equatable, Sendable {
    /// How.
    package var channel: PageChannel
    /// Where: an e-mail address, a telephone number in E.164 form, a URL, a file name.
    package var address: String
    /// How long after the step is due this contact is used, if nobody has acknowledged by then.
    package var delay: Span
    /// It is used for this severity and worse.
    package var mildestSeverity: Severity

    /// A contact.
    package init(
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
package struct Person: Equatable, Sendable {
    /// The id in the roster.
    package var id: PersonID
    /// The name for people.
    package var name: String
    /// The region the person works in.
    package var region: RegionName
    /// The home zone, an IANA name.
    package var zone: String
    /// The ways to reach them, in the roster's order.
    package var contacts: [Contact]

    /// A person.
    package init(
        id: PersonID, name: String, region: RegionName, zone: String, contacts: [Contact]
    ) {
        (self.id, self.name, self.region, self.zone) = (id, name, region, zone)
        self.contacts = contacts
    }

    /// The contacts for a severity. A person whose rules leave none out of a severity is reached by
    /// all of them: a rule may choose, it must not silence.
    package func contacts(for severity: Severity) -> [Contact] {
        let chosen = contacts.filter { severity <= $0.mildestSeverity }
        return chosen.isEmpty ? contacts : chosen
    }
}
