public import Basics

extension Label: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(name)
        writer.write(value)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(try reader.readString(), try reader.readString())
    }
}

extension AlertInstance: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.writeFixed(fingerprint)
        writer.write(isFiring)
        writer.write(startedAt)
        writer.write(summary)
        writer.write(severity)
        writer.write(labels)
        writer.write(link)
        writer.write(resumedAt)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            fingerprint: try reader.readFixed(), isFiring: try reader.readBool(),
            startedAt: try reader.read(), summary: try reader.readString(),
            severity: try reader.read(), labels: try reader.readList(),
            link: try reader.readString(), resumedAt: try reader.readOptional())
    }
}

extension AlertReport: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(service)
        writer.write(correlationKey)
        writer.write(title)
        writer.write(source)
        writer.write(alerts)
        writer.write(isDrill)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            service: try reader.read(), correlationKey: try reader.readString(),
            title: try reader.readString(), source: try reader.readString(),
            alerts: try reader.readList(), isDrill: try reader.readBool())
    }
}

extension StepKey: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.writeFixed(high)
        writer.writeFixed(low)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(high: try reader.readFixed(), low: try reader.readFixed())
    }
}

extension StepPosition: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(generation)
        writer.write(previousEnd)
        writer.write(run)
        writer.write(cycle)
        writer.write(level)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            generation: try reader.readUInt64(), previousEnd: try reader.read(),
            run: try reader.readUInt64(), cycle: try reader.readUInt64(),
            level: try reader.readUInt64())
    }
}

extension PageChannel: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }
    public init(from reader: inout ByteReader) throws(WireError) {
        let raw = try reader.readByte()
        guard let channel = PageChannel(rawValue: raw) else {
            throw reader.failure(expected: "a page channel", found: "\(raw)")
        }
        self = channel
    }
}

extension PageIntent: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(key)
        writer.write(position)
        writer.write(person)
        writer.write(channel)
        writer.write(attempt)
        writer.write(with)
        writer.write(moved)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            key: try reader.read(), position: try reader.read(), person: try reader.read(),
            channel: try reader.read(), attempt: try reader.readUInt64(),
            with: try reader.readList(), moved: try reader.readString())
    }
}

extension PageOutcome: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .delivered(let receipt):
            writer.write(UInt8(1))
            writer.write(receipt)
        case .failed(let reason):
            writer.write(UInt8(2))
            writer.write(reason)
        case .undeliverable(let reason):
            writer.write(UInt8(3))
            writer.write(reason)
        case .dropped(let reason):
            writer.write(UInt8(4))
            writer.write(reason)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        let text = try reader.readString()
        switch tag {
        case 1: self = .delivered(receipt: text)
        case 2: self = .failed(reason: text)
        case 3: self = .undeliverable(reason: text)
        case 4: self = .dropped(reason: text)
        case _: throw reader.failure(expected: "a page outcome 1 to 4", found: "\(tag)")
        }
    }
}

extension PageResult: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(
            PageIntent(
                key: key, position: position, person: person, channel: channel, attempt: attempt))
        writer.write(provider)
        writer.write(outcome)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            of: try reader.read(), provider: try reader.readString(), outcome: try reader.read())
    }
}

extension Acknowledgement: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(generation)
        writer.write(previousEnd)
        writer.write(run)
        writer.write(by)
        writer.write(via)
        writer.write(seen)
        writer.write(until)
        writer.write(severity)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            generation: try reader.readUInt64(), previousEnd: try reader.read(),
            run: try reader.readUInt64(), by: try reader.read(), via: try reader.readString(),
            seen: try reader.readList(), until: try reader.readOptional(),
            severity: try reader.read())
    }
}

extension SeenAlert: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.writeFixed(fingerprint)
        writer.write(through)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(fingerprint: try reader.readFixed(), through: try reader.read())
    }
}

extension Resolution: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(seen)
        writer.write(by)
        writer.write(via)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            seen: try reader.readList(), by: try reader.read(), via: try reader.readString())
    }
}

extension Note: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(by)
        writer.write(text)
        writer.write(replyTo)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            by: try reader.read(), text: try reader.readString(),
            replyTo: try reader.readOptional())
    }
}

extension EscalationRequest: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(generation)
        writer.write(previousEnd)
        writer.write(run)
        writer.write(level)
        writer.write(by)
        writer.write(reason)
        writer.write(lapsed)
        writer.write(seen)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            generation: try reader.readUInt64(), previousEnd: try reader.read(),
            run: try reader.readUInt64(), level: try reader.readUInt64(), by: try reader.read(),
            reason: try reader.readString(), lapsed: try reader.readList(),
            seen: try reader.readList())
    }
}

extension FactBody: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .alertSeen(let report):
            writer.write(UInt8(1))
            writer.write(report)
        case .pageIntent(let intent):
            writer.write(UInt8(2))
            writer.write(intent)
        case .pageResult(let result):
            writer.write(UInt8(3))
            writer.write(result)
        case .ackSeen(let acknowledgement):
            writer.write(UInt8(4))
            writer.write(acknowledgement)
        case .resolveSeen(let resolution):
            writer.write(UInt8(5))
            writer.write(resolution)
        case .noteAdded(let note):
            writer.write(UInt8(6))
            writer.write(note)
        case .escalationAsked(let request):
            writer.write(UInt8(7))
            writer.write(request)
        case .edited(let edit):
            writer.write(UInt8(8))
            writer.write(edit)
        case .handoff(let word):
            writer.write(UInt8(9))
            writer.write(word)
        case .roster(let word):
            writer.write(UInt8(10))
            writer.write(word)
        case .work(let word):
            writer.write(UInt8(11))
            writer.write(word)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1: self = .alertSeen(try reader.read())
        case 2: self = .pageIntent(try reader.read())
        case 3: self = .pageResult(try reader.read())
        case 4: self = .ackSeen(try reader.read())
        case 5: self = .resolveSeen(try reader.read())
        case 6: self = .noteAdded(try reader.read())
        case 7: self = .escalationAsked(try reader.read())
        case 8: self = .edited(try reader.read())
        case 9: self = .handoff(try reader.read())
        case 10: self = .roster(try reader.read())
        case 11: self = .work(try reader.read())
        case _: throw reader.failure(expected: "a kind of fact 1 to 11", found: "\(tag)")
        }
    }
}

extension Fact: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(id)
        writer.write(group)
        writer.write(time)
        writer.write(region)
        writer.write(key)
        writer.write(body)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            id: try reader.read(), group: try reader.read(), time: try reader.read(),
            region: try reader.read(), key: try reader.read(), body: try reader.read())
    }
}
