package import APIModel
import Basics

/// What stands around every page: who answers, how fresh it is, who reads, and where else the same
/// page can be had.
package struct Frame: Sendable {
    /// The pages of the head's list.
    package enum Section: String, CaseIterable, Sendable {
        /// The pages.
        case incidents, world, oncall, cluster, numbers, runbooks

        /// What it is called.
        var title: String {
            switch self {
            case .incidents: "Incidents"
            case .world: "World"
            case .oncall: "On call"
            case .cluster: "Cluster"
            case .numbers: "Numbers"
            case .runbooks: "Runbooks"
            }
        }
    }

    /// Another region's pages.
    package struct Address: Equatable, Sendable {
        /// The region.
        package var region: String
        /// What its addresses begin with, without a slash at the end.
        package var url: String

        /// An address.
        package init(region: String, url: String) { (self.region, self.url) = (region, url) }
    }

    /// The cluster as the answering region sees it.
    package var cluster: ClusterStatus
    /// The address of this page, query included.
    package var path: String
    /// Everybody in the roster.
    package var people: [TimelinePerson]
    /// Who reads; absent if they have not said.
    package var reader: TimelinePerson?
    /// What a form has to send along.
    package var formToken: String
    /// By what the forms of this page are known, so that one that is sent twice acts once. *Source:*
    /// decision 0021.
    package var formKey: String
    /// The other regions' pages.
    package var elsewhere: [Address]
    /// What has just been done, if this page is shown because of that.
    package var done: Done?

    /// A frame with all its parts.
    package init(
        cluster: ClusterStatus, path: String, people: [TimelinePerson], reader: TimelinePerson?,
        formToken: String, formKey: String, elsewhere: [Address], done: Done? = nil
    ) {
        (self.cluster, self.path, self.people) = (cluster, path, people)
        (self.reader, self.formToken, self.formKey) = (reader, formToken, formKey)
        (self.elsewhere, self.done) = (elsewhere, done)
    }

    var now: Timestamp { cluster.readAt }
    var names: Names { Names(people) }

    /// The whole document around a page's content.
    func document(_ section: Section?, title: String, _ body: HTML) -> HTML {
        Templates.render(
            "page",
            Fields {
                $0.set("title", title)
                $0.set("body", body)
                $0.set("frame", fields)
                $0.set("sheet", Assets.styleSheet)
                $0.set("script", Assets.script)
                $0.set("icon", Assets.icon)
                $0.set("sections", Section.allCases.map { link($0, isHere: $0 == section) })
            })
    }

    private func link(_ section: Section, isHere: Bool) -> Fields {
        Fields {
            $0.set("path", "/\(section.rawValue)")
            $0.set("key", String(section.rawValue.prefix(1)))
            $0.set("title", section.title)
            $0.set("isHere", isHere)
        }
    }

    /// The frame's own fields, which every template sees as `frame`.
    var fields: Fields {
        Fields {
            $0.set("region", cluster.region)
            $0.set("cluster", cluster.cluster)
            $0.set("clock", Words.exact(now, now: now))
            $0.set("age", Words.age(now, now: now))
            $0.set("now", now.description)
            $0.set("path", path)
            $0.set("guard", HTML.hidden("form", formToken) + HTML.hidden("key", formKey))
            $0.set("reader", reader?.name)
            $0.set("isStranger", reader == nil)
            $0.set("apart", !cluster.hasMajority)
            $0.set("hasMajority", cluster.hasMajority)
            $0.set("notReady", cluster.notReadyReason)
            let reached = cluster.members.filter {
                $0.isFresh && !$0.isSelf && $0.role != "coordinator"
            }
            let lost = cluster.members.filter {
                !$0.isFresh && !$0.isSelf && $0.role != "coordinator"
            }
            $0.set("reached", reached.map(\.name).joined(separator: ", "))
            $0.set("lost", lost.map(\.name).joined(separator: ", "))
            $0.set(
                "unmerged",
                cluster.unmergedFacts == 0 ? nil : Words.count(cluster.unmergedFacts, "fact"))
            $0.set(
                "elsewhere",
                elsewhere.map { address in
                    Fields {
                        $0.set("region", address.region)
                        $0.set("url", address.url)
                    }
                })
            $0.set("hasElsewhere", !elsewhere.isEmpty)
            $0.set("done", done?.words)
            $0.set("doneHere", done?.isHereOnly ?? false)
        }
    }

    /// The people as choices of a list, one of them chosen.
    func choices(of people: [TimelinePerson]? = nil, chosen: String? = nil) -> [Fields] {
        (people ?? self.people).map { person in
            Fields {
                $0.set("value", person.person)
                $0.set("label", person.name)
                $0.set("isChosen", person.person == chosen)
            }
        }
    }

    /// Texts as choices of a list.
    static func choices(_ choices: [(value: String, label: String)], chosen: String?) -> [Fields] {
        choices.map { choice in
            Fields {
                $0.set("value", choice.value)
                $0.set("label", choice.label)
                $0.set("isChosen", choice.value == chosen)
            }
        }
    }
}

/// What a form has done: said once at the head of the page that follows. Only words of ours: the
/// address of a page is anybody's text.
package struct Done: Equatable, Sendable {
    /// What.
    package enum Deed: String, CaseIterable, Sendable {
        /// The deeds.
        case acknowledge, escalate, notes, severity, commander, resolve, snooze, declare, offer,
            brief, accept, decline, withdraw, overturn, merge, separate, change, take, cancel,
            work, workEnd, phase, steps
    }

    /// What was done.
    package var deed: Deed
    /// Whether only the answering region has it yet.
    package var isHereOnly: Bool

    /// A deed.
    package init(_ deed: Deed, isHereOnly: Bool) {
        (self.deed, self.isHereOnly) = (deed, isHereOnly)
    }

    var words: String {
        switch deed {
        case .acknowledge: "Acknowledged: it is yours."
        case .escalate: "The next level is being paged."
        case .notes: "Written down."
        case .severity: "The severity is asked for."
        case .commander: "Command is asked for."
        case .resolve: "Closed: the alerts that were firing."
        case .snooze: "Taken on for a while: then it pages again."
        case .declare: "Declared. Whoever is on call is being paged."
        case .offer: "Command is offered."
        case .brief: "The brief is written."
        case .accept: "Command is yours."
        case .decline: "Declined."
        case .withdraw: "The offer is taken back."
        case .overturn: "Overturned."
        case .merge: "The two are being made one."
        case .separate: "It stands by itself."
        case .change: "Who is on call is changed."
        case .take: "The stretch is yours."
        case .cancel: "The change is taken back."
        case .work: "Written down."
        case .workEnd: "What came of it is written down."
        case .phase: "How far it is is asked for."
        case .steps: "What came of the step is written down."
        }
    }
}
