import APIModel
import HTTPTypes
import Hummingbird
import Logging
import Pages

/// Logging in, saying who one is, logging out; and the files that pages load.
struct SessionRoutes: Sendable {
    private let gate: PageGate

    init(gate: PageGate) { self.gate = gate }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/", access: .open, level: .debug) {
                (_: Call) async throws(Refusal) -> Answer in gate.redirect(to: "/incidents")
            },
            Endpoint(.get, "/login", access: .open, level: .debug) {
                (call: Call) async throws(Refusal) -> Answer in
                gate.login(next: PageGate.local(call.query("next")), problem: nil)
            },
            Endpoint(.post, "/login", access: .open, level: .info, serve: login),
            gate.page("/me") { (call, visit) throws(Refusal) in
                Doors.who(visit.frame, next: PageGate.local(call.query("next")))
            },
            gate.form("/me", back: { _ in "/me" }, say),
            gate.form("/logout") { (_, _, _) throws(Refusal) in
                gate.redirect(to: "/login", cookie: Session.end(isSecure: gate.isSecure))
            },
            Endpoint(.get, "/assets/{file}", access: .open, level: .debug, serve: asset),
        ]
    }

    private func login(_ call: Call) async throws(Refusal) -> Answer {
        let form = Form(try await call.body(bytesMax: 16_384))
        let next = PageGate.local(form["next"])
        // Another site must not log a browser in under a token of its own.
        guard SameSite.admits(call.request) else {
            return gate.login(
                next: next, problem: "This form was not sent from this page.", status: .forbidden)
        }
        do throws(Refusal) {
            let session = try gate.open(token: form["token"] ?? "")
            return gate.redirect(
                to: gate.whoPath(next: next), cookie: session.cookie(isSecure: gate.isSecure))
        } catch {
            return gate.login(
                next: next, problem: "That is not a token of this cluster.", status: .unauthorized)
        }
    }

    private func say(_ call: Call, _ visit: Visit, _ form: Form) async throws(Refusal) -> Answer {
        guard let person = form["person"],
            visit.frame.people.contains(where: { $0.person == person })
        else {
            throw .invalid(
                "person", "nobody in the roster is called that",
                remedy: "Choose a person from the list.")
        }
        var session = visit.session
        session.person = person
        return gate.redirect(
            to: PageGate.local(form["next"]), cookie: session.cookie(isSecure: gate.isSecure))
    }

    private func asset(_ call: Call) async throws(Refusal) -> Answer {
        guard let (text, type) = Assets.file(named: call.parameter("file")) else {
            throw Refusal(.notFound, "there is no such file", remedy: "Load the page again.")
        }
        var answer = Answer.text(text, type: type)
        answer.response.headers[.cacheControl] = "public, max-age=31536000, immutable"
        return answer
    }
}
