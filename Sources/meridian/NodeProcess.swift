import ArgumentParser
import Basics
import ClusterSetup
import ConfigFiles
import Escalation
import Foundation
import Gateways
import HTTPServer
import Logging
import Metrics
import NNGTransport
import IncidentModel
import NodeRuntime
import OnCall
import RegionCore
import Replication
import Wire

/// `meridian node`: puts a region node together from its files and runs it until it is told to
/// stop.
enum NodeProcess {
    /// Runs until SIGTERM or SIGINT; until a roster was applied, SIGHUP reads the file again.
    /// *Errors:* whatever keeps the node from starting, with the remedy.
    static func run(configPath: String) async throws {
        let config = try NodeFile.load(path: configPath)
        guard config.me.member.role != .coordinator else {
            throw CommandFailure(
                .usage,
                "\(configPath) is a coordinator's file: use `meridian coordinator` for it")
        }
        let logger = Self.logger(for: config)
        let registry = PrometheusRegistry(help: NodeMetrics.help)
        MetricsSystem.bootstrap(registry)
        let documents = try NodeDocuments.load(for: config)
        for warning in config.warnings + documents.warnings { logger.warning("\(warning)") }
        for finding in ClusterSetup.certificateFindings(config) { logger.warning("\(finding)") }
        let room = try descriptorRoom(logger: logger)
        let signer = LinkSigner(key: config.linkKey.bytes)
        let rack = try rack(of: config, signer: signer, logger: logger)
        do {
            let node = try RegionNode(
                parts(of: config, documents: documents, rack: rack, logger: logger))
            let server = NodeHTTPServer(
                config: serverConfig(of: config, signer: signer, room: room),
                node: NodeAdapter(node: node, config: config, registry: registry), logger: logger)
            try await serve(config, node, server, logger: logger)
        } catch {
            // Its connections would otherwise be let go of while they are open, which traps.
            await rack.shutdown()
            throw error
        }
    }

    private static func serve(
        _ config: NodeConfig, _ node: RegionNode, _ server: NodeHTTPServer, logger: Logger
    ) async throws {
        try node.start()
        let sampler = Task { await everySecond { await node.recordMetrics() } }
        defer { sampler.cancel() }
        try await server.run { port in
            logger.notice("listening", metadata: ["http": "\(port)"])
        } until: {
            await Signals.waitForEnd { Task { await reload(config, node, logger) } }
            logger.notice("stopping")
        }
        await node.stop()
    }

    /// Room for descriptors, with a word if it is tight. *Errors:* `CommandFailure` if there is too
    /// little.
    static func descriptorRoom(logger: Logger) throws(CommandFailure) -> DescriptorRoom {
        let room = try DescriptorRoom.claim()
        if let warning = room.warning { logger.warning("\(warning)") }
        return room
    }

    private static func serverConfig(
        of config: NodeConfig, signer: LinkSigner, room: DescriptorRoom
    ) -> HTTPServerConfig {
        HTTPServerConfig(
            host: config.httpListen.host, port: config.httpListen.port,
            cluster: config.cluster, foundingEpoch: config.foundingEpoch,
            apiTokens: config.tokens.map {
                .init(name: $0.name, token: $0.token.text, may: $0.may)
            },
            linkSigner: signer, connectionsMax: room.connectionsMax,
            sites: config.members.filter { $0.member.role == .region && !$0.publicURL.isEmpty }
                .map { PublicSite(region: $0.member.name, url: $0.publicURL) })
    }

    /// A logger whose lines name the region.
    static func logger(for config: NodeConfig) -> Logger {
        var logger = Logger(label: "meridian") { LogfmtHandler(label: $0) }
        logger.logLevel = Logger.Level(rawValue: config.logLevel.rawValue) ?? .info
        logger[metadataKey: "region"] = "\(config.me.member.name)"
        return logger
    }

    /// Who this is towards the other members.
    static func identity(of config: NodeConfig, incarnation: Incarnation) -> TransportIdentity {
        TransportIdentity(
            member: config.me.member.id, cluster: config.cluster, wireVersion: wireVersion,
            incarnation: incarnation, certificatePEM: config.tls?.certificatePEM,
            privateKeyPEM: config.tls?.keyPEM.text, authorityPEM: config.tls?.authorityPEM)
    }

    /// Where the other members are.
    static func peers(of config: NodeConfig) -> [PeerAddress] {
        config.members.filter { $0.member.id != config.me.member.id }.map {
            PeerAddress(
                member: $0.member.id, name: $0.member.name.text, host: $0.host,
                requestPort: $0.requestPort, publishPort: $0.publishPort)
        }
    }

    private static func rack(
        of config: NodeConfig, signer: LinkSigner, logger: Logger
    ) throws -> GatewayRack {
        let bases = config.members.filter { $0.member.role == .region && !$0.publicURL.isEmpty }
            .map { LinkBase(region: $0.member.name, publicURL: $0.publicURL) }
        return try GatewayRack(
            configs: config.gateways.flatMap(GatewayMapping.configs),
            composer: PageComposer(signer: signer, bases: bases), logger: logger)
    }

    private static func parts(
        of config: NodeConfig, documents: NodeDocuments, rack: GatewayRack, logger: Logger
    ) -> RegionNodeParts {
        let voters = config.members.filter { $0.member.role != .coordinator }.map {
            Voter(id: $0.member.id, isWitness: $0.member.role == .witness)
        }
        let region = RegionConfig(
            me: config.me.member.id, cluster: config.cluster, foundingEpoch: config.foundingEpoch,
            members: config.members.map(\.member), gateways: rack.inventory,
            replication: ReplicationConfig(me: config.me.member.id, voters: voters),
            timings: config.timings)
        return RegionNodeParts(
            config: region, roster: documents.roster, zones: documents.zones,
            dataDirectory: config.dataDirectory,
            identity: identity(of: config, incarnation: Incarnation(0)),
            listen: (config.link.host, config.link.requestPort, config.link.publishPort),
            peers: peers(of: config), rack: rack,
            readRoster: { document in
                try RosterFile.load(
                    text: document.text, file: "roster \(document.version)",
                    zones: documents.zones)
            }, logger: logger)
    }

    private static func reload(
        _ config: NodeConfig, _ node: RegionNode, _ logger: Logger
    ) async {
        if let applied = await node.read({ core, _ in core.control.current?.document.version }) {
            logger.warning(
                "the roster file is not read: roster \(applied) was applied to the cluster",
                metadata: ["remedy": "use meridian roster apply"])
            return
        }
        do {
            let documents = try NodeDocuments.load(for: config)
            for warning in documents.warnings { logger.warning("\(warning)") }
            node.replaceRoster(documents.roster)
            logger.notice("roster replaced", metadata: ["version": "\(documents.roster.version)"])
        } catch {
            logger.error("the roster stays as it was", metadata: ["error": "\(error)"])
        }
    }

    /// Does something about once a second until the task is cancelled.
    static func everySecond(_ work: @Sendable () async -> Void) async {
        while !Task.isCancelled {
            await work()
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
    }
}

/// `meridian coordinator`: runs a coordinator until it is told to stop.
enum CoordinatorProcess {
    /// Runs until SIGTERM or SIGINT. *Errors:* whatever keeps it from starting, with the remedy.
    static func run(configPath: String) async throws {
        let config = try NodeFile.load(path: configPath)
        let logger = NodeProcess.logger(for: config)
        guard config.me.member.role == .coordinator else {
            throw CommandFailure(
                .usage,
                "\(configPath) is a \(config.me.member.role.name)'s file: use `meridian node` for it"
            )
        }
        let registry = PrometheusRegistry(help: NodeMetrics.help)
        MetricsSystem.bootstrap(registry)
        let room = try NodeProcess.descriptorRoom(logger: logger)
        let regions = config.members.filter { $0.member.role == .region }.map(\.member.id)
        let incarnation = CoordinatorIncarnation(directory: config.dataDirectory)
            .next(at: UInt64(Date().timeIntervalSince1970), logger: logger)
        let node = try CoordinatorNode(
            regions: regions, overdueAfter: .seconds(30),
            identity: NodeProcess.identity(of: config, incarnation: incarnation),
            listen: (config.link.host, config.link.requestPort, config.link.publishPort),
            peers: NodeProcess.peers(of: config), logger: logger)
        try node.start()
        let server = CoordinatorHTTPServer(
            host: config.httpListen.host, port: config.httpListen.port,
            service: CoordinatorAdapter(node: node, config: config, registry: registry),
            apiTokens: config.tokens.map(\.token.text), connectionsMax: room.connectionsMax,
            logger: logger)
        let sampler = Task { await NodeProcess.everySecond { await node.recordMetrics() } }
        defer { sampler.cancel() }
        try await server.run { port in
            logger.notice("listening", metadata: ["http": "\(port)"])
        } until: {
            await Signals.waitForEnd {}
            logger.notice("stopping")
        }
        node.stop()
    }
}
