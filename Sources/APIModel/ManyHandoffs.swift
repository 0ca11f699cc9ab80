/// One step of the handoffs of many incidents: command of them is offered, or accepted.
package struct ManyHandoffsRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// Which incidents, each 32 hexadecimal digits or a beginning; absent with `all`.
    package var incidents: [String]?
    /// `offer`: all that `from` commands and that are not offered yet. `accept`: all that are offered to
    /// `to`.
    package var all: Bool?
    /// `offer` with `all`: whose; `by` if it is absent.
    package var from: String?
    /// `offer`: to whom. `accept` with `all`: to whom they were offered; `by` if it is absent.
    package var to: String?
    /// `offer` without `to`: the region whose person on call is asked.
    package var toRegion: String?
    /// `offer`: the brief of each, written by the system if it is absent.
    package var brief: String?
    /// `accept`: what is taken over, in the words of whoever takes it.
    package var readBack: String?

    /// A request with all its parts.
    package init(
        by: String, incidents: [String]? = nil, all: Bool? = nil, from: String? = nil,
        to: String? = nil, toRegion: String? = nil, brief: String? = nil, readBack: String? = nil
    ) {
        (self.by, self.incidents, self.all, self.from) = (by, incidents, all, from)
        (self.to, self.toRegion, self.brief, self.readBack) = (to, toRegion, brief, readBack)
    }
}

/// What became of one incident of a request about many: an acceptance, or why it was refused.
package struct HandoffResult: Codable, Equatable, Sendable {
    /// The incident as it was asked for.
    package var incident: String
    /// What was accepted; absent if it was refused.
    package var acceptance: AcceptanceAnswer?
    /// Why it was refused; absent if it was accepted.
    package var problem: Problem?

    /// A result: one of the two.
    package init(incident: String, acceptance: AcceptanceAnswer? = nil, problem: Problem? = nil) {
        (self.incident, self.acceptance, self.problem) = (incident, acceptance, problem)
    }
}

/// What became of a request about many incidents.
package struct HandoffResults: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// One per incident; in the order of the request, with `all` the worst first.
    package var results: [HandoffResult]

    /// The results.
    package init(region: String, results: [HandoffResult]) {
        (self.region, self.results) = (region, results)
    }
}
