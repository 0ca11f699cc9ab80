import Basics
import Foundation

/// Where the sun stands over the earth, to a tenth of a degree: enough for a line on a map.
/// *Source:* The Astronomical Almanac, "Low precision formulas for the Sun's coordinates".
struct Sun {
    /// The latitude over which it stands, in degrees.
    let latitude: Double
    /// The longitude over which it stands, in degrees from -180 to 180.
    let longitude: Double

    /// The sun at an instant.
    init(at instant: Instant) {
        // Days since noon of 1 January 2000, UTC.
        let days = (Double(instant.seconds) - 946_728_000) / 86_400
        let meanLongitude = 280.460 + 0.985_647_4 * days
        let anomaly = Self.radians(357.528 + 0.985_600_3 * days)
        let ecliptic = Self.radians(
            meanLongitude + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
        let tilt = Self.radians(23.439 - 0.000_000_4 * days)
        let ascension = Self.degrees(atan2(cos(tilt) * sin(ecliptic), cos(ecliptic)))
        let siderealTime = (18.697_374_558 + 24.065_709_824_419_08 * days) * 15
        latitude = Self.degrees(asin(sin(tilt) * sin(ecliptic)))
        longitude = Self.wrapped(ascension - siderealTime)
    }

    /// Whether it is above the horizon at a place.
    func isUp(latitude place: Double, longitude: Double) -> Bool {
        let hour = Self.radians(longitude - self.longitude)
        let (a, b) = (Self.radians(place), Self.radians(latitude))
        return sin(a) * sin(b) + cos(a) * cos(b) * cos(hour) > 0
    }

    /// The latitude at which it rises or sets on a meridian, in degrees.
    func edge(atLongitude longitude: Double) -> Double {
        // At an equinox the edge is a meridian itself; a hair beside it, it can be drawn.
        let safe = abs(latitude) < 0.05 ? 0.05 : latitude
        let hour = Self.radians(longitude - self.longitude)
        return Self.degrees(atan(-cos(hour) / tan(Self.radians(safe))))
    }

    private static func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
    private static func degrees(_ radians: Double) -> Double { radians * 180 / .pi }

    private static func wrapped(_ degrees: Double) -> Double {
        let rest = (degrees + 180).truncatingRemainder(dividingBy: 360)
        return (rest < 0 ? rest + 360 : rest) - 180
    }
}
