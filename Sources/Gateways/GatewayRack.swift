package import Basics
package import IncidentModel
package import Logging
package import Paging

/// The providers of one channel, in the order they are tried.
package struct ProviderLine: Sendable {
    /// The channel.
    package var channel: PageChannel
    /// Its providers, the preferred one first.
    package var gateways: [any PageGateway]

    /// A line.
    package init(channel: PageChannel, gateways: [any PageGateway]) {
        (self.channel, self.gateways) = (channel, gateways)
    }
}

/// All gateways of a region: takes orders, makes one try each, and reports.
///
/// Every order gets exactly one report, within its timeout and a short grace, whatever a gateway
/// does; nothing is thrown. Logs name page, incident, region and provider, never an address, a link
/// or a secret. *Source:* design 5; the core's contract is `PageOrder`'s.
package final class GatewayRack: Sendable {
    /// The most tries that run at one provider at a time; more wait.
    package static let runningPerProviderMax = 16
    /// The most tries that wait for one provider; more fail at once, so that the core tries the
    /// next.
    package static let waitingPerProviderMax = 1_024
    /// How long after an order's timeout a gateway that did not keep to it is cut off.
    package static let cutOffGrace: Span = .milliseconds(300)
    /// How long `shutdown` waits for tries that are under way.
    package static let drainMax: Span = .seconds(3)

    private struct Provider: Sendable {
        var gateway: any PageGateway
        var gate: DeliveryGate
    }
    private struct Channel: Sendable {
        var channel: PageChannel
        var providers: [Provider]
    }

    private let channels: [Channel]
    private let clients: HTTPClients?
    private let logger: Logger

    /// A rack of ready gateways; `clients`, if given, are theirs, and are shut down with the rack.
    package init(lines: [ProviderLine], clients: HTTPClients? = nil, logger: Logger) {
        channels = lines.map { line in
            Channel(
                channel: line.channel,
                providers: line.gateways.map {
                    Provider(
                        gateway: $0,
                        gate: DeliveryGate(
                            runningMax: Self.runningPerProviderMax,
                            waitingMax: Self.waitingPerProviderMax))
                })
        }
        self.clients = clients
        self.logger = logger
    }

    /// A rack of all configured providers, which keep their order within each channel.
    /// *Errors:* `badConfiguration`, for the first that cannot work.
    package convenience init(
        configs: [GatewayConfig], composer: PageComposer, hosts: HostBook = HostBook(),
        logger: Logger
    ) throws(GatewayError) {
        let clients = HTTPClients(hosts: hosts)
        var lines: [ProviderLine] = []
        for config in configs {
            let (channel, gateway) = try Self.gateway(
                config, clients: clients, composer: composer)
            if let index = lines.firstIndex(where: { $0.channel == channel }) {
                lines[index].gateways.append(gateway)
            } else {
                lines.append(ProviderLine(channel: channel, gateways: [gateway]))
            }
        }
        lines.sort { $0.channel.rawValue < $1.channel.rawValue }
        self.init(lines: lines, clients: clients, logger: logger)
    }

    /// The channels and the names of their providers, for the core.
    package var inventory: [GatewayInventory] {
        channels.map { line in
            GatewayInventory(channel: line.channel, providers: line.providers.map(\.gateway.name))
        }
    }

    /// Makes one try to send one page and reports how it ended.
    package func deliver(_ order: PageOrder, at now: Instant) async -> PageReport {
        guard let provider = provider(of: order) else {
            let error = GatewayError(
                .noProvider,
                "there is no provider \(order.provider + 1) for \(order.contact.channel.name) here",
                remedy: "add one under gateways in the node's configuration")
            return report(order, provider: "none", error.outcome)
        }
        let outcome = await firstResult(within: order.timeout + Self.cutOffGrace) {
            await Self.attempt(order, with: provider, at: now)
        }
        let cut = GatewayError(
            Task.isCancelled ? .stopped : .timedOut,
            Task.isCancelled
                ? "the try was called off" : "the gateway did not end within \(order.timeout)",
            remedy: "see this provider's other failures; the page may have been sent")
        return report(order, provider: provider.gateway.name, outcome ?? cut.outcome)
    }

    /// Takes no more orders, waits a little for those under way, and frees all connections.
    package func shutdown() async {
        let gates = channels.flatMap { $0.providers.map(\.gate) }
        for gate in gates { await gate.close() }
        let deadline = ContinuousClock.now + .microseconds(Self.drainMax.microseconds)
        for gate in gates {
            while await gate.runningCount > 0, ContinuousClock.now < deadline, !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        await clients?.shutdown()
    }

    private func provider(of order: PageOrder) -> Provider? {
        guard let line = channels.first(where: { $0.channel == order.contact.channel }),
            line.providers.indices.contains(order.provider)
        else { return nil }
        return line.providers[order.provider]
    }

    /// Waits for a place, then tries with what is left of the time.
    private static func attempt(
        _ order: PageOrder, with provider: Provider, at now: Instant
    ) async -> PageOutcome {
        let start = ContinuousClock.now
        switch await provider.gate.enter(order.content.severity) {
        case .admitted: break
        case .crowded:
            return GatewayError(
                .crowded, "\(waitingPerProviderMax) pages wait for this provider already",
                remedy: "add a provider; group alerts so that fewer pages are sent"
            ).outcome
        case .stopped:
            return GatewayError(
                .stopped, "the node is being stopped, or no place came free in time",
                remedy: "none if it is stopped on purpose"
            ).outcome
        }
        let waited = (ContinuousClock.now - start) / Duration.microseconds(1)
        var order = order
        order.timeout = order.timeout - .microseconds(Int64(waited))
        let outcome: PageOutcome =
            order.timeout > .zero
            ? await provider.gateway.deliver(order, at: now)
            : GatewayError(
                .crowded, "no place at this provider came free in time", remedy: "add a provider"
            ).outcome
        await provider.gate.leave()
        return outcome
    }

    private func report(
        _ order: PageOrder, provider: String, _ outcome: PageOutcome
    ) -> PageReport {
        var metadata: Logger.Metadata = [
            "page": "\(order.key)", "incident": "\(order.content.group)",
            "region": "\(order.content.region)", "provider": "\(provider)",
            "channel": "\(order.contact.channel.name)",
            "severity": "\(order.content.severity.name)",
        ]
        switch outcome {
        case .delivered(let receipt):
            metadata["receipt"] = "\(receipt)"
            logger.info("page sent", metadata: metadata)
        case .failed(let reason):
            metadata["reason"] = "\(reason)"
            logger.warning("page failed", metadata: metadata)
        case .undeliverable(let reason):
            metadata["reason"] = "\(reason)"
            logger.warning("page undeliverable", metadata: metadata)
        case .dropped(let reason):
            metadata["reason"] = "\(reason)"
            logger.warning("page dropped", metadata: metadata)
        }
        return PageReport(number: order.number, provider: provider, outcome: outcome)
    }

    private static func gateway(
        _ config: GatewayConfig, clients: HTTPClients, composer: PageComposer
    ) throws(GatewayError) -> (PageChannel, any PageGateway) {
        switch config {
        case .email(let smtp):
            (.email, try SMTPGateway(smtp, hosts: clients.hosts, composer: composer))
        case .sms(let twilio):
            (.sms, try TwilioGateway(twilio, kind: .sms, clients: clients, composer: composer))
        case .voice(let twilio):
            (.voice, try TwilioGateway(twilio, kind: .voice, clients: clients, composer: composer))
        case .chat(let chat): (.chat, ChatGateway(chat, clients: clients, composer: composer))
        case .webhook(let webhook):
            (.webhook, try WebhookGateway(webhook, clients: clients, composer: composer))
        case .file(let file): (.file, FileGateway(file, composer: composer))
        }
    }
}
