package import Basics
package import IncidentModel
package import Paging

/// A provider that can send pages of one channel.
package protocol PageGateway: Sendable {
    /// The provider's name in reports, logs and metrics.
    var name: String { get }

    /// Makes one try to send one page, within `order.timeout`. It never tries twice: when to try
    /// again, and over which provider, is the core's decision. *Source:* `PageOrder`, design 5.
    @concurrent func deliver(_ order: PageOrder, at now: Instant) async -> PageOutcome
}
