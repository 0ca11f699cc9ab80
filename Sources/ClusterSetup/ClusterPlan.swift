package import ConfigFiles

/// Where a member is to run.
package struct PlannedPlace: Equatable, Sendable {
    /// The host its peers and its users reach it at; `nil` is this machine, and for the coordinator
    /// of regions on other machines the host of the first region.
    package var host: String?
    /// The port of its HTTP server; those of the links between members are 100 and 200 higher.
    /// `nil` takes the next free one from `ClusterPlan.basePort` on.
    package var httpPort: Int?

    /// A place.
    package init(host: String? = nil, httpPort: Int? = nil) {
        (self.host, self.httpPort) = (host, httpPort)
    }
}

/// A region that is to be.
package struct PlannedRegion: Equatable, Sendable {
    /// Its name: `eu`.
    package var name: String
    /// Its IANA zone: `Europe/Berlin`.
    package var zone: String
    /// Where its node is to run.
    package var place: PlannedPlace
    /// Its working hours, as the roster writes them; `nil` takes what suits the number of regions.
    package var day: String?

    /// A region.
    package init(
        name: String, zone: String, place: PlannedPlace = PlannedPlace(), day: String? = nil
    ) {
        (self.name, self.zone, self.place, self.day) = (name, zone, place, day)
    }
}

/// Somebody in the roster that is written.
package struct PlannedPerson: Equatable, Sendable {
    /// The id in the roster.
    package var id: String
    /// The name for people.
    package var name: String
    /// The region.
    package var region: String
    /// The e-mail address.
    package var email: String

    /// A person.
    package init(id: String, name: String, region: String, email: String) {
        (self.id, self.name, self.region, self.email) = (id, name, region, email)
    }
}

/// A cluster that is to be: everything `meridian cluster init` asks for.
package struct ClusterPlan: Equatable, Sendable {
    /// How long each level of the escalation policy waits.
    package enum Pace: String, Sendable, CaseIterable {
        /// Seconds, so that a demonstration shows every level.
        case demo
        /// Minutes, as requirement P9 has it.
        case real
    }

    /// The cluster's name.
    package var name: String
    /// The directory that everything is written into; it must not be there, or be empty.
    package var directory: String
    /// The regions.
    package var regions: [PlannedRegion]
    /// Where a witness runs, if there is one: two regions need it.
    package var witness: PlannedPlace?
    /// Where a coordinator runs, if there is one.
    package var coordinator: PlannedPlace?
    /// The first port given to members that name none.
    package var basePort: Int
    /// The mail server that pages go through.
    package var mail: Endpoint
    /// The people of the roster; empty gives two placeholders per region.
    package var people: [PlannedPerson]
    /// How long each level of the escalation policy waits.
    package var pace: Pace
    /// A folder of runbooks that every region shows, relative to a member's directory, or from the
    /// root; `nil` for none.
    package var runbooks: String?

    /// A plan.
    package init(
        name: String, directory: String, regions: [PlannedRegion], witness: PlannedPlace? = nil,
        coordinator: PlannedPlace? = nil, basePort: Int = Self.usualBasePort,
        mail: Endpoint = Self.demoMail, people: [PlannedPerson] = [], pace: Pace
    ) {
        (self.name, self.directory, self.regions) = (name, directory, regions)
        (self.witness, self.coordinator, self.basePort) = (witness, coordinator, basePort)
        (self.mail, self.people, self.pace) = (mail, people, pace)
    }

    /// The first port of members that name none.
    package static let usualBasePort = 8_101
    /// The mail catcher of the demonstration.
    package static let demoMail = Endpoint(host: "127.0.0.1", port: 1_025)
    /// The name of the witness.
    package static let witnessName = "witness"
    /// The name of the coordinator.
    package static let coordinatorName = "coordinator"

    /// The demonstration: three regions around the world and a coordinator, all on this machine.
    ///
    /// The working hours meet or overlap all around the clock, also while one side has changed to
    /// summer time and the other has not.
    package static func demo(
        directory: String, name: String = "demo", basePort: Int = Self.usualBasePort,
        mail: Endpoint = Self.demoMail, pace: Pace = .demo
    ) -> ClusterPlan {
        ClusterPlan(
            name: name, directory: directory,
            regions: [
                PlannedRegion(name: "ap", zone: "Asia/Singapore", day: "09:00-17:00"),
                PlannedRegion(name: "eu", zone: "Europe/Berlin", day: "09:00-18:00"),
                PlannedRegion(name: "us", zone: "America/Los_Angeles", day: "09:00-18:00"),
            ],
            coordinator: PlannedPlace(), basePort: basePort, mail: mail,
            people: [
                person("mei", "Mei Tanaka", "ap"), person("raj", "Raj Nair", "ap"),
                person("ana", "Ana Keller", "eu"), person("ben", "Ben Novak", "eu"),
                person("joe", "Joe Rivera", "us"), person("zoe", "Zoe Carter", "us"),
            ],
            pace: pace)
    }

    private static func person(_ id: String, _ name: String, _ region: String) -> PlannedPerson {
        PlannedPerson(id: id, name: name, region: region, email: "\(id)@example.com")
    }
}
