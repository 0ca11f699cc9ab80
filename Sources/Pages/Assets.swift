import Basics

/// The files that pages load: named by what is in them, so that a browser may keep them for ever.
package enum Assets {
    /// The address of the style sheet.
    package static let styleSheet = path("style", ".css", Templates.styleSheet)
    /// The address of the script.
    package static let script = path("meridian", ".js", Templates.script)
    /// The address of the icon.
    package static let icon = path("icon", ".svg", Templates.icon)

    /// The file at an address, with its type; `nil` if there is none.
    package static func file(named name: String) -> (text: String, type: String)? {
        switch "/assets/\(name)" {
        case styleSheet: (Templates.styleSheet, "text/css; charset=utf-8")
        case script: (Templates.script, "text/javascript; charset=utf-8")
        case icon: (Templates.icon, "image/svg+xml")
        case _: nil
        }
    }

    private static func path(_ name: String, _ suffix: String, _ text: String) -> String {
        let digest = Digest256(of: Array(text.utf8)).description.prefix(12)
        return "/assets/\(name)-\(digest)\(suffix)"
    }
}
