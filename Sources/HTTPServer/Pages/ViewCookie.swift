import Foundation
import HTTPTypes
import Hummingbird
import Pages

/// The views of the incident list that a browser keeps: in a cookie of its own, for they are nobody else's
/// concern, and no region stores anything. It is not signed: it is read as a list of names and filters, and
/// whoever writes it sees no more than by writing an address. *Source:* decision 0022.
enum ViewCookie {
    private static let name = "meridian-views"
    private static let daysMax = 400

    /// The views of a request.
    static func views(of request: Request) -> [SavedView] {
        views(in: request.headers[.cookie] ?? "")
    }

    /// The views in the cookies that a browser sends along.
    static func views(in cookies: String) -> [SavedView] {
        let pairs = cookies.split(separator: ";").map { String($0).trimmed }
        guard let pair = pairs.first(where: { $0.hasPrefix(name + "=") }),
            let data = Data(base64Encoded: String(pair.dropFirst(name.count + 1)))
        else { return [] }
        return SavedView.all(in: String(decoding: data, as: UTF8.self))
    }

    /// The cookie that keeps views.
    static func cookie(_ views: [SavedView], isSecure: Bool) -> String {
        let value = Data(SavedView.text(of: views).utf8).base64EncodedString()
        return "\(name)=\(value); Max-Age=\(daysMax * 86_400); Path=/; HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }
}
