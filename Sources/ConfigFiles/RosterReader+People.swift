import Basics
import Escalation
import IncidentModel
import OnCall
import Paging

extension RosterReader {
    private static let channels = PageChannel.allCases.map(\.name)

    /// `{name: ap, zone: Asia/Singapore, day: "09:00-17:00", days: mon-fri, holidays: [...],
    /// lead: mei}`
    func region(_ field: Field) -> RosterRegion? {
        let keys = ["name", "zone", "day", "days", "holidays", "lead"]
        guard let section = Section(field, keys: keys, label: "name") else { return nil }
        let name = section.required("name", "the region's short name")?.name()
        let zone = section.required("zone", "the IANA zone its people live in").flatMap(zone)
        let day = section.required("day", "its working hours, for example \"09:00-17:00\"")?
            .parsed(form: Self.windowForm, TextForms.window)
        let days =
            section.has("days")
            ? section.optional("days").flatMap { weekdays($0) } : Weekdays.all
        let holidays =
            section.has("holidays") ? section.optional("holidays").flatMap { dates($0) } : []
        let lead = section.has("lead") ? section.optional("lead").flatMap(person(named:)) : nil
        if section.has("lead"), lead == nil { return nil }
        guard let name, let zone, let day, let days, let holidays else { return nil }
        return RosterRegion(
            name: RegionName(name), zone: zone,
            day: DayWindow(from: day.from, to: day.to, weekdays: days), holidays: holidays,
            lead: lead)
    }

    /// `[2026-12-25, 2026-12-26]`, each once.
    private func dates(_ field: Field) -> [CivilDate]? {
        guard let fields = field.list(of: "dates") else { return nil }
        var dates: [CivilDate] = []
        for field in fields {
            guard let date = field.parsed(form: Self.dateForm, TextForms.date) else { continue }
            if dates.contains(date) {
                field.report(.duplicate, "\(date) is there twice", remedy: "remove one of them")
            }
            dates.append(date)
        }
        return dates.count == fields.count ? dates : nil
    }

    /// `{id: mei, name: Mei Tanaka, region: ap, zone: Asia/Tokyo, localNight: "23:00-06:30",
    /// hours: "09:00-17:30", languages: [en, ja], contacts: [...]}`
    func person(_ field: Field, regions: [RosterRegion]) -> Person? {
        let keys = ["id", "name", "region", "zone", "localNight", "hours", "languages", "contacts"]
        guard let section = Section(field, keys: keys, label: "id") else { return nil }
        let id = section.required("id", "the person's short name")?.name()
        let name = section.required("name", "the person's full name")?.text()
        let region = section.required("region", "the region the person works in")?
            .reference(to: known(.region), what: "region")
        let home = regions.first { $0.name.text == region }?.zone
        let zone = section.has("zone") ? section.optional("zone").flatMap(zone) : home
        let contacts = section.required("contacts", "at least one way to reach the person")
            .flatMap { self.contacts($0) }
        let night =
            section.has("localNight") ? section.optional("localNight").flatMap(night) : .usual
        let hours = section.has("hours") ? section.optional("hours").flatMap(workingHours) : nil
        let languages =
            section.has("languages")
            ? section.optional("languages")?.values(of: "languages") { $0.language() } : []
        guard let id, let name, let region, let zone, let contacts, let night, let languages,
            section.has("hours") == (hours != nil)
        else { return nil }
        var person = Person(
            id: PersonID(id), name: name, region: RegionName(region), zone: zone,
            contacts: contacts)
        (person.night, person.hours, person.languages) = (night, hours, languages)
        return person
    }

    /// How long a night may be: in what is longer nobody could be reached by day.
    private static let nightLengths = Int64(3_600)...16 * 3_600

    /// `"23:00-06:30"`, by the clocks of where the person lives.
    private func night(_ field: Field) -> DailyHours? {
        let form = "the hours in which the person sleeps, for example \"23:00-06:30\""
        guard let hours = field.parsed(form: form, TextForms.window) else { return nil }
        let night = DailyHours(from: hours.from, to: hours.to % 86_400)
        let length = (night.to - night.from + 86_400) % 86_400
        guard Self.nightLengths.contains(length) else {
            field.report(
                .badValue, "is no night: it lasts \(length / 3_600) h \(length / 60 % 60) min",
                remedy: "write \(form), of 1 to 16 hours")
            return nil
        }
        return night
    }

    /// `"09:00-17:30"`, from Monday to Friday by the clocks of where the person lives.
    private func workingHours(_ field: Field) -> DailyHours? {
        let form = "the hours in which the person works, for example \"09:00-17:30\""
        return field.parsed(form: form, TextForms.window)
            .map { DailyHours(from: $0.from, to: $0.to % 86_400) }
    }

    /// `{id: payments, name: Payments, people: [ana, mei], lead: ana}`
    func team(_ field: Field) -> Team? {
        let keys = ["id", "name", "people", "lead"]
        guard let section = Section(field, keys: keys, label: "id") else { return nil }
        let id = section.required("id", "the team's short name")?.name()
        let name = section.has("name") ? section.optional("name")?.text() : id
        let people = section.required("people", "who is in the team").flatMap { self.people($0) }
        let lead = section.has("lead") ? section.optional("lead").flatMap(person(named:)) : nil
        guard let id, let name, let people, section.has("lead") == (lead != nil) else { return nil }
        if let lead, !people.contains(lead) {
            section.optional("lead")?.report(
                .contradiction, "`\(lead)` is not in the team",
                remedy: "add \(lead) to its `people`, or name one of them")
            return nil
        }
        return Team(id: TeamID(id), name: name, people: people, lead: lead)
    }

    /// The contacts of one person: at least one.
    private func contacts(_ field: Field) -> [Contact]? {
        guard let fields = field.list(of: "contacts") else { return nil }
        guard !fields.isEmpty else {
            field.report(
                .missing, "is empty: nobody could page this person",
                remedy: "add one, for example `- email: mei@example.com`")
            return nil
        }
        var contacts: [Contact] = []
        for field in fields {
            guard let contact = contact(field) else { continue }
            if contacts.contains(where: {
                $0.channel == contact.channel && $0.address == contact.address
            }) {
                field.report(
                    .duplicate, "the same address is there twice", remedy: "remove one of them")
            }
            contacts.append(contact)
        }
        return contacts.count == fields.count ? contacts : nil
    }

    /// `{sms: "+65...", after: 2m, severity: SEV2}`
    private func contact(_ field: Field) -> Contact? {
        let hints = [
            "phone": "did you mean `voice`, for calls, or `sms`?",
            "mail": "did you mean `email`?", "slack": "did you mean `chat`?",
            "url": "did you mean `webhook`?",
        ]
        guard
            let section = Section(
                field, keys: Self.channels + ["after", "severity"], hints: hints)
        else { return nil }
        let used = PageChannel.allCases.filter { section.has($0.name) }
        let delay =
            section.has("after")
            ? section.optional("after")?.span(in: .zero ... .hours(24)) : .zero
        let severity = section.has("severity") ? section.optional("severity")?.severity() : .sev5
        if used.isEmpty, section.hasUnknownKeys { return nil }
        guard let channel = used.first, used.count == 1 else {
            field.report(
                used.isEmpty ? .missing : .contradiction,
                used.isEmpty ? "names no channel" : "names \(used.count) channels",
                remedy: "write one of \(listed(Self.channels)) with its address for each contact")
            return nil
        }
        guard let entry = section.optional(channel.name),
            let address = entry.parsed(
                form: ContactAddress.form(channel),
                { ContactAddress.parse($0, channel: channel) })
        else { return nil }
        if let url = WebAddress(address), url.isInTheClear, !isLoopback(url.host) {
            entry.warn(
                .insecure, "pages would cross the network in the clear",
                remedy: "use https if the receiver can")
        }
        guard let delay, let severity else { return nil }
        return Contact(
            channel: channel, address: address, delay: delay, mildestSeverity: severity)
    }
}
