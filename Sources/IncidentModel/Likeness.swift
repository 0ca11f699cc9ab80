public import Basics

/// By what an open incident is compared with others: whether they are one problem. One that a person
/// has merged or parted already has none.
public struct Likeness: Equatable, Sendable {
    /// What all its firing alerts say, sorted by name; of a rule of the roster only the labels it names.
    public var labels: [Label]
    /// Whether all of these labels have to be the same: a rule of the roster names them.
    public var isExact: Bool
    /// Whether it is a drill or test.
    public var isDrill: Bool

    /// A likeness with all its parts.
    public init(labels: [Label], isExact: Bool, isDrill: Bool) {
        (self.labels, self.isExact, self.isDrill) = (labels, isExact, isDrill)
    }

    /// That of an incident, by the labels that a rule of the roster names, or by all; `nil` if it is no
    /// candidate.
    public init?(_ incident: borrowing Incident, by names: [String]?) {
        guard incident.status.isOpen, incident.sealing == nil,
            !incident.edits.contains(where: {
                $0.edit.previousEnd == incident.previousEnd
                    && $0.edit.value.isSameField(as: .separate)
            })
        else { return nil }
        var shared: [Label]?
        // By position: an alert is dear to copy.
        for position in incident.alerts.indices where incident.alerts[position].isFiring {
            let labels = incident.alerts[position].instance.labels
            shared = shared?.filter { labels.contains($0) } ?? labels
        }
        guard var common = shared else { return nil }
        if let names {
            common = common.filter { names.contains($0.name) }
            guard common.count == names.count else { return nil }
        } else {
            common = common.filter { $0.name != "severity" }
        }
        guard !common.isEmpty else { return nil }
        self.init(
            labels: Array(common.prefix(Self.labelsMax)), isExact: names != nil,
            isDrill: incident.isDrill)
    }

    /// How many labels are compared.
    static let labelsMax = 64
}

extension Likeness: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(labels)
        writer.write(isExact)
        writer.write(isDrill)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            labels: try reader.readList(), isExact: try reader.readBool(),
            isDrill: try reader.readBool())
    }
}
