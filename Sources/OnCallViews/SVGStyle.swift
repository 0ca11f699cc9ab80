/// Colours and sizes of the picture.
enum SVGStyle {
    /// The colours of people: in light and in dark. Equal steps of hue, two lightnesses by turns, as
    /// light or dark as names in them need.
    static let people: [(light: String, dark: String)] = [
        ("#faa2a2", "#823d3f"),
        ("#ffb78c", "#6f360f"),
        ("#e1b66c", "#714e00"),
        ("#ced17f", "#4b4b00"),
        ("#99cf8e", "#36622d"),
        ("#7fe1c0", "#005740"),
        ("#5dd2d8", "#00646a"),
        ("#7dd8ff", "#005071"),
        ("#96bfff", "#35558a"),
        ("#c9bfff", "#483d77"),
        ("#dca8e8", "#6c4276"),
        ("#ffaed4", "#6c2f4f"),
    ]

    /// What names in the colours above are written in, in light and in dark.
    static let names = (light: "#1f2328", dark: "#f0f3f6")

    /// The style sheet. Colours are written out, not named: not every program that shows SVG knows
    /// custom properties.
    static var sheet: String {
        """

        svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
        font-size:12px}
        @media (max-width:1216px){svg:root{width:100%}}
        .heading{font-size:18px;font-weight:600}
        .caption{font-size:13px;font-weight:600}
        .caption .muted,.caption .alarm{font-size:12px;font-weight:400}
        .day{font-weight:600}.small{font-size:11px}
        .who{font-weight:500}
        .changelabel,.nowlabel{paint-order:stroke;stroke-width:4px;stroke-linejoin:round;\
        font-weight:600}
        .now{stroke-width:2}.change{stroke-width:2}
        .bar{stroke-width:2}.layer{fill-opacity:.6}.standin{fill:url(#standin)}.gap{fill:url(#gap);stroke-width:3}
        .m,.s,.ms{display:none}
        @media (max-width:1090px){.l{display:none}.m,.ms{display:inline}}
        @media (max-width:560px){.m,.lm{display:none}.s{display:inline}\
        .who.s,.who.ms,.day.s,.day.ms{font-size:10px}}
        \(colours(isDark: false))
        @media (prefers-color-scheme:dark){
        \(colours(isDark: true))
        }

        """
    }

    /// The patterns: gaps are hatched one way, who stands in the other.
    static let patterns = """
        <defs>
        <pattern id="gap" width="8" height="8" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(45)"><rect class="gapground" width="8" height="8"/>\
        <rect class="gapline" width="3" height="8"/></pattern>
        <pattern id="standin" width="6" height="6" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(-45)"><rect class="standinline" width="1.5" height="6"/></pattern>
        </defs>
        """

    private static func colours(isDark: Bool) -> String {
        func pick(_ light: String, _ dark: String) -> String { isDark ? dark : light }
        let page = pick("#ffffff", "#0d1117")
        let ink = pick("#1f2328", "#e6edf3")
        let red = pick("#cf222e", "#ff7b72")
        let now = pick("#0969da", "#58a6ff")
        let change = pick("#8250df", "#d2a8ff")
        let ground = [
            ".page{fill:\(page)}",
            "text{fill:\(ink)}",
            ".muted{fill:\(pick("#59636e", "#9198a1"))}",
            ".grid,.tick{stroke:\(pick("#d1d9e0", "#30363d"))}",
            ".awake{fill:\(pick("#e4eaf1", "#30363d"))}",
            ".night{fill:\(pick("#5b6b8c", "#1b2747"))}",
            ".work{fill:\(pick("#ffd866", "#c69026"))}",
            ".worklabel{fill:\(pick("#3d2e00", "#0d1117"))}",
            ".alarm,.gaplabel{fill:\(red)}",
            ".gap{stroke:\(red)}",
            ".gapground{fill:\(pick("#ffebe9", "#3c1618"))}",
            ".gapline{fill:\(pick("#ff8182", "#8e1519"))}",
            ".gaplabel{paint-order:stroke;stroke-width:4px;stroke:\(page);font-weight:700}",
            ".standinline{fill:\(pick("#ffffff", "#0d1117"));opacity:.55}",
            ".now{stroke:\(now)}.nowlabel{fill:\(now);stroke:\(page)}",
            ".change{stroke:\(change)}.changelabel{fill:\(change);stroke:\(page)}",
            ".bar{stroke:\(page)}.who{fill:\(pick(names.light, names.dark))}",
        ]
        let bars = people.enumerated().map { index, colour in
            ".p\(index){fill:\(pick(colour.light, colour.dark))}"
        }
        return (ground + [bars.joined()]).joined(separator: "\n")
    }
}
