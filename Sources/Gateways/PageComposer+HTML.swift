package import Basics
import IncidentModel
package import Paging

extension PageComposer {
    /// A page as an HTML document for mail: no script, no style sheet, nothing loaded from
    /// anywhere; the links are large buttons for a thumb.
    package func html(for order: PageOrder, at now: Instant) -> String {
        let content = order.content
        let escape = CleanText.escapedForMarkup
        if content.isAboutShift { return shiftHTML(content) }
        let drill =
            content.isDrill
            ? "<p style=\"font-weight:bold\">THIS IS A DRILL. Please respond as if it were real.</p>\n"
            : ""
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(escape(subject(for: order)))</title></head>
            <body style="font-family:sans-serif;max-width:36em;margin:1em auto;padding:0 1em">
            \(drill)<p style="margin:0;color:\(colour(content.severity));font-weight:bold">\
            \(content.severity.name) &middot; \(escape(service(content)))</p>
            <h1 style="font-size:1.4em;margin:.2em 0 .6em">\(escape(title(of: order)))</h1>
            <p>Since \(escape(since(content, at: now))); \(firing(content)).</p>
            \(alertList(content))\(lookLinks(content))\(buttons(links(for: order, at: now)))\
            <p>\(escape(occasion(content))) \(escape(company(content)))</p>\(handNote(content))
            \(alsoList(order, at: now))\
            \(isolationNote(content))<p style="color:#666;font-size:.85em">Incident \(content.group), \
            generation \(content.generation). All times are UTC.</p>
            </body></html>

            """
    }

    private func shiftHTML(_ content: PageContent) -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width"><title>On call</title></head>
        <body style="font-family:sans-serif;max-width:36em;margin:1em auto;padding:0 1em">
        <p style="font-size:1.2em">\(CleanText.escapedForMarkup(occasion(content)))</p>
        \(isolationNote(content))<p style="color:#666;font-size:.85em">From Meridian, region \
        \(content.region). This is to know: nothing waits for an answer.</p>
        </body></html>

        """
    }

    private func alertList(_ content: PageContent) -> String {
        let items = alertLines(content).map { "<li>\(CleanText.escapedForMarkup($0))</li>\n" }
        return items.isEmpty ? "" : "<ul>\n\(items.joined())</ul>\n"
    }

    /// The other incidents that the message brings, each with a link that acknowledges it.
    private func alsoList(_ order: PageOrder, at now: Instant) -> String {
        guard !order.also.isEmpty else { return "" }
        let items = order.also.map { one in
            let text = CleanText.escapedForMarkup(subject(for: one))
            let link = links(for: one, at: now).acknowledge.first.map {
                " <a href=\"\(CleanText.escapedForMarkup($0.url))\">Acknowledge</a>"
            }
            return "<li>\(text)\(link ?? "")</li>\n"
        }
        return "<p><b>Also for you</b>, each to be acknowledged by itself:</p>\n"
            + "<ul>\n\(items.joined())</ul>\n"
    }

    private func lookLinks(_ content: PageContent) -> String {
        let found = [("Where to look", content.link), ("Runbook", content.runbook)]
        return found.map { label, text in
            let clean = CleanText.oneLine(text, lengthMax: 2_000)
            guard !clean.isEmpty else { return "" }
            let shown = CleanText.escapedForMarkup(clean)
            guard CleanText.webLink(clean) != nil else { return "<p>\(label): \(shown)</p>\n" }
            return "<p>\(label): <a href=\"\(shown)\">\(shown)</a></p>\n"
        }.joined()
    }

    private func buttons(_ links: PageLinks) -> String {
        guard !(links.acknowledge + links.command).isEmpty else { return "" }
        let parts =
            buttons("Acknowledge", links.acknowledge, colour: "#0b6b3a")
            + buttons("Resolve", links.resolve, colour: "#444")
            + buttons("Escalate to the next level", links.escalate, colour: "#8a3b00")
            + buttons("Take command", links.command, colour: "#0b6b3a")
        return parts
            + "<p style=\"color:#666;font-size:.85em\">Each button opens a page that asks once more. "
            + "They work until \(PageTimes.utc(links.expires)).</p>\n"
    }

    /// The sending region's button, and below it a line for when that region is gone.
    private func buttons(_ label: String, _ links: [PageLinks.Link], colour: String) -> String {
        guard let first = links.first else { return "" }
        let others = links.dropFirst().map { link in
            "<p style=\"margin:.3em 0 1em;text-align:center\"><a href=\""
                + "\(CleanText.escapedForMarkup(link.url))\">\(CleanText.escapedForMarkup(label)) "
                + "through region \(CleanText.escapedForMarkup(link.region.text))</a></p>\n"
        }
        return button(label, first.url, colour: colour) + others.joined()
    }

    private func button(_ label: String, _ url: String, colour: String) -> String {
        let style =
            "display:block;padding:1em;margin:.5em 0;border-radius:.5em;text-align:center;"
            + "font-size:1.1em;font-weight:bold;text-decoration:none;color:#fff;background:\(colour)"
        return "<a href=\"\(CleanText.escapedForMarkup(url))\" style=\"\(style)\">"
            + "\(CleanText.escapedForMarkup(label))</a>\n"
    }

    private func isolationNote(_ content: PageContent) -> String {
        let note = isolation(content)
        return note.isEmpty ? "" : "<p><b>Note:</b> \(CleanText.escapedForMarkup(note))</p>\n"
    }

    private func handNote(_ content: PageContent) -> String {
        let hint = byHand(content)
        return hint.isEmpty ? "" : "<p>By hand: \(CleanText.escapedForMarkup(hint)).</p>"
    }

    private func colour(_ severity: Severity) -> String {
        switch severity {
        case .sev1, .sev2: "#b00020"
        case .sev3: "#8a5a00"
        case .sev4, .sev5: "#444"
        }
    }
}
