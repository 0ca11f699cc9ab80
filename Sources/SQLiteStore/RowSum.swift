import Basics

/// What a checksum is of; part of the checksum, so that no row passes for one of another table.
/// The numbers are on disks: they never change.
enum RowKind: UInt64, Sendable {
    case meta = 1
    case group = 2
    case snapshot = 3
    case entry = 4
    case fact = 5
    case through = 6
    case mark = 7
}

/// The checksum of one row: over its kind, its key and all its values.
///
/// The sum of all rows' checksums, modulo 2^64, is the *digest* of the store. It is kept up to date
/// with every batch, so that a row that vanished, came back or was never written is noticed at the
/// next start, even if the page it stood on is sound by itself (a lost write).
struct RowSum: Sendable {
    private var fold = Fold64()

    init(_ kind: RowKind) { fold.fold(kind.rawValue) }

    mutating func add(_ word: UInt64) { fold.fold(word) }

    mutating func add(_ group: GroupID) {
        add(group.high)
        add(group.low)
    }

    mutating func add(_ member: MemberID?) {
        add(member == nil ? 0 : 1)
        add(member?.number ?? 0)
    }

    /// Folds in bytes behind their count, eight at a time.
    mutating func add(_ bytes: [UInt8]) {
        add(UInt64(bytes.count))
        let whole = bytes.count & ~7
        unsafe bytes.withUnsafeBytes { raw in
            for offset in stride(from: 0, to: whole, by: 8) {
                let word = unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                add(UInt64(littleEndian: word))
            }
        }
        guard whole < bytes.count else { return }
        add(bytes[whole...].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The checksum. The last steps spread every bit over all others: sums of checksums must not
    /// cancel.
    var value: UInt64 {
        var mixed = fold.value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
