import Basics
import Testing

@testable import Replication

/// Every message survives its bytes; no bytes, however broken, do more than throw.
@Suite struct CodecTests {
    static let entry = LogEntry(index: 7, term: 3, kind: .data, payload: [1, 2, 3])
    static let snapshot = Snapshot(index: 6, term: 2, payload: [9, 8])

    static let messages: [Message] = [
        .vote([
            VoteRequest(
                group: .test(1), kind: .pre, currentTerm: 3, term: 4, lastIndex: 7, lastTerm: 3)
        ]),
        .voteReply([
            VoteReply(
                group: .test(1), kind: .transfer, candidateTerm: 4, term: 4,
                verdict: .leaderIsFresh, leader: MemberID(2))
        ]),
        .append([
            AppendRequest(
                group: .test(1), term: 3, prevIndex: 6, prevTerm: 2, commit: 6, snapshot: snapshot,
                entries: [entry])
        ]),
        .appendReply([
            AppendReply(group: .test(1), term: 3, commit: 6, outcome: .matched(7)),
            AppendReply(
                group: .test(2), term: 3, commit: 6,
                outcome: .conflict(rejected: 9, term: 2, firstIndex: 4)),
            AppendReply(group: .test(3), term: 5, commit: 0, outcome: .staleTerm),
        ]),
        .timeoutNow([TimeoutNow(group: .test(1), term: 3, lastIndex: 7)]),
        .digest(
            Digest(
                round: 1 << 33, part: 1, parts: 2,
                groups: [
                    GroupDigest(group: .test(1), term: 3, lastIndex: 7, lastTerm: 3, commit: 6)
                ])),
        .digestReply(
            DigestReply(
                round: 1 << 33, part: 1,
                replies: [
                    AppendReply(group: .test(1), term: 3, commit: 6, outcome: .matched(7))
                ])),
    ]

    @Test(arguments: messages.indices)
    func `a message survives its bytes`(_ index: Int) throws {
        let message = Self.messages[index]
        #expect(try Message(decoding: message.encoded) == message)
    }

    @Test(arguments: messages.indices)
    func `a message that is cut off anywhere is refused`(_ index: Int) {
        let bytes = Self.messages[index].encoded
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) { try Message(decoding: Array(bytes[..<count])) }
        }
    }

    @Test(arguments: messages.indices)
    func `garbled bytes are refused or read as something that survives its bytes`(
        _ index: Int
    ) throws {
        let bytes = Self.messages[index].encoded
        for offset in bytes.indices {
            for bit in 0..<8 {
                var garbled = bytes
                garbled[offset] ^= 1 << UInt8(bit)
                guard let message = try? Message(decoding: garbled) else { continue }
                #expect(try Message(decoding: message.encoded) == message)
            }
        }
    }

    @Test func `a heartbeat and a write survive their bytes`() throws {
        let echo = Echo(
            member: MemberID(2), incarnation: Incarnation(3), sequence: 4, held: .milliseconds(5))
        let heartbeat = Heartbeat(
            member: MemberID(1), incarnation: Incarnation(2), sequence: 9,
            sentAt: Instant(microseconds: 77), echoes: [echo],
            attachment: [7])
        #expect(try Heartbeat(decoding: heartbeat.encoded) == heartbeat)
        let write = GroupWrite(
            group: .test(1), hardState: HardState(term: 3, votedFor: MemberID(2)), truncateFrom: 7,
            entries: [Self.entry], snapshot: Self.snapshot, commit: 6)
        #expect(try GroupWrite(decoding: write.encoded) == write)
        #expect(!write.isLazy)
        #expect(GroupWrite(group: .test(1), commit: 6).isLazy)
    }

    @Test func `a term that could overflow is refused`() {
        var writer = ByteWriter()
        writer.write(4 as UInt8)
        writer.write(1)
        writer.write(GroupID.test(1))
        writer.write(UInt64.max)
        writer.write(1)
        #expect(throws: WireError.self) { try Message(decoding: writer.bytes) }
    }
}
