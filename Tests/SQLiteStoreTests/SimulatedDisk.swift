import Basics
import GRDBSQLite
import Synchronization

/// What a folder's disk does: it fails at chosen operations, and it remembers what was synced, so
/// that the folder can be looked at as it would be after a power failure at any moment.
///
/// Reads and writes go to real files, which play the kernel's page cache. *Source:*
/// sqlite.org/testing.html, sections 3.2 and 3.3; the failed sync that loses pages is PostgreSQL's
/// "fsyncgate".
final class SimulatedDisk: Sendable {
    /// What SQLite asks of a disk.
    enum Operation: Sendable {
        case open, read, write, truncate, sync, delete
    }

    /// Which operations fail.
    enum Fault: Sendable {
        case none
        /// The operation of this number, counted from 1, and those behind it if `isSticky`.
        case operation(Int, code: Int32, isSticky: Bool)
        /// Every write to and sync of the files whose names end so.
        case files(suffix: String, code: Int32)
        /// So many syncs in a million, by chance; what was not synced is lost or not.
        case syncs(perMillion: UInt64)
        /// None fails, but no sync does anything.
        case lyingSyncs
    }

    fileprivate enum Change: Sendable {
        case write(offset: Int, bytes: [UInt8])
        case truncate(to: Int)
        case delete
    }

    fileprivate struct Image: Sendable {
        var durable: [UInt8]?
        var pending: [Change] = []
    }

    /// The files after the end of a process or of the power, and how far the process had answered.
    struct Crash: Sendable {
        var files: [String: [UInt8]]
        var answered: Int
        var operation: Int
        /// After the end of the process alone: what of the files a power failure would take away.
        fileprivate var killed: Killed?

        /// Whether only the process ended, so that all it wrote is still there to be read.
        var isKill: Bool { killed != nil }
    }

    fileprivate struct Killed: Sendable {
        var images: [String: Image]
        var marks: [[UInt8]]
    }

    fileprivate struct State: Sendable {
        var fault = Fault.none
        var operations = 0
        var failures = 0
        var images: [String: Image] = [:]
        var random: RandomStream
        var crashPerMillion: UInt64 = 0
        var crashes: [Crash] = []
        var answered = -1
        var marks: [[UInt8]] = []
    }

    let folder: StoreFolder
    private let state: Mutex<State>

    /// The disk of a folder, from now on until `detach`; what is there is durable.
    convenience init(of folder: StoreFolder, seed: UInt64) throws {
        let files = try folder.files()
        self.init(
            of: folder, seed: seed,
            Killed(
                images: files.mapValues { Image(durable: $0) },
                marks: [files["meridian.mark"]].compactMap { $0 }))
    }

    /// The disk on which a crash left its files.
    convenience init(after crash: Crash, seed: UInt64) throws {
        let folder = try StoreFolder(crash.files)
        guard let killed = crash.killed else {
            try self.init(of: folder, seed: seed)
            return
        }
        self.init(of: folder, seed: seed, killed)
    }

    private init(of folder: StoreFolder, seed: UInt64, _ left: Killed) {
        self.folder = folder
        var random = State(random: RandomStream(seed: seed).split("disk"))
        (random.images, random.marks) = (left.images, left.marks)
        state = Mutex(random)
        SimulatedFiles.attach(self, to: folder.path)
    }

    func detach() { SimulatedFiles.detach(folder.path) }

    func set(_ fault: Fault) {
        state.withLock { state in
            state.fault = fault
            state.operations = 0
        }
    }

    /// How many operations have failed, over the disk's whole life.
    var failures: Int { state.withLock { $0.failures } }

    /// From now on the power fails before so many operations in a million.
    func crash(perMillion: UInt64) { state.withLock { $0.crashPerMillion = perMillion } }

    /// Says how many batches are answered now, and what the mark's file holds now.
    func answered(_ count: Int) throws {
        let mark = try folder.files()["meridian.mark"]
        state.withLock { state in
            state.answered = count
            if let mark { state.marks.append(mark) }
        }
    }

    /// The power failures so far; they are forgotten.
    func takeCrashes() -> [Crash] {
        state.withLock { state in
            defer { state.crashes = [] }
            return state.crashes
        }
    }

    /// A power failure now.
    func crashNow() -> Crash { state.withLock { $0.powerFailure() } }
}

// MARK: - What the files report

extension SimulatedDisk {
    /// An operation begins: the code it must fail with, or `nil`.
    func begin(_ operation: Operation, _ name: String) -> Int32? {
        state.withLock { state in
            state.operations += 1
            if state.crashPerMillion > 0, operation != .read,
                state.random.chance(perMillion: state.crashPerMillion)
            {
                let crash =
                    state.random.chance(perMillion: 300_000)
                    ? state.kill(folder) : state.powerFailure()
                state.crashes.append(crash)
            }
            guard let code = state.failure(of: operation, name) else { return nil }
            state.failures += 1
            if operation == .sync { state.loseUnsynced(name) }
            return code
        }
    }

    func wrote(_ bytes: [UInt8], at offset: Int, _ name: String) {
        change(name, .write(offset: offset, bytes: bytes))
    }

    func truncated(_ name: String, to count: Int) { change(name, .truncate(to: count)) }

    func deleted(_ name: String) { change(name, .delete) }

    /// A file was synced; with the first sync of a new log or journal SQLite syncs the folder as
    /// well.
    func synced(_ name: String, withFolder: Bool) {
        state.withLock { state in
            if case .lyingSyncs = state.fault { return }
            state.images[name, default: Image()].settle { _ in true }
            guard withFolder else { return }
            for name in state.images.keys.sorted() { state.images[name]?.settleDeletion() }
        }
    }

    private func change(_ name: String, _ change: Change) {
        state.withLock { $0.images[name, default: Image()].pending.append(change) }
    }
}

extension SimulatedDisk.State {
    fileprivate func failure(of operation: SimulatedDisk.Operation, _ name: String) -> Int32? {
        switch fault {
        case .none, .lyingSyncs:
            return nil
        case .operation(let number, let code, let isSticky):
            return operations == number || (isSticky && operations > number) ? code : nil
        case .files(let suffix, let code):
            return name.hasSuffix(suffix) && (operation == .write || operation == .sync)
                ? code : nil
        case .syncs(let perMillion):
            var chance = random.split("sync", UInt64(operations))
            return operation == .sync && chance.chance(perMillion: perMillion)
                ? SQLITE_IOERR | (4 << 8) : nil
        }
    }

    /// A sync failed: what was not durable is, or is not, and no later sync makes it so.
    fileprivate mutating func loseUnsynced(_ name: String) {
        var random = random.split("lost", UInt64(operations))
        images[name, default: SimulatedDisk.Image()].settle { _ in
            random.chance(perMillion: 500_000)
        }
    }

    /// What is found after the end of the process now: all that it wrote.
    fileprivate func kill(_ folder: StoreFolder) -> SimulatedDisk.Crash {
        guard let files = try? folder.files() else {
            preconditionFailure("the files of \(folder.path) cannot be read")
        }
        return SimulatedDisk.Crash(
            files: files, answered: answered, operation: operations,
            killed: SimulatedDisk.Killed(
                images: images, marks: marks + [files["meridian.mark"]].compactMap { $0 }))
    }

    /// What is found after a power failure now: all that was synced, and of the rest any sectors.
    fileprivate mutating func powerFailure() -> SimulatedDisk.Crash {
        let share = random.pick([0, 200_000, 500_000, 900_000, 1_000_000] as [UInt64])
        var files: [String: [UInt8]] = [:]
        // Sorted, because the order of a dictionary differs from run to run.
        for (name, image) in images.sorted(by: { $0.key < $1.key }) {
            var image = image
            image.settle { _ in random.chance(perMillion: share) }
            files[name] = image.durable
        }
        // Nobody synced the mark: it is as it was at any time since the start.
        files["meridian.mark"] = marks.isEmpty ? nil : random.pick(marks)
        return SimulatedDisk.Crash(
            files: files, answered: answered, operation: operations, killed: nil)
    }
}

extension SimulatedDisk.Image {
    /// Makes a deletion durable; what was written to a new file of the name since is not.
    fileprivate mutating func settleDeletion() {
        guard let place = lastDeletion else { return }
        durable = nil
        pending.removeFirst(place + 1)
    }

    private var lastDeletion: Int? {
        pending.lastIndex { if case .delete = $0 { true } else { false } }
    }

    /// Makes those pending sectors durable that `lands` says, and forgets the others.
    fileprivate mutating func settle(_ lands: (Int) -> Bool) {
        if let place = lastDeletion {
            // The name stands for the old file with the changes before, or for a new one.
            if lands(0) {
                durable = nil
                pending.removeFirst(place + 1)
            } else {
                pending.removeLast(pending.count - place)
            }
        }
        for change in pending {
            switch change {
            case .delete:
                durable = nil
            case .truncate(let count):
                guard lands(0) else { continue }
                resize(to: count)
            case .write(let offset, let bytes):
                write(bytes, at: offset, lands)
            }
        }
        pending = []
    }

    private mutating func write(_ bytes: [UInt8], at offset: Int, _ lands: (Int) -> Bool) {
        let sector = 512
        var start = offset
        while start < offset + bytes.count {
            let end = min(offset + bytes.count, (start / sector + 1) * sector)
            if lands(start) {
                if (durable?.count ?? 0) < end { resize(to: end) }
                durable?.replaceSubrange(
                    start..<end, with: bytes[(start - offset)..<(end - offset)])
            }
            start = end
        }
    }

    private mutating func resize(to count: Int) {
        var bytes = durable ?? []
        if bytes.count > count {
            bytes.removeLast(bytes.count - count)
        } else {
            bytes += [UInt8](repeating: 0, count: count - bytes.count)
        }
        durable = bytes
    }
}
