import Basics
import Foundation
import Logging
import Testing

@testable import NNGTransport

/// Keeps what a transport delivers.
final class Recorder: Sendable {
    private let events = Locked<[TransportEvent]>([])

    func record(_ batch: [TransportEvent]) { events.withLock { $0 += batch } }

    var all: [TransportEvent] { events.withLock { $0 } }

    /// The bytes received from a member on a lane, in order of arrival.
    func received(from member: MemberID, _ lane: TransportLane) -> [[UInt8]] {
        all.compactMap { event in
            guard case .received(from: member, lane: lane, bytes: let bytes) = event else {
                return nil
            }
            return bytes
        }
    }

    /// The bytes published by a member, in order of arrival.
    func published(from member: MemberID) -> [[UInt8]] {
        all.compactMap { event in
            guard case .published(from: member, bytes: let bytes) = event else { return nil }
            return bytes
        }
    }

    func count(where isWanted: (TransportEvent) -> Bool) -> Int { all.filter(isWanted).count }

    func linkUps(_ member: MemberID) -> Int { count { $0 == .linkUp(member) } }

    func linkDowns(_ member: MemberID) -> Int {
        count { if case .linkDown(member, reason: _) = $0 { true } else { false } }
    }
}

/// Keeps what is logged at warning or above.
struct LogRecorder: LogHandler {
    private final class Lines: Sendable {
        let lines = Locked<[String]>([])
    }
    private let kept = Lines()
    var logLevel: Logger.Level = .debug
    var metadata: Logger.Metadata = [:]
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard event.level >= .warning else { return }
        kept.lines.withLock { $0.append("\(event.message)") }
    }

    func lines(with text: String) -> [String] {
        kept.lines.withLock { $0.filter { $0.contains(text) } }
    }
}

/// One member of a cluster in this process.
final class Node: Sendable {
    let member: MemberID
    let transport: NNGTransport
    let recorder: Recorder
    let log: LogRecorder

    init(
        _ number: UInt64, cluster: String = "test", wireVersion: UInt8 = 1,
        incarnation: UInt64 = 1, certificate: Certificate? = nil,
        ports: (request: Int, publish: Int) = (0, 0), roster: [UInt64] = [],
        timing: TransportTiming = TransportTiming()
    ) throws {
        member = MemberID(number)
        let recorder = Recorder()
        let log = LogRecorder()
        (self.recorder, self.log) = (recorder, log)
        transport = try NNGTransport(
            identity: TransportIdentity(
                member: MemberID(number), cluster: cluster, wireVersion: wireVersion,
                incarnation: Incarnation(incarnation), certificatePEM: certificate?.certificate,
                privateKeyPEM: certificate?.key, authorityPEM: certificate?.authority),
            listen: (host: "127.0.0.1", requestPort: ports.request, publishPort: ports.publish),
            peers: [], logger: Logger(label: "test") { _ in log }, timing: timing,
            deliver: { recorder.record($0) })
        try transport.start()
        try transport.updatePeers(roster.map { Node.nowhere($0) })
    }

    /// An address at which nobody listens: the member is known and cannot be reached.
    static func nowhere(_ number: UInt64) -> PeerAddress {
        PeerAddress(
            member: MemberID(number), name: "nowhere-\(number)", host: "127.0.0.1",
            requestPort: 1, publishPort: 1)
    }

    var address: PeerAddress {
        let ports = transport.boundPorts
        return PeerAddress(
            member: member, name: "region-\(member)", host: "127.0.0.1",
            requestPort: ports.request, publishPort: ports.publish)
    }

    func meet(_ others: [Node]) throws { try transport.updatePeers(others.map(\.address)) }

    func link(to other: MemberID) -> LinkStatus? {
        transport.status().first { $0.member == other }
    }

    func isUp(_ other: MemberID) -> Bool { link(to: other)?.isUp ?? false }

    func stop() async {
        let transport = transport
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                transport.stop()
                continuation.resume()
            }
        }
    }
}

/// Links every node with every other and waits until all links are up.
func join(_ nodes: [Node]) async throws {
    for node in nodes { try node.meet(nodes.filter { $0.member != node.member }) }
    for node in nodes {
        for other in nodes where other.member != node.member {
            try await eventually("\(node.member) reaches \(other.member)") {
                node.isUp(other.member)
                    && node.link(to: other.member)?.subscription.lastHeardAge != nil
                    && node.link(to: other.member)?.lanes.allSatisfy { $0.lastSuccessAge != nil }
                        == true
            }
        }
    }
}

/// Sends a message again and again, as the core does, until it has arrived.
func deliver(
    _ bytes: [UInt8], from sender: Node, to receiver: Node, _ lane: TransportLane,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    try await eventually(
        "\(bytes) arrives from \(sender.member) on the \(lane) lane",
        {
            sender.transport.send(bytes, to: receiver.member, lane: lane)
            return receiver.recorder.received(from: sender.member, lane).contains(bytes)
        }, sourceLocation: sourceLocation)
}

extension TransportTiming {
    /// For tests in which no message may be lost, however busy the machine is.
    static var patient: TransportTiming {
        var timing = TransportTiming()
        (timing.urgentTimeout, timing.bulkTimeout) = (.seconds(60), .seconds(60))
        (timing.silenceLimit, timing.bulkSilenceLimit) = (.seconds(60), .seconds(60))
        (timing.inboundSilenceLimit, timing.selfCheckLimit) = (.seconds(60), .seconds(60))
        return timing
    }
}

/// Waits until something is so; fails the test if it is not within the limit.
func eventually(
    _ what: String, within seconds: Int = 30, _ isSo: () -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let end = Uptime.now() + .seconds(Int64(seconds))
    while Uptime.now() < end {
        if isSo() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("not within \(seconds) s: \(what)", sourceLocation: sourceLocation)
    throw NotInTime(what: what)
}

struct NotInTime: Error { var what: String }

/// A certificate of one member, its key, and the authority that signed it.
struct Certificate: Codable, Sendable {
    var certificate: String
    var key: String
    var authority: String
}

/// An authority made with the `openssl` command in a temporary folder that is removed at the end.
final class Authority: Sendable {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "nng-transport-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "authority.key")
        try openssl(
            "req", "-x509", "-new", "-key", "authority.key", "-sha256", "-days", "2", "-subj",
            "/O=test/CN=authority", "-out", "authority.pem")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A certificate for a member.
    func issue(_ number: UInt64) throws -> Certificate {
        let name = TransportIdentity.certificateName(of: MemberID(number))
        let file = "\(name)-\(UUID().uuidString)"
        try openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "\(file).key")
        try openssl(
            "req", "-new", "-key", "\(file).key", "-subj", "/O=test/CN=\(name)", "-out",
            "\(file).csr")
        try "subjectAltName=DNS:\(name)\n".write(
            to: folder.appending(path: "\(file).ext"), atomically: true, encoding: .utf8)
        try openssl(
            "x509", "-req", "-in", "\(file).csr", "-CA", "authority.pem", "-CAkey",
            "authority.key", "-CAcreateserial", "-days", "2", "-sha256", "-extfile",
            "\(file).ext", "-out", "\(file).pem")
        return Certificate(
            certificate: try read("\(file).pem"), key: try read("\(file).key"),
            authority: try read("authority.pem"))
    }

    /// The path of the authority's certificate.
    var path: String { folder.appending(path: "authority.pem").path }

    private func read(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    private func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw NotInTime(what: "openssl \(arguments)") }
    }
}

/// So many bytes that are not all alike.
func pattern(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}

/// `#expect` for calls that change their value, which the macro does not take.
func expect<Value: Equatable>(
    _ found: Value, is expected: Value, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found == expected, sourceLocation: sourceLocation)
}
