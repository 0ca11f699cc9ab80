public import Basics
import Escalation
import IncidentModel
import Paging

/// What fails while nobody answers.
public enum CoverageScenario: Hashable, Sendable {
    /// Nothing.
    case everythingWorks
    /// A region's node, and the providers only it can page through; its people are where they were.
    case regionLost(RegionName)
    /// A provider, at all regions that use it.
    case providerLost(PageProvider)

    /// A few words, for tables.
    public var name: String {
        switch self {
        case .everythingWorks: "nothing fails"
        case .regionLost(let region): "\(region) is lost"
        case .providerLost(let provider): "\(provider.words) fails"
        }
    }
}

extension PageProvider {
    /// `email (mail.example.com)`, or `email` if its provider is not known.
    var words: String { name.isEmpty ? channel.name : "\(channel.name) (\(name))" }
}

/// How late a page leaves at most, by channel, while something fails.
struct Delays: Equatable, Sendable {
    private var byChannel: [Span?]

    /// How much later than due; `nil` if it cannot leave at all.
    subscript(_ channel: PageChannel) -> Span? { byChannel[Int(channel.rawValue)] }

    /// The delays in a scenario.
    ///
    /// The region that would page may be any. If it is lost, or has no provider for a channel, the
    /// others take their turns at `firstGrace + rank * rankGrace`, and in the worst case those that
    /// cannot send either have the better ranks. *Source:* design 5, `RegionCore.grace`.
    init(_ scenario: CoverageScenario, regions: [RegionProviders], options: CoverageOptions) {
        var remaining = regions
        var lost: PageProvider?
        switch scenario {
        case .everythingWorks: break
        case .regionLost(let name): remaining.removeAll { $0.region == name }
        case .providerLost(let provider):
            lost = provider
            for index in remaining.indices {
                remaining[index].providers.removeAll { $0 == provider }
            }
        }
        let highest = PageChannel.allCases.map { Int($0.rawValue) }.max() ?? 0
        byChannel = Array(repeating: nil, count: highest + 1)
        for channel in PageChannel.allCases {
            let able = remaining.filter { $0.providers.contains { $0.channel == channel } }.count
            guard able > 0 else { continue }
            var delay = Span.zero
            if able < regions.count {
                let unableOthers = Int64(max(0, regions.count - 1 - able))
                delay = options.firstGrace + options.rankGrace * unableOthers
            }
            if lost?.channel == channel { delay += options.providerFailover }
            byChannel[Int(channel.rawValue)] = delay
        }
    }
}

/// When people are reached by a ladder, and which.
struct Reach: Equatable, Sendable {
    /// When the first page arrives; `nil` if none ever does.
    var first: Span?
    /// The people of the step that the first page belongs to.
    var firstPeople: [PersonID] = []
    /// When the first page to somebody else arrives; `nil` if none ever does.
    var second: Span?
    /// To whom.
    var secondPerson: PersonID?

    /// What a ladder reaches with these delays, if none of the first step's people answers.
    init(_ ladder: Ladder, delays: Delays) {
        for step in ladder.steps {
            let arrivals = step.arrivals(delays)
            guard let earliest = arrivals.min(by: { $0.at < $1.at }) else { continue }
            guard first != nil else {
                first = earliest.at
                firstPeople = uniqued(arrivals.map(\.person))
                continue
            }
            let others = arrivals.filter { !firstPeople.contains($0.person) }
            if let other = others.min(by: { $0.at < $1.at }) {
                second = other.at
                secondPerson = other.person
                return
            }
        }
    }
}

extension LadderStep {
    /// Whom it reaches, and when: pages whose delays end before the step does.
    func arrivals(_ delays: Delays) -> [(person: PersonID, at: Span)] {
        pages.compactMap { page in
            guard page.isSent, let delay = delays[page.channel] else { return nil }
            let at = page.offset + delay
            if let end, at >= end { return nil }
            return (page.person, at)
        }
    }
}

/// The regions and their providers, known or assumed.
struct ProviderMap: Equatable, Sendable {
    var regions: [RegionProviders]
    /// Whether they are assumed: see `CoverageOptions.regions`.
    var isAssumed: Bool

    init(_ roster: Roster, options: CoverageOptions) {
        isAssumed = options.regions == nil
        let used = PageChannel.allCases.filter { channel in
            roster.people.contains { $0.contacts.contains { $0.channel == channel } }
        }
        let assumed = used.map { PageProvider(channel: $0, name: "") }
        regions =
            options.regions
            ?? roster.regions.map { RegionProviders(region: $0.name, providers: assumed) }
        if isAssumed, regions.isEmpty {
            regions = [RegionProviders(region: "", providers: assumed)]
        }
    }

    /// Nothing fails; each region; each provider.
    var scenarios: [CoverageScenario] {
        let providers = uniqued(regions.flatMap(\.providers))
        let named = regions.map(\.region).filter { !$0.text.isEmpty }
        return [.everythingWorks] + named.map { .regionLost($0) }
            + providers.map { .providerLost($0) }
    }
}
