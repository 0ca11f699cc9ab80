public import Basics
import Escalation
import IncidentModel
import Paging
import Replication

/// Command and its handoff: what may be said, and that ownership follows whoever is in command.
/// *Source:* design 6; decision 0017.
extension RegionCore {
    /// What a step of a handoff says, or why it makes no sense as the incident stands.
    mutating func handoff(
        _ step: HandoffStep, by: PersonID, on view: Incident, isApart: Bool, at now: Instant
    ) -> Result<FactBody, Refusal> {
        guard view.status.isOpen else {
            return .failure(Refusal(reason: "it is \(view.status.name): nothing to hand over"))
        }
        func word(_ saying: HandoffSaying, _ offer: FactID?) -> FactBody {
            .handoff(
                HandoffWord(
                    previousEnd: view.previousEnd, offer: offer, saying: saying, by: by))
        }
        switch step {
        case .offer(let to, let text):
            if let reason = reasonNotToOffer(to, on: view) { return .failure(reason) }
            let text = text.isEmpty ? writtenBrief(of: view, for: to, at: now) : text
            return .success(word(.offered(to: to, from: view.commander, brief: clipped(text)), nil))
        case .brief(let text):
            guard let offer = view.openHandoff else { return .failure(noOffer(on: view)) }
            guard !text.isEmpty else {
                return .failure(
                    Refusal(reason: "the brief is empty: say what the next one must know"))
            }
            return .success(word(.briefed(clipped(text)), offer.offer))
        case .accept(let readBack):
            return accept(by: by, readBack, on: view, isApart: isApart)
        case .decline(let reason):
            guard let offer = view.openHandoff else { return .failure(noOffer(on: view)) }
            guard offer.to == by else {
                return .failure(
                    Refusal(reason: "it is offered to \(offer.to.text), who alone may decline it"))
            }
            return .success(word(.declined(reason: reason), offer.offer))
        case .withdraw(let reason):
            guard let offer = view.openHandoff else { return .failure(noOffer(on: view)) }
            return .success(word(.withdrawn(reason: reason), offer.offer))
        }
    }

    private func reasonNotToOffer(_ to: PersonID, on view: Incident) -> Refusal? {
        guard roster.person(to) != nil else {
            return Refusal(reason: "nobody in the roster is called \(to.text)")
        }
        guard view.commander != to else {
            return Refusal(reason: "\(to.text) is in command already")
        }
        guard view.openHandoff?.to != to else {
            return Refusal(reason: "it is offered to \(to.text) already: change the brief instead")
        }
        return nil
    }

    /// Whoever accepts wishes to be in command: whether that stands is decided by the rules for
    /// command.
    private func accept(
        by: PersonID, _ readBack: String, on view: Incident, isApart: Bool
    ) -> Result<FactBody, Refusal> {
        guard let offer = view.openHandoff else { return .failure(noOffer(on: view)) }
        guard !readBack.isEmpty else {
            return .failure(
                Refusal(reason: "nothing is read back: say in your words what you take over"))
        }
        guard roster.person(by) != nil else {
            return .failure(Refusal(reason: "nobody in the roster is called \(by.text)"))
        }
        return .success(
            .edited(
                FieldEdit(
                    previousEnd: view.previousEnd, value: .commander(by), by: by,
                    reason: readBack, isApart: isApart, seen: ledger.marks,
                    handoff: OfferTaken(
                        offer: offer.offer, generation: view.generation, run: view.run.number,
                        severity: severitySeen(of: view)))))
    }

    private func noOffer(on view: Incident) -> Refusal {
        let last = view.lastHandoff.map { offer in
            switch view.state(of: offer) {
            case .open: ""
            case .taken(let person): "\(person.text) has accepted it; "
            case .declined(let person, _): "\(person.text) has declined it; "
            case .withdrawn(let person): "\(person.text) has taken it back; "
            case .superseded: "command went another way; "
            }
        }
        return Refusal(
            reason: "no offer of command is open: \(last ?? "")"
                + "offer it first, or take command in an emergency")
    }

    private func clipped(_ text: String) -> String {
        String(text.unicodeScalars.prefix(Limits.briefLengthMax))
    }

    /// Ownership moves with command: to the region of whoever is in command, by leadership transfer, when that
    /// region is there and has everything. What is paged stays here until it has established itself.
    /// Gives back when to look again.
    mutating func followCommand(_ group: GroupID, at now: Instant) -> Instant {
        guard replica.leads(group), hasDuty(of: group),
            let (status, commander) = incidents.read(
                group, { ($0.committed.status, $0.committed.commander) }),
            status.isOpen, let home = home(of: commander), home != me.id
        else { return .distantFuture }
        let followAt = withSlot(group) { $0.followAt }
        guard followAt <= now else { return followAt }
        var pause = FollowPause.longest
        if replica.isFresh(home), replica.hasMajority,
            case .targetIsBehind = handOver(group, to: home, at: now)
        {
            let (soon, tells) = withSlot(group) { $0.followPause.behind() }
            pause = soon
            if tells { turn.effects.append(.log(.handOverFailed(group, reason: behind(home)))) }
        } else {
            withSlot(group) { $0.followPause.reset() }
        }
        withSlot(group) { $0.followAt = now + pause }
        return now + pause
    }

    private func behind(_ home: MemberID) -> String {
        let name = config.members.first { $0.id == home }?.name.text ?? "\(home)"
        return
            "\(name) lacks entries of its log and it stays at \(me.name.text), where command works "
            + "as well; see LAG of \(name) in `meridian cluster status`. It is tried again"
    }

    /// From one severity's offers to the next one's, so that the worst is offered first.
    private static let offerStagger = Span.seconds(2)
    /// From one try to offer to the next.
    private static let offerPause = Span.seconds(30)

    /// At a change of shift the owner offers command to whoever comes on call next, the worst first: to a
    /// region that is there, and not while a majority is missing. Gives back when to look again.
    mutating func offerAtChange(_ group: GroupID, at now: Instant) -> Instant {
        guard replica.leads(group), hasDuty(of: group),
            let view = incidents.read(group, { $0.sharedView }), view.value.commander != nil,
            !isCarried(group),
            let due = handoffDue(of: view.value, roster: roster, book: book, at: now)
        else { return .distantFuture }
        let notBefore = withSlot(group) { $0.offerAt }
        let stagger = Self.offerStagger * Int64(view.value.severity.rawValue - 1)
        let turnAt = max(due.at + stagger, notBefore)
        guard turnAt <= now else { return turnAt }
        withSlot(group) { $0.offerAt = now + Self.offerPause }
        guard replica.hasMajority, isThere(due.to) else { return now + Self.offerPause }
        let common = changeBook(with: group, due: due, at: now)
        let text = writtenBrief(of: view.value, for: due.to, at: now)
        write(
            .handoff(
                HandoffWord(
                    previousEnd: view.value.previousEnd, offer: nil,
                    saying: .offered(
                        to: due.to, from: view.value.commander, brief: clipped(text),
                        plan: common.plan(of: group)),
                    by: .coordinator)), about: group, at: now)
        return now + Self.offerPause
    }

    /// What offers at a change of shift have in common, worked out anew every few seconds.
    private mutating func changeBook(
        with group: GroupID, due: HandoffDue, at now: Instant
    ) -> ChangeBook {
        if let changeBook, now - changeBook.madeAt < ChangeBook.holds, changeBook.madeAt <= now,
            changeBook.plan(of: group)?.changeAt == due.changeAt
        {
            return changeBook
        }
        let views = incidents.keys.compactMap { group in
            incidents.read(group) { $0.isCarried ? nil : $0.view } ?? nil
        }
        let made = ChangeBook(views, at: now) {
            handoffDue(of: $0, roster: roster, book: book, at: now)
        }
        changeBook = made
        return made
    }

    /// The changes of command that lie ahead, as this region would make them if it owned the incidents: the
    /// earliest first. *Source:* issue 5 point 6.
    public func plannedHandoffs(at now: Instant) -> [PlannedHandoff] {
        var result: [PlannedHandoff] = []
        for group in incidents.keys where !isCarried(group) {
            let item = incidents.read(group) { slot -> PlannedHandoff? in
                let view = slot.view
                guard let from = view.commander,
                    let due = handoffDue(of: view, roster: roster, book: book, at: now)
                else { return nil }
                return PlannedHandoff(
                    group: group, title: view.title, severity: view.severity, from: from,
                    to: due.to, offerAt: due.at, schedule: due.schedule,
                    changeAt: due.changeAt, heldBack: reasonToHoldBack(from: due))
            }
            if let item = item ?? nil { result.append(item) }
        }
        return result.sorted {
            ($0.offerAt, $0.severity, $0.group) < ($1.offerAt, $1.severity, $1.group)
        }
    }

    private func reasonToHoldBack(from due: HandoffDue) -> String {
        if !replica.hasMajority { return "no majority of regions hears \(me.name.text)" }
        guard !isThere(due.to), let region = roster.person(due.to)?.region else { return "" }
        return "\(region.text) cannot be reached from \(me.name.text)"
    }

    /// Whether the region of a person can be reached from here, so that ownership could follow.
    private func isThere(_ person: PersonID) -> Bool {
        let region = roster.person(person)?.region
        guard let member = config.members.first(where: { $0.name == region && $0.role == .region })
        else { return true }
        return member.id == me.id || replica.isFresh(member.id)
    }

    /// The region of whoever is in command, if it is another member's.
    private func home(of commander: PersonID?) -> MemberID? {
        guard let person = commander.flatMap(roster.person) else { return nil }
        return config.members.first { $0.name == person.region && $0.role == .region }?.id
    }
}

extension Fact {
    /// Whether it offers command to somebody.
    var isOffer: Bool {
        guard case .handoff(let word) = body, case .offered = word.saying else { return false }
        return true
    }
}
