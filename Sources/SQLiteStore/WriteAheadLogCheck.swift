import Glibc

/// Looks at SQLite's write-ahead log before SQLite does, for damage that SQLite would take for its
/// end.
///
/// Every commit is synced before the next begins, so behind the first unreadable frame there can be
/// parts of at most one transaction: the one that was being written when the power failed. A sound
/// commit with more sound frames right behind it, beyond an unreadable frame, means that frames
/// which *were* durable have changed. What this cannot see, the last transaction alone,
/// `AnswerMark` sees.
///
/// *Source:* sqlite.org/fileformat2.html, section 4 "The Write-Ahead Log".
struct WriteAheadLogCheck {
    private static let headerBytes = 32
    private static let frameHeaderBytes = 24

    private let file: File
    private let path: String
    private let pageBytes: Int
    private let frames: Int
    private let salts: (UInt32, UInt32)
    /// Whether the checksums take the bytes as big-endian words.
    private let isBigEndian: Bool
    private let headerSum: FrameSum

    /// Checks a log. *Errors:* `.corrupt` with the first damaged frame.
    static func run(on path: String) throws(StoreError) {
        guard let bytes = DataDirectory.bytes(of: path), bytes >= UInt64(headerBytes) else {
            return
        }
        let file = try File.open(path, O_RDONLY)
        let header = Words(try file.read(headerBytes, at: 0))
        guard let check = WriteAheadLogCheck(header, of: file, bytes: Int(bytes), path: path) else {
            // SQLite syncs the header before it writes the first frame.
            guard bytes >= UInt64(headerBytes + frameHeaderBytes + 512) else { return }
            throw StoreError(
                .corrupt, "the header of the write-ahead log is damaged", path: path)
        }
        try check.run()
    }

    private init?(_ header: Words, of file: File, bytes: Int, path: String) {
        let magic = header.bigEndian(0)
        let size = Int(header.bigEndian(8))
        guard magic & ~1 == 0x377F_0682, size >= 512, size <= 65_536, size & (size - 1) == 0 else {
            return nil
        }
        isBigEndian = magic & 1 == 1
        var sum = FrameSum()
        sum.add(header, 0..<24, isBigEndian: isBigEndian)
        guard sum == FrameSum(header.bigEndian(24), header.bigEndian(28)) else { return nil }
        headerSum = sum
        salts = (header.bigEndian(16), header.bigEndian(20))
        pageBytes = size
        frames = (bytes - Self.headerBytes) / (Self.frameHeaderBytes + size)
        self.file = file
        self.path = path
    }

    private func run() throws(StoreError) {
        var sum = headerSum
        var next = 0
        while next < frames, let frame = try soundFrame(next, after: sum) {
            (sum, next) = (frame.sum, next + 1)
        }
        let unreadable = next
        var before: FrameSum?
        var isBehindCommit = false
        while next < frames {
            let frame: Frame? =
                if let before { try soundFrame(next, after: before) } else { nil }
            guard frame == nil || !isBehindCommit else {
                throw StoreError(
                    .corrupt, "the write-ahead log is damaged before its end",
                    cause: "frame \(unreadable + 1) of \(frames) is unreadable, \(next + 1) is not",
                    path: path)
            }
            isBehindCommit = frame?.isCommit ?? false
            before = try storedSum(of: next)
            next += 1
        }
    }

    private struct Frame {
        /// The running checksum up to and including this frame.
        var sum: FrameSum
        /// Whether a transaction ends with it.
        var isCommit: Bool
    }

    private func offset(of frame: Int) -> Int {
        Self.headerBytes + frame * (Self.frameHeaderBytes + pageBytes)
    }

    /// The frame at a place if it continues the log behind a given checksum.
    private func soundFrame(_ index: Int, after before: FrameSum) throws(StoreError) -> Frame? {
        let words = Words(try file.read(Self.frameHeaderBytes + pageBytes, at: offset(of: index)))
        guard words.count == Self.frameHeaderBytes + pageBytes,
            (words.bigEndian(8), words.bigEndian(12)) == salts, words.bigEndian(0) != 0
        else { return nil }
        var sum = before
        sum.add(words, 0..<8, isBigEndian: isBigEndian)
        sum.add(words, Self.frameHeaderBytes..<words.count, isBigEndian: isBigEndian)
        guard sum == FrameSum(words.bigEndian(16), words.bigEndian(20)) else { return nil }
        return Frame(sum: sum, isCommit: words.bigEndian(4) != 0)
    }

    /// The checksum that a frame itself claims, if it belongs to this log and not to an older one.
    private func storedSum(of index: Int) throws(StoreError) -> FrameSum? {
        let words = Words(try file.read(Self.frameHeaderBytes, at: offset(of: index)))
        guard words.count == Self.frameHeaderBytes,
            (words.bigEndian(8), words.bigEndian(12)) == salts
        else { return nil }
        return FrameSum(words.bigEndian(16), words.bigEndian(20))
    }
}

/// The two running sums of the write-ahead log's checksum.
private struct FrameSum: Equatable {
    private var first: UInt32 = 0
    private var second: UInt32 = 0

    init() {}

    init(_ first: UInt32, _ second: UInt32) { (self.first, self.second) = (first, second) }

    /// Adds a range of bytes; its length is a multiple of eight.
    mutating func add(_ words: Words, _ range: Range<Int>, isBigEndian: Bool) {
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
            let one = words.bigEndian(offset)
            let two = words.bigEndian(offset + 4)
            first = first &+ (isBigEndian ? one : one.byteSwapped) &+ second
            second = second &+ (isBigEndian ? two : two.byteSwapped) &+ first
        }
    }
}

/// Bytes, read as words of 32 bits.
private struct Words {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    /// The big-endian word at an offset in bytes.
    func bigEndian(_ offset: Int) -> UInt32 {
        UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16
            | UInt32(bytes[offset + 2]) << 8 | UInt32(bytes[offset + 3])
    }
}
