import Basics
import ConfigFiles
import Escalation
import Foundation

extension FuzzTarget {
    /// The files that operators write.
    static let configTargets = [rosterFile, nodeFile]

    private static let rosterFile = read(
        "roster-file", isText: true, [Array(rosterText.utf8), Array(smallRosterText.utf8)],
        by: { bytes -> Roster? in
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            return try RosterFile.load(text: text, file: "roster.yaml")
        },
        check: { roster in roster.catchAll.isEmpty ? "nobody catches what is left" : nil })

    private static let nodeFile = FuzzTarget(
        name: "node-file", isText: true, seeds: [Array(nodeText.utf8)],
        run: { bytes in
            guard let folder = try? NodeFolder(bytes) else { return .broken("no folder") }
            defer { folder.remove() }
            guard let config = try? NodeFile.load(path: folder.path) else { return .refused }
            guard let again = try? NodeFile.load(path: folder.path), again == config else {
                return .broken("it is read otherwise the second time")
            }
            return config.members.contains(config.me) ? .accepted : .broken("it is no member")
        })

    private static let smallRosterText = """
        regions: [{name: eu, zone: Europe/Berlin, day: "09:00-18:00"}]
        people: [{id: ana, name: Ana, region: eu, contacts: [{file: ana}]}]
        schedules: [{id: all, shifts: [{region: eu, rotation: daily, from: 2026-02-01, people: [ana]}]}]
        policies: [{id: default, levels: [{page: [schedule all], timeouts: &t 45s}]}]
        services: [{id: checkout, policy: default}]
        catchAll: [ana]

        """

    private static let rosterText = """
        regions:
          - {name: ap, zone: Asia/Singapore, day: "09:00-17:00"}
          - name: eu
            zone: Europe/Berlin
            day: "09:00-18:00"
            days: mon-fri

        people:
          - id: mei
            name: Mei Tanaka
            region: ap
            zone: Asia/Tokyo
            contacts:
              - email: mei@example.com
              - sms: "+65 9123-4567"
                after: 2m
                severity: SEV2
              - voice: +6591234567
                after: 1m30s
              - chat: https://chat.example.com/hook/1
              - webhook: https://example.com/page?who=mei
              - file: mei
          - id: raj
            name: Raj Nair
            region: ap
            contacts:
              - email: raj@example.com
          - id: ana
            name: Ana Keller
            region: eu
            contacts: [{email: ana@example.com}]

        schedules:
          - id: follow-the-sun
            name: Follow the sun
            uncovered: first-shift
            shifts:
              - region: ap
                window: "09:00-17:00"
                days: mon-fri
                rotation: weekly
                handoff: "mon 09:30"
                from: 2026-01-05
                people: [mei, raj]
              - region: eu
                zone: Europe/London
                window: "22:00-06:00"
                days: [sat, sun]
                rotation: every 3 days
                from: 2026-01-07
                people: [ana, mei]
          - id: night
            shifts:
              - region: eu
                rotation: daily
                handoff: "08:00"
                from: 2026-02-01
                people: [ana, raj]

        policies:
          - id: default
            repeat: 1
            levels:
              - page: [schedule follow-the-sun, person ana]
                timeouts: {sev1: 20s, sev2: manual, sev5: 2h}
              - page:
                  - schedule: night
                timeouts: 45s
              - page: [person raj]

        services:
          - id: checkout
            name: Checkout
            policy: default
            severity: SEV2
            runbook: https://runbooks.example.com/checkout
            keys: [0123456789abcdef0123456789abcdef, fedcba9876543210fedcba9876543210]
          - id: search
            policy: default

        catchAll: [ana, mei]

        """

    private static let nodeText = """
        cluster: demo
        foundingEpoch: 1
        member: "00000000000000a1"
        data: data
        roster: ../roster.yaml
        http:
          listen: "127.0.0.1:8101"
          publicURL: https://ap.example.com/
        nng:
          listen: "0.0.0.0"
          requestPort: 8201
          publishPort: 8301
        tls:
          certificate: member.pem
          key: member.key
          authority: authority.pem
        tokens: tokens.yaml
        linkKey: link.key
        members:
          - name: ap
            role: region
            id: "00000000000000a1"
            host: ap.example.com
            requestPort: 8201
            publishPort: 8301
            publicURL: https://ap.example.com
            http: "ap.example.com:8101"
          - name: eu
            id: "00000000000000a2"
            host: eu.example.com
            requestPort: 8201
            publishPort: 8301
            publicURL: https://eu.example.com
          - name: judge
            role: witness
            id: "00000000000000a3"
            host: judge.example.com
            requestPort: 8201
            publishPort: 8301
          - name: coordinator
            role: coordinator
            id: "00000000000000a4"
            host: judge.example.com
            requestPort: 8202
            publishPort: 8302
        gateways:
          email:
            - name: main
              kind: smtp
              host: mail.example.com
              from: meridian@example.com
              user: meridian
              passwordFile: smtp-password
            - name: spare
              host: 127.0.0.1
              port: 1025
              from: meridian@example.com
              starttls: off
              authority: authority.pem
              helo: ap.example.com
          sms:
            - kind: twilio
              baseURL: https://sms.example.com/
              accountSID: AC1
              tokenFile: twilio-token
              from: "+6591234567"
          chat: [{kind: slack}]
          webhook: [{secretFile: webhook-secret}]
          file: [{name: pages, path: pages.jsonl}]
        timings:
          firstGrace: 3s
          retryPauseMax: 1m
          attemptsMax: 4
        log: {level: debug}

        """
}

/// A node's file and everything it names, in a folder of its own.
private struct NodeFolder {
    private let root: String
    /// The node's file.
    let path: String

    init(_ node: [UInt8]) throws {
        let unique = ProcessInfo.processInfo.globallyUniqueString
        root =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("meridian-fuzz-\(unique)").path
        path = "\(root)/ap/node.yaml"
        try FileManager.default.createDirectory(
            atPath: "\(root)/ap", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let authority = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
        let key = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"
        let texts = [
            ("member.pem", authority), ("authority.pem", authority), ("member.key", key),
            ("tokens.yaml", "operator: " + String(repeating: "t", count: 32) + "\n"),
            ("link.key", String(repeating: "0f", count: 32) + "\n"),
            ("smtp-password", "p4ss word\n"), ("twilio-token", "tw-secret"),
            ("webhook-secret", "wh-secret\n"),
        ]
        for (name, text) in texts { try write(name, Array(text.utf8)) }
        try write("node.yaml", node)
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = "\(root)/ap/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    func remove() { try? FileManager.default.removeItem(atPath: root) }
}
