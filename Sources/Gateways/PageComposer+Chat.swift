package import Basics
import IncidentModel
package import Paging

/// A message to a Slack-compatible incoming webhook. `text` alone is enough for servers that know
/// no blocks. *Source:* Slack's reference of incoming webhooks and Block Kit.
private struct ChatMessage: Encodable {
    var text: String
    var blocks: [ChatBlock]
    /// Links are not to be fetched for a preview.
    var unfurl_links = false
    var unfurl_media = false
}

private struct ChatText: Encodable {
    var type: String
    var text: String
}

private struct ChatButton: Encodable {
    var type = "button"
    var text: ChatText
    var url: String
    var action_id: String
    var style: String?
}

private struct ChatBlock: Encodable {
    var type: String
    var text: ChatText?
    var elements: [ChatElement]?
}

private enum ChatElement: Encodable {
    case button(ChatButton)
    case text(ChatText)

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .button(let button): try button.encode(to: encoder)
        case .text(let text): try text.encode(to: encoder)
        }
    }
}

extension PageComposer {
    /// A page as the JSON of a Slack-compatible message, with buttons that open the links.
    package func chatMessage(for order: PageOrder, at now: Instant) -> [UInt8] {
        let content = order.content
        if content.isAboutShift {
            return jsonLine(ChatMessage(text: chatEscaped(occasion(content)), blocks: []))
        }
        let links = links(for: order, at: now)
        let subject = subject(for: order)
        var blocks = [
            ChatBlock(
                type: "header",
                text: ChatText(
                    type: "plain_text", text: CleanText.shortened(subject, unitsMax: 150))),
            ChatBlock(
                type: "section",
                text: ChatText(type: "mrkdwn", text: chatBody(order, at: now))),
        ]
        let buttons = chatButtons(links)
        if !buttons.isEmpty { blocks.append(ChatBlock(type: "actions", elements: buttons)) }
        let footer = [occasion(content), company(content), isolation(content)]
            .filter { !$0.isEmpty }.joined(separator: " ")
        blocks.append(
            ChatBlock(
                type: "context",
                elements: [.text(ChatText(type: "mrkdwn", text: chatEscaped(footer)))]))
        let label = content.offersCommand ? "Take command" : "Acknowledge"
        let answers = (links.acknowledge + links.command)
            .map { "<\($0.url)|\(label) through \(chatEscaped($0.region.text))>" }
            .joined(separator: " or ")
        let text =
            answers.isEmpty ? chatEscaped(subject) : "\(chatEscaped(subject))\n\(answers)"
        return jsonLine(ChatMessage(text: text, blocks: blocks))
    }

    /// How many other pages a chat message shows with their links: its text is short.
    private static let chatCompanionsMax = 5

    private func chatBody(_ order: PageOrder, at now: Instant) -> String {
        let content = order.content
        var lines: [String] = []
        if content.isDrill { lines.append("*This is a drill.* Please respond as if it were real.") }
        lines.append("Since \(since(content, at: now)); \(firing(content)).")
        lines += alertLines(content).map { "• \(chatEscaped($0))" }
        for (label, text) in [
            ("Where to look", content.link), ("Runbook", content.runbook),
            ("By hand", byHand(content)),
        ] {
            let clean = CleanText.oneLine(text, lengthMax: 500)
            if !clean.isEmpty { lines.append("\(label): \(chatEscaped(clean))") }
        }
        // How many there are comes first: whatever is cut off behind it is known to be there.
        if order.also.count > Self.chatCompanionsMax { lines.append(chatEscaped(more(order))) }
        for one in order.also.prefix(Self.chatCompanionsMax) {
            let link = links(for: one, at: now).acknowledge.first.map { " <\($0.url)|Acknowledge>" }
            lines.append("Also for you: \(chatEscaped(subject(for: one)))\(link ?? "")")
        }
        return CleanText.shortened(lines.joined(separator: "\n"), unitsMax: 3_000)
    }

    private func chatButtons(_ links: PageLinks) -> [ChatElement] {
        var buttons: [ChatButton] = []
        func add(
            _ label: String, _ id: String, _ links: [PageLinks.Link], style: String? = nil
        ) {
            for (index, link) in links.enumerated() {
                buttons.append(
                    chatButton(
                        index == 0 ? label : "\(label) via \(link.region)", link.url,
                        id: "\(id)-\(index)", style: index == 0 ? style : nil))
            }
        }
        add("Acknowledge", "acknowledge", links.acknowledge, style: "primary")
        add("Resolve", "resolve", links.resolve)
        add("Escalate", "escalate", links.escalate, style: "danger")
        add("Take command", "command", links.command, style: "primary")
        return buttons.map { .button($0) }
    }

    private func chatButton(
        _ label: String, _ url: String, id: String, style: String? = nil
    ) -> ChatButton {
        ChatButton(
            text: ChatText(
                type: "plain_text", text: CleanText.shortened(label, unitsMax: 75)),
            url: url, action_id: id, style: style)
    }

    /// The three characters escaped that start links and mentions, so that no alert can call a
    /// whole channel.
    private func chatEscaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case _: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
