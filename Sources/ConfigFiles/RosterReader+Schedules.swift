import Basics
import Escalation
import OnCall

extension RosterReader {
    static let windowForm = "hours of the day, for example \"09:00-17:00\""
    static let dateForm = "a date, for example 2026-01-05"
    private static let momentForm = "a date and a time, for example \"2026-12-24 18:00\""

    /// `{id: follow-the-sun, name: ..., uncovered: next-shift, overlap: 30m, shifts: [...],
    /// temporary: [...]}`
    func schedule(_ field: Field, regions: [RosterRegion]) -> Schedule? {
        let keys = ["id", "name", "uncovered", "overlap", "shifts", "temporary"]
        guard let section = Section(field, keys: keys, label: "id") else { return nil }
        let id = section.required("id", "the schedule's short name")?.name()
        let name = section.has("name") ? section.optional("name")?.text() : id
        let choices: [(String, Fallback)] = [
            ("next-shift", .nextShift), ("first-shift", .firstShift), ("nobody", .nobody),
        ]
        let fallback =
            section.has("uncovered")
            ? section.optional("uncovered")?.choice(choices) : .nextShift
        let overlap = section.has("overlap") ? overlap(section) : .zero
        let shifts = section.required("shifts", "at least one shift").flatMap { field in
            self.shifts(field, regions: regions)
        }
        let temporary =
            section.has("temporary")
            ? section.optional("temporary").flatMap { self.temporary($0, regions: regions) } : []
        guard let id, let name, let fallback, let overlap, let shifts, let temporary else {
            return nil
        }
        return Schedule(
            id: ScheduleID(id), name: name, version: version, shifts: shifts, fallback: fallback,
            overlap: overlap, temporary: temporary)
    }

    /// How long whoever is relieved stays: whole seconds.
    private func overlap(_ section: Section) -> Span? {
        guard let field = section.optional("overlap"),
            let span = field.span(in: .zero...Schedule.overlapMax)
        else { return nil }
        guard span.microseconds % 1_000_000 == 0 else {
            field.report(
                .badValue, "is no whole number of seconds", remedy: "write for example `30m`")
            return nil
        }
        return span
    }

    private func shifts(_ field: Field, regions: [RosterRegion]) -> [RegionShift]? {
        guard let fields = field.list(of: "shifts") else { return nil }
        guard !fields.isEmpty else {
            field.report(
                .missing, "is empty: nobody would be on call", remedy: "add at least one shift")
            return nil
        }
        let shifts = fields.compactMap { shift($0, regions: regions) }
        for (index, shift) in shifts.dropLast().enumerated()
        where shift.windows.isEmpty && shift.listed.isEmpty && shifts.count == fields.count {
            fields[index + 1].warn(
                .advice, "is never used: the shift before it has no window and is always on",
                remedy: "give that shift a `window`, or remove this one")
        }
        return shifts.count == fields.count ? shifts : nil
    }

    private func temporary(_ field: Field, regions: [RosterRegion]) -> [TemporarySchedule]? {
        guard let fields = field.list(of: "temporary schedules") else { return nil }
        let all = fields.compactMap { oneTemporary($0, regions: regions) }
        return all.count == fields.count ? all : nil
    }

    /// `{from: "2026-12-24 18:00", to: "2026-12-27 09:00", zone: Europe/Berlin, shifts: [...]}`
    private func oneTemporary(_ field: Field, regions: [RosterRegion]) -> TemporarySchedule? {
        let keys = ["from", "to", "zone", "shifts", "overrides"]
        guard let section = Section(field, keys: keys) else { return nil }
        let ends = ends(section)
        let shifts = section.required("shifts", "at least one shift").flatMap { field in
            self.shifts(field, regions: regions)
        }
        let zone =
            section.has("zone")
            ? section.optional("zone").flatMap(zone) : shifts?.first?.rotation.zone
        let choices: [(String, Bool)] = [("ignored", false), ("allowed", true)]
        let allowed =
            section.has("overrides") ? section.optional("overrides")?.choice(choices) : false
        guard let ends, let zone, let shifts, let allowed else { return nil }
        return TemporarySchedule(
            from: ends.from, to: ends.to, zone: zone, shifts: shifts, allowsOverrides: allowed)
    }

    /// `from` and `to`, the former first.
    func ends(_ section: Section) -> (from: LocalTime, to: LocalTime)? {
        let from = section.required("from", "when it begins: \"2026-12-24 18:00\"")?
            .parsed(form: Self.momentForm, TextForms.localTime)
        let field = section.required("to", "when it ends: \"2026-12-27 09:00\"")
        guard let to = field?.parsed(form: Self.momentForm, TextForms.localTime), let from else {
            return nil
        }
        guard from < to else {
            field?.report(
                .contradiction, "ends at \(to), which is not later than it begins",
                remedy: "write a later time than \(from)")
            return nil
        }
        return (from, to)
    }
}
