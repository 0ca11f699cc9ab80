public import Basics

/// A note that mentions people, who are told of it. *Source:* decision 0019.
public struct Mention: Equatable, Sendable {
    /// The note's fact.
    public var fact: FactID
    /// When it was written.
    public var time: HybridTime
    /// Who wrote it.
    public var by: PersonID
    /// What it says, cut to `textLengthMax` scalars.
    public var text: String
    /// Whom it mentions, by the names it uses: the roster may have nobody of one.
    public var people: [PersonID]

    /// How much of a note is told.
    public static let textLengthMax = 200

    /// The mention of a note; `nil` if it mentions nobody but its writer.
    init?(_ note: Note, of fact: Fact) {
        people = MentionText.names(in: note.text).map { PersonID($0) }.filter { $0 != note.by }
        guard !people.isEmpty else { return nil }
        (self.fact, time) = (fact.id, fact.time)
        by = note.by
        let scalars = note.text.unicodeScalars
        text =
            scalars.count <= Self.textLengthMax
            ? note.text : String(scalars.prefix(Self.textLengthMax - 1)) + "…"
    }
}

extension Incident {
    /// How many notes that mention people are remembered, the latest.
    public static let mentionsMax = 64

    /// For how long at least it is remembered who was told.
    private static let mentionsKept = Span.hours(1)

    /// Forgets what was written long before a generation begins; what may still be told is not of any
    /// generation.
    mutating func forgetMentions(at time: HybridTime) {
        let limit = time.instant - Self.mentionsKept
        mentions.removeAll { $0.time.instant < limit }
    }

    /// Whether the page of a mention is still remembered when a generation begins.
    func remembersMention(_ page: PageRecord, at time: HybridTime) -> Bool {
        let limit = time.instant - Self.mentionsKept
        return page.position.isMention && page.attempts.contains { $0.intentAt.instant >= limit }
    }

    mutating func apply(_ note: Note, of fact: Fact, index: LogIndex) {
        self.note(
            .note, of: fact, "\(note.by.text): \(note.text)", replyTo: note.replyTo, index: index)
        guard let mention = Mention(note, of: fact) else { return }
        let position = mentions.partitioningIndex {
            ($0.time, $0.fact) >= (mention.time, mention.fact)
        }
        mentions.insert(mention, at: position)
        if mentions.count > Self.mentionsMax { mentions.removeFirst() }
    }
}

extension Mention: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(fact)
        writer.write(time)
        writer.write(by)
        writer.write(text)
        writer.write(people)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        fact = try reader.read()
        time = try reader.read()
        by = try reader.read()
        text = try reader.readString()
        people = try reader.readList()
    }
}
