/// The times of several incidents, in whole seconds. A part of the values lies within each: half within the
/// median, nine of ten within the other. Absent where nobody has acknowledged or nothing is resolved.
package struct NumbersGroup: Codable, Equatable, Sendable {
    /// The service or the owner region; empty for those whose owner is not known.
    package var name: String
    /// How many incidents opened.
    package var incidents: Int
    /// Half were acknowledged within this time.
    package var acknowledgeMedianSeconds: Int64?
    /// Nine of ten were.
    package var acknowledge90Seconds: Int64?
    /// Half were resolved within this time.
    package var resolveMedianSeconds: Int64?
    /// Nine of ten were.
    package var resolve90Seconds: Int64?

    /// What these incidents come to.
    init(name: String, of rows: [NumbersRow]) {
        self.name = name
        incidents = rows.count
        let acknowledged = rows.compactMap(\.secondsToAcknowledge)
        let resolved = rows.compactMap(\.secondsToResolve)
        acknowledgeMedianSeconds = Numbers.percentile(50, of: acknowledged)
        acknowledge90Seconds = Numbers.percentile(90, of: acknowledged)
        resolveMedianSeconds = Numbers.percentile(50, of: resolved)
        resolve90Seconds = Numbers.percentile(90, of: resolved)
    }

    /// The groups of a key, the largest first.
    static func all(
        of rows: [NumbersRow], by key: (NumbersRow) -> String
    ) -> [NumbersGroup] {
        Dictionary(grouping: rows, by: key).map { NumbersGroup(name: $0, of: $1) }
            .sorted { ($1.incidents, $0.name) < ($0.incidents, $1.name) }
    }
}

/// What a period's incidents come to, as the answering region knows them.
package struct NumbersAnswer: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The numbers.
    package var numbers: Numbers

    /// An answer.
    package init(region: String, readAt: Timestamp, numbers: Numbers) {
        (self.region, self.readAt, self.numbers) = (region, readAt, numbers)
    }
}
