import Basics
import Replication

/// What one random run may do, drawn from its seed. *Source:* design 11, "swarm per seed".
struct SwarmOptions: Sendable, CustomStringConvertible {
    var members: Int
    var hasWitness: Bool
    var groups: UInt64
    var lossPerMillion: UInt64
    var duplicatesPerMillion: UInt64
    var delayMax: Span
    var syncMax: Span
    var crashesPerMillion: UInt64
    var cutsPerMillion: UInt64
    var pausesPerMillion: UInt64
    var transfersPerMillion: UInt64
    var logEntriesMax: Int
    var messageBytesMax: Int
    /// Whether every message goes through its bytes.
    var usesCodec: Bool
    /// From one thing a client or a fault does to the next, on average half of it.
    var stepMax: Span

    init(_ random: inout RandomStream) {
        members = random.pick([3, 3, 5, 5, 5, 4])
        hasWitness = random.chance(perMillion: 250_000)
        groups = random.pick([1, 1, 2, 3])
        lossPerMillion = random.pick([0, 20_000, 100_000, 300_000])
        duplicatesPerMillion = random.pick([0, 0, 50_000, 200_000])
        delayMax = random.pick([.milliseconds(5), .milliseconds(80), .milliseconds(300)])
        syncMax = random.pick([.milliseconds(1), .milliseconds(20), .milliseconds(400)])
        crashesPerMillion = random.pick([0, 10_000, 40_000, 100_000])
        cutsPerMillion = random.pick([0, 10_000, 40_000, 80_000])
        pausesPerMillion = random.pick([0, 0, 20_000])
        transfersPerMillion = random.pick([0, 30_000, 150_000])
        logEntriesMax = random.pick([3, 8, 64])
        messageBytesMax = random.pick([1, 1, 200, 262_144])
        usesCodec = random.chance(perMillion: 200_000)
        stepMax = random.pick([.milliseconds(40), .milliseconds(120), .milliseconds(300)])
    }

    var description: String {
        "members \(members)\(hasWitness ? " with witness" : ""), groups \(groups), "
            + "loss \(lossPerMillion), duplicates \(duplicatesPerMillion), delay \(delayMax), "
            + "sync \(syncMax), crashes \(crashesPerMillion), cuts \(cutsPerMillion), "
            + "pauses \(pausesPerMillion), transfers \(transfersPerMillion), "
            + "entries \(logEntriesMax), bytes \(messageBytesMax), step \(stepMax)"
    }
}
