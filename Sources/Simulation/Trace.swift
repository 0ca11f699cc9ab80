import Basics

/// What kind of thing a trace event tells; the number goes into the trace's hash.
enum TraceTag: UInt64 {
    case step = 1, send, deliver, lose, persist, durable, crash, boot, pause, resume
    case intake, command, reply, order, delivery, report, fault, heal, view
}

/// What happened in a run: every event is folded into a hash as numbers, which is cheap; lines for
/// people are made only when somebody wants to read them. *Source:* design 11; docs/decisions/0002.
struct Trace {
    private var fold = Fold64()
    /// Whether lines are kept.
    let isKept: Bool
    /// The most lines that are kept; the oldest go.
    private let linesMax: Int
    private var ring: [String] = []
    private var oldest = 0

    init(isKept: Bool, linesMax: Int) {
        self.isKept = isKept
        self.linesMax = linesMax
    }

    /// The hash of everything so far.
    var hash: UInt64 { fold.value }

    /// The lines that are kept, oldest first.
    var lines: [String] { Array(ring[oldest...] + ring[..<oldest]) }

    /// Folds in one event.
    mutating func note(
        _ tag: TraceTag, at now: Instant, _ first: UInt64, _ second: UInt64 = 0, _ third: UInt64 = 0
    ) {
        fold.fold(tag.rawValue)
        fold.fold(UInt64(bitPattern: now.microseconds))
        fold.fold(first)
        fold.fold(second)
        fold.fold(third)
    }

    /// Keeps a line.
    mutating func line(at now: Instant, _ text: String) {
        let micros = (now - World.begin).microseconds
        let line =
            "\(padded(micros / 1_000_000, width: 4)).\(padded(micros % 1_000_000, width: 6)) \(text)"
        if ring.count < linesMax {
            ring.append(line)
        } else {
            ring[oldest] = line
            oldest = (oldest + 1) % linesMax
        }
    }

    /// How lines are to be read.
    static let legend = """
        seconds.micros  what. m1 is the member of number 1; a group is told by its first digits.
        "m1 < m2 vote" is m2's frame arriving at m1; "m1 > m2 facts" leaves, "m1 x m2" is lost; "m1 ! page"
        is an order to page, "delivered" is its arrival at the person, "* cut" is a fault and "* heal" its end.
        """
}
