import APIModel
import Basics
import HTTPTypes
import HummingbirdCore
import IncidentModel
import RegionCore

/// What became of an intake event.
struct TakenIn: Sendable {
    /// What the node said; `nil` if there was nothing to be done, as for the resolve of something
    /// unknown.
    var acceptance: Acceptance?
    /// What was odd about the event.
    var warnings: [String]
    /// The sender's key, or the one that was made for it.
    var dedupKey: String?

    /// The sum of the replies to an event's parts: no safer than the least safe. *Errors:* a
    /// `Refusal` if one part was not taken in; the sender sends all again, which says nothing new.
    init(_ event: IntakeEvent, replies: [Reply]) throws(Refusal) {
        (warnings, dedupKey) = (event.warnings, event.dedupKey)
        for reply in replies {
            switch reply {
            case .accepted(let part): acceptance = acceptance.map { Self.sum($0, part) } ?? part
            case .overloaded(let reason): throw .overloaded(reason)
            case .upToDate: throw Self.refused("the node answered a read")
            case .unknownIncident:
                guard event.isSilent else { throw Self.refused("the incident is unknown") }
            case .rejected(let reason):
                guard event.isSilent else { throw Self.refused(reason) }
            }
        }
    }

    /// The outcome by which metrics count it.
    var outcome: String {
        guard let acceptance else { return "nothing" }
        return acceptance.isRepeat ? "repeat" : acceptance.durability.name
    }

    /// The answer to senders that read none in particular.
    func answer(in region: RegionName) -> Answer {
        guard let acceptance else {
            return addingHeaders(
                to: .json(
                    NothingToDoAnswer(
                        region: region.text, dedupKey: dedupKey, warnings: warningList)),
                region: region)
        }
        let body = AcceptanceAnswer(
            incident: acceptance.group.description, generation: acceptance.generation,
            status: acceptance.status.name, durability: acceptance.durability.name,
            isRepeat: acceptance.isRepeat, region: region.text, dedupKey: dedupKey,
            warnings: warningList)
        return addingHeaders(to: .json(body), region: region)
    }

    /// The answer with headers that say what the body may have no place for.
    func addingHeaders(to answer: Answer, region: RegionName) -> Answer {
        var copy = answer
        copy.response.headers[.meridianRegion] = region.text
        copy.reason = warnings.prefix(3).joined(separator: "; ")
        guard let acceptance else { return copy }
        copy.incident = acceptance.group
        copy.response.headers[.meridianIncident] = acceptance.group.description
        copy.response.headers[.meridianDurability] = acceptance.durability.name
        return copy
    }

    private var warningList: [String]? { warnings.isEmpty ? nil : Array(warnings.prefix(20)) }

    private static func sum(_ a: Acceptance, _ b: Acceptance) -> Acceptance {
        var sum = a.generation >= b.generation ? a : b
        sum.durability = a.durability == .local ? .local : b.durability
        sum.isRepeat = a.isRepeat && b.isRepeat
        return sum
    }

    /// A node that refuses something that fires must not make the sender drop it: 5xx is sent
    /// again.
    private static func refused(_ reason: String) -> Refusal {
        Refusal(.unavailable, reason, remedy: "Send it again, or to another region.")
    }
}

/// The answer to an event that asked for nothing that could be done.
struct NothingToDoAnswer: Encodable {
    /// Always `nothing to do`.
    var status = "nothing to do"
    /// The region that answers.
    var region: String
    /// The sender's key.
    var dedupKey: String?
    /// What was odd about the request.
    var warnings: [String]?

    init(region: String, dedupKey: String?, warnings: [String]?) {
        (self.region, self.dedupKey, self.warnings) = (region, dedupKey, warnings)
    }
}
