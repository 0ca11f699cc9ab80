import APIModel
import ArgumentParser

extension IncidentCommand {
    /// `meridian incident verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whether every region has the same, unbroken timeline.",
            discussion: """
                Each entry of a timeline carries a digest of itself and of the entry before it. Every region works \
                its own chain out anew; then the digests of all regions are compared, entry by entry. A region that \
                lags behind agrees as far as it has come. Status 1 if a chain is broken, regions differ, or one \
                does not answer.

                EXAMPLES
                  meridian incident verify 3f9a1c20
                  meridian incident verify 3f9a1c20 --json | jq '.agree'
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            let id = id.text
            let report = try await client.withClient { client in
                let detail = try await client.call(
                    .get(APIPath.incident(id)), answering: IncidentDetail.self
                ).value
                let told = await client.callAll(
                    .get(APIPath.timeline(detail.summary.id), query: [("verify", "true")]),
                    at: client.configuration.regions, answering: TimelineAnswer.self)
                return VerifyReport(incident: detail.summary.id, told: told)
            }
            let console = Console.current()
            if client.json {
                console.write(try JSONOutput.text(report))
            } else {
                console.write(report.page(for: console.terminal))
            }
            if !report.agree { throw ExitCode(CommandStatus.failed.rawValue) }
        }
    }
}

/// What `incident verify` found; also what its `--json` writes.
struct VerifyReport: Encodable, Equatable {
    /// One region's timeline.
    struct Region: Encodable, Equatable {
        /// Its name in client.yaml.
        var name: String
        /// What came of working its chain out anew, if it answered.
        var chain: TimelineChainSummary?
        /// The first log position at which it differs from another region, if it does.
        var differsAt: UInt64?
        /// Why there is no answer.
        var failure: CommandFailure?
    }

    /// The incident, 32 hexadecimal digits.
    var incident: String
    /// The regions in the order of client.yaml.
    var regions: [Region]
    /// Whether all answered, no chain is broken, and nothing differs.
    var agree: Bool

    /// Compares what regions said.
    init(
        incident: String,
        told: [(endpoint: RegionEndpoint, result: Result<TimelineAnswer, CommandFailure>)]
    ) {
        self.incident = incident
        var first: [UInt64: [TimelineItem]] = [:]
        regions = told.map { endpoint, result in
            guard case .success(let answer) = result else {
                var failure: CommandFailure?
                if case .failure(let why) = result { failure = why }
                return Region(name: endpoint.name, failure: failure)
            }
            // Several entries may come of one position of the log.
            let own = Dictionary(grouping: answer.entries.filter { $0.index > 0 }, by: \.index)
            var differsAt: UInt64?
            for (index, entries) in own {
                if let known = first[index], known != entries {
                    differsAt = min(differsAt ?? index, index)
                }
                first[index] = first[index] ?? entries
            }
            return Region(name: endpoint.name, chain: answer.chain, differsAt: differsAt)
        }
        agree = regions.allSatisfy {
            $0.differsAt == nil && $0.chain != nil && $0.chain?.brokenAt == nil
        }
    }

    /// The report for people.
    func page(for terminal: Terminal) -> String {
        var sheet = Sheet(for: terminal)
        sheet.title("TIMELINE OF \(incident.prefix(8))")
        var table = Table([
            .init("REGION"), .init("ENTRIES", isNumeric: true), .init("CHAIN"), .init("AGREES"),
            .init("HEAD"),
        ])
        let most = regions.compactMap { $0.chain?.committed }.max() ?? 0
        for region in regions {
            guard let chain = region.chain else {
                table.add([
                    Cell(region.name), Cell("-"), Cell("no answer", .bad), Cell("-"), Cell("-"),
                ])
                continue
            }
            let behind = most - chain.committed
            table.add([
                Cell(region.name), Cell("\(chain.committed)"),
                chain.brokenAt.map { Cell("broken at \($0)", .bad) }
                    ?? Cell(chain.isWhole ? "holds" : "holds, its beginning is forgotten", .good),
                region.differsAt.map { Cell("differs at \($0)", .bad) }
                    ?? Cell(behind == 0 ? "yes" : "yes, \(behind) behind", .good),
                Cell(String(chain.head.prefix(16))),
            ])
        }
        sheet.table(table, indent: 2)
        for region in regions {
            if let failure = region.failure {
                sheet.add("  \(region.name): \(failure.message)", .bad)
            }
        }
        return sheet.text
    }
}
