import APIModel

/// The pages of who is not known yet, and of what went wrong.
package enum Doors {
    /// The page that asks for a token.
    package static func login(
        region: String, next: String, problem: String?
    ) -> HTML {
        Templates.render(
            "login",
            Fields {
                $0.set("region", region)
                $0.set("next", next)
                $0.set("problem", problem)
                $0.set("sheet", Assets.styleSheet)
                $0.set("icon", Assets.icon)
            })
    }

    /// A page that loads an address anew: from a link elsewhere a browser brings no cookie, from a page
    /// of this site it does.
    package static func again(path: String) -> HTML {
        HTML(
            trusted: "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                + "<title>Meridian</title><meta http-equiv=\"refresh\" content=\"0;url=")
            + HTML(text: path) + "\"><p><a href=\"" + HTML(text: path)
            + "\">Go on to Meridian</a></p></html>"
    }

    /// The page that asks who reads.
    package static func who(_ frame: Frame, next: String) -> HTML {
        let body = Templates.render(
            "who",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("next", next)
                $0.set("people", frame.choices(chosen: frame.reader?.person))
            })
        return frame.document(nil, title: "Who are you?", body)
    }

    /// The page of a refusal.
    package static func problem(
        _ frame: Frame, title: String, detail: String, remedy: String?, back: String
    ) -> HTML {
        let body = Templates.render(
            "problem",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("title", title)
                $0.set("detail", detail.prefix(1).uppercased() + detail.dropFirst())
                $0.set("remedy", remedy)
                $0.set("back", back)
            })
        return frame.document(nil, title: title, body)
    }
}
