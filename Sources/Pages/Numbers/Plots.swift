/// Plots as pictures in the page: bars with their values written out, so that nothing hangs on colour or on a
/// pointer.
enum Plots {
    /// A bar's name, its parts by class, and what is written at its end.
    struct Bar {
        var name: String
        var parts: [(style: String, value: Int64)]
        var label: String

        var total: Int64 { parts.reduce(0) { $0 + $1.value } }
    }

    private static let (rowHeight, nameWidth, labelWidth, barsWidth) = (26, 120, 190, 520)
    private static let daysWidth = 900

    /// Lying bars, one below the other.
    static func bars(_ bars: [Bar], title: String, id: String) -> HTML {
        let most = max(1, bars.map(\.total).max() ?? 1)
        let room = Int64(barsWidth - nameWidth - labelWidth)
        let rows = bars.enumerated().map { index, bar in
            let y = index * rowHeight
            var x = Int64(nameWidth)
            let parts = bar.parts.map { part in
                let length = part.value * room / most
                defer { x += length }
                return "<rect class=\"\(part.style)\" x=\"\(x)\" y=\"\(y + 4)\" "
                    + "width=\"\(length)\" height=\"\(rowHeight - 8)\" rx=\"2\"/>"
            }.joined()
            return "<text class=\"name\" x=\"\(nameWidth - 8)\" y=\"\(y + 18)\">"
                + "\(HTML(text: shortened(bar.name, to: 16)))</text>\(parts)"
                + "<text class=\"value\" x=\"\(x + 6)\" y=\"\(y + 18)\">\(HTML(text: bar.label))</text>"
        }.joined()
        return picture(
            rows, width: barsWidth, height: max(1, bars.count) * rowHeight, title: title, id: id)
    }

    /// A standing bar for each day.
    static func days(
        _ days: [(name: String, parts: [(style: String, value: Int64)])], title: String, id: String
    )
        -> HTML
    {
        let (height, foot, left) = (220, 36, 44)
        let most = max(1, days.map { $0.parts.reduce(0) { $0 + $1.value } }.max() ?? 1)
        let step = Double(daysWidth - left) / Double(max(1, days.count))
        let room = Int64(height - foot - 12)
        let columns = days.enumerated().map { index, day in
            let x = Double(left) + Double(index) * step
            var y = Int64(height - foot)
            let parts = day.parts.filter { $0.value > 0 }.map { part in
                let length = max(2, part.value * room / most)
                y -= length
                return "<rect class=\"\(part.style)\" x=\"\(tenths(x + step * 0.1))\" y=\"\(y)\" "
                    + "width=\"\(tenths(step * 0.8))\" height=\"\(length)\"/>"
            }.joined()
            let every = max(1, days.count / 7)
            let name =
                index % every == 0
                ? "<text class=\"tick\" x=\"\(tenths(x))\" y=\"\(height - 6)\">\(HTML(text: day.name))</text>"
                : ""
            return parts + name
        }.joined()
        let axis =
            "<path class=\"axis\" d=\"M\(left) \(height - foot)H\(daysWidth)M\(left) 12H\(daysWidth)\"/>"
            + "<text class=\"tick end\" x=\"\(left - 6)\" y=\"\(height - foot)\">0</text>"
            + "<text class=\"tick end\" x=\"\(left - 6)\" y=\"18\">\(most)</text>"
        return picture(
            axis + columns, width: daysWidth, height: height, title: title, id: id)
    }

    private static func picture(_ body: String, width: Int, height: Int, title: String, id: String)
        -> HTML
    {
        HTML(
            trusted:
                "<svg class=\"plot w\(width)\" viewBox=\"0 0 \(width) \(height)\" role=\"img\" "
                + "aria-labelledby=\"\(id)\"><title id=\"\(id)\">\(HTML(text: title))</title>"
                + body + "</svg>")
    }

    private static func shortened(_ text: String, to length: Int) -> String {
        text.count <= length ? text : text.prefix(length - 1) + "…"
    }

    private static func tenths(_ value: Double) -> String {
        let number = Int((value * 10).rounded())
        return "\(number / 10).\(number % 10)"
    }
}
