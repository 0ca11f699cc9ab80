public import Basics

/// The public holidays of one region: whole days by its clocks. *Source:* requirement P6.
public struct RegionHolidays: Hashable, Sendable {
    /// The region.
    public var region: RegionName
    /// The days, in any order.
    public var dates: [CivilDate]

    /// The holidays of a region.
    public init(region: RegionName, dates: [CivilDate]) {
        (self.region, self.dates) = (region, dates)
    }
}

/// What becomes of the windows of a shift on a holiday of its region. A shift without windows does
/// not know holidays: nothing closes it.
public enum HolidayRule: Hashable, Sendable {
    /// A window does not open on a holiday, so that others show through: the default.
    case off
    /// Windows open as on any day.
    case work
}

extension [RegionHolidays] {
    /// The holidays of a region in days since 1970-01-01, ascending, each once.
    func days(of region: RegionName) -> [Int64] {
        if isEmpty { return [] }
        // Years of any size would overflow before they could be compared.
        let dates = filter { $0.region == region }.flatMap(\.dates).filter(\.isInCalendar)
        var days: [Int64] = []
        for day in dates.map(\.daysSinceEpoch).sorted() where day != days.last { days.append(day) }
        return days
    }
}

extension CivilDate {
    /// Whether the calendar has it, in the years 1 to 9999.
    var isInCalendar: Bool {
        (1...9_999).contains(year) && (1...12).contains(month) && (1...31).contains(day)
            && CivilDate(daysSinceEpoch: daysSinceEpoch) == self
    }
}

extension [Int64] {
    /// How many members of an ascending list are at or below a value: binary search.
    func count(upTo value: Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether an ascending list has a value.
    func has(_ value: Int64) -> Bool {
        let position = count(upTo: value)
        return position > 0 && self[position - 1] == value
    }
}
