package import Basics
package import CoreMetrics
package import Gateways

/// A token with which a client may use the API.
package struct APIToken: Sendable {
    /// The name by which logs call its holder.
    package var name: String
    /// The secret.
    package var token: String
    /// What its holder may do.
    package var may: APIRole

    /// A token.
    package init(name: String, token: String, may: APIRole) {
        (self.name, self.token, self.may) = (name, token, may)
    }
}

/// What the HTTP server is told once.
package struct HTTPServerConfig: Sendable {
    /// The address to listen on.
    package var host: String
    /// The port to listen on; 0 lets the system choose one.
    package var port: Int
    /// The cluster's name: the tenant in group ids.
    package var cluster: String
    /// The configuration epoch the cluster was founded with.
    package var foundingEpoch: UInt64
    /// The tokens of the API; without any the API refuses everybody.
    package var apiTokens: [APIToken]
    /// Checks one-tap links.
    package var linkSigner: LinkSigner
    /// The most intake requests under way at once; more are answered 503.
    package var intakeWaitingMax: Int
    /// The most connections that are open at once; further ones wait to be accepted.
    package var connectionsMax: Int
    /// How long a connection may be silent, between requests or in the middle of one.
    package var idleTimeout: Span
    /// How long a client may leave an answer unread.
    package var stallTime: Span
    /// How long a whole body may take.
    package var bodyTime: Span
    /// Where browsers reach the regions, this one among them.
    package var sites: [PublicSite]
    /// Where counters go.
    package var metricsFactory: any MetricsFactory

    /// A configuration.
    package init(
        host: String, port: Int, cluster: String, foundingEpoch: UInt64, apiTokens: [APIToken],
        linkSigner: LinkSigner, intakeWaitingMax: Int = Limits.intakeWaitingMax,
        connectionsMax: Int = 16_384, idleTimeout: Span = .seconds(60),
        stallTime: Span = .seconds(30), bodyTime: Span = .seconds(10),
        sites: [PublicSite] = [],
        metricsFactory: any MetricsFactory = MetricsSystem.factory
    ) {
        (self.host, self.port) = (host, port)
        (self.cluster, self.foundingEpoch) = (cluster, foundingEpoch)
        (self.apiTokens, self.linkSigner) = (apiTokens, linkSigner)
        (self.intakeWaitingMax, self.connectionsMax) = (intakeWaitingMax, connectionsMax)
        (self.idleTimeout, self.metricsFactory) = (idleTimeout, metricsFactory)
        (self.stallTime, self.bodyTime, self.sites) = (stallTime, bodyTime, sites)
    }

    /// The group of a correlation key.
    func group(ofCorrelationKey key: String) -> GroupID {
        GroupID.derive(tenant: cluster, correlationKey: key, foundingEpoch: foundingEpoch)
    }
}
