public import Basics

/// Merging incidents that are one problem: the child is sealed by a decision in its own log, the
/// survivor absorbs it by an entry of its own, and from then on pages for both. A survivor that ends, or
/// a person who overturns the merge, lets the child stand by itself again. *Source:* design 7; decision
/// 0015.
extension Incident {
    /// How many absorbed incidents are remembered.
    public static let absorbedMax = 256

    /// What its log remembers of an incident that it absorbed in its present generation.
    @inlinable @inline(__always)
    public func absorbed(_ child: GroupID) -> AbsorbedIncident? {
        absorbed.first { $0.child == child && $0.survivorEnd == previousEnd }
    }

    /// Applies steps of merges, in order. One that is about another generation, or about what is no
    /// longer so, changes nothing.
    public mutating func applyMerge(
        steps: [MergeStep], in region: RegionName, at time: HybridTime, index: LogIndex
    ) {
        lastIndex = index
        let cause = Cause(time: time, region: region, fact: nil, index: index)
        for step in steps {
            switch step {
            case .absorb(let absorption): absorb(absorption, by: cause)
            case .disown(let child, let through): disown(child, through: through, by: cause)
            case .release(let release): perform(release, by: cause)
            }
        }
    }

    private mutating func absorb(_ new: Absorption, by cause: Cause) {
        guard new.survivorEnd == previousEnd, status.isOpen, new.child != group else { return }
        let known = absorbed.firstIndex { $0.child == new.child && $0.survivorEnd == previousEnd }
        if let known, absorbed[known].through > new.through { return }
        if known == nil, !hasRoomForChildren { return }
        var record = known.map { absorbed[$0] } ?? AbsorbedIncident(new)
        let (before, runBefore) = (severity, run.number)
        let wasCovered = coveringAcknowledgement != nil
        let isNewAcknowledgement =
            new.acknowledgement.map { $0.fact != record.acknowledgement } ?? false
        if known == nil {
            note(.merged, by: cause, "took over \(new.child.short), one problem: \(new.title)")
        }
        for alert in new.alerts {
            let fingerprint = alert.instance.fingerprint
            let isNew = !record.alerts.contains { $0.fingerprint == fingerprint }
            if isNew, self.alert(fingerprint)?.isFiring == true {
                record.shared.append(fingerprint)
            }
            join(alert, by: cause)
        }
        takeCommand(new, isFirst: known == nil || record.commander != new.commander, by: cause)
        settle(by: cause)
        if status.isOpen, new.severity < severity, known == nil || new.severity < record.severity {
            // A person may have said so, or an alert that is over.
            severitySetting = SeveritySetting(
                severity: new.severity, isExact: severitySetting?.isExact ?? false,
                through: cause.time)
            settleSeverity()
        }
        record.take(new)
        if let known { absorbed[known] = record } else { absorbed.append(record) }
        guard status.isOpen else { return }
        if isNewAcknowledgement, !wasCovered || coveringAcknowledgement == nil {
            carryOver(new, before: before, by: cause)
        } else if known == nil, new.acknowledgement == nil, run.number == runBefore {
            beginRunIfNeeded(new, before: before, wasCovered: wasCovered, by: cause)
        }
    }

    /// Who took on something that was at least as bad has taken on the whole.
    private mutating func carryOver(_ new: Absorption, before: Severity, by cause: Cause) {
        guard let given = new.acknowledgement else { return }
        let name = given.acknowledgement.by.text
        guard new.severity <= before else {
            return note(
                .merged, by: cause,
                "\(name) had taken on \(new.child.short), which was milder: this goes on paging")
        }
        var carried = given
        carried.acknowledgement.generation = generation
        carried.acknowledgement.previousEnd = previousEnd
        carried.acknowledgement.run = run.number
        carried.acknowledgement.severity = min(carried.acknowledgement.severity, alertSeverity)
        carried.time = cause.time
        acknowledgements.append(carried)
        status = .acknowledged
        note(
            .acknowledged, by: cause,
            "acknowledged by \(name), who had taken on \(new.child.short) through "
                + given.acknowledgement.via)
    }

    /// What makes it worse than what was taken on, or stood at a later level, pages anew.
    private mutating func beginRunIfNeeded(
        _ new: Absorption, before: Severity, wasCovered: Bool, by cause: Cause
    ) {
        let isWorse = new.severity < before
        guard isWorse || !wasCovered && new.isFurther else { return }
        beginRun(at: cause.time, level: new.level)
        let why = isWorse ? "is worse than this was" : "stood at a later level"
        note(.merged, by: cause, "\(new.child.short) \(why): paging anew")
    }

    /// Whether another incident can be taken over in this generation.
    public var hasRoomForChildren: Bool {
        absorbed.count { $0.survivorEnd == previousEnd } < Self.absorbedMax
    }

    /// Begins a run of the policy, from a level on.
    mutating func beginRun(
        at time: HybridTime, level: UInt64, acknowledgedFrom: UInt64? = nil
    ) {
        run = PolicyRun(
            number: run.number + 1, startedAt: time.instant, firstLevel: level,
            isMild: severity > .sev2, acknowledgedFrom: acknowledgedFrom)
        status = coveringAcknowledgement == nil ? .triggered : .acknowledged
    }

    /// Who commanded the child commands where nobody does, and is deputy where somebody does.
    private mutating func takeCommand(_ new: Absorption, isFirst: Bool, by cause: Cause) {
        guard isFirst else { return }
        if commander == nil, let person = new.commander {
            (commander, commandSince) = (person, cause.time)
            note(
                .merged, by: cause,
                "\(person.text), who commanded \(new.child.short), is in command")
        }
        let others = [new.commander].compactMap { $0 } + new.deputies
        for person in others where person != commander && !deputies.contains(person) {
            deputies.append(person)
            note(.merged, by: cause, "\(person.text) is deputy, from \(new.child.short)")
        }
    }

    private mutating func join(_ state: AlertState, by cause: Cause) {
        let fingerprint = state.instance.fingerprint
        let position = alerts.partitioningIndex { $0.instance.fingerprint >= fingerprint }
        var wasFiring = false
        if position < alerts.count, alerts[position].instance.fingerprint == fingerprint {
            wasFiring = alerts[position].isFiring
            alerts[position].join(state)
        } else {
            alerts.insert(state, at: position)
        }
        let now = alerts[position]
        if now.isFiring, !wasFiring {
            note(.alertFiring, by: cause, "\(now.instance.severity.name) \(now.instance.summary)")
        } else if wasFiring, !now.isFiring {
            note(.alertResolved, by: cause, now.instance.summary)
        }
    }

    /// A child that stands by itself again takes with it what only it brought.
    private mutating func disown(_ child: GroupID, through: LogIndex, by cause: Cause) {
        let known = absorbed.firstIndex {
            $0.child == child && $0.survivorEnd == previousEnd && $0.through < through
        }
        guard let known else { return }
        let record = absorbed.remove(at: known)
        alerts.removeAll { alert in
            let fingerprint = alert.instance.fingerprint
            return !record.shared.contains(fingerprint)
                && record.alerts.contains {
                    $0.fingerprint == fingerprint && $0.through >= alert.firingSeen
                }
        }
        let wasCovered = coveringAcknowledgement != nil
        if let fact = record.acknowledgement { acknowledgements.removeAll { $0.fact == fact } }
        note(.merged, by: cause, "\(child.short) stands by itself again, and took its alerts")
        guard status.isOpen else { return }
        settle(by: cause)
        guard status.isOpen, wasCovered, coveringAcknowledgement == nil else { return }
        beginRun(at: cause.time, level: 0)
        note(
            .merged, by: cause, "who had taken on \(child.short) has not taken on this: paging anew"
        )
    }

    private mutating func perform(_ release: MergeRelease, by cause: Cause) {
        guard let target = sealing, target.group == release.survivor,
            target.previousEnd == release.survivorEnd
        else { return }
        sealing = nil
        close(release.closed)
        switch release.cause {
        case .survivorOver:
            note(.merged, by: cause, "\(release.survivor.short), which had taken it over, is over")
        case .crossed:
            note(
                .merged, by: cause,
                "two merges crossed: this one opened first and stands by itself")
        }
        guard status.isOpen else { return }
        settle(by: cause)
        guard status.isOpen else { return }
        // What the survivor had not seen is news, whoever had taken on what came before.
        if release.cause == .survivorOver || coveringAcknowledgement == nil {
            beginRun(at: cause.time, level: 0)
        }
    }
}

extension AbsorbedIncident {
    /// Takes note of what was taken over.
    mutating func take(_ new: Absorption) {
        through = max(through, new.through)
        severity = min(severity, new.severity)
        if let fact = new.acknowledgement?.fact { acknowledgement = fact }
        if let person = new.commander { commander = person }
        for alert in new.alerts {
            let fingerprint = alert.instance.fingerprint
            let position = alerts.partitioningIndex { $0.fingerprint >= fingerprint }
            if position < alerts.count, alerts[position].fingerprint == fingerprint {
                alerts[position].through = max(alerts[position].through, alert.firingSeen)
            } else {
                alerts.insert(
                    SeenAlert(fingerprint: fingerprint, through: alert.firingSeen), at: position)
            }
        }
    }
}

extension AlertState {
    /// Takes in all that another incident knows of the same alert. Idempotent and commutative but for
    /// `reportCount`.
    public mutating func join(_ other: AlertState) {
        firingSince = max(firingSince, other.firingSince)
        resolvedThrough = max(resolvedThrough, other.resolvedThrough)
        resolveSeen = max(resolveSeen, other.resolveSeen)
        resumedSince = max(resumedSince, other.resumedSince)
        closedThrough = max(closedThrough, other.closedThrough)
        reportCount = max(reportCount, other.reportCount)
        if other.firingSeen > firingSeen {
            firingSeen = other.firingSeen
            instance = other.instance
        }
    }

    /// Whether another incident knows nothing of the alert that is not known here.
    public func includes(_ other: AlertState) -> Bool {
        firingSince >= other.firingSince && resolvedThrough >= other.resolvedThrough
            && closedThrough >= other.closedThrough && firingSeen >= other.firingSeen
            && resolveSeen >= other.resolveSeen && resumedSince >= other.resumedSince
    }
}
