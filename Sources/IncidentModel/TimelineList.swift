public import Basics

/// A timeline's entries, oldest first. Entries are only ever added at the end, and copies are taken
/// all the time (what is known here is the log's state and a little more), so that all but the last
/// few entries are shared between copies.
public struct TimelineList: RandomAccessCollection, Equatable, Sendable {
    /// How many entries a full piece has.
    private static let pieceLength = 32
    /// Full pieces.
    private var pieces: [[TimelineEntry]] = []
    /// What comes behind them, shorter than a piece.
    private var tail: [TimelineEntry] = []

    /// No entries.
    public init() {}

    /// The entries of a sequence.
    public init(_ entries: some Sequence<TimelineEntry>) {
        for entry in entries { append(entry) }
    }

    /// The first position.
    public var startIndex: Int { 0 }
    /// The position behind the last entry.
    public var endIndex: Int { pieces.count * Self.pieceLength + tail.count }
    /// The last entry.
    public var last: TimelineEntry? { tail.last ?? pieces.last?.last }

    /// The entry at a position.
    public subscript(position: Int) -> TimelineEntry {
        let piece = position / Self.pieceLength
        return piece < pieces.count
            ? pieces[piece][position % Self.pieceLength]
            : tail[position - pieces.count * Self.pieceLength]
    }

    /// Forgets the oldest entries, in whole pieces: at least so many are left.
    mutating func forget(allBut count: Int) {
        let extra = (self.count - count) / Self.pieceLength
        if extra > 0 { pieces.removeFirst(Swift.min(extra, pieces.count)) }
    }

    /// Adds an entry at the end.
    public mutating func append(_ entry: TimelineEntry) {
        tail.append(entry)
        guard tail.count == Self.pieceLength else { return }
        pieces.append(tail)
        tail = []
    }
}

extension TimelineList: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(count)
        for piece in pieces { for entry in piece { entry.encode(into: &writer) } }
        for entry in tail { entry.encode(into: &writer) }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let entries: [TimelineEntry] = try reader.readList()
        self.init(entries)
    }
}
