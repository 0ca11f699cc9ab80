package import Basics
import Foundation
import IncidentModel
package import Paging

/// The body of a generic webhook and a line of a file sink: one page as JSON, keys sorted.
///
/// `type` is `page`, `version` 1. `key` is the page's idempotency key: the same page tried again,
/// by this region or another, has the same one. Instants are RFC 3339 in UTC. `links` act for
/// whoever holds them; a GET of one only shows a page. Fields may be added within a version, none
/// is removed or changed.
struct PageDocument: Encodable {
    struct Recipient: Encodable {
        var id: String
        var name: String
        var channel: String
        var address: String?
    }
    struct Incident: Encodable {
        var id: String
        var generation: UInt64
        var run: UInt64
        var title: String
        var severity: String
        var service: String
        var openedAt: String
        var firingCount: Int
        var alerts: [String]
        var link: String
        var runbook: String
        var isDrill: Bool
    }
    struct Link: Encodable {
        var region: String
        var url: String
    }
    struct Links: Encodable {
        var acknowledge: [Link]
        var resolve: [Link]
        var escalate: [Link]
        var command: [Link]
        var expiresAt: String
    }

    var type = "page"
    var version = 1
    var key: String
    var sentAt: String
    var region: String
    var isolation: String
    var step: String
    /// What is told instead of paging; empty in a page.
    var notice: String
    var alsoPaged: [String]
    var subject: String
    var person: Recipient
    var incident: Incident
    var links: Links
    /// Pages about other incidents that the same message brings.
    var also: [Also]

    /// One of them.
    struct Also: Encodable {
        var key: String
        var subject: String
        var incident: Incident
        var links: Links
    }
}

extension PageComposer {
    /// A page as one line of JSON in UTF-8 (see `PageDocument` for its fields). The address is left
    /// out where it is the secret URL that the document is sent to.
    package func document(for order: PageOrder, at now: Instant, withAddress: Bool) -> [UInt8] {
        let content = order.content
        let document = PageDocument(
            key: order.key.description, sentAt: now.description, region: content.region.text,
            isolation: isolation(content), step: content.step,
            notice: content.notice, alsoPaged: content.alsoPaged.map(\.text),
            subject: subject(for: order),
            person: .init(
                id: order.person.text, name: order.personName, channel: order.contact.channel.name,
                address: withAddress ? order.contact.address : nil),
            incident: incident(content), links: told(links(for: order, at: now)),
            also: order.also.map { one in
                .init(
                    key: one.key.description, subject: subject(for: one),
                    incident: incident(one.content), links: told(links(for: one, at: now)))
            })
        return jsonLine(document)
    }

    private func incident(_ content: PageContent) -> PageDocument.Incident {
        .init(
            id: content.group.description, generation: content.generation, run: content.run,
            title: content.title, severity: content.severity.name,
            service: content.service.text,
            openedAt: content.openedAt.description, firingCount: content.firingCount,
            alerts: content.alerts, link: content.link, runbook: content.runbook,
            isDrill: content.isDrill)
    }

    private func told(_ links: PageLinks) -> PageDocument.Links {
        func told(_ links: [PageLinks.Link]) -> [PageDocument.Link] {
            links.map { .init(region: $0.region.text, url: $0.url) }
        }
        return .init(
            acknowledge: told(links.acknowledge), resolve: told(links.resolve),
            escalate: told(links.escalate), command: told(links.command),
            expiresAt: links.expires.description)
    }
}

/// A value as JSON on one line. The values given here hold texts, whole numbers and lists only,
/// which always can be encoded.
func jsonLine(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
        return Array(try encoder.encode(value))
    } catch {
        halt("a page could not be encoded as JSON: \(error)")
    }
}
