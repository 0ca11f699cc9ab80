import ArgumentParser
import Basics
import ClusterSetup
import ConfigFiles
import Escalation

/// The name of a template.
struct TemplateArgument: ExpressibleByArgument, Equatable, Sendable {
    /// The template.
    let template: TeamTemplate

    init?(argument: String) {
        guard let template = TeamTemplate(rawValue: argument) else { return nil }
        self.template = template
    }

    static var allValueStrings: [String] { TeamTemplate.allCases.map(\.rawValue) }
}

extension RosterCommand {
    /// `meridian roster init`.
    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a first roster, for one of the usual shapes of team.",
            discussion: """
                It has remarks, placeholders for people and new integration keys, makes sense as it \
                is, and needs no cluster. What is there already is not overwritten.

                EXAMPLES
                  meridian roster init --list
                  meridian roster init --template follow-the-sun-3 > roster.yaml
                  meridian roster init --template follow-the-sun-2 --out roster.yaml \\
                    --region emea=Europe/Madrid --region nz=Pacific/Auckland
                  meridian roster init --template business-hours --region hq=America/Chicago
                """)

        @Option(help: ArgumentHelp("The shape; --list shows them.", valueName: "name"))
        var template: TemplateArgument?

        @Option(
            name: .customLong("region"),
            help: ArgumentHelp(
                "A region and its zone, instead of the template's; may be repeated.",
                valueName: "name=zone"))
        var regions: [RegionArgument] = []

        @Option(
            help: ArgumentHelp(
                "The file to write; otherwise the standard output.", valueName: "roster.yaml"),
            completion: .file(extensions: ["yaml", "yml"]))
        var out: String?

        @Flag(help: "Overwrite the file.") var force = false
        @Flag(help: "Show the shapes, one line each.") var list = false
        @Flag(help: "Write the answer as JSON, with sorted keys.") var json = false

        func validate() throws {
            guard list != (template != nil) else {
                throw ValidationError(
                    "Give --template NAME, one of "
                        + TemplateArgument.allValueStrings.joined(separator: ", ") + ", or --list.")
            }
            if json, !list, out == nil {
                throw ValidationError("Use --json with --list or --out.")
            }
            if force, out == nil { throw ValidationError("Use --force with --out.") }
            guard let template = template?.template, !regions.isEmpty else { return }
            let counts = template.regionCounts
            guard counts.contains(regions.count) else {
                let wanted =
                    counts.count == 1
                    ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
                throw ValidationError(
                    "\(template.rawValue) has \(wanted) regions, not \(regions.count).")
            }
        }

        mutating func run() throws {
            let console = Console.current()
            guard let template = template?.template else {
                return console.write(
                    json
                        ? try JSONOutput.text(TeamTemplate.allCases.map(ListedTemplate.init))
                        : RosterTexts.templates(for: console.terminal))
            }
            let text = template.roster(
                regions: regions.isEmpty ? template.usualRegions : regions.map(\.region))
            // What was named on the command line may make no sense.
            let roster = try RosterFile.load(
                text: text, file: out ?? "the roster", zones: try ZoneFiles.load())
            guard let out else { return console.write(String(text.dropLast())) }
            do throws(SetupError) {
                try TeamTemplate.write(text, to: out, replacing: force)
            } catch {
                throw CommandFailure(setup: error)
            }
            let answer = InitialRoster(
                template: template.rawValue, file: out, regions: roster.regions.map(\.name.text))
            console.write(
                json
                    ? try JSONOutput.text(answer)
                    : """
                    \(out): \(template.rawValue) in \(answer.regions.joined(separator: ", "))
                    It holds integration keys: keep it to yourselves. Put in your people, then
                      meridian roster validate \(out)
                      meridian coverage prove --roster \(out)
                    """)
        }
    }
}

/// What `roster init --list --json` writes of each template.
struct ListedTemplate: Encodable, Equatable, Sendable {
    /// Its name.
    var name: String
    /// One line about it.
    var summary: String
    /// The regions it has unless others are named.
    var regions: [String]

    init(_ template: TeamTemplate) {
        (name, summary) = (template.rawValue, template.summary)
        regions = template.usualRegions.map(\.name)
    }
}

/// What `roster init --out --json` writes.
struct InitialRoster: Encodable, Equatable, Sendable {
    /// The template's name.
    var template: String
    /// The file.
    var file: String
    /// The regions.
    var regions: [String]
}

extension RosterTexts {
    /// The templates, one line each.
    static func templates(for terminal: Terminal) -> String {
        var table = Table([
            .init("TEMPLATE"), .init("REGIONS"), .init("WHO IS ON CALL", .wrap),
        ])
        for template in TeamTemplate.allCases.map(ListedTemplate.init) {
            table.add([
                Cell(template.name), Cell(template.regions.joined(separator: ", ")),
                Cell(template.summary),
            ])
        }
        return table.render(for: terminal)
    }
}
