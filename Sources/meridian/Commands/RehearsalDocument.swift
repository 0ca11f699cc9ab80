import APIModel
import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging
import Simulation

/// What `coverage simulate --json` writes; lengths are whole milliseconds, and absent for "never".
struct RehearsalDocument: Encodable {
    /// One service.
    struct ServiceEntry: Encodable {
        var service: String
        var policy: String
        var coverage: String
        /// Whether a promise is not kept: nobody is woken within the bound.
        var isFailed: Bool
        var reason: String?
        var remedy: String?
        /// The worst of all moments.
        var firstHumanMilliseconds: Int64?
        var nextPersonMilliseconds: Int64?
        /// The same without the deaths.
        var healthyFirstHumanMilliseconds: Int64?
        var healthyNextPersonMilliseconds: Int64?
        var moments: [MomentEntry]
    }

    /// One moment at which the alert came.
    struct MomentEntry: Encodable {
        /// When, counted from the deaths.
        var milliseconds: Int64
        var alertAt: Timestamp
        var firstHumanMilliseconds: Int64?
        var nextPersonMilliseconds: Int64?
        var events: [EventEntry]
        var next: NextEntry?
    }

    /// Something that happened.
    struct EventEntry: Encodable {
        var at: Timestamp
        /// `taken`, `notTaken`, `died`, `missed`, `majorityLost`, `owned`, `paged` or `answered`.
        var kind: String
        /// The region that did it, or that died.
        var region: String?
        /// The region that is missed.
        var missing: String?
        var term: UInt64?
        var person: String?
        var zone: String?
        var channel: String?
        var step: String?
        var isNotice: Bool?
        var isHeard: Bool?
    }

    /// Who would be paged next.
    struct NextEntry: Encodable {
        var at: Timestamp
        var people: [String]
        var step: String
    }

    var rosterVersion: String
    var tzVersion: String
    var at: Timestamp
    var killed: [String]
    var peopleToo: Bool
    var severity: String
    var seed: UInt64
    var answeredAfterSeconds: Int64?
    var boundMilliseconds: Int64
    /// The longest wait for a human, of the services that promise one at every minute, if any does.
    var worstFirstHumanMilliseconds: Int64?
    var healthyWorstFirstHumanMilliseconds: Int64?
    var isFailed: Bool
    /// What the simulator's checkers saw broken: a bug of this program.
    var violation: String?
    var services: [ServiceEntry]
}

extension RehearsalReport {
    /// The same for scripts.
    var document: RehearsalDocument {
        RehearsalDocument(
            rosterVersion: roster.version, tzVersion: request.zones.version,
            at: Timestamp(request.at), killed: request.killed.map(\.text),
            peopleToo: request.takesPeople, severity: request.severity.name, seed: request.seed,
            answeredAfterSeconds: request.answeredAfter?.seconds,
            boundMilliseconds: bound.milliseconds,
            worstFirstHumanMilliseconds: worstEntry.flatMap { first($0) }?.milliseconds,
            healthyWorstFirstHumanMilliseconds: worstEntry.flatMap { healthyFirst($0) }?
                .milliseconds,
            isFailed: isFailed, violation: violation.map { "\($0.property): \($0.text)" },
            services: entries.map { entry(of: $0) })
    }

    private func entry(of entry: Entry) -> RehearsalDocument.ServiceEntry {
        RehearsalDocument.ServiceEntry(
            service: entry.service.id.text, policy: entry.service.policy.text,
            coverage: entry.service.coverage.name,
            isFailed: entry.isPromised && entry.trouble != nil, reason: entry.trouble?.text,
            remedy: entry.trouble?.remedy, firstHumanMilliseconds: first(entry)?.milliseconds,
            nextPersonMilliseconds: second(entry)?.milliseconds,
            healthyFirstHumanMilliseconds: healthyFirst(entry)?.milliseconds,
            healthyNextPersonMilliseconds: healthySecond(entry)?.milliseconds,
            moments: moments.map { moment(of: entry.alert, $0) })
    }

    private func moment(
        of alert: Int, _ moment: RehearsedMoment
    ) -> RehearsalDocument.MomentEntry {
        let outcome = moment.outcome
        return RehearsalDocument.MomentEntry(
            milliseconds: moment.moment.milliseconds,
            alertAt: Timestamp(outcome.request.alerts[alert].at),
            firstHumanMilliseconds: outcome.first(of: alert)?.milliseconds,
            nextPersonMilliseconds: outcome.second(of: alert)?.milliseconds,
            events: outcome.events.filter { $0.alert ?? alert == alert }.map { event($0) },
            next: outcome.next[alert].map {
                RehearsalDocument.NextEntry(
                    at: Timestamp($0.at), people: $0.people.map(\.text), step: $0.step)
            })
    }

    private func event(_ event: RehearsalEvent) -> RehearsalDocument.EventEntry {
        var entry = RehearsalDocument.EventEntry(at: Timestamp(event.at), kind: "")
        switch event.what {
        case .taken(let region): (entry.kind, entry.region) = ("taken", region.text)
        case .notTaken: entry.kind = "notTaken"
        case .died(let region): (entry.kind, entry.region) = ("died", region.text)
        case .missed(let lost, let by):
            (entry.kind, entry.region, entry.missing) = ("missed", by.text, lost.text)
        case .majorityLost(let region): (entry.kind, entry.region) = ("majorityLost", region.text)
        case .owned(let region, let term):
            (entry.kind, entry.region, entry.term) = ("owned", region.text, term)
        case .answered(let person, let region):
            (entry.kind, entry.region, entry.person) = ("answered", region.text, person.text)
        case .paged(let page):
            (entry.kind, entry.region, entry.person) = ("paged", page.region.text, page.person.text)
            (entry.channel, entry.step) = (page.channel.name, page.step)
            (entry.isNotice, entry.isHeard) = (page.isNotice, page.isHeard)
        }
        entry.zone = entry.person.flatMap { roster.person(PersonID($0))?.zone }
        return entry
    }
}
