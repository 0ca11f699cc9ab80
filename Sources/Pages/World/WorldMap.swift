import APIModel
import Basics
import Foundation

/// A place on the map: a zone's city.
struct Place: Equatable {
    /// In degrees, north is positive.
    var latitude: Double
    /// In degrees, east is positive.
    var longitude: Double

    /// The places of the system's `zone.tab`, drawn from it by cluster/worldmap.py.
    private static let all: [Substring: Place] = {
        var places: [Substring: Place] = [:]
        let text = String(decoding: PackageResources.zones_txt, as: UTF8.self)
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 3, let latitude = Double(parts[1]),
                let longitude = Double(parts[2])
            else { continue }
            places[parts[0]] = Place(latitude: latitude, longitude: longitude)
        }
        return places
    }()

    /// Where a zone is; `nil` for `UTC` and names that are not in the table.
    static func ofZone(_ zone: String) -> Place? { all[zone[...]] }
}

/// The picture of the world: land, night, regions, what is open where, and how far they are apart.
///
/// Four units are a degree; the picture goes from 84 degrees north to 56 south.
struct WorldMap {
    /// A region on the map.
    struct Mark {
        var name: String
        var place: Place
        var state: RegionState
        /// The severities of what is open and led from there, the worst first.
        var open: [String]
        /// The round trip from the answering region, as words: nobody tells those between others.
        var roundTrip: String?
        /// The regions that it hears, as it says itself; `nil` if nobody knows.
        var hears: [String]?
    }

    var sun: Sun
    var marks: [Mark]

    private static let land = String(decoding: PackageResources.land_txt, as: UTF8.self)
        .replacingOccurrences(of: "\n", with: "")
    private static let (width, height) = (1_440.0, 560.0)

    var svg: HTML {
        HTML(
            trusted: """
                <svg class="map" viewBox="0 0 1440 560" role="img" aria-labelledby="map-title">\
                <title id="map-title">\(HTML(text: words))</title>\
                <path class="land" d="\(Self.land)"/>\
                <path class="night" d="\(night)"/>\
                \(links)\(marks.map(drawn).joined())</svg>
                """)
    }

    /// What the picture says, for those who do not see it.
    private var words: String {
        let told = marks.map { mark in
            let up = sun.isUp(latitude: mark.place.latitude, longitude: mark.place.longitude)
            return "\(mark.name): \(up ? "day" : "night"), \(mark.state.words)"
        }
        return "World map. " + told.joined(separator: "; ")
    }

    private static func x(_ longitude: Double) -> Double { (longitude + 180) * 4 }
    private static func y(_ latitude: Double) -> Double {
        min(height, max(0, (84 - latitude) * 4))
    }

    private static func number(_ value: Double) -> String { String(Int(value.rounded())) }

    private static func point(_ place: Place) -> (x: Double, y: Double) {
        (x(place.longitude), y(place.latitude))
    }

    /// The side of the edge of day where the sun is down.
    private var night: String {
        let points = stride(from: -180.0, through: 180, by: 4).map { longitude in
            "\(Self.number(Self.x(longitude))) "
                + Self.number(Self.y(sun.edge(atLongitude: longitude)))
        }
        let far = sun.latitude >= 0 ? Int(Self.height) : 0
        return "M0 \(far)L" + points.joined(separator: " ") + " \(Int(Self.width)) \(far)z"
    }

    /// Lines from the answering region to the others, with the round trip; and between those, where they
    /// tell whom they hear.
    private var links: String {
        guard let me = marks.first(where: { $0.state == .here }) else { return "" }
        let others = marks.filter { $0.state != .here }
        let between = others.indices.flatMap { first in
            others[(first + 1)...].compactMap { second in
                state(others[first], second).map {
                    line(others[first].place, second.place, $0, label: nil)
                }
            }
        }
        let own = others.map { line(me.place, $0.place, $0.state, label: $0.roundTrip) }
        return (between + own).joined()
    }

    /// How two others stand to each other, by their own word: each has to hear the other. `nil` if neither
    /// tells.
    private func state(_ one: Mark, _ other: Mark) -> RegionState? {
        let words = [one.hears?.contains(other.name), other.hears?.contains(one.name)]
        let told = words.compactMap(\.self)
        guard !told.isEmpty else { return nil }
        return told.allSatisfy(\.self) ? .reached : .silent
    }

    private func line(
        _ from: Place, _ to: Place, _ state: RegionState, label: String?
    ) -> String {
        let (from, to) = (Self.point(from), Self.point(to))
        let (middleX, middleY) = ((from.x + to.x) / 2, min(from.y, to.y) - 30)
        let line =
            "<path class=\"link \(state.rawValue)\" d=\"M\(Self.number(from.x)) "
            + "\(Self.number(from.y))Q\(Self.number(middleX)) \(Self.number(middleY)) "
            + "\(Self.number(to.x)) \(Self.number(to.y))\"/>"
        guard let label else { return line }
        let labelY = (from.y + to.y) / 4 + middleY / 2 - 6
        return line + "<text class=\"lag\" x=\"\(Self.number(middleX))\" "
            + "y=\"\(Self.number(labelY))\">\(HTML(text: label))</text>"
    }

    private func drawn(_ mark: Mark) -> String {
        let (x, y) = Self.point(mark.place)
        let shape =
            mark.state == .silent
            ? "<path class=\"mark silent\" d=\"M-9-9L9 9M-9 9L9-9\"/>"
            : "<circle class=\"mark \(mark.state.rawValue)\" r=\"9\"/>"
        let squares = mark.open.prefix(5).enumerated().map { index, severity in
            let style = Words.style(ofSeverity: severity)
            return "<g class=\"open\" transform=\"translate(\(index * 26) 0)\">"
                + "<rect class=\"\(style)\" width=\"23\" height=\"23\" rx=\"4\"/>"
                + "<text x=\"11.5\" y=\"17\">\(HTML(text: String(severity.suffix(1))))</text></g>"
        }.joined()
        let more =
            mark.open.count > 5
            ? "<text class=\"plus\" x=\"134\" y=\"17\">+\(mark.open.count - 5)</text>" : ""
        let anchor = x > Self.width - 220 ? "end" : "start"
        let labelX = anchor == "end" ? -16 : 16
        return "<g transform=\"translate(\(Self.number(x)) \(Self.number(y)))\">\(shape)"
            + "<text class=\"place\" x=\"\(labelX)\" y=\"6\" text-anchor=\"\(anchor)\">"
            + "\(HTML(text: mark.name))</text>"
            + "<g class=\"openrow\" transform=\"translate(\(anchor == "end" ? -150 : -8) 18)\">"
            + squares + more + "</g></g>"
    }
}

/// How a region stands, as the answering one sees it.
enum RegionState: String {
    /// It answers.
    case here
    /// It is reached in both directions.
    case reached
    /// It is not reached.
    case silent

    init(_ member: MemberStatus) {
        self = member.isSelf ? .here : member.isFresh ? .reached : .silent
    }

    var words: String {
        switch self {
        case .here: "answers you"
        case .reached: "reached"
        case .silent: "not reached from here"
        }
    }
}
