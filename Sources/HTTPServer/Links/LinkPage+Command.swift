import Basics
import Gateways
import IncidentModel
import Pages
import RegionCore

/// The page of a link that takes command: who offers it, the brief in full, and the two answers.
/// *Source:* issue 5 point 5.
extension LinkPage {
    /// The page a GET shows. `hasMajority` is whether this region sees one now.
    func offer(
        _ claim: LinkClaim, state: CommandState, view: IncidentView?, hasMajority: Bool
    ) -> HTML {
        page(
            claim, view: view,
            standing(state, claim, view: view, form: .blank, hasMajority: hasMajority))
    }

    /// The page a POST shows. What was written is kept where it has to be sent again.
    func result(
        _ claim: LinkClaim, form: CommandForm, outcome: CommandOutcome, state: CommandState,
        view: IncidentView?, hasMajority: Bool
    ) -> HTML {
        let standing = standing(
            state, claim, view: view, form: form, hasMajority: hasMajority)
        let body: HTML =
            switch outcome {
            case .done(.accept, let durability):
                accepted(claim, durability, view) + briefAgain(view)
            case .done(.decline, let durability): declined(durability, view)
            case .unchanged: standing
            case .otherOffer:
                note(
                    "Command was offered anew since you opened this page: nothing was done. "
                        + "Read the brief below, and answer again.") + standing
            case .wordless:
                note("Nothing was done: write some words first.") + standing
            case .underWay:
                result("Your first tap is being carried out. Load this page again to see.")
            case .refused(let reason):
                result("Not done") + paragraph("\(reason).") + standing
            case .failed(let reason):
                result("Not done: try again, or use the other region's link")
                    + paragraph("\(reason).") + standing
            }
        return page(claim, view: view, body)
    }

    // MARK: What happened

    private func accepted(
        _ claim: LinkClaim, _ durability: Durability, _ view: IncidentView?
    ) -> HTML {
        let incident = view?.incident
        if incident?.commander == claim.person {
            return result("You are in command, \(name(claim.person)).") + safety(durability)
        }
        switch durability {
        case .quorum where incident?.deputies.contains(claim.person) == true:
            return result("\(commander(of: incident)) is in command, and you are deputy.")
                + paragraph(
                    "They took command before your answer came. What you wrote is in the timeline.")
        case .quorum:
            return result("You accept command, \(name(claim.person)).")
                + paragraph(
                    "It is recorded on a majority of regions, and decided in a moment: load this "
                        + "page again to see yourself in command.")
        case .local:
            return result("You accept command, \(name(claim.person)).") + apart(incident)
        }
    }

    private func declined(_ durability: Durability, _ view: IncidentView?) -> HTML {
        let known: HTML =
            switch durability {
            case .quorum: ""
            case .local:
                note(
                    "It is recorded in region \(region) only, and reaches the others when they can "
                        + "be reached.")
            }
        return result("You decline command.")
            + paragraph(
                "\(stays(view?.incident)); whoever offered it is told why you decline.")
            + known
    }

    /// What an acceptance is worth that only this region knows.
    private func apart(_ incident: Incident?) -> HTML {
        note(
            "It is recorded in region \(region) only: a wish, until the regions can reach each other. "
                + "Then it is decided who commands, and you are told. Until then "
                + "\(commander(of: incident)) is in command for the others; if somebody else took "
                + "command there, you will be deputy.")
            + paragraph("That you have taken the incident on counts here at once.")
    }

    private func commander(of incident: Incident?) -> String {
        incident?.commander.map(name) ?? "nobody"
    }

    private func stays(_ incident: Incident?) -> String {
        incident?.commander.map { "\(name($0)) stays in command" } ?? "Nobody is in command"
    }

    private func standing(
        _ state: CommandState, _ claim: LinkClaim, view: IncidentView?, form: CommandForm,
        hasMajority: Bool
    ) -> HTML {
        switch state {
        case .offered(let offer):
            return offered(offer, claim, view: view, form: form, hasMajority: hasMajority)
        case .wished(_, let time):
            let standing: HTML =
                hasMajority
                ? paragraph("It is decided in a moment: load this page again to see.")
                : apart(view?.incident)
            return result("You have accepted command, \(ago(time)).") + standing + briefAgain(view)
        case .taken(let person, let time):
            return person == claim.person
                ? result("You are in command, since \(clock(time)).") + briefAgain(view)
                : result("\(name(person)) has taken command, \(ago(time)).") + nothingToDo
        case .declined(let person, let reason, let time):
            let who = person == claim.person ? "You have" : "\(name(person)) has"
            let why: HTML = reason.isEmpty ? "" : paragraph("\u{201C}\(reason)\u{201D}")
            return .joined([
                result("\(who) declined command, \(ago(time))."), why,
                paragraph("\(stays(view?.incident))."), takeAnyway(claim),
            ])
        case .withdrawn(let person, let time):
            return result("\(name(person)) has taken the offer back, \(ago(time)).") + nothingToDo
        case .superseded(let person):
            let isDeputy = view?.incident.deputies.contains(claim.person) == true
            return result(
                "Command went another way: \(person.map(name) ?? "nobody") is in command.")
                + (isDeputy ? paragraph("You are deputy.") : nothingToDo)
        case .merged(let carrier):
            return result("Command of incident #\(carrier.short) counts for both.")
                + paragraph("See who has it: 'meridian handoff status'.")
        case .resolved: return result("It is resolved: nothing is left to command.")
        case .opened(let generation):
            return result("This notice is about an earlier time.")
                + paragraph(
                    "The incident was resolved and has opened again since (generation \(generation))"
                        + ". Use the link of the newest notice.")
        case .unknownHere:
            return result("Region \(region) has not heard of this yet.")
                + paragraph("Try again in some seconds, or use the other region's link.")
        }
    }

    private var nothingToDo: HTML { paragraph("There is nothing for you to do.") }

    private func takeAnyway(_ claim: LinkClaim) -> HTML {
        paragraph(
            "Who wants it all the same takes it: 'meridian handoff take \(claim.group.short) "
                + "--reason \"...\"'.")
    }

    // MARK: The offer and the answers

    private func offered(
        _ offer: HandoffRecord, _ claim: LinkClaim, view: IncidentView?, form: CommandForm,
        hasMajority: Bool
    ) -> HTML {
        let giver =
            offer.by == .coordinator ? commander(of: view?.incident) : name(offer.by)
        let whom = offer.to == claim.person ? "you" : name(offer.to)
        let side: HTML =
            offer.to == claim.person
            ? "" : paragraph("Nobody has taken it yet: anybody of your side may.")
        let apart: HTML =
            hasMajority
            ? ""
            : note(
                "Region \(region) sees no majority of regions now. Your answer is kept here as a "
                    + "wish, and decided when they can reach each other.")
        let offeredAt = offer.time.instant
        let decline: HTML = offer.to == claim.person ? declineForm(offer, form) : ""
        return .joined([
            result("\(giver) offers \(whom) command."),
            paragraph("Offered at \(clock(offeredAt)), \(ago(offeredAt))."), side,
            wishes(for: offer, claim, view), apart, brief(offer), acceptForm(offer, form), decline,
        ])
    }

    /// Others who have said that they take it, where that is not decided yet.
    private func wishes(
        for offer: HandoffRecord, _ claim: LinkClaim, _ view: IncidentView?
    ) -> HTML {
        let others = (view?.incident.openWishes ?? [])
            .filter { $0.edit.handoff?.offer == offer.offer && $0.edit.by != claim.person }
            .map { name($0.edit.by) }
        guard !others.isEmpty else { return "" }
        return note(
            "\(others.joined(separator: ", ")) said so already; it is not decided yet.")
    }

    private func brief(_ offer: HandoffRecord) -> HTML {
        let heading: HTML = .element("h2", "The brief")
        guard let last = offer.briefs.last, !last.text.isEmpty else {
            return heading + paragraph("None was written.")
        }
        let author: HTML =
            offer.briefs.count > 1
            ? paragraph("Written anew by \(name(last.by)), \(ago(last.time.instant)).") : ""
        // A line that is wrapped must not look like two.
        let lines = last.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { HTML.element("p", HTML(text: String($0))) }
        return heading + author + .element("div", class: "brief", .joined(lines))
    }

    /// The brief of whoever has answered already: the page stays open on a telephone.
    private func briefAgain(_ view: IncidentView?) -> HTML {
        view?.incident.lastHandoff.map(brief) ?? ""
    }

    private func acceptForm(_ offer: HandoffRecord, _ form: CommandForm) -> HTML {
        .form(
            answer(.accept, offer)
                + .textArea(
                    "words", label: "What you take over, in your words", rows: 3,
                    lengthMax: Limits.summaryLengthMax,
                    value: form.answer == .accept ? form.words : "")
                + .submit("Accept command"))
    }

    private func declineForm(_ offer: HandoffRecord, _ form: CommandForm) -> HTML {
        .form(
            answer(.decline, offer)
                + .textArea(
                    "words", label: "If you cannot: why", rows: 2,
                    lengthMax: Limits.summaryLengthMax,
                    value: form.answer == .decline ? form.words : "")
                + .submit("Decline", class: "quiet"))
    }

    private func answer(_ answer: CommandForm.Answer, _ offer: HandoffRecord) -> HTML {
        .hidden("answer", answer.rawValue) + .hidden("offer", offer.offer.description)
    }
}
