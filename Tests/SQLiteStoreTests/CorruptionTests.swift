import Basics
import Foundation
import RegionCore
import Replication
@testable import SQLiteStore
import Testing

@Suite struct CorruptionTests {
    /// What a store left: its files, and what they must hold or else be refused.
    private struct Left {
        var files: [String: [UInt8]]
        var held: Held
    }

    private let database = "meridian.sqlite"
    private let log = "meridian.sqlite-wal"
    private let mark = "meridian.mark"

    /// A closed store, whose log is in the file; or a running one, of which much is in the log.
    private func leave(closed: Bool, batches: Int = 30) throws -> Left {
        let folder = try StoreFolder()
        var maker = BatchMaker(seed: 11, payloadBytesMax: 400)
        var model = StoreModel()
        let (store, _, _) = try folder.open()
        for _ in 0..<batches {
            let batch = maker.next()
            try store.write(batch)
            model.apply(batch)
        }
        if closed { store.close() }
        let files = try folder.files()
        store.close()
        return Left(files: files, held: model.held)
    }

    /// Opens damaged files: true if they are refused. Anything else must be what was written.
    private func isRefused(_ files: [String: [UInt8]], _ left: Left, _ what: String) throws -> Bool
    {
        let folder = try StoreFolder(files)
        do throws(StoreError) {
            let held = try folder.held()
            #expect(held == left.held, "\(what): wrong data were given out")
            return false
        } catch {
            // A changed header may make it another program's, a newer one's, or read-only.
            let codes: [StoreError.Code] = [
                .corrupt, .rolledBack, .foreignFile, .newerSchema, .otherFormat, .denied,
            ]
            #expect(codes.contains(error.code), "\(error)")
            return true
        }
    }

    @Test(arguments: [true, false])
    func `changed bytes are refused or do no harm, wherever they are`(closed: Bool) throws {
        let left = try leave(closed: closed)
        let names = [database, log].filter { left.files[$0] != nil }
        #expect(names.count == (closed ? 1 : 2))
        var random = RandomStream(seed: 12)
        var refused = 0
        let count = 300
        for round in 0..<count {
            var files = left.files
            let name = random.pick(names)
            let size = UInt64(files[name]?.count ?? 0)
            // Now and then in the header of the file, where there is the most to break.
            let place = Int(random.below(random.chance(perMillion: 200_000) ? 200 : size))
            let length = Int(random.pick([1, 1, 1, 4, 64, 512] as [UInt64]))
            for offset in place..<min(Int(size), place + length) {
                files[name]?[offset] ^= UInt8(1 + random.below(255))
            }
            let what = "round \(round): \(length) bytes at \(place) of \(name)"
            if try isRefused(files, left, what) { refused += 1 }
        }
        // Unused bytes of pages may change unnoticed; most bytes are in use.
        #expect(refused > count / 4)
    }

    @Test(arguments: [true, false])
    func `a file that was cut off is refused`(closed: Bool) throws {
        let left = try leave(closed: closed)
        var random = RandomStream(seed: 13)
        for name in [database, log] {
            guard let bytes = left.files[name] else { continue }
            for cut in [0, 1, 100, 4_096, bytes.count / 2, max(0, bytes.count - 4_120)]
                + (0..<20).map({ _ in Int(random.below(UInt64(bytes.count))) })
            {
                var files = left.files
                files[name] = Array(bytes.prefix(cut))
                let isRefused = try isRefused(files, left, "\(name) cut to \(cut)")
                // All that a running store's file holds may still be in its log.
                #expect(isRefused || (!closed && name == database), "\(name) cut to \(cut)")
            }
        }
    }

    @Test func `an entry that changed in place is named by group and index`() throws {
        let left = try leave(closed: true)
        let folder = try StoreFolder(left.files)
        let group = try #require(left.held.groups.first { $0.entries.count > 1 })
        try PlainSQLite.execute(
            """
            UPDATE entries SET term = term + 1
            WHERE group_id = x'\(group.group)' AND idx = \(group.entries[1].index)
            """, in: folder.path + "/" + database)
        let refusal = try #require(throws: StoreError.self) { _ = try folder.held() }
        #expect(refusal.code == .corrupt)
        #expect(refusal.message.contains("\(group.group)"))
        #expect(refusal.message.contains("index \(group.entries[1].index) "))
        #expect(refusal.message.contains("restore a region on a new disk"))
    }

    @Test(arguments: [
        "DELETE FROM facts WHERE (origin, seq) = (SELECT origin, seq FROM facts LIMIT 1)",
        "DELETE FROM entries WHERE (group_id, idx) = (SELECT group_id, max(idx) FROM entries)",
        "DELETE FROM groups WHERE id = (SELECT min(id) FROM groups)",
        "DELETE FROM snapshots WHERE group_id = (SELECT min(group_id) FROM snapshots)",
        "DELETE FROM fact_through", "DELETE FROM meta", "UPDATE meta SET incarnation = 0",
        "UPDATE groups SET voted_for = 1 WHERE id = (SELECT min(id) FROM groups)",
        "UPDATE groups SET term = term - 1 WHERE id = (SELECT max(id) FROM groups)",
        "UPDATE groups SET commit_index = commit_index + 1",
        "INSERT INTO fact_through VALUES (77, 1, 1)", "DROP TABLE facts",
    ])
    func `rows that were changed by hand are refused`(sql: String) throws {
        let left = try leave(closed: true)
        let folder = try StoreFolder(left.files)
        try PlainSQLite.execute(sql, in: folder.path + "/" + database)
        let refusal = try #require(throws: StoreError.self) { _ = try folder.held() }
        #expect([.corrupt, .rolledBack].contains(refusal.code), "\(refusal)")
    }

    /// A lost write: each page is sound, but one is as it was before.
    @Test func `a page that is older than the others is refused`() throws {
        let folder = try StoreFolder()
        var maker = BatchMaker(seed: 14)
        var model = StoreModel()
        var old: [UInt8] = []
        for round in 0..<2 {
            let (store, _, _) = try folder.open()
            for _ in 0..<(round == 0 ? 60 : 6) {
                let batch = maker.next()
                try store.write(batch)
                model.apply(batch)
            }
            store.close()
            if round == 0 { old = try folder.files()[database] ?? [] }
        }
        let left = Left(files: try folder.files(), held: model.held)
        let new = try #require(left.files[database])
        var stale = 0
        for start in stride(from: 0, to: min(old.count, new.count), by: 4_096)
        where old[start..<start + 4_096] != new[start..<start + 4_096] {
            var files = left.files
            files[database]?.replaceSubrange(
                start..<start + 4_096, with: old[start..<start + 4_096])
            // A page that was free before and is free now may differ and do no harm.
            if try isRefused(files, left, "page at \(start)") { stale += 1 }
        }
        #expect(stale > 5)
    }

    // MARK: The write-ahead log, which SQLite cuts off at the first unreadable frame without a word

    private let frameBytes = 24 + 4_096

    @Test func `damage in the middle of the log is not taken for its end`() throws {
        let left = try leave(closed: false)
        let bytes = try #require(left.files[log])
        let frames = (bytes.count - 32) / frameBytes
        #expect(frames > 40)
        for frame in stride(from: 0, to: frames - 30, by: 7) {
            for inFrame in [0, 5, 9, 20, 24, 3_000] {
                var files = left.files
                files[log]?[32 + frame * frameBytes + inFrame] ^= 0x40
                // Without the mark, so that it is the log itself that tells.
                files[mark] = nil
                let folder = try StoreFolder(files)
                let refusal = try #require(throws: StoreError.self) { _ = try folder.held() }
                #expect(refusal.code == .corrupt)
                #expect(refusal.cause.contains("frame \(frame + 1) "))
            }
        }
    }

    @Test func `damage at the end of the log is told by the mark`() throws {
        let left = try leave(closed: false)
        let bytes = try #require(left.files[log])
        let frames = (bytes.count - 32) / frameBytes
        for frame in (frames - 3)..<frames {
            var files = left.files
            files[log]?[32 + frame * frameBytes + 1_000] ^= 1
            let folder = try StoreFolder(files)
            let refusal = try #require(throws: StoreError.self) { _ = try folder.held() }
            #expect([.rolledBack, .corrupt].contains(refusal.code))
            // And again: nothing that the first try did makes the second succeed.
            #expect(throws: StoreError.self) { _ = try folder.held() }
        }
    }

    @Test func `a log without its file, or a file without its log, is refused`() throws {
        let left = try leave(closed: false)
        for name in [log, database] {
            var files = left.files
            files[name] = nil
            #expect(try isRefused(files, left, "without \(name)"))
            files[mark] = nil
            if name == database { #expect(try isRefused(files, left, "only \(log)")) }
        }
    }

    @Test func `an older copy of the file is refused`() throws {
        let folder = try StoreFolder()
        var maker = BatchMaker(seed: 15)
        let (first, _, _) = try folder.open()
        for _ in 0..<5 { try first.write(maker.next()) }
        first.close()
        let backup = try folder.files()
        let (second, _, _) = try folder.open()
        for _ in 0..<5 { try second.write(maker.next()) }
        second.close()
        var files = try folder.files()
        files[database] = backup[database]
        let refusal = try #require(throws: StoreError.self) { _ = try StoreFolder(files).held() }
        #expect(refusal.code == .rolledBack)
        #expect(refusal.message.contains("two owners"))
    }

    @Test func `a mark that is missing or unreadable is made anew`() throws {
        let left = try leave(closed: true)
        for content in [nil, [], [1, 2, 3], [UInt8](repeating: 7, count: 32)] as [[UInt8]?] {
            var files = left.files
            files[mark] = content
            let folder = try StoreFolder(files)
            #expect(try folder.held() == left.held)
            #expect(try folder.files()[mark]?.count == 32)
        }
    }

    @Test func `copies of a running store hold every batch that was answered`() throws {
        let folder = try StoreFolder()
        var options = StoreOptions()
        options.checkpointPages = 30
        var maker = BatchMaker(seed: 16)
        var model = StoreModel()
        let (store, _, _) = try folder.open(options)
        for _ in 0..<40 {
            let batch = maker.next()
            try store.write(batch)
            model.apply(batch)
            #expect(try StoreFolder(try folder.files()).held() == model.held)
        }
        store.close()
    }
}
