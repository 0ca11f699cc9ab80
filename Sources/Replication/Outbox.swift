import Basics

/// What is to be said to each peer at the end of the turn: collected per peer, so that one turn
/// makes at most a few bulk messages whatever the number of groups. *Source:* design 4, "Coalesced
/// multi-Raft".
struct Outbox: Sendable {
    /// Everything for one peer, in the order in which it is sent.
    struct Box: Sendable {
        var votes: [VoteRequest] = []
        var voteReplies: [VoteReply] = []
        var timeouts: [TimeoutNow] = []
        var appends: [AppendRequest] = []
        var appendReplies: [AppendReply] = []
        var digests: [Digest] = []
        var digestReplies: [DigestReply] = []
    }

    private(set) var boxes: [Box]
    /// Whether any box has anything.
    private(set) var isEmpty = true

    init(peers: Int) { boxes = Array(repeating: Box(), count: peers) }

    /// Puts something into a peer's box.
    mutating func add<Item>(_ item: Item, to list: WritableKeyPath<Box, [Item]>, of peer: Int) {
        boxes[peer][keyPath: list].append(item)
        isEmpty = false
    }

    /// Turns everything collected into messages. Most turns collect nothing: then it need not be called.
    mutating func flush(_ config: ReplicationConfig, into output: inout Output) {
        for peer in boxes.indices {
            boxes[peer].flush(to: config.voters[peer].id, config, into: &output)
        }
        isEmpty = true
    }
}

extension Outbox.Box {
    /// Only what a leader asserts leaves before the writes; votes, and all answers, wait for them.
    fileprivate mutating func flush(
        to peer: MemberID, _ config: ReplicationConfig, into output: inout Output
    ) {
        func send(_ message: Message) {
            output.messages.append(Outgoing(to: peer, message: message))
        }
        func hold(_ message: Message) {
            output.afterWrites.append(Outgoing(to: peer, message: message))
        }
        take(&timeouts, config) { send(.timeoutNow($0)) }
        take(&appends, config, bytes: \.payloadBytes) { send(.append($0)) }
        if !digests.isEmpty {
            for digest in digests { send(.digest(digest)) }
            digests.removeAll(keepingCapacity: true)
        }
        take(&votes, config) { hold(.vote($0)) }
        take(&voteReplies, config) { hold(.voteReply($0)) }
        take(&appendReplies, config) { hold(.appendReply($0)) }
        if !digestReplies.isEmpty {
            for reply in digestReplies { hold(.digestReply(reply)) }
            digestReplies.removeAll(keepingCapacity: true)
        }
    }
}

/// Cuts a list into messages of bounded size and empties it.
private func take<Item>(
    _ items: inout [Item], _ config: ReplicationConfig, bytes size: (Item) -> Int = { _ in 0 },
    _ emit: ([Item]) -> Void
) {
    guard !items.isEmpty else { return }
    defer { items.removeAll(keepingCapacity: true) }
    var (start, bytes) = (0, 0)
    for index in items.indices {
        let more = size(items[index])
        let isFull =
            index - start == config.groupsPerMessageMax || bytes + more > config.messageBytesMax
        if isFull, index > start {
            emit(Array(items[start..<index]))
            (start, bytes) = (index, 0)
        }
        bytes += more
    }
    emit(start == 0 ? items : Array(items[start...]))
}

extension AppendRequest {
    /// How many bytes of the application's it carries.
    var payloadBytes: Int {
        entries.reduce(snapshot?.payload.count ?? 0) { $0 + $1.payload.count }
    }
}
