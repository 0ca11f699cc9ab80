import Basics
import Escalation
import Foundation
import IncidentModel
import OnCall
import RegionCore
import Testing

@testable import ConfigFiles

@Suite struct NodeFileTests {
    @Test func `a node's file is read with every field, its paths and its secrets`() throws {
        let folder = try TempFolder()
        let config = try NodeFile.load(path: try writeNode(in: folder))
        #expect(config.warnings.isEmpty, "\(config.warnings)")
        #expect(config.cluster == "demo")
        #expect(config.foundingEpoch == 1)
        #expect(config.me.member == Member(id: MemberID(0xA1), name: "ap", role: .region))
        #expect(config.dataDirectory == "\(folder.path)/ap/data")
        #expect(config.rosterPath == "\(folder.path)/roster.yaml")
        #expect(config.runbooksPaths == ["\(folder.path)/runbooks"])
        #expect(config.httpListen == Endpoint(host: "127.0.0.1", port: 8_101))
        #expect(config.publicURL == "https://ap.example.com")
        #expect(config.link.host == "0.0.0.0")
        #expect(config.link.requestPort == 8_201 && config.link.publishPort == 8_301)
        #expect(config.tls?.keyPEM.text.contains("PRIVATE KEY") == true)
        #expect(config.tokens.map(\.name) == ["operator", "bot"])
        #expect(config.tokens[0].token.text == String(repeating: "t", count: 32))
        #expect(config.tokens.map(\.may) == [.administer, .respond])
        #expect(config.linkKey.bytes == [UInt8](repeating: 0x0F, count: 32))
        #expect(config.logLevel == .debug)
        #expect(config.members.map(\.member.role) == [.region, .region, .witness, .coordinator])
        #expect(config.members[0].http == Endpoint(host: "ap.example.com", port: 8_101))
        #expect(config.members[2].publicURL.isEmpty && config.members[2].http == nil)
        var timings = DutyTimings()
        (timings.firstGrace, timings.retryPauseMax) = (.seconds(3), .minutes(1))
        timings.attemptsMax = 4
        #expect(config.timings == timings)
    }

    @Test(arguments: [
        ("[../runbooks, /srv/all]", ["runbooks", "/srv/all"]), ("../own", ["own"]),
        ("[../own]", ["own"]),
    ])
    func `runbooks are in one folder or several`(written: String, expected: [String]) throws {
        let folder = try TempFolder()
        let text = nodeText.replacing("runbooks: ../runbooks", with: "runbooks: \(written)")
        let config = try NodeFile.load(path: try writeNode(text, in: folder))
        #expect(
            config.runbooksPaths
                == expected.map { $0.hasPrefix("/") ? $0 : "\(folder.path)/\($0)" })
    }

    @Test(arguments: ["[]", "[../a, ../a]", "{a: b}", ""])
    func `a folder of runbooks that makes no sense is refused`(written: String) throws {
        let folder = try TempFolder()
        let text = nodeText.replacing("runbooks: ../runbooks", with: "runbooks: \(written)")
        let path = try writeNode(text, in: folder)
        let error = #expect(throws: ConfigError.self) { try NodeFile.load(path: path) }
        #expect(error?.errors.allSatisfy { $0.field.hasPrefix("runbooks") } == true)
    }

    @Test func `providers are read in order, with their secrets`() throws {
        let folder = try TempFolder()
        let config = try NodeFile.load(path: try writeNode(in: folder))
        #expect(config.gateways.map(\.channel) == [.email, .sms, .chat, .webhook, .file])
        let password = SecretBytes(Array("p4ss word".utf8))
        #expect(
            config.gateways[0].providers == [
                .smtp(
                    SMTPSettings(
                        name: "main", host: "mail.example.com", port: 587,
                        from: "meridian@example.com", encryption: .required, authorityPEM: nil,
                        login: SMTPSettings.Login(user: "meridian", password: password),
                        helo: nil)),
                .smtp(
                    SMTPSettings(
                        name: "spare", host: "127.0.0.1", port: 1_025, from: "meridian@example.com",
                        encryption: .off, authorityPEM: config.tls?.authorityPEM, login: nil,
                        helo: "ap.example.com")),
            ])
        #expect(
            config.gateways[1].providers == [
                .twilio(
                    TwilioSettings(
                        name: "twilio", baseURL: "https://sms.example.com", accountSID: "AC1",
                        authToken: SecretBytes(Array("tw-secret".utf8)), from: "+6591234567"))
            ])
        #expect(config.gateways[2].providers == [.slack(name: "slack")])
        #expect(
            config.gateways[3].providers == [
                .webhook(name: "webhook", secret: SecretBytes(Array("wh-secret".utf8)))
            ])
        #expect(
            config.gateways[4].providers == [
                .file(name: "pages", path: "\(folder.path)/ap/pages.jsonl")
            ])
    }

    @Test func `printing a configuration shows no secret`() throws {
        let folder = try TempFolder()
        let config = try NodeFile.load(path: try writeNode(in: folder))
        var dumped = ""
        dump(config, to: &dumped)
        for text in [String(describing: config), String(reflecting: config), dumped] {
            for secret in ["p4ss", "tw-secret", "wh-secret", "tttt", "BEGIN PRIVATE", "15, 15"] {
                #expect(!text.contains(secret), "\(secret)")
            }
        }
    }

    static let mistakes = [
        Mistake(
            "member: \"00000000000000a1\"", "member: \"a1\"", "badValue", "member",
            says: "16 digits"),
        Mistake(
            "member: \"00000000000000a1\"", "member: \"00000000000000a9\"", "badReference",
            "member", says: "no member"),
        Mistake(
            "foundingEpoch: 1", "foundingEpoch: 0", "badValue", "foundingEpoch", says: "from 1"),
        Mistake("data: data\n", "", "missing", "data", says: "data directory", at: "cluster: demo"),
        Mistake(
            "listen: \"127.0.0.1:8101\"", "listen: 8101", "badValue", "http.listen",
            says: "\"127.0.0.1:8101\""),
        Mistake(
            "publicURL: https://ap.example.com/\nnng", "publicURL: ap.example.com\nnng", "badValue",
            "http.publicURL", says: "https://"),
        Mistake(
            "https://ap.example.com/\n", "https://ap.example.com/?a=1\n", "badValue",
            "http.publicURL", says: "query"),
        Mistake(
            "  publishPort: 8301\ntls", "  publishPort: 8201\ntls", "contradiction", "nng",
            says: "twice", at: "  listen: \"0.0.0.0\""),
        Mistake(
            "key: member.key", "key: member.kee", "unreadable", "tls.key", says: "no such file"),
        Mistake(
            "key: member.key", "key: member.pem", "badValue", "tls.key", says: "no private key"),
        Mistake(
            "certificate: member.pem", "certificate: member.key", "badValue", "tls.certificate",
            says: "no certificate"),
        Mistake(
            "linkKey: link.key", "linkKey: twilio-token", "badValue", "linkKey",
            says: "64 hexadecimal"),
        Mistake(
            "id: \"00000000000000a2\"", "id: \"00000000000000a1\"", "duplicate", "members[1]",
            says: "same id", at: "name: eu"),
        Mistake(
            "name: eu\n    id", "name: ap\n    id", "duplicate", "members[1]", says: "same name"),
        Mistake(
            "requestPort: 8202", "requestPort: 8301", "duplicate", "members[3]",
            says: "same host and port", at: "name: coordinator"),
        Mistake(
            "    publicURL: https://eu.example.com\n", "", "missing", "members[eu].publicURL",
            says: "links", at: "name: eu"),
        Mistake(
            "role: witness", "role: winess", "badValue", "members[judge].role",
            says: "did you mean `witness`?"),
        Mistake(
            "passwordFile: smtp-password", "password: hunter2", "unknownKey",
            "gateways.email[main].password", says: "passwordFile"),
        Mistake(
            "name: spare\n      host", "name: main\n      host", "duplicate", "gateways.email[1]",
            says: "another `name`"),
        Mistake(
            "host: mail.example.com", "starttls: off\n      host: mail.example.com", "insecure",
            "gateways.email[main].starttls", says: "clear"),
        Mistake(
            "starttls: off", "starttls: no", "badValue", "gateways.email[spare].starttls",
            says: "`off`"),
        Mistake(
            "chat: [{kind: slack}]", "chat: [{kind: smtp}]", "badValue", "gateways.chat[0].kind",
            says: "`slack`"),
        Mistake("  file: [", "  pigeon: [", "unknownKey", "gateways.pigeon", says: "`email`"),
        Mistake("firstGrace: 3s", "firstGrace: 3", "badValue", "timings.firstGrace", says: "`90s`"),
        Mistake(
            "firstGrace: 3s", "heartbeat: 3s", "unknownKey", "timings.heartbeat", says: "fixed"),
        Mistake(
            "retryPauseMax: 1m", "retryPauseMax: 100ms", "contradiction", "timings", says: "longer",
            at: "firstGrace"),
        Mistake(
            "firstGrace: 3s", "attemptTimeout: 9s", "contradiction", "timings", says: "intentHold"),
        Mistake("{level: debug}", "{level: loud}", "badValue", "log.level", says: "`trace`"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is reported once, with its line, its field and the remedy`(
        mistake: Mistake
    ) throws {
        let folder = try TempFolder()
        let find = try #require(nodeText.range(of: mistake.find), "the good file lacks the text")
        let text = nodeText.replacingCharacters(in: find, with: mistake.replace)
        let path = try writeNode(text, in: folder)
        let error = #expect(throws: ConfigError.self) { try NodeFile.load(path: path) }
        let errors = error?.errors ?? []
        // A user without a password, and a password without a user, are two halves of one mistake.
        let found = errors.filter { $0.code.rawValue == mistake.code }
        try #require(found.count == 1 && errors.count <= 2, "\(errors)")
        #expect(found[0].field == mistake.field)
        #expect(found[0].line == line(of: mistake.at ?? mistake.replace, in: text))
        #expect(found[0].description.contains(mistake.says), "\(found[0])")
        #expect(found[0].file == path)
    }

    @Test func `secrets that others may read are pointed out, and certificates are not`() throws {
        let folder = try TempFolder()
        let path = try writeNode(in: folder)
        for name in ["tokens.yaml", "link.key", "member.key", "smtp-password"] {
            try folder.setMode(0o640, "ap/\(name)")
        }
        let warnings = try NodeFile.load(path: path).warnings
        #expect(warnings.map(\.code) == Array(repeating: .insecure, count: 4))
        #expect(warnings.allSatisfy { $0.remedy.hasPrefix("run `chmod 600 \(folder.path)/ap/") })
        #expect(warnings[0].message.contains("mode 640"))
    }

    @Test func `links without TLS must be asked for twice`() throws {
        let folder = try TempFolder()
        let off = nodeText.replacing(
            "tls:\n  certificate: member.pem\n  key: member.key\n  authority: authority.pem\n",
            with: "tls: off\n")
        let path = try writeNode(off, in: folder)
        let error = #expect(throws: ConfigError.self) { try NodeFile.load(path: path) }
        #expect(error?.errors.map(\.code) == [.insecure])
        let twice = try NodeFile.load(
            path: try writeNode(off + "insecure: true\n", in: folder))
        #expect(twice.tls == nil)
        #expect(twice.warnings.map(\.code) == [.insecure])
        let torn = try writeNode(nodeText + "insecure: true\n", in: folder)
        let contradiction = #expect(throws: ConfigError.self) { try NodeFile.load(path: torn) }
        #expect(contradiction?.errors.map(\.code) == [.contradiction])
    }

    @Test func `a token says what it may; one without a role may do everything, with a warning`()
        throws
    {
        let folder = try TempFolder()
        let path = try writeNode(in: folder)
        let long = String(repeating: "s", count: 32)
        try folder.write(
            "ap/tokens.yaml",
            "old: \(long)a\nlook: {token: \(long)b, may: read}\nlead: {token: \(long)c, may: command}\n"
        )
        let config = try NodeFile.load(path: path)
        #expect(config.tokens.map(\.may) == [.administer, .read, .command])
        #expect(config.warnings.map(\.code) == [.insecure])
        #expect(config.warnings.first?.line == 1)
        #expect(config.warnings.first?.remedy.contains("old: {token: TOKEN, may: respond}") == true)
        try folder.write(
            "ap/tokens.yaml",
            "a: {token: \(long)a}\nb: {token: \(long)b, may: comand}\nc: {may: read}\n"
                + "d: {token: \(long)d, can: read, may: read}\ne: {token: short-one, may: read}\n")
        let error = #expect(throws: ConfigError.self) { try NodeFile.load(path: path) }
        #expect(error?.errors.map(\.line) == [1, 2, 3, 4, 5])
        #expect(
            error?.errors.map(\.code) == [
                .missing, .badValue, .missing, .unknownKey, .badValue,
            ])
        #expect(error?.errors[1].remedy.contains("command") == true)
        #expect(error?.description.contains(long) == false)
        #expect(error?.description.contains("short-one") == false)
    }

    @Test func `tokens must be long, differ, and stay out of messages`() throws {
        let folder = try TempFolder()
        let path = try writeNode(in: folder)
        let long = String(repeating: "s", count: 32)
        try folder.write("ap/tokens.yaml", "a: \(long)\nb: short-one\nc: \(long)\nD: \(long)x\n")
        let error = #expect(throws: ConfigError.self) { try NodeFile.load(path: path) }
        #expect(error?.errors.map(\.line) == [2, 3, 4])
        #expect(error?.errors.map(\.code) == [.badValue, .duplicate, .badValue])
        #expect(error?.description.contains("short-one") == false)
        #expect(error?.description.contains(long) == false)
        #expect(error?.errors.allSatisfy { $0.file.hasSuffix("ap/tokens.yaml") } == true)
    }

    @Test(arguments: [
        // Two votes: nothing commits while either is down.
        (
            "  - name: judge\n    role: witness", "  - name: judge\n    role: coordinator",
            "two votes"
        ),
        // Four votes survive no more failures than three.
        (
            "  - name: coordinator\n    role: coordinator",
            "  - name: coordinator\n    role: witness", "4 votes"
        ),
        (
            "listen: \"0.0.0.0\"\n  requestPort: 8201", "listen: \"0.0.0.0\"\n  requestPort: 9201",
            "are told 8201"
        ),
        ("https://ap.example.com", "http://ap.example.com", "in the clear"),
        (
            "publicURL: https://ap.example.com/\n", "publicURL: https://other.example.com\n",
            "are told `https://ap.example.com`"
        ),
    ])
    func `what works and is seldom wanted is a warning`(
        find: String, replace: String, says: String
    ) throws {
        let folder = try TempFolder()
        let text = nodeText.replacing(find, with: replace)
        try #require(text != nodeText)
        let warnings = try NodeFile.load(path: try writeNode(text, in: folder)).warnings
        try #require(warnings.count == 1, "\(warnings)")
        #expect(warnings[0].message.contains(says))
    }

    @Test func `a region without gateways is warned of, a witness is not`() throws {
        let folder = try TempFolder()
        let text = String(nodeText[..<(try #require(nodeText.range(of: "gateways:"))).lowerBound])
        let region = try NodeFile.load(path: try writeNode(text, in: folder))
        #expect(region.warnings.map(\.code) == [.advice])
        let witness = text.replacing(
            "member: \"00000000000000a1\"", with: "member: \"00000000000000a3\"")
        let config = try NodeFile.load(path: try writeNode(witness, in: folder))
        #expect(config.me.member.role == .witness)
        #expect(config.warnings.isEmpty)
    }

    @Test func `a node's file and the roster must know the same regions`() throws {
        let folder = try TempFolder()
        let config = try NodeFile.load(path: try writeNode(in: folder))
        let roster = try RosterFile.load(path: config.rosterPath, zones: nil) { _ in }
        // Mei has a voice contact, and this region has no provider for calls.
        let findings = NodeFile.findings(config, with: roster)
        #expect(findings.map(\.field) == ["gateways.voice"])
        #expect(findings.first?.message.contains("mei") == true)
        var other = roster
        other.regions[1].name = "emea"
        let clash = NodeFile.findings(config, with: other)
        #expect(clash.map(\.gravity) == [.error, .warning, .warning])
        #expect(clash.map(\.field) == ["members[eu]", "regions[emea]", "gateways.voice"])
    }

    @Test func `a file that is not there is refused with the remedy`() throws {
        let error = #expect(throws: ConfigError.self) {
            try NodeFile.load(path: "no/such/node.yaml")
        }
        #expect(error?.problems.first?.file == "no/such/node.yaml")
        #expect(error?.problems.first?.remedy.contains("meridian cluster init") == true)
    }

    @Test func `messages may come from a messaging service, calls may not`() throws {
        let folder = try TempFolder()
        let service = "MG" + String(repeating: "0", count: 32)
        let text = nodeText.replacing("from: \"+6591234567\"", with: "from: \(service)")
        let config = try NodeFile.load(path: try writeNode(text, in: folder))
        guard case .twilio(let settings) = config.gateways[1].providers.first else {
            Issue.record("no provider: \(config.gateways)")
            return
        }
        #expect(settings.from == service)
        let calls = try writeNode(text.replacing("  sms:\n", with: "  voice:\n"), in: folder)
        let error = #expect(throws: ConfigError.self) { try NodeFile.load(path: calls) }
        #expect(error?.errors.map(\.field) == ["gateways.voice[0].from"])
    }

    @Test func `a node's documents are checked against one another`() throws {
        let folder = try TempFolder()
        let config = try NodeFile.load(path: try writeNode(in: folder))
        let documents = try NodeDocuments.load(for: config)
        #expect(documents.roster.people.count == 3)
        #expect(documents.zones["Asia/Tokyo"] != nil)
        #expect(documents.warnings.map(\.field) == ["gateways.voice"])
        try folder.write("roster.yaml", rosterText.replacing("Asia/Tokyo", with: "Asia/Tokio"))
        let zone = #expect(throws: ConfigError.self) { try NodeDocuments.load(for: config) }
        #expect(zone?.errors.map(\.line) == [line(of: "Asia/Tokyo", in: rosterText)])
        try folder.write(
            "roster.yaml",
            rosterText.replacing("name: eu\n", with: "name: emea\n")
                .replacing("region: eu\n", with: "region: emea\n"))
        let region = #expect(throws: ConfigError.self) { try NodeDocuments.load(for: config) }
        #expect(region?.errors.map(\.field) == ["members[eu]"])
    }
}
