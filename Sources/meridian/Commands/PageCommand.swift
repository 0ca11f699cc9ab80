import APIModel
import ArgumentParser

/// `meridian page`: the messages that left, and a way to try one.
struct PageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page",
        abstract: "List the pages of open incidents, and send a test page.",
        discussion: """
            EXAMPLES
              meridian page list
              meridian page list --undelivered
              meridian page test mei --channel sms
            """,
        subcommands: [List.self, Test.self])
}

extension PageCommand {
    /// `meridian page list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The pages of open incidents, newest first.",
            discussion: """
                All attempts with their receipts: `meridian incident show`.

                EXAMPLES
                  meridian page list
                  meridian page list --undelivered --person mei
                  meridian page list --json | jq '.pages[] | select(.state == "failed")'
                """)

        @Flag(help: "Only pages that have reached nobody.")
        var undelivered = false

        @Option(help: ArgumentHelp("Only pages to this person.", valueName: "person"))
        var person: String?

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        mutating func run() async throws {
            var list = try await client.withClient {
                try await $0.call(.get(APIPath.pages), answering: PageList.self).value
            }
            list.pages = list.pages.filter(isWanted)
            let console = Console.current()
            if client.json { return console.write(try JSONOutput.text(list)) }
            if list.pages.isEmpty {
                return console.remark("no such pages in open incidents, says \(list.region)")
            }
            console.write(
                PageTexts.list(list.pages, now: list.readAt.instant, for: console.terminal))
        }

        /// Whether a page passes the filters.
        func isWanted(_ page: PageSummary) -> Bool {
            if undelivered, page.state == "delivered" { return false }
            if let person, page.person != person { return false }
            return true
        }
    }

    /// The channels a page can take.
    enum Channel: String, ExpressibleByArgument, CaseIterable, Sendable {
        /// Electronic mail.
        case email
        /// A text message.
        case sms
        /// A telephone call.
        case voice
        /// A message in a chat.
        case chat
        /// An HTTP request.
        case webhook
        /// A line in a file of the node.
        case file
    }

    /// `meridian page test`.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send one test page on the real path, marked as a test.",
            discussion: """
                It ends with status 1 unless the page was delivered, so that a scheduled job \
                can try the path to every person.

                EXAMPLES
                  meridian page test mei
                  meridian page test mei --channel sms --region ap
                """)

        @Argument(help: "Whom to page: a person of the roster.")
        var person: String

        @Option(help: "How; otherwise the person's first contact.")
        var channel: Channel?

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        /// A gateway's own tries are allowed to take longer than an answer from memory.
        private static let patienceSeconds: Double = 30

        mutating func run() async throws {
            let request = TestPageRequest(person: person, channel: channel?.rawValue)
            let call = try APICall.post(
                APIPath.testPage, request, .unrepeatable, patienceSeconds: Self.patienceSeconds)
            let answer = try await client.withClient {
                try await $0.call(call, answering: TestPageAnswer.self).value
            }
            let console = Console.current()
            if client.json {
                console.write(try JSONOutput.text(answer))
            } else {
                console.write(Self.sentence(answer, for: console.terminal))
            }
            if answer.outcome != "delivered" { throw ExitCode(CommandStatus.failed.rawValue) }
        }

        /// How it ended, as one line.
        static func sentence(_ answer: TestPageAnswer, for terminal: Terminal) -> String {
            let outcome = PageTexts.state(answer.outcome)
            let tail =
                "to \(answer.person) by \(answer.provider) of \(answer.region): \(answer.detail)"
            return terminal.styled(outcome.text, outcome.style) + " " + DisplayWidth.printable(tail)
        }
    }
}
