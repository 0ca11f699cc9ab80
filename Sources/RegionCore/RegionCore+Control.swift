public import Basics
import Escalation
public import IncidentModel
public import OnCall
import Replication

/// The control group: which roster is in force, and who is on call otherwise than it says. It is a group like
/// an incident's; what it says is taken over when it changes. *Source:* design 4; decision 0018.
extension RegionCore {
    /// The id of the control group of a cluster.
    public static func controlGroup(cluster: String, foundingEpoch: UInt64) -> GroupID {
        GroupID.derive(
            tenant: cluster, correlationKey: "\u{0}control", foundingEpoch: foundingEpoch)
    }

    /// Who is on call as pages from here go: by the roster, and what was changed since.
    public var onCall: OnCallBook { book }

    /// What the control group says, facts included that are known here only.
    public var control: ControlState {
        incidents.read(controlGroup) { $0.view.control ?? ControlState() } ?? ControlState()
    }

    /// Takes over what the control group says now: changes of who is on call at once, wherever they are
    /// known; a roster when it is in the log. The roster is read outside and comes back as an input.
    mutating func takeOverControl(at now: Instant) {
        let (committed, view) =
            incidents.read(controlGroup) { ($0.committed.control, $0.view.control) } ?? (nil, nil)
        if let document = committed?.current?.document, document.version != roster.version,
            document.version != askedRoster
        {
            askedRoster = document.version
            turn.effects.append(.readRoster(document))
        }
        // They follow from nothing else.
        guard view?.changes ?? [] != controlChanges else { return }
        controlChanges = view?.changes ?? []
        let changes = view.map { OnCallChanges($0) } ?? .none
        guard changes != dutyChanges else { return }
        let toldBefore = toldOfShifts(at: now).map(\.page.key)
        dutyChanges = changes
        rosterChanged(toldBefore, at: now)
    }

    /// What a word about the roster says, or why it makes no sense as things stand.
    func rosterWord(
        _ saying: RosterSaying, by: PersonID, reason: String, isApart: Bool, at now: Instant
    ) -> Result<FactBody, Refusal> {
        if let refusal = refusal(of: saying, by: by, isApart: isApart, at: now) {
            return .failure(refusal)
        }
        return .success(.roster(RosterWord(by: by, reason: reason, saying: saying)))
    }

    private func refusal(
        of saying: RosterSaying, by: PersonID, isApart: Bool, at now: Instant
    ) -> Refusal? {
        switch saying {
        case .applied(let document):
            guard !isApart else {
                return Refusal(
                    reason: "no majority of regions hears this one: the roster stays as it is. "
                        + "Overrides and leave work without one")
            }
            guard document.base == roster.version else {
                return Refusal(
                    reason: "it was written against roster \(document.base), but \(roster.version) "
                        + "is in force: look at what changed, and apply it again")
            }
            return nil
        case .overridden(let word), .swapAsked(let word): return refusal(of: word, at: now)
        case .left(let word):
            guard roster.person(word.person) != nil else {
                return Refusal(reason: "nobody in the roster is called \(word.person.text)")
            }
            return refusal(from: word.from, to: word.to, at: now)
        case .swapTaken(let id):
            guard let known = control.changes.first(where: { $0.fact == id }),
                case .swap(let word, let taker) = known.kind
            else { return Refusal(reason: "there is no swap \(id) to take") }
            if let taker { return Refusal(reason: "\(taker.text) has taken it already") }
            guard by != word.person else {
                return Refusal(reason: "it is your own: take the question back instead")
            }
            return nil
        case .cancelled(let id):
            guard control.changes.contains(where: { $0.fact == id }) else {
                return Refusal(reason: "there is no override, leave or swap \(id)")
            }
            return nil
        }
    }

    private func refusal(of word: OverrideWord, at now: Instant) -> Refusal? {
        guard roster.schedules.contains(where: { $0.id.text == word.schedule }) else {
            return Refusal(reason: "the roster has no schedule \(word.schedule)")
        }
        for person in [word.person, word.replaces].compactMap({ $0 })
        where roster.person(person) == nil {
            return Refusal(reason: "nobody in the roster is called \(person.text)")
        }
        return refusal(from: word.from, to: word.to, at: now)
    }

    /// How long a change may last.
    private static let changeMax = Span.hours(24 * 366)

    private func refusal(from: Instant, to: Instant, at now: Instant) -> Refusal? {
        guard from < to else { return Refusal(reason: "it ends before it begins") }
        guard to > now else { return Refusal(reason: "it is over already") }
        guard to - from <= Self.changeMax else {
            return Refusal(reason: "it lasts for more than a year: change the roster instead")
        }
        return nil
    }
}

extension OnCallChanges {
    /// What a control group says of who is on call; later words win over earlier ones.
    public init(_ state: ControlState) {
        self.init()
        for (index, record) in state.changes.enumerated() {
            switch record.kind {
            case .override(let word):
                overrides.append(Self.override(record, word, index, .override, word.person))
            case .swap(let word, let taker):
                guard let taker else { continue }
                var one = Self.override(record, word, index, .swap, taker)
                one.replaces = word.person
                overrides.append(one)
            case .leave(let word):
                leaves.append(
                    OnCallLeave(
                        id: record.fact.description, person: word.person, from: word.from,
                        to: word.to, by: record.by, reason: record.reason))
            }
        }
    }

    private static func override(
        _ record: OnCallEditRecord, _ word: OverrideWord, _ index: Int,
        _ kind: OnCallOverride.Kind, _ person: PersonID
    ) -> OnCallOverride {
        OnCallOverride(
            id: record.fact.description, order: UInt64(index + 1), kind: kind,
            schedule: ScheduleID(word.schedule), replaces: word.replaces, person: person,
            from: word.from, to: word.to, by: record.by, reason: record.reason)
    }
}
