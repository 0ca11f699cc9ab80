import Basics
import IncidentModel
import Metrics
import NNGTransport
import Paging
import RegionCore
import SQLiteStore

/// The metrics of a node. Names and help lines are documented in docs/metrics.md.
package struct NodeMetrics: Sendable {
    /// The help line of each family.
    package static let help: [String: String] = [
        "meridian_inputs_total": "Inputs the core took in, by kind.",
        "meridian_step_seconds": "How long the core took for one batch of inputs.",
        "meridian_disk_write_seconds": "How long one durable write took.",
        "meridian_disk_failures_total": "Writes the disk refused.",
        "meridian_pages_total": "Tries to page, by channel and outcome.",
        "meridian_page_try_seconds": "How long one try to page took, by channel.",
        "meridian_replies_total": "Answers to requests, by kind.",
        "meridian_refused_frames_total": "Frames of members that could not be read.",
        "meridian_quarantined_total": "Log entries that could not be applied.",
        "meridian_pauses_total": "Times the process was paused for longer than 1.5 s.",
        "meridian_incidents_open": "Incidents that are open, as known here.",
        "meridian_incidents_known": "Incidents known here.",
        "meridian_incidents_owned": "Incidents this region owns.",
        "meridian_facts_unmerged": "Facts known here that are not in their incident's log yet.",
        "meridian_member_clock_ahead_seconds":
            "How far a member's clock is ahead of what a quorum's agree on, or of this one's where none does; NaN if unknown.",
        "meridian_member_fresh": "Whether a member can be reached in both directions.",
        "meridian_majority": "Whether a majority of voters can be reached.",
        "meridian_queue_depth": "Inputs that wait for the core.",
        "meridian_link_up": "Whether the link to a member is up.",
        "meridian_link_dropped": "Messages to a member that were dropped unsent.",
        "meridian_refusals_total": "Connections and messages that were refused, by reason.",
        "meridian_listeners_recreated_total": "Listeners that did not answer and were made anew.",
        "meridian_transport_sound": "Whether the listeners answer and no thread is stuck.",
        "meridian_findings": "Findings of open incidents, by kind, as the coordinator sees them.",
        "meridian_region_heard": "Whether the coordinator hears a region.",
        "meridian_disk_free_bytes": "Free bytes on the disk of the data directory.",
        "meridian_store_bytes": "Bytes of the store's files.",
        "meridian_descriptors_open": "Open file descriptors of the process.",
        "meridian_descriptors_max": "File descriptors that the process may open.",
        "meridian_gateway_works": "Whether a provider is believed to work.",
    ]

    let diskWrite = Timer(label: "meridian_disk_write_seconds")
    let diskFailures = Counter(label: "meridian_disk_failures")
    let step = Timer(label: "meridian_step_seconds")
    let refusedFrames = Counter(label: "meridian_refused_frames")
    let quarantined = Counter(label: "meridian_quarantined")
    let pauses = Counter(label: "meridian_pauses")
    private let totals = Locked<[String: Int]>([:])

    /// Metrics on the bootstrapped backend.
    package init() {}

    func count(_ reply: Reply) {
        let kind =
            switch reply {
            case .accepted(let acceptance):
                acceptance.isRepeat ? "repeat" : acceptance.durability.name
            case .unknownIncident: "unknown-incident"
            case .rejected: "rejected"
            case .overloaded: "overloaded"
            case .upToDate: "read"
            }
        Counter(label: "meridian_replies", dimensions: [("kind", kind)]).increment()
    }

    func countPage(_ channel: PageChannel, _ outcome: PageOutcome) {
        let name =
            switch outcome {
            case .delivered: "delivered"
            case .failed: "failed"
            case .undeliverable: "undeliverable"
            case .dropped: "dropped"
            }
        Counter(
            label: "meridian_pages", dimensions: [("channel", channel.name), ("outcome", name)]
        ).increment()
    }

    func countTry(over channel: PageChannel, took span: Span) {
        Timer(label: "meridian_page_try_seconds", dimensions: [("channel", channel.name)])
            .recordMicroseconds(span.microseconds)
    }

    /// Raises a counter to a total that somebody else counts.
    private func raise(_ label: String, _ dimensions: [(String, String)] = [], to total: Int) {
        let key = ([label] + dimensions.map { "\($0.0)=\($0.1)" }).joined(separator: " ")
        let grown = totals.withLock { totals -> Int in
            defer { totals[key] = total }
            return total - (totals[key] ?? 0)
        }
        Counter(label: label, dimensions: dimensions).increment(by: max(0, grown))
    }

    func record(queueDepth: Int) { Gauge(label: "meridian_queue_depth").record(queueDepth) }

    /// Sets the gauges from what the core says.
    func record(_ view: ClusterView) {
        Gauge(label: "meridian_incidents_open").record(view.openCount)
        Gauge(label: "meridian_incidents_known").record(view.incidentCount)
        Gauge(label: "meridian_incidents_owned").record(view.ownedCount)
        Gauge(label: "meridian_facts_unmerged").record(view.unmergedFacts)
        Gauge(label: "meridian_majority").record(view.hasMajority ? 1 : 0)
        for member in view.members where member.member.id != view.me.id {
            Gauge(
                label: "meridian_member_fresh", dimensions: [("member", member.member.name.text)]
            ).record(member.isFresh ? 1 : 0)
        }
        for member in view.members {
            Gauge(
                label: "meridian_member_clock_ahead_seconds",
                dimensions: [("member", member.member.name.text)]
            ).record(member.clockAhead.map { Double($0.microseconds) / 1_000_000 } ?? .nan)
        }
        for gateway in view.gateways {
            Gauge(
                label: "meridian_gateway_works",
                dimensions: [("channel", gateway.channel.name), ("provider", gateway.provider)]
            ).record(gateway.works ? 1 : 0)
        }
    }
}

extension NodeMetrics {
    /// Sets a coordinator's gauges.
    func record(openCount: Int, knownCount: Int, findings: [(kind: String, count: Int)]) {
        Gauge(label: "meridian_incidents_open").record(openCount)
        Gauge(label: "meridian_incidents_known").record(knownCount)
        for finding in findings {
            Gauge(label: "meridian_findings", dimensions: [("kind", finding.kind)])
                .record(finding.count)
        }
    }

    func record(region: String, isHeard: Bool) {
        Gauge(label: "meridian_region_heard", dimensions: [("region", region)])
            .record(isHeard ? 1 : 0)
    }

    /// Sets the transport's gauges.
    func record(_ links: [LinkStatus], _ health: TransportHealth) {
        for link in links {
            Gauge(label: "meridian_link_up", dimensions: [("member", link.name)])
                .record(link.isUp ? 1 : 0)
            Gauge(label: "meridian_link_dropped", dimensions: [("member", link.name)])
                .record(link.lanes.reduce(0) { $0 + $1.dropped })
        }
        for refusal in health.refusals {
            raise("meridian_refusals", [("reason", "\(refusal.reason)")], to: refusal.count)
        }
        raise("meridian_listeners_recreated", to: health.listenersRecreated)
        Gauge(label: "meridian_transport_sound").record(health.isSound ? 1 : 0)
        if let open = health.descriptorsOpen {
            Gauge(label: "meridian_descriptors_open").record(open)
        }
        if let max = health.descriptorsMax {
            Gauge(label: "meridian_descriptors_max").record(max)
        }
    }

    /// Sets the store's gauges.
    func record(_ sizes: StoreSizes) {
        if let free = sizes.freeDiskBytes { Gauge(label: "meridian_disk_free_bytes").record(free) }
        Gauge(label: "meridian_store_bytes").record(sizes.databaseBytes + sizes.writeAheadLogBytes)
    }
}

extension Timer {
    /// Records a span of so many microseconds.
    func recordMicroseconds(_ count: Int64) { recordNanoseconds(count * 1_000) }
}
