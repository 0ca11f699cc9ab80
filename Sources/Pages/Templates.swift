import Basics
import Mustache

/// The templates and files of `Resources`, which are part of the program.
package enum Templates {
    /// The style sheet of all pages.
    package static let styleSheet = String(decoding: PackageResources.style_css, as: UTF8.self)
    /// The script of all pages.
    package static let script = String(decoding: PackageResources.meridian_js, as: UTF8.self)
    /// The icon of all pages.
    package static let icon = String(decoding: PackageResources.icon_svg, as: UTF8.self)

    /// The templates by name.
    static let sources: [(name: String, bytes: [UInt8])] = [
        ("page", PackageResources.page_mustache),
        ("login", PackageResources.login_mustache),
        ("who", PackageResources.who_mustache),
        ("problem", PackageResources.problem_mustache),
        ("incidents", PackageResources.incidents_mustache),
        ("room", PackageResources.room_mustache),
        ("handoff", PackageResources.handoff_mustache),
        ("work", PackageResources.work_mustache),
        ("timeline", PackageResources.timeline_mustache),
        ("entry", PackageResources.entry_mustache),
        ("steps", PackageResources.steps_mustache),
        ("runbooks", PackageResources.runbooks_mustache),
        ("runbook", PackageResources.runbook_mustache),
        ("world", PackageResources.world_mustache),
        ("oncall", PackageResources.oncall_mustache),
        ("plan", PackageResources.plan_mustache),
        ("coverage", PackageResources.coverage_mustache),
        ("cluster", PackageResources.cluster_mustache),
        ("numbers", PackageResources.numbers_mustache),
    ]

    private static let library: MustacheLibrary = {
        var library = MustacheLibrary()
        for (name, bytes) in sources {
            do {
                try library.register(String(decoding: bytes, as: UTF8.self), named: name)
            } catch {
                halt("template \(name): \(error)")
            }
        }
        return library
    }()

    /// A template of ours, filled.
    static func render(_ name: String, _ fields: Fields) -> HTML {
        guard let text = library.render(fields, withTemplate: name) else {
            halt("there is no template \(name)")
        }
        return HTML(trusted: text)
    }
}
