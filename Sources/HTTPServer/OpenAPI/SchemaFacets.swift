/// What a schema says of a member beyond its type: the words that may stand there, its form. Held
/// against real answers by tests.
enum SchemaFacets {
    /// More fields for the schema of a member, `Type.member`.
    static func facets(of path: String, isAnswer: Bool) -> JSONValue {
        if let words = words[path] {
            return ["enum": .array(words.map { .string($0) })]
        }
        let name = path.split(separator: ".").last.map(String.init) ?? ""
        // In requests other spellings are understood, and ids may be shortened.
        guard isAnswer else { return requestFacets[path] ?? .object([]) }
        if name == "severity" { return ["enum": .array(severities.map { .string($0) })] }
        // Of many what was asked for is said again as it was.
        if path == "HandoffResult.incident" { return .object([]) }
        if name == "incident" || path == "IncidentSummary.id" || path == "IncidentEvent.id" {
            return ["pattern": "^[0-9a-f]{32}$"]
        }
        return .object([])
    }

    private static let severities = (1...5).map { "SEV\($0)" }

    private static let words: [String: [String]] = [
        "AcceptanceAnswer.durability": ["quorum", "local"],
        "AcceptanceAnswer.status": ["unopened", "triggered", "acknowledged", "resolved"],
        "IncidentSummary.status": [
            "unopened", "triggered", "acknowledged", "resolved", "merged",
        ],
        "IncidentEvent.status": ["unopened", "triggered", "acknowledged", "resolved"],
        "HandoffSummary.state": ["open", "accepted", "declined", "withdrawn", "superseded"],
        "PageSummary.state": ["delivered", "undeliverable", "failed", "dropped", "trying"],
        "TestPageAnswer.outcome": ["delivered", "failed", "undeliverable", "dropped"],
        "ParticipationSummary.kind": [
            "commander", "deputy", "holder", "helper", "role", "action", "writer",
        ],
        "OutlookSentence.level": ["good", "warn", "bad"],
        "OutlookSentence.about": [
            "disk", "readiness", "majority", "clock", "member", "facts", "wishes", "gateway",
            "quarantine", "all",
        ],
        "RosterAnswer.source": ["cluster", "file"],
        "OnCallChange.kind": ["override", "leave", "swap"],
        "ChangeRequest.kind": ["override", "leave", "swap"],
        "CalendarAddress.kind": ["person", "region", "schedule"],
        "MemberStatus.role": ["region", "witness", "coordinator"],
    ]

    private static let requestFacets: [String: JSONValue] = [
        "SnoozeRequest.minutes": ["maximum": .number("1440")]
    ]
}
