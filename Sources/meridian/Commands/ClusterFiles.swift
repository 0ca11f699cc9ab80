import ArgumentParser
import ClusterSetup
import Foundation

/// What a command says that has written a cluster's files; its fields are what `--json` writes.
protocol ClusterFilesAnswer: Encodable {
    /// What a person reads.
    func text(for terminal: Terminal) -> String
}

/// Where a cluster's files are, and how the answer is written: what all commands share that change them.
struct ClusterFilesOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The directory that `cluster init` wrote, with its authority/.",
            discussion: "Otherwise the one that client.yaml is in.", valueName: "directory"),
        completion: .directory)
    var directory: String?

    @Flag(help: "Write the answer as JSON, with sorted keys.")
    var json = false

    /// Changes the files in the directory that is meant, and says what was done.
    /// *Errors:* `CommandFailure`.
    func change(
        _ change: (_ directory: String) throws(SetupError) -> some ClusterFilesAnswer
    ) throws {
        let directory = try ClusterDirectory.resolve(
            directory, environment: ProcessInfo.processInfo.environment)
        let console = Console.current()
        do throws(SetupError) {
            let answer = try change(directory)
            console.write(try text(of: answer, for: console.terminal))
        } catch {
            throw CommandFailure(setup: error)
        }
    }

    private func text(
        of answer: some ClusterFilesAnswer, for terminal: Terminal
    ) throws(SetupError) -> String {
        guard json else { return answer.text(for: terminal) }
        do {
            return try JSONOutput.text(answer)
        } catch {
            throw SetupError(
                code: .disk, message: "the answer cannot be written: \(error)",
                remedy: "ask without --json")
        }
    }
}
