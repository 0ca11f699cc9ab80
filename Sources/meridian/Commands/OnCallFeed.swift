import APIModel
import ArgumentParser
import Basics

extension OnCallCommand {
    /// `meridian oncall feed`.
    struct Feed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The address of a calendar of duties, to subscribe to.",
            discussion: """
                The calendar (iCalendar, RFC 5545) shows two weeks back and three months \
                ahead, and follows the roster. The address is the same at every region; a \
                program that takes several should be given all. Whoever has it can read the \
                calendar, without any other key: treat it like a password. All addresses \
                change when the cluster gets another link key.

                EXAMPLES
                  meridian oncall feed --person mei
                  meridian oncall feed --team payments
                  meridian oncall feed --schedule follow-the-sun --json | jq -r '.addresses[0]'
                """)

        @Option(help: ArgumentHelp("The duties of this person.", valueName: "person"))
        var person: String?

        @Option(
            help: ArgumentHelp(
                "The duties that the people of this team carry, or those of this region.",
                valueName: "team"))
        var team: String?

        @Option(
            help: ArgumentHelp(
                "All duties by this schedule, and its gaps.", valueName: "schedule"))
        var schedule: String?

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        /// What is asked for: its kind and its name. Exactly one after validation.
        var wanted: [(kind: String, id: String)] {
            [("person", person), ("team", team), ("schedule", schedule)].compactMap { pair in
                pair.1.map { (pair.0, $0) }
            }
        }

        func validate() throws {
            guard wanted.count == 1 else {
                throw ValidationError("Give one of --person, --team and --schedule.")
            }
        }

        mutating func run() async throws {
            let query = wanted.flatMap { [(name: "kind", value: $0.kind), ("id", $0.id)] }
            let call = APICall.get(APIPath.calendar, query: query)
            let (address, regions) = try await client.withClient { client in
                let address = try await client.call(call, answering: CalendarAddress.self)
                return (address.value, client.configuration.regions)
            }
            let feed = FeedAddresses(address, at: regions)
            try client.write(feed) { _ in feed.addresses.joined(separator: "\n") }
        }
    }
}

/// A calendar's address at every region.
struct FeedAddresses: Encodable, Equatable, Sendable {
    /// `person`, `team`, `region` or `schedule`.
    var kind: String
    /// The name in the roster.
    var id: String
    /// The name for people.
    var name: String
    /// One per region, in the order of client.yaml.
    var addresses: [String]

    /// The address of a calendar at these regions.
    init(_ address: CalendarAddress, at regions: [RegionEndpoint]) {
        (kind, id, name) = (address.kind, address.id, address.name)
        addresses = regions.map { APICall.get(address.path).address(at: $0) }
    }
}
