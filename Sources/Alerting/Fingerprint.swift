public import Basics
public import IncidentModel

/// Alertmanager's identity of a label set: FNV-1a 64 over the labels sorted by name, each name and
/// value followed by 0xFF. *Source:* contracts 4, with its vectors.
public func fingerprint(of labels: [Label]) -> UInt64 {
    var hash = Fold64()
    for label in labels.sorted() {
        hash.fold(label.name)
        hash.fold(UInt8(0xFF))
        hash.fold(label.value)
        hash.fold(UInt8(0xFF))
    }
    return hash.value
}

/// The identity of an alert that has a key instead of labels.
public func fingerprint(ofKey key: String) -> UInt64 {
    var hash = Fold64()
    hash.fold(key)
    return hash.value
}

/// What groups alerts into one incident: the service, the kind of source, and the source's own key.
public func correlationKey(service: ServiceID, source: String, key: String) -> String {
    "\(service.text)/\(source)/\(key)"
}

/// A text without control characters, cut to so many Unicode scalars, with an ellipsis where it was
/// cut.
public func cleaned(_ text: String, to scalarsMax: Int) -> String {
    var result = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
        if count == scalarsMax {
            result.removeLast()
            result.append("…")
            break
        }
        result.append(scalar.value < 0x20 && scalar != "\n" ? " " : scalar)
        count += 1
    }
    return String(result)
}
