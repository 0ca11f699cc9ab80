import Basics
import IncidentModel
import Paging

/// Several incidents, one person: a region does not send somebody a message about something mild within
/// moments of another about something else, nor one message about people or addresses that differ. SEV1
/// and SEV2 always leave at once, which L1 holds. *Source:* issue 4 point 6; decision 0016.
struct BundleCheck {
    private struct Mailbox: Hashable {
        var region: String
        var person: String
        var channel: PageChannel
    }
    private struct Last {
        var at: Instant
        var groups: [GroupID]
        /// Mild first pages that came on the heels of another message, in a row, and without an excuse.
        var close: Int
    }
    private var last: [Mailbox: Last] = [:]
    /// What was sent already: a page that is tried again waits for nothing.
    private var seen: Set<StepKey> = []
    /// What goes out at once when a wait is over does not fit into one message.
    private static let closeMax = 6

    /// A message arrives. `isTried`: whether providers fail in this run, or it is not this region's duty and
    /// others of a better rank are heard. Then turns come page by page, and nothing is taken along.
    mutating func observe(
        _ order: PageOrder, isTried: Bool, at now: Instant, into failures: inout Failures
    ) {
        failures.checkCount += 1
        for one in order.also
        where one.person != order.person || one.contact.address != order.contact.address
            || one.contact.channel != order.contact.channel
        {
            failures.fail("bundle", "page \(one.key) went to \(order.person), with another one's")
        }
        let mailbox = Mailbox(
            region: order.content.region.text, person: order.person.text,
            channel: order.contact.channel)
        let isFirst = seen.insert(order.key).inserted
        for one in order.also { seen.insert(one.key) }
        guard isFirst else { return }
        let groups = order.all.map(\.content.group)
        var entry = Last(at: now, groups: groups, close: 0)
        if let before = last[mailbox], now - before.at < .seconds(2),
            order.content.severity > .sev2, order.content.notice.isEmpty,
            before.groups.allSatisfy({ !groups.contains($0) })
        {
            entry.close = before.close + (isTried ? 0 : 1)
            if entry.close > Self.closeMax {
                failures.fail(
                    "bundle",
                    "\(order.person) gets message after message from \(order.content.region), the last "
                        + "about \(order.content.group.short) \(order.content.severity.name)")
            }
        }
        last[mailbox] = entry
    }
}
