import ArgumentParser
import Foundation
import Testing

@testable import meridian

private func resolve(
    config: String? = nil, urls: [String] = [], token: String? = nil, region: String? = nil,
    environment: [String: String] = [:]
) throws -> ClientConfiguration {
    try ClientConfiguration.resolve(
        config: config, urls: urls, token: token, region: region, environment: environment)
}

/// Runs something with the path of a file of this text, and removes the file.
private func withFile<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("meridian-command-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("client.yaml")
    try Data(text.utf8).write(to: file)
    return try body(file.path)
}

private func failure(_ body: () throws -> some Any) throws -> CommandFailure {
    let error = #expect(throws: CommandFailure.self) { _ = try body() }
    return try #require(error)
}

private let sample = """
    # written by cluster init
    cluster: demo
    regions:
      - name: us
        url: http://127.0.0.1:8103
      - name: ap
        url: http://127.0.0.1:8101
    token: from-file
    """

struct ConfigurationTests {
    @Test func `regions keep the order of the file`() throws {
        try withFile(sample) { path throws in
            let found = try resolve(config: path)
            #expect(found.regions.map(\.name) == ["us", "ap"])
            #expect(found.regions.map(\.url) == ["http://127.0.0.1:8103", "http://127.0.0.1:8101"])
            #expect(found.token == "from-file")
            #expect(found.origin == path)
        }
    }

    @Test func `coordinators are read, and left out where one region is asked for`() throws {
        let text = sample + "\ncoordinators: [{name: coordinator, url: \"http://127.0.0.1:8104\"}]"
        try withFile(text) { path throws in
            #expect(try resolve(config: path).coordinators.map(\.name) == ["coordinator"])
            #expect(try resolve(config: path, region: "us").coordinators.isEmpty)
        }
        try withFile(sample) { path throws in
            #expect(try resolve(config: path).coordinators.isEmpty)
        }
    }

    @Test func `the command line wins over the environment, and that over the file`() throws {
        try withFile(sample) { path throws in
            let environment = ["MERIDIAN_CONFIG": path, "MERIDIAN_TOKEN": "from-environment"]
            let fromFile = try resolve(environment: ["MERIDIAN_CONFIG": path])
            #expect(fromFile.token == "from-file")
            let fromEnvironment = try resolve(environment: environment)
            #expect(fromEnvironment.token == "from-environment")
            let given = try resolve(token: "given", environment: environment)
            #expect(given.token == "given")
            let elsewhere = ["MERIDIAN_CONFIG": "/nowhere/client.yaml"]
            #expect(try resolve(config: path, environment: elsewhere).regions.count == 2)
        }
    }

    @Test func `an empty variable is as good as none`() throws {
        try withFile(sample) { path throws in
            let found = try resolve(config: path, environment: ["MERIDIAN_TOKEN": ""])
            #expect(found.token == "from-file")
        }
    }

    @Test func `addresses on the command line take a named file's token and no other's`() throws {
        try withFile(sample) { path throws in
            let url = "http://10.0.0.1:9000"
            let named = try resolve(config: path, urls: [url])
            #expect(named.regions == [try RegionEndpoint(name: "10.0.0.1:9000", url: url)])
            #expect(named.token == "from-file")
            #expect(try resolve(urls: [url]).token == nil)
        }
    }

    @Test func `one region can be chosen, and a wrong name tells the right ones`() throws {
        try withFile(sample) { path throws in
            #expect(try resolve(config: path, region: "ap").regions.map(\.name) == ["ap"])
            let failure = try failure { try resolve(config: path, region: "eu") }
            #expect(failure.status == .usage)
            #expect(failure.remedy == "one of: us, ap")
        }
    }

    @Test(arguments: [
        // What is in the file, and what the message says.
        ("", "there are no regions in it"), ("regions: []", "there are no regions in it"),
        ("regions: [", "is not YAML"), ("regions: [ap]", ":1: a region has a name and a url"),
        ("regions:\n  - name: ap\n", ":2: a region has a name and a url"),
        (
            "regions:\n  - {name: ap, url: \"ftp://x\"}",
            ":2: \"ftp://x\" is not the address of a node"
        ),
    ])
    func `a broken file names the place and the remedy`(text: String, message: String) throws {
        try withFile(text) { path throws in
            let failure = try failure { try resolve(config: path) }
            #expect(failure.status == .usage)
            #expect(failure.message.hasPrefix(path))
            #expect(failure.message.contains(message))
            #expect(!failure.remedy.isEmpty)
        }
    }

    @Test func `a file that is not there is told with the remedy`() throws {
        let failure = try failure { try resolve(config: "/nowhere/client.yaml") }
        #expect(failure.message == "/nowhere/client.yaml cannot be read")
        #expect(failure.remedy.contains("meridian cluster init"))
    }

    @Test(arguments: ["127.0.0.1:8101", "http://", "ftp://host", "http://host?x=1", ""])
    func `what is no address is refused`(url: String) {
        #expect(throws: CommandFailure.self) { try RegionEndpoint(url: url) }
    }
}

struct ClusterDirectoryTests {
    @Test func `a cluster is where its client yaml is, unless another directory is given`() throws {
        let environment = ["MERIDIAN_CONFIG": "prod/client.yaml"]
        #expect(try ClusterDirectory.resolve(nil, environment: environment) == "prod")
        #expect(try ClusterDirectory.resolve("other/", environment: environment) == "other")
        let here = ["MERIDIAN_CONFIG": "client.yaml"]
        #expect(try ClusterDirectory.resolve(nil, environment: here) == ".")
    }

    @Test(arguments: [("a/", "a"), ("a//", "a"), ("/", "/"), ("", ""), ("a/b", "a/b")])
    func `a slash at the end does no harm`(path: String, expected: String) {
        #expect(ClusterDirectory.tidy(path) == expected)
    }
}

struct ActorTests {
    @Test(arguments: [
        (["--as", "mei"], ["MERIDIAN_USER": "raj", "USER": "root"], "mei"),
        ([], ["MERIDIAN_USER": "raj", "USER": "root"], "raj"), ([], ["USER": "root"], "root"),
        ([], ["MERIDIAN_USER": "", "USER": "root"], "root"),
    ])
    func `who acts is told by --as, MERIDIAN_USER, USER, in this order`(
        arguments: [String], environment: [String: String], expected: String
    ) throws {
        #expect(try ActorOptions.parse(arguments).resolve(environment: environment) == expected)
    }

    @Test func `if nobody is named nothing is done`() throws {
        let options = try ActorOptions.parse([])
        let failure = try failure { try options.resolve(environment: [:]) }
        #expect(failure.status == .usage)
        #expect(failure.remedy.contains("--as"))
    }
}
