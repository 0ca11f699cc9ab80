/// Bugs of the duty layer that can be planted on purpose, to prove that the simulator sees them.
///
/// Each rule that a defect bends lives in one small named function that asks for it. Production
/// never sets any. *Source:* design 11, "Planted bugs".
public struct RegionDefects: OptionSet, Hashable, Sendable {
    /// One bit per defect.
    public let rawValue: UInt32
    /// The defects of these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Another region's intent holds this one back until a result is known, however long.
    public static let intentSuppressesForEver = RegionDefects(rawValue: 1 << 0)
    /// An acknowledgement of whatever generation counts for the present one.
    public static let oldAcknowledgementSilences = RegionDefects(rawValue: 1 << 1)
    /// Every region makes step keys of its own.
    public static let regionInStepKey = RegionDefects(rawValue: 1 << 2)
    /// A person's resolve closes alerts that come later, too.
    public static let resolveClosesUnseen = RegionDefects(rawValue: 1 << 3)
    /// Whatever is learned of an incident makes a region wait for its turn from the beginning.
    public static let rankTimersReset = RegionDefects(rawValue: 1 << 4)
    /// An owner that hands a group over stops paging before there is another owner.
    public static let dutyDroppedAtTransfer = RegionDefects(rawValue: 1 << 5)
    /// A page leaves without a last look at what has become known meanwhile.
    public static let noLastLook = RegionDefects(rawValue: 1 << 6)
    /// A process that was stopped goes on as if no time had passed.
    public static let pausedIsNoStranger = RegionDefects(rawValue: 1 << 7)
    /// A request is answered before its fact is durable here.
    public static let answerBeforeDurable = RegionDefects(rawValue: 1 << 8)
    /// A wish says that it was made with a majority because there was one a moment ago.
    public static let majorityIsBelieved = RegionDefects(rawValue: 1 << 9)
    /// What was put off for a while is never paged again.
    public static let snoozesForEver = RegionDefects(rawValue: 1 << 12)
    /// Whoever has gone off shift is still taken to have it.
    public static let keepsOffShift = RegionDefects(rawValue: 1 << 13)
    /// Command is vacant from the moment it is offered.
    public static let vacantWhenOffered = RegionDefects(rawValue: 1 << 14)
    /// What stands is decided as soon as there is anything to decide, whoever has yet to tell what they know.
    public static let decidesAtOnce = RegionDefects(rawValue: 1 << 15)
    /// An alert that was said to be over is not believed to go on.
    public static let neverResumes = RegionDefects(rawValue: 1 << 18)
    /// Whoever takes something on is said to have known of the worst.
    public static let claimsToKnowWorse = RegionDefects(rawValue: 1 << 19)
    /// Others are told of facts that they cannot have, for they are not durable here.
    public static let announcesUnwritten = RegionDefects(rawValue: 1 << 20)
    /// Who cannot write goes on owning what nobody can decide then.
    public static let keepsUnwritten = RegionDefects(rawValue: 1 << 22)
    /// A read that must show what was decided anywhere shows what is known here.
    public static let readsLocalCopy = RegionDefects(rawValue: 1 << 21)
    /// Whoever does not own an incident tells nobody that a note mentions them.
    public static let mentionsLeftToOwner = RegionDefects(rawValue: 1 << 16)
    /// Whoever is mentioned is told by a page that another region knows by another key.
    public static let mentionKeyOfRegion = RegionDefects(rawValue: 1 << 17)
    /// A region says that a shift is over by whatever its clock says, though it knows that it is wrong.
    public static let trustsAnyClock = RegionDefects(rawValue: 1 << 23)
    /// What others try holds this region back from its date on, be that an hour ahead.
    public static let holdsFromDates = RegionDefects(rawValue: 1 << 24)
    /// A level that reaches nobody is waited for as if it did.
    public static let emptyLevelsWait = RegionDefects(rawValue: 1 << 25)
    /// What cannot be decided soon is not answered either.
    public static let answersWhenDecided = RegionDefects(rawValue: 1 << 26)
    /// Who has just started, or goes on, sends what is overdue at once, whoever has done so as well.
    public static let startsOutOfTurn = RegionDefects(rawValue: 1 << 27)
    /// Every page leaves by itself, whoever was paged a moment ago.
    public static let neverBundles = RegionDefects(rawValue: 1 << 11)
    /// An incident is silent as soon as it is sealed, before another one pages for it.
    public static let carriedWhenSealed = RegionDefects(rawValue: 1 << 10)
}
