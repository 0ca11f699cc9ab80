import APIModel
import ArgumentParser
import Basics

extension IncidentCommand {
    /// `meridian incident list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The open incidents, worst and oldest first.",
            discussion: """
                PAGED counts the pages that were delivered, of all there are. NEXT STEP is when \
                the policy pages on if nobody takes the incident on. The region that answers does \
                the filtering; several values of one filter are written with commas.

                EXAMPLES
                  meridian incident list
                  meridian incident list --all --service checkout,search
                  meridian incident list --severity SEV2 --json
                  meridian incident list --status resolved --since=-2d --until now --limit 50
                  meridian incident list --commander mei --text database
                  meridian incident list --linearizable
                """)

        @Flag(help: "Resolved incidents as well.")
        var all = false

        @Option(
            help: ArgumentHelp(
                "Only incidents that stand so: triggered, acknowledged, resolved, merged.",
                valueName: "status"))
        var status: String?

        @Option(help: ArgumentHelp("Only incidents of this service.", valueName: "service"))
        var service: String?

        @Option(
            help: ArgumentHelp(
                "Only incidents that are this bad or worse.", valueName: "SEV1..SEV5"))
        var severity: SeverityArgument?

        @Option(help: ArgumentHelp("Only incidents that this region owns.", valueName: "region"))
        var owner: String?

        @Option(help: ArgumentHelp("Only incidents in this command.", valueName: "person"))
        var commander: String?

        @Option(help: ArgumentHelp("Only incidents opened then or later.", valueName: "time"))
        var since: InstantArgument?

        @Option(help: ArgumentHelp("Only incidents opened before.", valueName: "time"))
        var until: InstantArgument?

        @Option(
            help: ArgumentHelp(
                "Only incidents in whose title, service or alerts this stands.",
                valueName: "text"))
        var text: String?

        @Option(help: ArgumentHelp("At most so many, 1 to 1000.", valueName: "rows"))
        var limit: Int?

        @Option(
            help: ArgumentHelp("Go on where an answer with --limit ended.", valueName: "cursor"))
        var cursor: String?

        @OptionGroup var consistency: ConsistencyOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            if let limit, !(1...Limits.pageRowsMax).contains(limit) {
                throw ValidationError(
                    "--limit is between 1 and \(Limits.pageRowsMax), not \(limit).")
            }
        }

        mutating func run() async throws {
            let call = APICall.get(APIPath.incidents, query: query(now: Instant.ofThisMachine))
            let list = try await client.withClient {
                try await $0.call(call, answering: IncidentList.self).value
            }
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(list)) }
            if list.incidents.isEmpty {
                return console.remark("no such incidents, says \(list.region)")
            }
            console.write(
                IncidentTexts.list(
                    list.incidents, now: list.readAt.instant, for: console.terminal))
            if let next = list.next { console.remark("there are more: --cursor \(next)") }
        }

        /// What the region is asked for.
        func query(now: Instant) -> [(name: String, value: String)] {
            let all: String? = all ? "true" : nil
            let times = (since?.instant(now: now), until?.instant(now: now))
            let wanted: [(String, String?)] = [
                ("all", all), ("status", status), ("service", service),
                ("severityAtLeast", severity?.name), ("owner", owner),
                ("commander", commander), ("since", times.0.map { "\(Timestamp($0))" }),
                ("until", times.1.map { "\(Timestamp($0))" }), ("text", text),
                ("limit", limit.map { "\($0)" }), ("cursor", cursor),
            ]
            return wanted.compactMap { name, value in value.map { (name, $0) } }
                + consistency.query
        }
    }
}
