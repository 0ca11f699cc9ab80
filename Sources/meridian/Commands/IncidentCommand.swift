import APIModel
import ArgumentParser

/// `meridian incident`: what people respond to.
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident",
        abstract: "List, show, declare, take on, resolve and escalate incidents.",
        discussion: """
            Every subcommand works through any region; the regions of client.yaml are asked \
            in order, and a dead one is passed over. An id may be shortened to its first digits.

            EXAMPLES
              meridian incident list
              meridian incident show 3f9a1c20
              meridian incident verify 3f9a1c20
              meridian incident ack 3f9a1c20 --as mei
              meridian incident declare --service checkout "Cards are refused"
              meridian incident snooze 3f9a1c20 --for 30m
              meridian incident record 3f9a1c20 action "roll back 4f2" --owner joao --for 20m
              meridian incident merge 3f9a1c20 --with 77d0 --reason "both are the database"
              meridian incident list --json | jq -r '.incidents[].id'
            """,
        subcommands: [
            List.self, Show.self, Verify.self, Declare.self, Acknowledge.self, Resolve.self,
            Escalate.self,
            Snooze.self, Note.self, SetSeverity.self, SetPhase.self,
            TakeCommand.self, Merge.self, Separate.self, Record.self, Change.self, Close.self,
        ])
}

extension IncidentCommand {
    /// `meridian incident show`.
    struct Show: AsyncParsableCommand {
        /// What `--json` writes.
        struct Answer: Encodable {
            /// The incident.
            var incident: IncidentDetail
            /// Who is here, and who was.
            var participants: [ParticipantSummary]
            /// Who has which role, and who had it.
            var roles: [RoleSummary]
            /// Its timeline.
            var timeline: TimelineAnswer
        }

        static let configuration = CommandConfiguration(
            abstract:
                "One incident: its state, who is here, alerts, pages with receipts, timeline.",
            discussion: """
                EXAMPLES
                  meridian incident show 3f9a1c20
                  meridian incident show 3f9a --region us
                  meridian incident show 3f9a --linearizable
                  meridian incident show 3f9a1c20 --full --json | jq '.timeline.entries'
                """)

        @Argument(help: "The incident's id, or its first digits.")
        var id: IncidentReference

        @Flag(help: "The whole timeline; otherwise the last 40 entries. JSON is always whole.")
        var full = false

        @OptionGroup var consistency: ConsistencyOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        static let timelineEntriesMax = 40

        mutating func run() async throws {
            let (id, query) = (id.text, consistency.query)
            let isJSON = client.json
            let (answer, names) = try await client.withClient { client in
                let detail = try await client.call(
                    .get(APIPath.incident(id), query: query), answering: IncidentDetail.self
                ).value
                // The first answer gives the whole id: from here on nothing can be ambiguous.
                let timeline = try await client.call(
                    .get(APIPath.timeline(detail.summary.id), query: [("merged", "true")] + query),
                    answering: TimelineAnswer.self
                ).value
                // A node that is older than this program does not tell them.
                let here = try? await client.call(
                    .get(APIPath.participants(detail.summary.id)), answering: ParticipantList.self)
                let roles = try? await client.call(
                    .get(APIPath.roles(detail.summary.id)), answering: RoleList.self)
                let answer = Answer(
                    incident: detail, participants: here?.value.participants ?? [],
                    roles: roles?.value.roles ?? [], timeline: timeline)
                return (answer, isJSON ? .none : await Self.names(from: client))
            }
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(answer)) }
            console.write(
                IncidentTexts.detail(
                    answer.incident, timeline: answer.timeline,
                    here: PeopleTexts(participants: answer.participants, roles: answer.roles),
                    entriesMax: full ? nil : Self.timelineEntriesMax, names: names,
                    for: console.terminal))
        }

        /// The members' names, if a region tells them: an incident is shown without them, too.
        private static func names(from client: APIClient) async -> MemberNames {
            let status = try? await client.call(
                .get(APIPath.cluster), answering: ClusterStatus.self)
            return MemberNames(status?.value.members ?? [])
        }
    }
}
