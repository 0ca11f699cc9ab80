import Alerting
import Basics
import Gateways
import IncidentModel
import RegionCore

/// How a link that takes command stands to what is offered: what a GET shows, and whether a POST acts.
///
/// The link is the person's and the incident's, not one offer's: the page shows the offer that is open, its
/// form names it, and an answer to another one than that is not carried out.
enum CommandState: Equatable, Sendable {
    /// This offer waits to be taken.
    case offered(HandoffRecord)
    /// The holder of the link has said so, and it is not decided yet.
    case wished(HandoffRecord, at: Instant)
    /// This person took it.
    case taken(by: PersonID, at: Instant)
    /// This person declined, for this reason.
    case declined(by: PersonID, reason: String, at: Instant)
    /// It was taken back.
    case withdrawn(by: PersonID, at: Instant)
    /// Command went another way: to this person, if somebody has it.
    case superseded(commander: PersonID?)
    /// It was merged into this incident, which has a commander of its own.
    case merged(into: GroupID)
    /// Nothing fires any more.
    case resolved
    /// The incident was opened again since the notice left.
    case opened(again: UInt64)
    /// This region has not heard enough of the incident.
    case unknownHere

    /// The offer that may be answered; `nil` if none may.
    var offer: HandoffRecord? {
        switch self {
        case .offered(let offer): offer
        case .wished, .taken, .declined, .withdrawn, .superseded, .merged, .resolved, .opened,
            .unknownHere:
            nil
        }
    }

    /// The state of a claim by what is known here.
    static func of(_ claim: LinkClaim, _ view: IncidentView?) -> CommandState {
        guard let view, view.incident.generation > 0 else { return .unknownHere }
        let incident = view.incident
        if incident.hasClosed(after: claim.previousEnd) {
            return .opened(again: incident.generation)
        }
        guard incident.previousEnd == claim.previousEnd else { return .unknownHere }
        guard incident.status.isOpen else { return .resolved }
        if let carrier = view.carrier { return .merged(into: carrier) }
        guard let last = incident.lastHandoff else { return .unknownHere }
        let endedAt = (last.taken?.at ?? last.answers.first?.time ?? last.time).instant
        switch incident.state(of: last) {
        case .open: return open(last, claim, incident)
        case .taken(let person): return .taken(by: person, at: endedAt)
        case .declined(let person, let reason):
            return .declined(by: person, reason: reason, at: endedAt)
        case .withdrawn(let person): return .withdrawn(by: person, at: endedAt)
        case .superseded: return .superseded(commander: incident.commander)
        }
    }

    private static func open(
        _ offer: HandoffRecord, _ claim: LinkClaim, _ incident: Incident
    ) -> CommandState {
        let wish = incident.openWishes.last {
            $0.edit.handoff?.offer == offer.offer && $0.edit.by == claim.person
        }
        return wish.map { .wished(offer, at: $0.time.instant) } ?? .offered(offer)
    }
}

/// What somebody answers on the page of a link that takes command.
struct CommandForm: Equatable, Sendable {
    /// The two buttons.
    enum Answer: String, Sendable {
        /// Takes command.
        case accept
        /// Does not.
        case decline
    }

    /// Which button was pressed; `nil` in what is no form of ours.
    var answer: Answer?
    /// The offer that the page showed.
    var offer: String
    /// What is read back, or why it is declined.
    var words: String

    /// The most bytes of a form: the longest text, each of its scalars as long as can be.
    static let bytesMax = 32_768

    /// Nothing is answered yet.
    static let blank = CommandForm(answer: nil, offer: "", words: "")

    /// A form as browsers send it. Line ends in the words become blanks: a timeline has one line for
    /// them.
    init(_ bytes: [UInt8]) {
        let fields = FormParser.parse(bytes)
        func text(_ name: String) -> String {
            if case .string(let text) = fields[name] { text } else { "" }
        }
        let lines = text("words").split(whereSeparator: \.isNewline).map { String($0).trimmed }
        let words = lines.filter { !$0.isEmpty }.joined(separator: " ")
        self.init(
            answer: Answer(rawValue: text("answer")), offer: text("offer"),
            words: cleaned(words, to: Limits.summaryLengthMax))
    }

    private init(answer: Answer?, offer: String, words: String) {
        (self.answer, self.offer, self.words) = (answer, offer, words)
    }
}

/// What a POST of that page came to.
enum CommandOutcome: Equatable, Sendable {
    /// It is said, so safely.
    case done(CommandForm.Answer, Durability)
    /// Nothing was done, for the offer stands so.
    case unchanged
    /// Another offer is open than the page showed.
    case otherOffer
    /// Nothing was said, and something has to be.
    case wordless
    /// The same link is being carried out already.
    case underWay
    /// The node refused, for this reason.
    case refused(reason: String)
    /// The node cannot do it now, for this reason.
    case failed(reason: String)

    /// The word by which metrics count it.
    var name: String {
        switch self {
        case .done(_, let durability): durability.name
        case .unchanged, .otherOffer: "unchanged"
        case .wordless: "invalid"
        case .underWay: "under-way"
        case .refused: "rejected"
        case .failed: "overloaded"
        }
    }
}
