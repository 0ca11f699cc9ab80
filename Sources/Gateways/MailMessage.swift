import Basics
import IncidentModel
import Paging

extension PageComposer {
    /// A page as a mail, ready for DATA: `multipart/alternative` of plain text and HTML in UTF-8.
    ///
    /// `Message-ID` is made of the page's key and the sender's domain, so that a page sent twice is
    /// one mail to mail programs that drop duplicates, whichever region sent it; `References` names
    /// a mail of the incident's generation that never was, so that its pages form one thread. Both
    /// addresses must be usable (`MailEncoding.isUsable`); the gateway checks them first. *Source:*
    /// RFC 5322; RFC 2046, section 5.1.4; RFC 3834, section 5 (Auto-Submitted).
    func mail(for order: PageOrder, from sender: String, at now: Instant) -> [UInt8] {
        // `=_` cannot occur in quoted-printable text, so no part can hold the boundary.
        let boundary = "=_meridian_\(order.key)"
        var message = Array(mailHeaders(order, from: sender, boundary: boundary, at: now).utf8)
        let parts = [
            ("text/plain", plainText(for: order, at: now)),
            ("text/html", html(for: order, at: now)),
        ]
        for (type, text) in parts {
            let head =
                "--\(boundary)\r\nContent-Type: \(type); charset=utf-8\r\n"
                + "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            // The line break before a boundary belongs to it, so the text's own needs one more.
            message += Array(head.utf8) + MailEncoding.quotedPrintable(text) + Array("\r\n".utf8)
        }
        return message + Array("--\(boundary)--\r\n".utf8)
    }

    private func mailHeaders(
        _ order: PageOrder, from sender: String, boundary: String, at now: Instant
    ) -> String {
        let content = order.content
        let domain = sender.split(separator: "@").last.map { String($0) } ?? "localhost"
        let root = "<\(content.group).\(content.generation)@meridian.\(domain)>"
        var text = MailEncoding.plainHeader("Date", PageTimes.mailDate(now))
        text += MailEncoding.mailbox(
            "From", person: "Meridian \(content.region)", address: sender)
        text += MailEncoding.mailbox(
            "To", person: order.personName, address: order.contact.address)
        text += MailEncoding.header("Subject", subject(for: order))
        text += MailEncoding.plainHeader("Message-ID", "<\(order.key)@meridian.\(domain)>")
        text += MailEncoding.plainHeader("In-Reply-To", root)
        text += MailEncoding.plainHeader("References", root)
        text += MailEncoding.plainHeader("Auto-Submitted", "auto-generated")
        if content.severity.isUrgent {
            text += MailEncoding.plainHeader("Importance", "high")
            text += MailEncoding.plainHeader("X-Priority", "1")
        }
        text += MailEncoding.plainHeader("X-Meridian-Incident", content.group.description)
        text += MailEncoding.plainHeader("X-Meridian-Generation", "\(content.generation)")
        text += MailEncoding.plainHeader("X-Meridian-Page", order.key.description)
        text += MailEncoding.header("X-Meridian-Step", content.step)
        text += MailEncoding.header("X-Meridian-Region", content.region.text)
        text += MailEncoding.plainHeader("X-Meridian-Severity", content.severity.name)
        text += MailEncoding.plainHeader("X-Meridian-Drill", content.isDrill ? "true" : "false")
        text += MailEncoding.plainHeader("MIME-Version", "1.0")
        return text + "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"
    }
}
