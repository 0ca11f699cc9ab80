import Alerting
import Basics
import Coverage
import Escalation
import OnCall
import Paging
import Testing

/// What leave, overrides and swaps do to a proof.
struct ChangeTests {
    private func prove(
        _ roster: Roster, _ changes: OnCallChanges, days: Int64 = 7
    ) throws -> CoverageProof {
        let from = try utc("2027-03-01T00:00")
        return proveCoverage(
            of: roster, changes: changes, zones: try TestZones.zones(), from: from,
            to: from + .hours(24 * days))
    }

    private func leave(_ id: String, of person: PersonID, _ day: String) throws -> OnCallLeave {
        OnCallLeave(
            id: id, person: person, from: try utc("2027-03-0\(day)T00:00"),
            to: try utc("2027-03-0\(day)T24:00"), by: person, reason: "ill")
    }

    private func override(
        _ id: String, _ person: PersonID, of schedule: ScheduleID, _ time: Stretch,
        kind: OnCallOverride.Kind = .override
    ) -> OnCallOverride {
        OnCallOverride(
            id: id, order: 9, kind: kind, schedule: schedule, replaces: nil, person: person,
            from: time.from, to: time.to, by: person, reason: "")
    }

    /// Only ana, from Monday to Sunday.
    private var lonely: Roster {
        var roster = World().roster
        for index in roster.schedules.indices {
            let person: PersonID = index == 0 ? "ana" : "joe"
            roster.schedules[index].shifts = [
                RegionShift(
                    region: "eu", window: nil,
                    rotation: Rotation(
                        participants: [person], zone: "Europe/Berlin",
                        handoff: .weekly(.monday, at: clock(9)),
                        anchor: CivilDate(year: 2026, month: 1, day: 5)))
            ]
        }
        return roster
    }

    /// The word behind an option of the command that a remedy proposes.
    private func word(behind option: String, in remedy: String) throws -> String {
        let words = remedy.replacing("`", with: " ").split(separator: " ").map(String.init)
        let index = try #require(words.firstIndex(of: option), "\(remedy)")
        return try #require(words[(index + 1)...].first)
    }

    @Test func `without changes nothing comes of one`() throws {
        let proof = try prove(World().roster, .none)
        #expect(proof.findings.allSatisfy { $0.changes.isEmpty })
        #expect(try prove(lonely, .none).services.first?.holes == [])
    }

    @Test func `a leave that leaves nobody is a hole that says so, and its remedy closes it`()
        throws
    {
        let changes = OnCallChanges(leaves: [try leave("m1.7", of: "ana", "3")])
        let proof = try prove(lonely, changes)
        let hole = try #require(proof.findings.first)
        #expect(hole.kind == .firstLevelEmpty && hole.gravity == .hole)
        // Whoever has not answered by midnight is gone then: what opens in the policy's 40 minutes before
        // meets the hole as well.
        #expect(hole.openings == [try stretch("2027-03-02T23:20", "2027-03-04T00:00")])
        #expect(proof.services.first?.holes == hole.openings)
        #expect(hole.changes == ["m1.7"])
        #expect(
            hole.remark
                == "because ana is on leave from 2027-03-03T00:00Z to 2027-03-04T00:00Z (m1.7)")
        #expect(hole.remedy.contains("`meridian oncall override --schedule first --person"))
        var mended = changes
        let person = PersonID(try word(behind: "--person", in: hole.remedy))
        #expect(person != "ana")
        let time = Stretch(
            from: try utc(try word(behind: "--from", in: hole.remedy)),
            to: try utc(try word(behind: "--to", in: hole.remedy)))
        #expect(time == (try stretch("2027-03-03T00:00", "2027-03-04T00:00")))
        mended.overrides.append(override("m1.8", person, of: "first", time))
        let after = try prove(lonely, mended)
        #expect(after.services.first?.holes == [])
        #expect(!after.findings.contains { $0.gravity >= .late })
    }

    @Test func `a stand-in who is on another level already is told as that`() throws {
        // The two people of a region share two levels: while one is away the other has both.
        let monday = try utc("2027-03-01T02:00")
        let book = World().roster.book(zones: try TestZones.zones())
        let first = try #require(book.people(of: "first", at: monday)?.people.first?.person)
        let changes = OnCallChanges(leaves: [try leave("m2.3", of: first, "1")])
        let proof = try prove(World().roster, changes)
        let finding = try #require(proof.findings.first { $0.kind == .levelAddsNobody })
        #expect(finding.changes == ["m2.3"] && finding.remark.contains("\(first) is on leave"))
        let person = PersonID(try word(behind: "--person", in: finding.remedy))
        #expect(person != first && person != "mei" && person != "raj")
    }

    @Test func `an override that empties a level of its sense can be taken back`() throws {
        let time = try stretch("2027-03-02T00:00", "2027-03-03T00:00")
        let changes = OnCallChanges(overrides: [override("m3.1", "boss", of: "second", time)])
        let proof = try prove(World().roster, changes)
        let finding = try #require(proof.findings.first { $0.kind == .levelAddsNobody })
        #expect(finding.changes == ["m3.1"])
        #expect(finding.remedy.contains("meridian oncall changes --cancel m3.1"))
        #expect(finding.remark.contains("boss was put on call for second"))
        let plain = try prove(World().roster, .none)
        #expect(!plain.findings.contains { $0.kind == .levelAddsNobody })
    }

    @Test func `what was wrong before is not the fault of a leave`() throws {
        var world = World()
        world.levels = [[.schedule("first")]]
        world.catchAll = ["mei"]
        let changes = OnCallChanges(leaves: [try leave("m1.7", of: "ana", "3")])
        let before = try prove(world.roster, .none).findings.filter { $0.gravity >= .late }
        #expect(!before.isEmpty)
        for finding in try prove(world.roster, changes).findings where finding.changes.isEmpty {
            #expect(!finding.remark.contains("leave"))
        }
        let report = CoverageReport(try prove(world.roster, changes))
        #expect(report.leaves == 1 && report.overrides == 0)
    }
}
