@testable import HTTPServer
@testable import Pages

extension FuzzTarget {
    /// What a browser sends of itself: cookies, and the query of an address.
    static let browserTargets = [sessionCookie, viewCookie, listQuery]

    private static let sessions = [
        Session(token: "t0k3n-of-a-client", person: "mei"), Session(token: "ü", person: ""),
    ]

    /// The value of a cookie without what a server says about it.
    private static func pair(_ cookie: String) -> [UInt8] {
        Array(cookie.prefix { $0 != ";" }.utf8)
    }

    /// Cookies of a request: whatever is taken for a session survives its own cookie.
    private static let sessionCookie = FuzzTarget(
        name: "session-cookie", isText: true,
        seeds: sessions.map { pair($0.cookie(isSecure: false)) }
            + [
                Array("a=b; ".utf8) + pair(sessions[0].cookie(isSecure: false)) + Array("; c=".utf8)
            ],
        run: { bytes in
            let cookies = String(decoding: bytes, as: UTF8.self)
            guard let session = Session(cookies: cookies, isSecure: false) else { return .refused }
            let own = String(decoding: pair(session.cookie(isSecure: false)), as: UTF8.self)
            guard Session(cookies: own, isSecure: false) == session else {
                return .broken("its own cookie is read as another session")
            }
            return Session(cookies: own, isSecure: true) == nil
                ? .accepted : .broken("a cookie without the prefix passes where there is TLS")
        })

    /// Kept views: what is read of anybody's text is read again from its own, and is bounded.
    private static let viewCookie = FuzzTarget(
        name: "view-cookie", isText: true,
        seeds: [
            [SavedView(name: "mine", filter: IncidentsQuery { $0 == "person" ? "mei" : nil })],
            [
                SavedView(
                    name: "all of it", filter: IncidentsQuery { $0 == "status" ? "all" : "a&b" }),
                SavedView(name: "ü", filter: IncidentsQuery { _ in "%" }),
            ],
        ].map { pair(ViewCookie.cookie($0, isSecure: false)) },
        run: { bytes in
            let views = ViewCookie.views(in: String(decoding: bytes, as: UTF8.self))
            guard !views.isEmpty else { return .refused }
            guard views.count <= SavedView.viewsMax,
                views.allSatisfy({ $0.name.count <= SavedView.nameLengthMax })
            else { return .broken("more is taken than a browser may keep") }
            let own = String(
                decoding: pair(ViewCookie.cookie(views, isSecure: false)), as: UTF8.self)
            return ViewCookie.views(in: own) == views
                ? .accepted : .broken("its own cookie is read as other views")
        })

    /// The query of a list's address: every text is one.
    private static let listQuery = FuzzTarget(
        name: "list-query", isText: true, refusesMutants: false,
        seeds: [
            "status=all&severity=SEV1&service=web&region=eu&person=mei&text=disk%20full&skip=50",
            "status=nothing&skip=-1&text=%zz%+1%", "",
        ].map { Array($0.utf8) },
        run: { bytes in
            func filter(_ text: String) -> IncidentsQuery {
                let pairs = Query.pairs(of: text)
                return IncidentsQuery { name in pairs.first { $0.name == name }?.value }
            }
            let first = filter(String(decoding: bytes, as: UTF8.self))
            return filter(first.query(skip: first.skip)) == first
                ? .accepted : .broken("its own query is read as another filter")
        })
}
