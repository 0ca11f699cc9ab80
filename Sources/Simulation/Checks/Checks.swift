import Basics
import IncidentModel
import Paging
import RegionCore
import Replication
import Wire

/// A property that was broken.
package struct Violation: Equatable, Sendable {
    /// Its name in design 10, or what else is never allowed.
    package var property: String
    /// What was seen.
    package var text: String
}

/// The first thing that went wrong in a run; later ones mostly follow from it.
struct Failures {
    private(set) var first: Violation?
    /// How many times something was compared with what should be.
    var checkCount: UInt64 = 0

    mutating func fail(_ property: String, _ text: @autoclosure () -> String) {
        if first == nil { first = Violation(property: property, text: text()) }
    }
}

/// All checkers of a run. *Source:* design 10.
struct Checks {
    /// From one look around to the next.
    static let lookPause = Span.milliseconds(400)

    var failures = Failures()
    var election = ElectionCheck()
    var vote = VoteCheck()
    var log = LogCheck()
    var commit: CommitCheck
    var timeline = TimelineCheck()
    var acceptance = AcceptanceCheck()
    var acknowledgement = AcknowledgementCheck()
    var silence = SilenceCheck()
    var delivery: DeliveryCheck
    var paging = PagingCheck()
    var convergence = ConvergenceCheck()
    var terms = TermCheck()
    var answer = AnswerCheck()
    var facts = FactCheck()
    var handOver = HandOverCheck()
    var onCall: OnCallCheck
    var takeovers = TakeoverCount()
    var restart: RestartCheck
    var majority: MajorityCheck
    var bundling = BundleCheck()
    var command = CommandCheck()
    var carried = CarriedCheck()
    var read = ReadCheck()
    var mentions = MentionCheck()
    var duty: DutyLedger

    init(nodes: Int, _ options: SimOptions) {
        restart = RestartCheck(nodes: nodes)
        majority = MajorityCheck(nodes: nodes)
        onCall = OnCallCheck(calendar: SimCalendar(options), regions: options.regions)
        commit = CommitCheck(nodes: nodes)
        let slow = options.delays.upperBound + options.jitterMax - .milliseconds(80)
        duty = DutyLedger(slack: max(.zero, slow) * 12 + options.syncMax * 4)
        // Asking, voting, Establish and the commit are eight ways; votes that are shared cost four.
        convergence.commitWithin += max(.zero, slow) * 12
        // So does an election after healing, and another one by whom the first one's log was behind (seed 1220).
        convergence.equalWithin += max(.zero, slow) * 12
        // Where an append brings one entry, and one overtakes the other, a log takes many ways (seed 81924).
        if options.messageBytesMax < 1_000 { convergence.equalWithin += max(.zero, slow) * 12 }
        // Somebody who answers a page late makes news.
        if options.answersPerMillion > 0 { convergence.atRestWithin += options.answerMax }
        if options.mergesPerMillion > 0 { convergence.equalWithin += max(.zero, slow) * 12 }
        delivery = DeliveryCheck(nodes: nodes, options)
    }

    /// What was broken first, if anything was.
    var failure: Violation? { failures.first }

    mutating func fail(_ property: String, _ text: String) {
        failures.fail(property, text)
    }

    /// Whether a frame is a replication message of the kinds vote and vote reply: see the codecs' tags.
    static func isAboutVotes(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 1 && bytes[1] <= 1
    }

    /// Whether a frame tells somebody to stand.
    static func isTimeoutNow(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 1 && bytes[1] == 4
    }

    /// Looks into a frame that tells somebody to stand.
    mutating func observe(timeout bytes: [UInt8], from: Int, to: Int, _ nodes: [SimNode]) {
        do throws(WireError) {
            guard case .replication(.timeoutNow(let items)) = try PeerMessage(decoding: bytes)
            else { return fail("codec", "a frame is not what its tag says") }
            for item in items {
                handOver.observe(
                    item, from: nodes[from].member.id, to: nodes[to].member.id,
                    targetLast: nodes[to].mirrors[item.group]?.last ?? 0, into: &failures)
            }
        } catch {
            fail("codec", "a frame of \(nodes[from].member.id) cannot be read: \(error)")
        }
    }

    /// Looks into a frame about votes that leaves: what was said counts, whatever was forgotten since.
    mutating func observe(votes bytes: [UInt8], from: Int, to: Int, _ nodes: [SimNode]) {
        do throws(WireError) {
            guard case .replication(let message) = try PeerMessage(decoding: bytes) else { return }
            if case .vote(let items) = message {
                for item in items {
                    handOver.observe(item, by: nodes[from].member.id, into: &failures)
                }
            }
            vote.observe(
                message, from: nodes[from].member.id, to: nodes[to].member.id, into: &failures)
        } catch {
            fail("codec", "a frame of \(nodes[from].member.id) cannot be read: \(error)")
        }
    }
}

/// A group and a number: a term or an index.
struct Place: Hashable {
    var group: GroupID
    var number: UInt64
}
