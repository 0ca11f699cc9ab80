package import APIModel
package import Basics
import OnCall
package import OnCallViews

/// Which days of the schedules are shown: the query of the address.
package struct OnCallPeriod: Equatable, Sendable {
    /// The first day.
    package var first: CivilDate
    /// How many days: 7 or 28.
    package var days: Int
    /// The reader's zone, an IANA name; the days are its.
    package var zone: String

    /// A period; `query` gives the parameters of the address. Otherwise the week that has begun last,
    /// and UTC.
    package init(today: CivilDate, zoneNames: [String], query: (String) -> String?) {
        let zone = query("zone") ?? ""
        self.zone = zoneNames.contains(zone) ? zone : "UTC"
        days = query("days") == "28" ? 28 : 7
        let monday = CivilDate(
            daysSinceEpoch: today.daysSinceEpoch - (Int64(today.weekday) + 6) % 7)
        let numbers = (query("from") ?? "").split(separator: "-").compactMap { Int64($0) }
        guard numbers.count == 3, (1970...9_000).contains(numbers[0]),
            (1...12).contains(numbers[1]), (1...31).contains(numbers[2])
        else {
            first = monday
            return
        }
        first = CivilDate(
            daysSinceEpoch: CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])
                .daysSinceEpoch)
    }

    func query(first: CivilDate? = nil, days: Int? = nil) -> String {
        "from=\(first ?? self.first)&days=\(days ?? self.days)&zone=\(Query.encoded(zone))"
    }

    func moved(by days: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: first.daysSinceEpoch + Int64(days))
    }

    /// Where the picture of the period is.
    package var picturePath: String { "/oncall/chart.svg?" + query() }
}

/// Who is on call: a picture of the schedules, who is next, gaps, and changes with their forms.
package struct OnCallPage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// Who is on call now.
    package var now: OnCallList
    /// Who is on call in the period.
    package var timeline: OnCallTimeline
    /// How the load is split over the days shown.
    package var fairness: OnCallFairness
    /// Changes that are not over.
    package var changes: [OnCallChange]
    /// The period.
    package var period: OnCallPeriod
    /// The zones a reader may choose.
    package var zoneNames: [String]
    /// How high the picture is, in pixels.
    package var pictureHeight: Int
    /// Where the schedules are in the picture.
    package var rows: [ChartRow] = []
    /// The stretch that the reader has pointed at, if one.
    package var pick: OnCallPick?
    /// The roster's version, and whether it was applied to the cluster.
    package var version: String

    /// A page with all its parts.
    package init(
        frame: Frame, now: OnCallList, timeline: OnCallTimeline, fairness: OnCallFairness,
        changes: [OnCallChange], period: OnCallPeriod, zoneNames: [String], pictureHeight: Int,
        version: String
    ) {
        (self.frame, self.now, self.timeline, self.changes) = (frame, now, timeline, changes)
        self.fairness = fairness
        (self.period, self.zoneNames) = (period, zoneNames)
        (self.pictureHeight, self.version) = (pictureHeight, version)
    }

    /// The document.
    package var html: HTML {
        let gaps = timeline.schedules.flatMap { schedule in
            schedule.gaps.filter { $0.to > frame.now }.map { gap(in: schedule, $0) }
        }
        let body = Templates.render(
            "oncall",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("schedules", now.schedules.map(schedule))
                $0.set("picture", period.picturePath)
                $0.set("height", "\(pictureHeight)")
                $0.set("gaps", Array(gaps.prefix(3)))
                $0.set("moreGaps", Array(gaps.dropFirst(3).prefix(60)))
                $0.set("moreGapCount", gaps.count > 3 ? "\(gaps.count - 3) more" : nil)
                $0.set("gapCount", gaps.isEmpty ? nil : Words.count(gaps.count, "gap"))
                $0.set("lists", timeline.schedules.map(list))
                setPeriod(&$0)
                LoadPart(fairness: fairness, names: frame.names).set(&$0)
                $0.set("changes", changes.map(change))
                $0.set("hasChanges", !changes.isEmpty)
                $0.set("people", frame.choices(chosen: frame.reader?.person))
                $0.set("everybody", frame.choices(chosen: pick?.replaces))
                $0.set(
                    "scheduleChoices",
                    Frame.choices(
                        now.schedules.map { ($0.schedule, $0.name) }, chosen: pick?.schedule))
                $0.set("isPicked", pick != nil)
                $0.set("pickFrom", pick.map { OnCallPick.field(max($0.from, frame.now)) })
                $0.set("pickTo", pick.map { OnCallPick.field($0.to) })
                $0.set("chartFrom", timeline.from.description)
                $0.set("chartTo", timeline.to.description)
                $0.set(
                    "chartMargin",
                    "\(Double(OnCallChart.plotMargin.parts) / Double(OnCallChart.plotMargin.of))")
                $0.set(
                    "chartRows",
                    rows.map { "\($0.schedule.text),\($0.top),\($0.bottom)" }
                        .joined(separator: ";"))
                $0.set("soon", String(frame.now.description.prefix(14)) + "00")
                $0.set("version", version)
            })
        return frame.document(.oncall, title: "On call", body)
    }

    private func setPeriod(_ fields: inout Fields) {
        let step = period.days
        fields.set("earlier", "/oncall?" + period.query(first: period.moved(by: -step)))
        fields.set("later", "/oncall?" + period.query(first: period.moved(by: step)))
        fields.set("week", "/oncall?" + period.query(days: 7))
        fields.set("month", "/oncall?" + period.query(days: 28))
        fields.set("isMonth", period.days == 28)
        fields.set("isWeek", period.days == 7)
        fields.set("from", "\(period.first)")
        fields.set("days", "\(period.days)")
        let names = ["UTC"] + zoneNames.filter { $0 != "UTC" }
        fields.set("zones", Frame.choices(names.map { ($0, $0) }, chosen: period.zone))
    }

    private func schedule(_ schedule: OnCallSchedule) -> Fields {
        Fields {
            $0.set("name", schedule.name)
            $0.set("services", schedule.services.joined(separator: ", "))
            $0.set("isGap", schedule.people.isEmpty)
            $0.set("finding", schedule.finding)
            $0.set(
                "people",
                schedule.people.map { person in
                    Fields {
                        $0.set("name", person.name)
                        $0.set("region", person.region)
                        // Of the two usual reasons nobody wants to read.
                        $0.set("reason", Self.usual.contains(person.reason) ? nil : person.reason)
                        $0.set("isReader", person.person == frame.reader?.person)
                        $0.set("until", person.until.map { Words.clock($0, now: frame.now) })
                        $0.set("left", person.until.map { Words.countdown($0, now: frame.now) })
                    }
                })
            $0.set("gapAt", gapAhead(of: schedule).map { Words.clock($0, now: frame.now) })
            $0.set("next", schedule.next?.name)
            $0.set("nextRegion", schedule.next?.region)
            $0.set("nextAt", schedule.next?.from.map { Words.clock($0, now: frame.now) })
        }
    }

    private static let usual = ["rotation", "regional window"]

    /// When nobody follows whoever is on call now, as far as the days shown tell.
    private func gapAhead(of schedule: OnCallSchedule) -> Timestamp? {
        guard schedule.next == nil, let until = schedule.people.compactMap(\.until).max() else {
            return nil
        }
        let gaps = timeline.schedules.first { $0.schedule == schedule.schedule }?.gaps ?? []
        return gaps.contains { $0.from <= until && until < $0.to } ? until : nil
    }

    private func gap(in schedule: TimelineSchedule, _ gap: TimelineGap) -> Fields {
        Fields {
            $0.set("schedule", schedule.name)
            $0.set("from", Words.clock(gap.from, now: frame.now))
            $0.set("to", Words.clock(gap.to, now: frame.now))
            $0.set("length", Words.span(gap.to.instant - gap.from.instant))
            $0.set(
                "cover",
                OnCallPick.address(period, schedule.schedule, from: gap.from, to: gap.to))
        }
    }

    /// How many duties the list has at most, of all schedules: the page stays small.
    private static let dutiesMax = 300

    /// The picture in words.
    private func list(_ schedule: TimelineSchedule) -> Fields {
        let shown = max(8, Self.dutiesMax / max(1, timeline.schedules.count))
        return Fields {
            $0.set("cut", schedule.duties.count > shown ? "\(shown)" : nil)
            $0.set("name", schedule.name)
            $0.set(
                "duties",
                schedule.duties.prefix(shown).map { duty in
                    Fields {
                        $0.set("name", frame.names.of(duty.person))
                        $0.set("region", duty.region)
                        $0.set("from", Words.clock(duty.from, now: frame.now))
                        $0.set("to", Words.clock(duty.to, now: frame.now))
                        $0.set("standsIn", duty.standsIn)
                        $0.set(
                            "change",
                            duty.to <= frame.now
                                ? nil
                                : OnCallPick.address(
                                    period, schedule.schedule, from: duty.from, to: duty.to))
                    }
                })
        }
    }

    private func change(_ change: OnCallChange) -> Fields {
        let reader = frame.reader?.person
        return Fields {
            $0.set("id", change.id)
            $0.set("kind", change.kind)
            $0.set("words", words(of: change))
            $0.set("from", Words.clock(change.from, now: frame.now))
            $0.set("to", Words.clock(change.to, now: frame.now))
            $0.set("by", frame.names.of(change.by))
            $0.set("reason", change.reason)
            $0.set("schedule", scheduleName(change.schedule))
            $0.set(
                "canTake",
                change.kind == "swap" && change.takenBy == nil && change.person != reader)
        }
    }

    private func scheduleName(_ id: String?) -> String? {
        id.map { id in now.schedules.first { $0.schedule == id }?.name ?? id }
    }

    private func words(of change: OnCallChange) -> String {
        let person = frame.names.of(change.person)
        switch change.kind {
        case "override":
            return person + " is on call"
                + (change.replaces.map { " instead of " + frame.names.of($0) } ?? "")
        case "swap":
            return change.takenBy.map { frame.names.of($0) + " takes over from " + person }
                ?? person + " looks for somebody to take over"
        case _: return person + " is away"
        }
    }
}
