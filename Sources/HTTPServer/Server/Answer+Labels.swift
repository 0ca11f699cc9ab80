import APIModel
import Basics
import HTTPTypes
import Hummingbird
import HummingbirdCore
import IncidentModel
import NIOCore

/// What stands in the headers of an answer for those who do not read its body.
extension Answer {
    /// Says which region answers and how much it knows.
    mutating func addLabels(region: RegionName, hasMajority: Bool?) {
        response.headers[.meridianRegion] = region.text
        if let hasMajority { response.headers[.meridianMajority] = hasMajority ? "yes" : "no" }
        if let incident { response.headers[.meridianIncident] = incident.description }
        guard let label else { return }
        response.headers[.meridianEpoch] = "\(label.epoch)"
        response.headers[.meridianIndex] = "\(label.index)"
        response.headers[.meridianUnmerged] = "\(label.unmergedFacts)"
        response.headers[.meridianStaleSince] = label.staleSince?.description
    }

    /// Gives a whole, successful answer a tag by which a client says that it has it already; then
    /// it is not sent again. The tag is a weak one: answers that differ only in when they were read
    /// say the same. *Source:* RFC 9110, sections 8.8.3 and 13.1.2.
    mutating func tag(unless known: String?) {
        guard response.status == .ok, let content else { return }
        let tag = "W/\"\(String(Self.hash(of: content), radix: 16))\""
        if let known, Self.names(known, tag) {
            var headers = response.headers
            headers[.contentType] = nil
            response = Response(status: .notModified, headers: headers)
        }
        response.headers[.eTag] = tag
        // A cache may keep it, for this client alone, if it asks every time.
        response.headers[.cacheControl] = "private, no-cache"
    }

    private static func names(_ known: String, _ tag: String) -> Bool {
        known.trimmed == "*"
            || known.split(separator: ",").contains { one in
                let text = String(one).trimmed
                return text == tag || "W/" + text == tag
            }
    }

    /// What stands before the time at which an answer was read. Inside a text of JSON its quotes
    /// would be escaped.
    private static let readAt = Array("\"readAt\":\"".utf8)

    private static func hash(of content: ByteBuffer) -> UInt64 {
        var hash = Fold64()
        var matched = 0
        var isInTime = false
        for byte in content.readableBytesView {
            if isInTime {
                isInTime = byte != UInt8(ascii: "\"")
                continue
            }
            hash.fold(byte)
            matched = byte == readAt[matched] ? matched + 1 : byte == readAt[0] ? 1 : 0
            if matched == readAt.count { (matched, isInTime) = (0, true) }
        }
        return hash.value
    }
}
