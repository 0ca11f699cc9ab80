import Basics

/// Every value of `SimOptions` by name: `--set NAME=VALUE` sets it, `sim knobs` explains it, and
/// the shrinker turns it down. *Source:* design 11.
package struct SimKnob: Sendable {
    /// The name.
    package let name: String
    /// What it does, and its unit.
    package let about: String
    /// The value at which it does no harm, if there is one: what the shrinker tries.
    package let harmless: String?
    /// Reads it.
    package let read: @Sendable (SimOptions) -> String
    /// Sets it; `false` if the text is no value of it.
    package let set: @Sendable (inout SimOptions, String) -> Bool
}

/// All knobs.
package enum SimKnobs {
    /// Every knob, in the order in which reports name them.
    package static let all: [SimKnob] = [
        number("regions", "regions, 2 to 5", \.regions, 2...5),
        flag("witness", "whether a witness votes as well", \.hasWitness, harmless: nil),
        number("coordinators", "coordinators, 0 to 2", \.coordinators, 0...2, harmless: "0"),
        span("phase-ms", "length of the phase with faults", \.safetyPhase, nil),
        SimKnob(
            name: "delay-ms",
            about: "shortest and longest way between two regions, one way, as A-B",
            harmless: nil,
            read: { "\($0.delays.lowerBound.milliseconds)-\($0.delays.upperBound.milliseconds)" },
            set: { options, text in
                let ends = text.split(separator: "-").compactMap { Int64($0) }
                guard ends.count == 2, ends[0] >= 0, ends[0] <= ends[1] else { return false }
                options.delays = .milliseconds(ends[0])...(.milliseconds(ends[1]))
                return true
            }),
        span("jitter-ms", "what is added to the delay at random, at most", \.jitterMax, "1"),
        ratio("loss", "frames lost, per million", \.lossPerMillion),
        ratio("duplicates", "frames that arrive twice, per million", \.duplicatesPerMillion),
        ratio("reorder", "frames overtaken by 100 to 1000 ms, per million", \.reorderPerMillion),
        span("sync-ms", "longest sync of a healthy disk", \.syncMax, "2"),
        SimKnob(
            name: "faults", about: "kinds of faults, joined by +; none", harmless: nil,
            read: { $0.faults.isEmpty ? "none" : $0.faults.names.joined(separator: "+") },
            set: setFaults),
        span("fault-pause-ms", "from one fault to the next at most", \.faultPauseMax, nil),
        span("fault-length-ms", "longest fault", \.faultLengthMax, nil),
        ratio(
            "voter-deaths", "votes after which the voter dies, per million", \.voterDeathsPerMillion
        ),
        ratio(
            "pager-deaths", "pages during which the sender dies, per million",
            \.pagerDeathsPerMillion),
        ratio(
            "leader-deaths", "leaders that die when they wrote Establish, per million",
            \.leaderDeathsPerMillion),
        span(
            "nag-ms", "from one repeat of a nagging source to the next, 0 is none", \.nagPause, "0"),
        span("client-pause-ms", "from one request to the next at most", \.clientPauseMax, nil),
        ratio("problems", "different problems that clients report", \.problems, harmless: "1"),
        ratio("copies", "reports that reach every region, per million", \.copiesPerMillion),
        ratio("storm-alerts", "alerts of one storm", \.stormAlerts, harmless: "60"),
        ratio("storm-problems", "problems of one storm", \.stormProblems, harmless: "3"),
        ratio("answers", "people who answer a page, per million", \.answersPerMillion),
        span("answer-ms", "longest time a person takes to answer", \.answerMax, "40000"),
        ratio(
            "double-answers", "answers of two people at once, per million",
            \.doubleAnswersPerMillion),
        ratio(
            "resolved-first", "alerts reported over before they fire, per million",
            \.resolvedFirstPerMillion),
        ratio(
            "resumed", "alerts that go on although they were said to be over, per million",
            \.resumedPerMillion),
        ratio(
            "hand-overs", "commands that hand an incident over, per million", \.handOversPerMillion),
        ratio(
            "edits", "commands that set a severity or take command, per million",
            \.editsPerMillion),
        ratio(
            "merges", "commands that merge two incidents or take one apart again, per million",
            \.mergesPerMillion),
        ratio(
            "handoffs", "commands that offer command, accept or decline it, per million",
            \.handoffsPerMillion),
        ratio(
            "work", "commands that write down what is worked on, per million", \.workPerMillion),
        ratio(
            "reads", "answers after which somebody reads through any region, per million",
            \.readsPerMillion),
        ratio(
            "mentions", "notes that mention somebody, and that answer another, per million",
            \.mentionsPerMillion),
        ratio(
            "roster-words", "acts that apply a roster, override it or say who is away, per million",
            \.rosterWordsPerMillion),
        ratio(
            "mad-proposals",
            "acts with which a mad coordinator proposes to merge any two incidents, per million",
            \.madProposalsPerMillion),
        span("grows-ms", "when the last region joins, 0 is never", \.growsAfter, "0"),
        span(
            "restart-pause-ms",
            "how often all processes end at once, and start within half a second, 0 is never",
            \.restartPause, "0"),
        span(
            "coordinator-life-ms", "how long a coordinator lives at most, 0 is for ever",
            \.coordinatorLifeMax, "0"),
        span("slow-disk-ms", "longest sync of a slow disk", \.slowDiskMax, "200"),
        number(
            "full-disk-times", "how many times as long as planned a full disk is full",
            \.fullDiskTimes, 1...10, harmless: "1"),
        span(
            "slow-node-ms", "after how long a slow process takes its input at most", \.slowNodeMax,
            "50"),
        ratio(
            "drift", "how much too fast or slow a drifting clock is, per million", \.driftPerMillion
        ),
        ratio(
            "refused", "pages that a provider refuses that limits the rate, per million",
            \.refusedPerMillion),
        ratio(
            "slow-arrivals",
            "pages that arrive of those to which a slow gateway says nothing, per million",
            \.slowArrivalsPerMillion),
        span("skew-ms", "how far clocks are off at most", \.skewMax, "0"),
        span("clock-jump-ms", "how far a wall clock jumps at most", \.clockJumpMax, nil),
        flag("empty-level", "whether a policy has a level that reaches nobody", \.hasEmptyLevel),
        span("level-ms", "how long a level waits for an answer", \.levelTimeout, nil),
        number(
            "log-entries", "entries a log keeps behind its snapshot", \.logEntriesMax, 1...1_024),
        number("message-bytes", "payload bytes of a message", \.messageBytesMax, 64...1_048_576),
        SimKnob(
            name: "begins", about: "plain, shift, soon, spring or autumn: when the run begins",
            harmless: "plain", read: { $0.beginning.rawValue },
            set: { options, text in
                guard let beginning = SimBeginning(rawValue: text) else { return false }
                options.beginning = beginning
                return true
            }),
        SimKnob(
            name: "core", about: "everyone, majority or lone: what is healed in the end",
            harmless: "everyone", read: { $0.core.name },
            set: { options, text in
                guard let core = LivenessCore.allCases.first(where: { $0.name == text }) else {
                    return false
                }
                options.core = core
                return true
            }),
    ]

    /// Sets a knob by `NAME=VALUE`; says what is wrong with it.
    package static func set(_ assignment: String, in options: inout SimOptions) -> String? {
        let parts = assignment.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return "\(assignment) is not NAME=VALUE." }
        guard let knob = all.first(where: { $0.name == parts[0] }) else {
            return "There is no knob \(parts[0]); `meridian sim knobs` lists them."
        }
        guard knob.set(&options, parts[1]) else {
            return "\(parts[1]) is no value of \(knob.name): \(knob.about)."
        }
        return nil
    }

    private static func setFaults(_ options: inout SimOptions, _ text: String) -> Bool {
        var kinds: FaultKinds = []
        if text != "none" {
            for name in text.split(separator: "+") {
                guard let known = FaultKinds.all.first(where: { $0.name == name }) else {
                    return false
                }
                kinds.insert(known.kind)
            }
        }
        options.faults = kinds
        return true
    }

    private static func span(
        _ name: String, _ about: String, _ path: any WritableKeyPath<SimOptions, Span> & Sendable,
        _ harmless: String?
    ) -> SimKnob {
        SimKnob(
            name: name, about: about + ", in ms", harmless: harmless,
            read: { "\($0[keyPath: path].milliseconds)" },
            set: { options, text in
                guard let value = Int64(text), (0...86_400_000).contains(value) else {
                    return false
                }
                options[keyPath: path] = .milliseconds(value)
                return true
            })
    }

    private static func ratio(
        _ name: String, _ about: String, _ path: any WritableKeyPath<SimOptions, UInt64> & Sendable,
        harmless: String = "0"
    ) -> SimKnob {
        SimKnob(
            name: name, about: about, harmless: harmless, read: { "\($0[keyPath: path])" },
            set: { options, text in
                guard let value = UInt64(text), value <= 1_000_000 else { return false }
                options[keyPath: path] = value
                return true
            })
    }

    private static func number(
        _ name: String, _ about: String, _ path: any WritableKeyPath<SimOptions, Int> & Sendable,
        _ range: ClosedRange<Int>, harmless: String? = nil
    ) -> SimKnob {
        SimKnob(
            name: name, about: about, harmless: harmless, read: { "\($0[keyPath: path])" },
            set: { options, text in
                guard let value = Int(text), range.contains(value) else { return false }
                options[keyPath: path] = value
                return true
            })
    }

    private static func flag(
        _ name: String, _ about: String, _ path: any WritableKeyPath<SimOptions, Bool> & Sendable,
        harmless: String? = "no"
    ) -> SimKnob {
        SimKnob(
            name: name, about: about + ": yes or no", harmless: harmless,
            read: { $0[keyPath: path] ? "yes" : "no" },
            set: { options, text in
                guard text == "yes" || text == "no" else { return false }
                options[keyPath: path] = text == "yes"
                return true
            })
    }
}
