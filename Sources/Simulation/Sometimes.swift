import Basics

/// Rare states that must be reached now and then, or the simulator does not look where bugs are.
/// *Source:* FoundationDB's code probes; design 11.
package struct Sometimes: Sendable {
    /// A rare state.
    package enum Mark: Int, CaseIterable, Sendable {
        case writeFailed, unackedWriteKept, ambiguousDelivery, answeredLocal, coordinatorFinding
        case ownerLost, ownerRegained, majorityLost, paused, reopened, snapshotRestored
        case pageDropped, secondRegionPaged, destroyed, catchAll
    }
    private var counts = [UInt64](repeating: 0, count: Mark.allCases.count)
    private var faults = [UInt64](repeating: 0, count: FaultKinds.all.count)

    init() {}

    mutating func mark(_ mark: Mark, _ times: UInt64 = 1) { counts[mark.rawValue] += times }

    mutating func mark(fault kind: FaultKinds) {
        guard let position = FaultKinds.all.firstIndex(where: { $0.kind == kind }) else { return }
        faults[position] += 1
    }

    /// Adds the counts of another run.
    package mutating func add(_ other: Sometimes) {
        for index in counts.indices { counts[index] += other.counts[index] }
        for index in faults.indices { faults[index] += other.faults[index] }
    }

    /// Every mark and fault with its count, in a fixed order.
    package var all: [(name: String, count: UInt64)] {
        Mark.allCases.map { ("\($0)", counts[$0.rawValue]) }
            + FaultKinds.all.indices.map { ("fault-" + FaultKinds.all[$0].name, faults[$0]) }
    }
}
