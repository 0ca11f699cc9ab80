package import Basics

/// Where people's browsers reach a region.
package struct PublicSite: Equatable, Sendable {
    /// The region.
    package var region: RegionName
    /// What its addresses begin with, without a slash at the end.
    package var url: String

    /// A site.
    package init(region: RegionName, url: String) {
        (self.region, self.url) = (region, url.hasSuffix("/") ? String(url.dropLast()) : url)
    }

    /// The address without its path: what a policy names. *Source:* RFC 6454.
    var origin: String {
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        return parts.prefix(3).joined(separator: "/")
    }
}
