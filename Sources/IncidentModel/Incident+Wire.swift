public import Basics

extension AlertState: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(instance)
        writer.write(firingSince)
        writer.write(resolvedThrough)
        writer.write(firingSeen)
        writer.write(closedThrough)
        writer.write(reportCount)
        writer.write(resolveSeen)
        writer.write(resumedSince)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        instance = try reader.read()
        firingSince = try reader.read()
        resolvedThrough = try reader.read()
        firingSeen = try reader.read()
        closedThrough = try reader.read()
        reportCount = try reader.readUInt64()
        resolveSeen = try reader.read()
        resumedSince = try reader.read()
    }
}

extension AcknowledgementRecord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(acknowledgement)
        writer.write(time)
        writer.write(region)
        writer.write(fact)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            acknowledgement: try reader.read(), time: try reader.read(),
            region: try reader.read(), fact: try reader.read())
    }
}

extension PageAttemptRecord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(member)
        writer.write(attempt)
        writer.write(intentAt)
        writer.write(resultAt)
        writer.write(provider)
        writer.write(outcome)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        member = try reader.read()
        attempt = try reader.readUInt64()
        intentAt = try reader.read()
        resultAt = try reader.readOptional()
        provider = try reader.readString()
        outcome = try reader.readOptional()
    }
}

extension PageRecord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(key)
        writer.write(position)
        writer.write(person)
        writer.write(channel)
        writer.write(attempts)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        key = try reader.read()
        position = try reader.read()
        person = try reader.read()
        channel = try reader.read()
        attempts = try reader.readList()
    }
}

extension SeveritySetting: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(severity)
        writer.write(isExact)
        writer.write(through)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            severity: try reader.read(), isExact: try reader.readBool(),
            through: try reader.read())
    }
}

/// The layout of a snapshot.
extension Incident: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(service)
        writer.write(correlationKey)
        writer.write(title)
        writer.write(source)
        writer.write(isDrill)
        writer.write(generation)
        writer.write(previousEnd)
        writer.write(closedGenerations)
        writer.write(status.rawValue)
        writer.write(openedAt)
        writer.write(resolvedAt)
        writer.write(severity)
        writer.write(alertSeverity)
        writer.write(severitySetting)
        writer.write(commander)
        writer.write(commandSince)
        writer.write(handoffs)
        writer.write(deputies)
        writer.write(phase)
        writer.write(work)
        writer.write(mentions)
        writer.write(edits)
        writer.write(escalations)
        writer.write(decisions)
        writer.write(sealing)
        writer.write(absorbed)
        writer.write(alerts)
        writer.write(run.number)
        writer.write(run.startedAt)
        writer.write(run.firstLevel)
        writer.write(run.isMild)
        writer.write(run.acknowledgedFrom)
        writer.write(acknowledgements)
        writer.write(pages)
        writer.write(owner)
        writer.write(epoch)
        writer.write(merged)
        writer.write(acted)
        writer.write(control)
        writer.write(timeline)
        writer.write(lastIndex)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(group: try reader.read())
        service = try reader.read()
        correlationKey = try reader.readString()
        title = try reader.readString()
        source = try reader.readString()
        isDrill = try reader.readBool()
        generation = try reader.readUInt64()
        previousEnd = try reader.read()
        closedGenerations = try reader.readList()
        let raw = try reader.readByte()
        guard let status = IncidentStatus(rawValue: raw) else {
            throw reader.failure(expected: "a status 0 to 3", found: "\(raw)")
        }
        self.status = status
        openedAt = try reader.read()
        resolvedAt = try reader.readOptional()
        severity = try reader.read()
        alertSeverity = try reader.read()
        severitySetting = try reader.readOptional()
        commander = try reader.readOptional()
        commandSince = try reader.read()
        handoffs = try reader.readList()
        deputies = try reader.readList()
        phase = try reader.readOptional()
        work = try reader.readList()
        mentions = try reader.readList()
        edits = try reader.readList()
        escalations = try reader.readList()
        decisions = try reader.readList()
        sealing = try reader.readOptional()
        absorbed = try reader.readList()
        alerts = try reader.readList()
        run = PolicyRun(
            number: try reader.readUInt64(), startedAt: try reader.read(),
            firstLevel: try reader.readUInt64(), isMild: try reader.readBool(),
            acknowledgedFrom: try reader.readUInt64())
        acknowledgements = try reader.readList()
        pages = try reader.readList()
        owner = try reader.readOptional()
        epoch = try reader.readUInt64()
        merged = try reader.readList()
        acted = try reader.readList()
        control = try reader.readOptional()
        timeline = try reader.read()
        lastIndex = try reader.readUInt64()
    }
}
