import Basics
import Glibc

/// How many writes this member has answered for, in a small file beside the database.
///
/// SQLite takes the first unreadable frame of its write-ahead log for the end of the log, and
/// silently forgets what stands behind it. It cannot tell either that an older copy of the file was
/// put back. Both would make a voter forget votes. So the number of every durable write is written
/// here *after* it, without a sync of its own: a mark ahead of the database proves a loss, a mark
/// behind it proves nothing. *Source:* design 11, "mid-log corruption taken for a torn tail".
struct AnswerMark: Sendable {
    /// What the file says.
    struct Content: Equatable, Sendable {
        var member: MemberID
        var writes: UInt64
    }

    private let file: File
    private static let magic: [UInt8] = Array("MERIDMK1".utf8)

    /// Opens the file, and makes it if there is none.
    init(of directory: DataDirectory) throws(StoreError) {
        file = try File.open(directory.mark, O_RDWR | O_CREAT)
    }

    /// What was written last; `nil` if the file is new or unreadable.
    func content() throws(StoreError) -> Content? {
        let bytes = try file.read(40, at: 0)
        guard bytes.count == 32, bytes.starts(with: Self.magic) else { return nil }
        var reader = ByteReader(Array(bytes[8...]))
        guard let member = try? reader.readFixed(), let writes = try? reader.readFixed(),
            let sum = try? reader.readFixed()
        else { return nil }
        let content = Content(member: MemberID(member), writes: writes)
        return Self.sum(of: content) == sum ? content : nil
    }

    /// Writes the mark; one sector, so that it is never torn.
    func write(_ content: Content) throws(StoreError) {
        var writer = ByteWriter(capacity: 32)
        writer.writeRaw(Self.magic)
        writer.writeFixed(content.member.number)
        writer.writeFixed(content.writes)
        writer.writeFixed(Self.sum(of: content))
        try file.write(writer.bytes, at: 0)
    }

    /// Makes the mark durable: at the start and the end of a process's use of the store.
    func synchronize() throws(StoreError) { try file.synchronize() }

    private static func sum(of content: Content) -> UInt64 {
        var sum = RowSum(.mark)
        sum.add(content.member.number)
        sum.add(content.writes)
        return sum.value
    }
}
