// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: Swift 6 language mode, memory safety spelled out, warnings are errors.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .unsafeFlags(["-enable-testing"], .when(configuration: .release)),
]

func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(
    name: "HummingbirdTesting", package: "hummingbird")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")

// The layer table (ARCHITECTURE.md): a target imports only lower rows. Held by Tests/LayerTests.
let package = Package(
    name: "Meridian",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "meridian", targets: ["meridian"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1",
            traits: ["FullFoundation"]),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Row 0
        library("Basics", [crypto]),
        // Row 1
        library("IncidentModel", ["Basics"]),
        library("Replication", ["Basics", heap]),
        // Row 2
        library("Alerting", ["Basics", "IncidentModel"]),
        library("OnCall", ["Basics"]),
        library("Paging", ["Basics", "IncidentModel"]),
        // Row 3
        library("Escalation", ["Basics", "IncidentModel", "Alerting", "OnCall", "Paging"]),
        library("OnCallViews", ["Basics", "OnCall"]),
        library("Reconciliation", ["Basics", "IncidentModel"]),
        library("Wire", ["Basics", "IncidentModel", "Replication"]),
        // Row 4
        library(
            "RegionCore",
            [
                "Basics", "IncidentModel", "Replication", "Alerting", "OnCall", "Paging",
                "Escalation", "Reconciliation", "Wire", heap, deque,
            ]),
        library(
            "Coverage",
            ["Basics", "IncidentModel", "Alerting", "OnCall", "Paging", "Escalation"]),
        library(
            "CoordinatorCore",
            ["Basics", "IncidentModel", "Reconciliation", "Replication", "Wire"]),
        // Row 5
        library(
            "Simulation",
            [
                "Basics", "IncidentModel", "Replication", "Alerting", "OnCall", "Paging",
                "Escalation",
                "Reconciliation", "Wire", "RegionCore", "CoordinatorCore", heap, deque,
            ]),
        library("APIModel", ["Basics"]),
        .systemLibrary(name: "CNNG", providers: [.apt(["libnng-dev"])]),
        library("NNGTransport", ["Basics", "CNNG", logging]),
        library("SQLiteStore", ["Basics", "IncidentModel", "Replication", "RegionCore", grdb]),
        library(
            "Gateways",
            [
                "Basics", "IncidentModel", "Paging", crypto, httpClient, logging, nioCore, nioPosix,
                nioHTTP1, nioSSL,
                nioExtras,
            ]),
        library(
            "ConfigFiles",
            [
                "Basics", "IncidentModel", "Alerting", "OnCall", "Paging", "Escalation",
                "RegionCore",
                yams,
            ]),
        // Row 6
        library(
            "NodeRuntime",
            [
                "Basics", "IncidentModel", "Replication", "Alerting", "OnCall", "Paging",
                "Escalation",
                "Reconciliation", "Wire", "RegionCore", "CoordinatorCore", "NNGTransport",
                "SQLiteStore", "Gateways", "ConfigFiles", logging, metrics, coreMetrics,
            ]),
        library(
            "ClusterSetup",
            ["Basics", "OnCall", "Escalation", "RegionCore", "ConfigFiles", crypto, x509, yams]),
        library(
            "Pages", ["Basics", "APIModel", "OnCall", "OnCallViews", mustache],
            resources: [.embedInCode("Resources")]),
        // Row 7
        library(
            "HTTPServer",
            [
                "Basics", "IncidentModel", "Alerting", "OnCall", "Paging", "Escalation",
                "RegionCore", "OnCallViews", "Coverage",
                "Gateways", "APIModel", "Pages", hummingbird, lifecycle, logging, metrics, crypto,
            ]),
        // Row 8
        .executableTarget(
            name: "meridian",
            dependencies: [
                "Basics", "IncidentModel", "Alerting", "OnCall", "Paging", "Escalation", "Wire",
                "Replication", "Reconciliation", "RegionCore", "CoordinatorCore", "Coverage",
                "OnCallViews", "Simulation",
                "NNGTransport", "SQLiteStore",
                "Gateways", "ConfigFiles", "NodeRuntime", "APIModel", "Pages", "ClusterSetup",
                "HTTPServer",
                arguments, httpClient, logging, metrics, nioCore, nioPosix, nioHTTP1, yams,
            ],
            swiftSettings: settings),
        tests("OnCallTests", ["Basics", "OnCall"], exclude: ["Zones", "tz-transitions.csv"]),
        tests("OnCallViewsTests", ["Basics", "OnCall", "OnCallViews"], exclude: ["Support"]),
        tests(
            "ConfigFilesTests",
            [
                "Basics", "IncidentModel", "Alerting", "OnCall", "Paging", "Escalation",
                "RegionCore",
                "ConfigFiles",
            ]),
        tests(
            "ClusterSetupTests",
            [
                "Basics", "IncidentModel", "Alerting", "OnCall", "Paging", "Escalation",
                "RegionCore",
                "ConfigFiles", "ClusterSetup",
            ]),
        tests(
            "GatewaysTests", ["Basics", "IncidentModel", "Paging", "Gateways", logging],
            exclude: ["Support"]),
        tests(
            "SQLiteStoreTests",
            [
                "Basics", "IncidentModel", "Replication", "RegionCore", "Simulation",
                "SQLiteStore", .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        tests("LayerTests", []),
        tests(
            "CoverageTests",
            [
                "Basics", "IncidentModel", "Alerting", "OnCall", "Paging", "Escalation", "Coverage",
            ]),
        tests(
            "CoreTests",
            [
                "Basics", "IncidentModel", "Replication", "Alerting", "OnCall", "Paging",
                "Escalation",
                "Reconciliation", "Wire", "RegionCore", "CoordinatorCore",
            ]),
        tests("ClusterTests", ["meridian"]),
        tests("NNGTransportTests", ["Basics", "CNNG", "NNGTransport", logging]),
        tests(
            "CommandTests",
            [
                "meridian", "Basics", "IncidentModel", "APIModel", "ConfigFiles", "ClusterSetup",
                "Coverage", "Simulation", "Alerting", "Paging", "Escalation", "OnCall",
                "NodeRuntime", logging, arguments,
                nioCore,
                nioPosix, nioHTTP1, .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ]),
        tests(
            "HTTPServerTests",
            [
                "Basics", "IncidentModel", "Alerting", "OnCall", "Paging", "Escalation",
                "RegionCore",
                "Gateways", "APIModel", "Pages", "HTTPServer", hummingbird, hummingbirdTesting,
                logging,
                metrics,
                crypto, nioCore, nioPosix,
            ]),
        tests("PagesTests", ["Basics", "APIModel", "OnCall", "OnCallViews", "Pages"]),
        tests(
            "SimulationTests",
            [
                "Basics", "IncidentModel", "Replication", "Alerting", "OnCall", "Paging",
                "Escalation", "Reconciliation", "Wire", "RegionCore", "Simulation",
            ], exclude: ["Seeds"]),
        tests(
            "FuzzTests",
            [
                "Basics", "IncidentModel", "Replication", "Alerting", "OnCall", "Escalation",
                "Wire", "RegionCore", "NNGTransport", "Gateways", "ConfigFiles", "HTTPServer",
                "Pages", crypto,
            ], exclude: ["Corpus"]),
        tests("ReplicationTests", ["Basics", "Replication", heap], exclude: ["Scripts"]),
    ]
)
