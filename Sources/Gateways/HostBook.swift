import Basics
import Foundation
import NIOCore
import Synchronization

/// The addresses of providers' hosts.
///
/// The resolver asks one name after the other and may wait half a minute for a silent server; the
/// HTTP library would let the pages of all other hosts wait behind it. So names are asked for here:
/// each on a thread of its own, for a bounded time, and what was known before is used when nobody
/// answers. *Source:* design 5, "one provider's failure is no other's".
package final class HostBook: Sendable {
    /// How long an answer is taken for the truth.
    static let freshTime = Duration.seconds(60)
    /// How long an answer is used while no newer one is to be had.
    static let keptTime = Duration.seconds(24 * 3_600)
    /// How long a try to page waits for the resolver.
    static let waitMax = Span.seconds(3)
    /// How long it waits where an older answer can be used.
    static let shortWaitMax = Span.seconds(1)
    /// The most names that are asked for at once.
    static let lookupsMax = 64
    /// The most names that are kept.
    static let hostsMax = 1_024

    /// Why a name has no address, in the resolver's words.
    struct Failure: Error, Equatable {
        var reason: String
    }

    /// What asks the resolver; it may take as long as it likes.
    typealias LookUp = @Sendable (_ host: String) -> Result<[String], Failure>

    private struct Lookup {
        var since: ContinuousClock.Instant
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private struct Entry {
        var addresses: [String] = []
        var foundAt: ContinuousClock.Instant?
        var failure: Failure?
        var lookup: Lookup?

        /// The addresses, if they are no older than this.
        func known(_ now: ContinuousClock.Instant, within time: Duration) -> [String]? {
            guard let foundAt, now - foundAt <= time else { return nil }
            return addresses
        }
    }

    private enum Next {
        case known([String])
        case wait(AsyncStream<Void>, atMost: Span)
        case silent
    }

    private let lookUp: LookUp
    private let entries = Mutex<[String: Entry]>([:])

    /// A book that asks the system's resolver.
    package convenience init() { self.init { systemAddresses(of: $0) } }

    /// A book that asks something else.
    init(lookUp: @escaping LookUp) { self.lookUp = lookUp }

    /// The numeric addresses of a host, in the order in which they should be tried; at least one.
    /// *Errors:* `unreachable` if it has none, `timedOut` if nobody says so within `limit` or
    /// `waitMax`.
    func addresses(of host: String, within limit: Span) async throws(GatewayError) -> [String] {
        if Self.isNumeric(host) { return [host] }
        switch next(for: host) {
        case .known(let addresses): return addresses
        case .silent: throw Self.silent
        case .wait(let answers, let most):
            _ = await firstResult(within: min(limit, most)) {
                for await _ in answers {}
            }
        }
        let entry = entries.withLock { $0[host] } ?? Entry()
        if let known = entry.known(.now, within: Self.keptTime) { return known }
        guard entry.lookup == nil, let failure = entry.failure else { throw Self.silent }
        throw GatewayError(
            .unreachable, "the provider's host has no address",
            remedy: "check the name, and this machine's DNS",
            cause: CleanText.providerText(failure.reason))
    }

    /// An address could not be connected to: the next try begins with another one, if there is one,
    /// and asks anew.
    func failed(_ address: String, of host: String) {
        entries.withLock { entries in
            guard var entry = entries[host], entry.addresses.first == address else { return }
            entry.addresses.append(entry.addresses.removeFirst())
            entry.foundAt = entry.foundAt.map { $0 - Self.freshTime }
            entries[host] = entry
        }
    }

    /// Whether a host is an address already.
    static func isNumeric(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    private static var silent: GatewayError {
        GatewayError(
            .timedOut, "nobody said in time where the provider's host is",
            remedy: "check this machine's DNS")
    }

    /// What there is to be done for a host's addresses; begins to ask, if nobody does yet.
    private func next(for host: String) -> Next {
        let now = ContinuousClock.now
        let (next, begins) = entries.withLock { entries -> (Next, Bool) in
            var entry = entries[host] ?? Entry()
            if let known = entry.known(now, within: Self.freshTime) {
                return (.known(known), false)
            }
            let kept = entry.known(now, within: Self.keptTime).map { Next.known($0) }
            let begins = entry.lookup == nil
            if let lookup = entry.lookup,
                now - lookup.since > .microseconds(Self.waitMax.microseconds)
            {
                // Somebody has waited for it already.
                return (kept ?? .silent, false)
            }
            if begins {
                guard entries.values.count(where: { $0.lookup != nil }) < Self.lookupsMax else {
                    return (kept ?? .silent, false)
                }
                if entries.count >= Self.hostsMax {
                    entries = entries.filter { $0.value.lookup != nil }
                }
            }
            let (answers, waiting) = AsyncStream.makeStream(of: Void.self)
            var lookup = entry.lookup ?? Lookup(since: now)
            lookup.waiting.append(waiting)
            entry.lookup = lookup
            entries[host] = entry
            let most = kept == nil ? Self.waitMax : Self.shortWaitMax
            return (.wait(answers, atMost: most), begins)
        }
        if begins { Thread.detachNewThread { self.finish(host, self.lookUp(host)) } }
        return next
    }

    private func finish(_ host: String, _ result: Result<[String], Failure>) {
        let waiting = entries.withLock { entries in
            var entry = entries[host] ?? Entry()
            let waiting = entry.lookup?.waiting ?? []
            entry.lookup = nil
            switch result {
            case .success(let addresses) where !addresses.isEmpty:
                (entry.addresses, entry.foundAt, entry.failure) = (addresses, .now, nil)
            case .success: entry.failure = Failure(reason: "no address")
            case .failure(let failure): entry.failure = failure
            }
            entries[host] = entry
            return waiting
        }
        for one in waiting { one.finish() }
    }
}
