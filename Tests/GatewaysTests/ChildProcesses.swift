import Foundation
import Testing

/// A folder of a test's own, removed at its end.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("gateways-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// A server of Support/ as a child process: started, asked for its port, and ended by its own
/// handle.
final class ChildServer {
    let port: Int
    let folder: TemporaryFolder
    private let process = Process()

    init(_ script: String, arguments: (TemporaryFolder) throws -> [String]) throws {
        folder = try TemporaryFolder()
        let support = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appendingPathComponent("Support/\(script)")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-B", support.path] + (try arguments(folder))
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while line.last != 0x0A,
            let byte = try output.fileHandleForReading.read(upToCount: 1)?.first
        {
            line.append(byte)
        }
        let text = String(decoding: line.dropLast(), as: UTF8.self)
        port = try #require(Int(text), "\(script) did not print its port but \(text)")
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// The path of the file that the server writes what it got to.
    static func record(_ folder: TemporaryFolder) -> String { folder.file("record.jsonl") }

    /// What the server got, decoded line by line.
    func records<Record: Decodable>(_ type: Record.Type) throws -> [Record] {
        guard let data = FileManager.default.contents(atPath: Self.record(folder)) else {
            return []
        }
        return try data.split(separator: 0x0A).map {
            try JSONDecoder().decode(Record.self, from: Data($0))
        }
    }
}

/// A key and a certificate that trusts itself, made once by openssl.
struct TestCertificate: Sendable {
    /// The certificate.
    let pem: String
    private let keyPEM: String

    /// For localhost and 127.0.0.1.
    static let shared = Result { try TestCertificate(names: "DNS:localhost,IP:127.0.0.1") }
    /// For another host.
    static let misnamed = Result { try TestCertificate(names: "DNS:other.example.com") }

    private init(names: String) throws {
        let folder = try TemporaryFolder()
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(names)",
            "-out", folder.file("certificate.pem"), "-keyout", folder.file("key.pem"),
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0, "openssl made no certificate")
        pem = try String(contentsOfFile: folder.file("certificate.pem"), encoding: .utf8)
        keyPEM = try String(contentsOfFile: folder.file("key.pem"), encoding: .utf8)
    }

    /// Writes both into one file of a folder, as servers read them; its path.
    func write(into folder: TemporaryFolder) throws -> String {
        let path = folder.file("identity.pem")
        try (pem + keyPEM).write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
