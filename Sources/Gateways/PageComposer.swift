package import Basics
import IncidentModel
package import Paging

/// Where a region's HTTP server is reached by people.
package struct LinkBase: Equatable, Sendable {
    /// The region.
    package var region: RegionName
    /// Its public address, `https://eu.example.com`.
    package var publicURL: String

    /// A region's address; slashes at its end are dropped.
    package init(region: RegionName, publicURL: String) {
        self.region = region
        var trimmed = publicURL[...]
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.publicURL = String(trimmed)
    }

    /// The address of a token's page: `<publicURL>/a/<token>`.
    package func link(token: String) -> String { "\(publicURL)/a/\(token)" }
}

/// The one-tap links of one page. They act for whoever holds them: never log one.
package struct PageLinks: Equatable, Sendable {
    /// A link and the region that answers it.
    package struct Link: Equatable, Sendable {
        /// The region whose server answers.
        package var region: RegionName
        /// The link.
        package var url: String
    }

    /// Links that acknowledge, through up to two regions, the sending region first.
    package var acknowledge: [Link]
    /// Links that resolve, through the same regions.
    package var resolve: [Link]
    /// Links that ask for the next level, through the same regions.
    package var escalate: [Link]
    /// Links that take command that is offered, through the same regions; with none of the others.
    package var command: [Link] = []
    /// When they all stop working.
    package var expires: Instant
}

/// Turns the content of a page into text for each channel: what broke, how bad, since when, where
/// to look, who else is paged, and links that act.
///
/// Everything in a page comes from outside and is cleaned or escaped here. A GET of a link shows a
/// page with a button; only its POST acts, so that link scanners and previews acknowledge nothing
/// (that half is the HTTP server's). *Source:* design 5, requirement D3.
package struct PageComposer: Sendable {
    let signer: LinkSigner
    let bases: [LinkBase]
    let linkLifetime: Span

    /// A composer that signs with the cluster's key, for the regions' public addresses in order of
    /// preference; links work for `linkLifetime`.
    package init(signer: LinkSigner, bases: [LinkBase], linkLifetime: Span = .hours(24)) {
        self.signer = signer
        self.bases = bases
        self.linkLifetime = linkLifetime
    }

    /// The links of a page: the sending region's, then the content's other region's, filled up with
    /// further regions, since a link that another region answers is better than none.
    package func links(for order: PageOrder, at now: Instant) -> PageLinks {
        let content = order.content
        let expires = now + linkLifetime
        let wanted = [content.region] + (content.otherRegion.map { [$0] } ?? [])
        let named = wanted.compactMap { region in bases.first { $0.region == region } }
        let others = bases.filter { !wanted.contains($0.region) }
        let chosen = (named + others).prefix(2)
        func links(_ action: LinkAction) -> [PageLinks.Link] {
            let claim = LinkClaim(
                group: content.group, generation: content.generation,
                previousEnd: content.previousEnd, run: content.run, person: order.person,
                action: action, expires: expires)
            let token = signer.token(claim)
            return chosen.map { .init(region: $0.region, url: $0.link(token: token)) }
        }
        // Nobody has to answer what is only told, unless it offers something.
        guard content.notice.isEmpty else {
            return PageLinks(
                acknowledge: [], resolve: [], escalate: [],
                command: content.offersCommand ? links(.command) : [], expires: expires)
        }
        return PageLinks(
            acknowledge: links(.acknowledge), resolve: links(.resolve),
            escalate: links(.escalate), expires: expires)
    }

    /// `[SEV1] checkout: Error rate 14 % (#1a2b3c4d)`, with `[DRILL]` in front of a drill's. The
    /// same for every page of an incident, so that mail programs keep them together.
    package func subject(for order: PageOrder) -> String {
        let content = order.content
        if content.isAboutShift { return "[ON CALL] \(occasion(content))" }
        let told =
            content.notice.isEmpty
            ? "" : content.offersCommand ? "[COMMAND OFFERED] " : "[FOR YOU TO KNOW] "
        let mark = (content.isDrill ? "[DRILL] " : "") + told
        return "\(mark)[\(content.severity.name)] \(service(content)): \(title(of: order)) "
            + "(#\(content.group.short))"
    }

    /// What broke, on one line.
    func title(of order: PageOrder, lengthMax: Int = 120) -> String {
        let title = CleanText.oneLine(order.content.title, lengthMax: lengthMax)
        return title.isEmpty ? "an alert without a title" : title
    }

    /// The service's name, on one line.
    func service(_ content: PageContent) -> String {
        CleanText.oneLine(content.service.text, lengthMax: 60)
    }

    /// `3 alerts fire`.
    func firing(_ content: PageContent) -> String {
        content.firingCount == 1 ? "1 alert fires" : "\(content.firingCount) alerts fire"
    }

    /// `2026-11-22 19:32 UTC (12 min ago)`.
    func since(_ content: PageContent, at now: Instant) -> String {
        let open = PageTimes.length(now - content.openedAt)
        return "\(PageTimes.utc(content.openedAt)) (\(open) ago)"
    }

    /// The first alerts, one clean line each, at most ten.
    func alertLines(_ content: PageContent) -> [String] {
        content.alerts.prefix(10).map { CleanText.oneLine($0, lengthMax: 200) }
    }

    /// Who else is paged, as a sentence.
    func company(_ content: PageContent) -> String {
        if content.offersCommand {
            return "If nobody takes it, others are asked, and command stays where it is."
        }
        guard content.notice.isEmpty else {
            return "This is to know, not a page: nobody is paged again if you do not answer."
        }
        guard !content.alsoPaged.isEmpty else { return "Nobody else is paged with this step." }
        let names = content.alsoPaged.prefix(12)
            .map { CleanText.oneLine($0.text, lengthMax: 40) }
        let rest = content.alsoPaged.count - names.count
        let more = rest > 0 ? " and \(rest) more" : ""
        return "Also paged with this step: \(names.joined(separator: ", "))\(more)."
    }

    /// Why this person is paged, as a sentence.
    func occasion(_ content: PageContent) -> String {
        if content.isAboutShift {
            let text = CleanText.oneLine(content.notice, lengthMax: 400)
            return text.prefix(1).uppercased() + text.dropFirst() + "."
        }
        guard content.notice.isEmpty else {
            return
                "\(CleanText.oneLine(content.notice, lengthMax: 400)). From region \(content.region)."
        }
        let step = CleanText.oneLine(content.step, lengthMax: 80)
        return "You are paged as \(step.isEmpty ? "a test" : step), from region \(content.region)."
    }

    /// How to take command that is offered without its links; empty where none is.
    func byHand(_ content: PageContent) -> String {
        guard content.offersCommand else { return "" }
        let id = content.group.short
        return "meridian handoff history \(id) shows the brief; then meridian handoff accept \(id) "
            + "--read-back \"what you take over\", or meridian handoff decline \(id) --reason \"why\""
    }

    /// Which regions cannot be reached, as a sentence; empty if all can.
    func isolation(_ content: PageContent) -> String {
        CleanText.oneLine(content.isolation, lengthMax: 240)
    }
}
