import Basics
import RegionCore
import Replication
@testable import SQLiteStore
import Testing

/// A core that contradicts what it made durable has a bug: the process ends before anything is
/// written.
@Suite struct ContradictionTests {
    enum Bug: String, CaseIterable, Codable {
        case termFalls, voteChanges, voteForgotten, gap, overlap, committedTruncated
        case olderSnapshot, tokenRepeats
    }

    @Test(arguments: Bug.allCases)
    func `a write that contradicts the last one ends the process`(bug: Bug) async throws {
        let folder = try StoreFolder()
        let path = folder.path
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) { [path = path as String, bug = bug as Bug] in
            let (store, _) = try SQLiteStore.open(
                directory: path, member: StoreFolder.member, cluster: StoreFolder.cluster)
            try store.write(Self.first)
            try store.write(Self.second(bug))
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("Fatal error: \(bug == .tokenRepeats ? "batch" : "group") "))
        var model = StoreModel()
        model.apply(Self.first)
        #expect(try folder.held() == model.held)
    }

    @Test func `the same writes without the contradiction are taken`() throws {
        let folder = try StoreFolder()
        let (store, _, _) = try folder.open()
        try store.write(Self.first)
        var batch = WriteBatch(token: 2)
        batch.groups = [
            GroupWrite(
                group: group, hardState: HardState(term: 4, votedFor: MemberID(2)),
                truncateFrom: 7, entries: [entry(7)],
                snapshot: Snapshot(index: 5, term: 3, payload: []))
        ]
        try store.write(batch)
        store.close()
        #expect(try folder.held().groups.first?.entries == [entry(6), entry(7)])
    }

    private static let group = GroupID(high: 5, low: 6)
    private var group: GroupID { Self.group }

    private static func entry(_ index: LogIndex) -> LogEntry {
        LogEntry(index: index, term: 3, kind: .data, payload: [1, 2, 3])
    }
    private func entry(_ index: LogIndex) -> LogEntry { Self.entry(index) }

    private static var first: WriteBatch {
        var batch = WriteBatch(token: 1)
        batch.groups = [
            GroupWrite(
                group: group, hardState: HardState(term: 3, votedFor: MemberID(1)),
                snapshot: Snapshot(index: 4, term: 2, payload: []), commit: 6),
            GroupWrite(group: group, entries: [entry(5), entry(6), entry(7), entry(8)]),
        ]
        return batch
    }

    private static func second(_ bug: Bug) -> WriteBatch {
        var batch = WriteBatch(token: 2)
        var write = GroupWrite(group: group)
        switch bug {
        case .termFalls: write.hardState = HardState(term: 2, votedFor: nil)
        case .voteChanges: write.hardState = HardState(term: 3, votedFor: MemberID(2))
        case .voteForgotten: write.hardState = HardState(term: 3, votedFor: nil)
        case .gap: write.entries = [entry(10)]
        case .overlap: write.entries = [entry(8)]
        case .committedTruncated: write.truncateFrom = 6
        case .olderSnapshot: write.snapshot = Snapshot(index: 3, term: 2, payload: [])
        case .tokenRepeats:
            batch.token = 1
            write.commit = 7
        }
        batch.groups = [write]
        return batch
    }
}
