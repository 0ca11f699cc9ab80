import Basics
import Gateways
import IncidentModel
import Paging

/// Orders and a composer that the tests share.
enum Sample {
    static let now = Instant(seconds: 1_795_376_640)  // 2026-11-22T19:44:00Z
    static let group = GroupID(high: 0x1A2B_3C4D_0000_0000, low: 7)
    static let key = StepKey(high: 0xAABB, low: 0xCCDD)
    static let signer = LinkSigner(key: [UInt8](repeating: 7, count: 32))
    static let bases = [
        LinkBase(region: "ap", publicURL: "https://ap.example.com"),
        LinkBase(region: "eu", publicURL: "https://eu.example.com/"),
        LinkBase(region: "us", publicURL: "https://us.example.com"),
    ]
    static let composer = PageComposer(signer: signer, bases: bases)

    static func content(_ change: (inout PageContent) -> Void = { _ in }) -> PageContent {
        var content = PageContent(
            group: group, generation: 2, previousEnd: HybridTime(raw: 77), run: 3,
            title: "Error rate 14 %", severity: .sev1,
            service: "checkout", openedAt: now - .minutes(12),
            alerts: ["HighErrorRate on web-1", "HighErrorRate on web-2"], firingCount: 3,
            link: "https://grafana.example.com/d/1", runbook: "https://wiki.example.com/checkout",
            step: "level 2, cycle 1", alsoPaged: ["raj", "ana"], region: "eu", otherRegion: "us",
            isolation: "", isDrill: false)
        change(&content)
        return content
    }

    static func order(
        _ channel: PageChannel, to address: String, provider: Int = 0,
        timeout: Span = .seconds(20), key: StepKey = key,
        _ change: (inout PageContent) -> Void = { _ in }
    ) -> PageOrder {
        PageOrder(
            number: 41, key: key, person: "mei", personName: "Mei Tanaka",
            contact: Contact(channel: channel, address: address), provider: provider,
            timeout: timeout, content: content(change))
    }
}

extension PageOutcome {
    /// The receipt of a page that was sent.
    var receipt: String? {
        if case .delivered(let receipt) = self { receipt } else { nil }
    }
    /// The reason of a page that may be tried again.
    var failure: String? {
        if case .failed(let reason) = self { reason } else { nil }
    }
    /// The reason of a page that can never arrive.
    var hopelessness: String? {
        if case .undeliverable(let reason) = self { reason } else { nil }
    }
}
