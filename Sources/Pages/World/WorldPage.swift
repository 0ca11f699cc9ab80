package import APIModel
package import Basics
package import OnCall

/// The world: where it is day, who is on call where, what is open where, and who is next.
package struct WorldPage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// Who is on call, from a little before now on.
    package var timeline: OnCallTimeline
    /// What is open.
    package var incidents: IncidentList
    /// Who commands what.
    package var commands: [CommandSummary]
    /// For the clocks of the regions.
    package var zones: TimeZones

    /// A page with all its parts.
    package init(
        frame: Frame, timeline: OnCallTimeline, incidents: IncidentList,
        commands: [CommandSummary], zones: TimeZones
    ) {
        (self.frame, self.timeline, self.incidents) = (frame, timeline, incidents)
        (self.commands, self.zones) = (commands, zones)
    }

    /// How far ahead handoffs are told.
    package static let ahead = Span.hours(36)

    private var now: Timestamp { frame.now }

    /// The document.
    package var html: HTML {
        let changes = ShiftChange.all(in: timeline, after: now)
        let body = Templates.render(
            "world",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("map", map.svg)
                $0.set("here", frame.cluster.region)
                $0.set("regions", timeline.regions.map(region))
                $0.set("offMap", offMap.isEmpty ? nil : offMap.joined(separator: ", "))
                $0.set("next", changes.first.map { change($0) })
                $0.set("changes", changes.dropFirst().prefix(8).map { change($0) })
                $0.set("open", sorted.prefix(12).map(incident))
                $0.set("isCalm", sorted.isEmpty)
                $0.set("openCount", "\(sorted.count)")
                $0.set("moreOpen", sorted.count > 12 ? "\(sorted.count - 12) more" : nil)
            })
        return frame.document(.world, title: "World", body)
    }

    /// The worst first, without those that another one carries.
    private var sorted: [IncidentSummary] {
        incidents.incidents.filter { $0.mergedInto == nil }.sorted {
            ($0.severity, $0.id) < ($1.severity, $1.id)
        }
    }

    private func led(from region: String) -> [IncidentSummary] {
        sorted.filter { $0.label.owner == region }
    }

    private var offMap: [String] {
        timeline.regions.filter { Place.ofZone($0.zone) == nil }.map(\.name)
    }

    private var map: WorldMap {
        WorldMap(
            sun: Sun(at: now.instant),
            marks: timeline.regions.compactMap { region in
                guard let place = Place.ofZone(region.zone) else { return nil }
                let member = member(region.name)
                return WorldMap.Mark(
                    name: region.name, place: place,
                    state: member.map { RegionState($0) } ?? .silent,
                    open: led(from: region.name).map(\.severity),
                    roundTrip: Self.roundTrip(member),
                    hears: member?.hears)
            })
    }

    /// The last one that was measured; of a region that is not reached it says nothing.
    private static func roundTrip(_ member: MemberStatus?) -> String? {
        guard let member, member.isFresh else { return nil }
        return member.roundTripMicroseconds.map(ClusterPage.milliseconds)
    }

    private func member(_ region: String) -> MemberStatus? {
        frame.cluster.members.first { $0.name == region && $0.role == "region" }
    }

    private func region(_ region: TimelineRegion) -> Fields {
        let member = member(region.name)
        let state = member.map { RegionState($0) } ?? .silent
        return Fields {
            $0.set("name", region.name)
            $0.set("zone", region.zone)
            $0.set("state", state.words)
            $0.set("stateStyle", state.rawValue)
            $0.set("lostFor", member?.lostSince.map { Words.age($0, now: now) })
            $0.set("here", frame.cluster.region)
            let heard = member?.isSelf == true ? [] : member?.hears ?? []
            $0.set("hears", heard.isEmpty ? nil : heard.joined(separator: ", "))
            $0.set("clock", localClock(region.zone))
            let place = Place.ofZone(region.zone)
            let sun = Sun(at: now.instant)
            $0.set(
                "sky",
                place.map {
                    sun.isUp(latitude: $0.latitude, longitude: $0.longitude) ? "day" : "night"
                })
            $0.set("lag", Self.roundTrip(member))
            let open = led(from: region.name)
            $0.set("open", open.isEmpty ? nil : Words.count(open.count, "open incident"))
            $0.set("gatewaysFail", member?.gatewaysWork == false)
            let duties = onDuty(in: region.name)
            $0.set("people", duties)
            $0.set("isOff", duties.isEmpty)
        }
    }

    private func onDuty(in region: String) -> [Fields] {
        timeline.schedules.flatMap { schedule in
            schedule.duties.filter { $0.region == region && $0.from <= now && now < $0.to }
                .map { duty in
                    Fields {
                        $0.set("name", frame.names.of(duty.person))
                        $0.set("schedule", schedule.name)
                        $0.set("until", Words.clock(duty.to, now: now))
                    }
                }
        }
    }

    private func localClock(_ zone: String) -> String? {
        guard let local = zones[zone]?.local(now.instant) else { return nil }
        return padded(local.secondOfDay / 3_600) + ":" + padded(local.secondOfDay / 60 % 60)
    }

    private func change(_ change: ShiftChange) -> Fields {
        Fields {
            $0.set("schedule", change.schedule)
            $0.set("at", Words.clock(change.at, now: now))
            $0.set("in", Words.countdown(change.at, now: now))
            $0.set("from", frame.names.of(change.from))
            $0.set("to", frame.names.of(change.to))
            $0.set("isGap", change.to.isEmpty)
            $0.set("fromRegion", change.fromRegion)
            $0.set("toRegion", change.toRegion)
        }
    }

    private func incident(_ incident: IncidentSummary) -> Fields {
        let command = commands.first { $0.incident == incident.id }
        return Fields {
            $0.set("path", "/incidents/\(incident.id)")
            $0.set("severity", Words.severity(incident.severity))
            $0.set("title", incident.title)
            $0.set("owner", incident.label.owner)
            $0.set("commander", command?.commander.map(frame.names.of))
            $0.set("since", incident.openedAt.map { Words.age($0, now: now) })
        }
    }
}

/// A moment at which who is on call by a schedule changes.
struct ShiftChange: Equatable {
    /// The schedule's name.
    var schedule: String
    /// When.
    var at: Timestamp
    /// Who goes off, by id.
    var from: [String]
    /// Who comes on, by id; empty if nobody does.
    var to: [String]
    /// The regions of those who go off.
    var fromRegion: String
    /// The regions of those who come on.
    var toRegion: String

    /// The changes after an instant, by time.
    static func all(in timeline: OnCallTimeline, after now: Timestamp) -> [ShiftChange] {
        var changes: [ShiftChange] = []
        for schedule in timeline.schedules {
            let ends = schedule.duties.flatMap { [$0.from, $0.to] }
            for moment in Set(ends).sorted() where moment > now && moment < timeline.to {
                let before = schedule.duties.filter { $0.from < moment && moment <= $0.to }
                let after = schedule.duties.filter { $0.from <= moment && moment < $0.to }
                let (old, new) = (before.map(\.person), after.map(\.person))
                guard Set(old) != Set(new) else { continue }
                changes.append(
                    ShiftChange(
                        schedule: schedule.name, at: moment, from: old, to: new,
                        fromRegion: regions(of: before), toRegion: regions(of: after)))
            }
        }
        return changes.sorted { ($0.at, $0.schedule) < ($1.at, $1.schedule) }
    }

    private static func regions(of duties: [TimelineDuty]) -> String {
        Set(duties.map(\.region)).sorted().joined(separator: ", ")
    }
}
