package import Basics
import IncidentModel
package import Paging

extension PageComposer {
    /// The longest text message, in UTF-16 units, its links included: three or four parts.
    package static let shortTextUnitsMax = 480
    /// The longest text that voice providers are asked to speak, in UTF-16 units of markup.
    package static let spokenMarkupUnitsMax = 4_000

    /// A page as plain text, lines ended by `\n`.
    package func plainText(for order: PageOrder, at now: Instant) -> String {
        let content = order.content
        if content.isAboutShift { return shiftText(content) }
        var lines: [String] = []
        if content.isDrill { lines += ["THIS IS A DRILL. Please respond as if it were real.", ""] }
        lines += [
            "What broke:    \(title(of: order))",
            "How bad:       \(content.severity.name)",
            "Service:       \(service(content))",
            "Since:         \(since(content, at: now))",
            "Firing now:    \(firing(content))",
        ]
        lines += alertLines(content).map { "  - \($0)" }
        let look = CleanText.oneLine(content.link, lengthMax: 2_000)
        let runbook = CleanText.oneLine(content.runbook, lengthMax: 2_000)
        if !look.isEmpty { lines.append("Where to look: \(look)") }
        if !runbook.isEmpty { lines.append("Runbook:       \(runbook)") }
        lines += linkLines(links(for: order, at: now))
        if content.offersCommand { lines.append("By hand:       \(byHand(content))") }
        lines += ["", occasion(content), company(content)]
        lines += alsoLines(order, at: now)
        let isolation = isolation(content)
        if !isolation.isEmpty { lines.append("Note: \(isolation)") }
        lines.append(
            "Incident \(content.group), generation \(content.generation). All times are UTC.")
        return lines.joined(separator: "\n") + "\n"
    }

    /// What is told about a shift, as plain text.
    func shiftText(_ content: PageContent) -> String {
        let note = isolation(content)
        return "\(occasion(content))\n"
            + (note.isEmpty ? "" : "Note: \(note)\n")
            + "From Meridian, region \(content.region). This is to know: nothing waits for an answer.\n"
    }

    /// A page as a text message: at most `shortTextUnitsMax` units, the acknowledging links
    /// included, which are never cut: two regions' where they leave room to say what broke.
    package func shortText(for order: PageOrder, at now: Instant) -> String {
        let content = order.content
        if content.isAboutShift {
            return CleanText.shortened(occasion(content), unitsMax: Self.shortTextUnitsMax)
        }
        let all = links(for: order, at: now)
        let links = (all.acknowledge + all.command).map(\.url)
        let label = content.offersCommand ? "Take command" : "Ack"
        var tail = links.first.map { "\n\(label): \($0)" } ?? ""
        for other in links.dropFirst()
        where tail.utf16.count + other.utf16.count <= Self.shortTextUnitsMax - 160 {
            tail += "\nor: \(other)"
        }
        let also =
            content.alsoPaged.isEmpty
            ? "" : " Also: \(content.alsoPaged.map(\.text).joined(separator: ", "))."
        let mark = content.isDrill ? "DRILL " : ""
        let head = "\(mark)\(content.severity.name) \(content.service): "
        let facts =
            content.notice.isEmpty
            ? ". Since \(PageTimes.clock(content.openedAt)), \(firing(content))."
            : ". \(occasion(content))"
        let note = isolation(content).isEmpty ? "" : " \(isolation(content))"
        // The link comes first in rank, then severity and service, then the title, then the rest.
        guard tail.utf16.count <= Self.shortTextUnitsMax - 80 else {
            return CleanText.shortened(
                head + title(of: order, lengthMax: 80) + more(order) + facts + also,
                unitsMax: Self.shortTextUnitsMax)
        }
        let room = Self.shortTextUnitsMax - tail.utf16.count
        let fixed = CleanText.shortened(head, unitsMax: 60)
        let titleRoom = max(
            0, room - fixed.utf16.count - facts.utf16.count - more(order).utf16.count)
        let titled = CleanText.shortened(title(of: order), unitsMax: titleRoom)
        let text = fixed + titled + facts + more(order) + also + note
        return CleanText.shortened(CleanText.oneLine(text, lengthMax: 400), unitsMax: room) + tail
    }

    /// ` And 2 more incidents for you, the worst SEV3: see your e-mail or the command line.`, or empty.
    func more(_ order: PageOrder) -> String {
        guard let worst = order.also.map(\.content.severity).min() else { return "" }
        let count = order.also.count == 1 ? "1 more incident" : "\(order.also.count) more incidents"
        return " And \(count) for you, the worst \(worst.name): see 'meridian incident list'."
    }

    /// What a call says, in plain words without links.
    package func spokenText(for order: PageOrder, at now: Instant) -> String {
        let content = order.content
        let person = CleanText.oneLine(order.personName, lengthMax: 60)
        var sentences = ["This is Meridian, calling \(person.isEmpty ? "you" : person)."]
        if content.isAboutShift { return "\(sentences[0]) \(occasion(content))" }
        if content.isDrill { sentences.append("This is a drill.") }
        sentences += [
            "Severity \(content.severity.rawValue), service \(service(content)).",
            "\(title(of: order)).",
            "Open for \(spokenLength(now - content.openedAt)). \(firing(content)).",
            company(content),
        ]
        if !order.also.isEmpty { sentences.append(more(order)) }
        let isolation = isolation(content)
        if !isolation.isEmpty { sentences.append(isolation) }
        guard content.notice.isEmpty else {
            let way =
                content.offersCommand
                ? ["To take command, open the link in your e-mail, text message or chat."] : []
            return (sentences + [occasion(content)] + way).joined(separator: " ")
        }
        sentences.append(
            "To acknowledge, open the link in your e-mail, text message or chat, "
                + "or use the command line. Without an answer the next level is paged.")
        return sentences.joined(separator: " ")
    }

    /// What a call says, as TwiML: spoken twice after a short pause, for whoever wakes up first.
    package func spokenMarkup(for order: PageOrder, at now: Instant) -> String {
        let text = CleanText.shortened(spokenText(for: order, at: now), unitsMax: 1_200)
        var escaped = CleanText.escapedForMarkup(text)
        if escaped.utf16.count > Self.spokenMarkupUnitsMax - 200 {
            // Only a title full of markup gets here, and no voice reads those characters out.
            let marks = Array("&<>\"'".unicodeScalars)
            let plain = text.unicodeScalars.filter { !marks.contains($0) }
            escaped = String(String.UnicodeScalarView(plain))
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Pause length=\"1\"/>"
            + "<Say language=\"en-US\" loop=\"2\">\(escaped)</Say></Response>"
    }

    /// The other incidents that the message brings, each with a link that acknowledges it.
    private func alsoLines(_ order: PageOrder, at now: Instant) -> [String] {
        guard !order.also.isEmpty else { return [] }
        var lines = ["", "Also for you, in this message, each to be acknowledged by itself:"]
        for one in order.also {
            lines.append("  - \(subject(for: one)), since \(since(one.content, at: now))")
            for link in links(for: one, at: now).acknowledge.prefix(1) {
                lines.append("    Acknowledge: \(link.url)")
            }
        }
        return lines
    }

    private func linkLines(_ links: PageLinks) -> [String] {
        guard !(links.acknowledge + links.command).isEmpty else { return [] }
        var lines = [""]
        for (label, links) in [
            ("Acknowledge:   ", links.acknowledge), ("Resolve:       ", links.resolve),
            ("Escalate now:  ", links.escalate), ("Take command:  ", links.command),
        ] {
            for (index, link) in links.enumerated() {
                lines.append(
                    index == 0
                        ? label + link.url : "  or through region \(link.region): \(link.url)")
            }
        }
        lines.append(
            "Each link opens a page with a button and does nothing before that is pressed. "
                + "They work until \(PageTimes.utc(links.expires)).")
        return lines
    }

    private func spokenLength(_ span: Span) -> String {
        let minutes = max(0, span.seconds) / 60
        if minutes < 1 { return "less than a minute" }
        if minutes == 1 { return "one minute" }
        if minutes < 120 { return "\(minutes) minutes" }
        return "\(minutes / 60) hours"
    }
}
