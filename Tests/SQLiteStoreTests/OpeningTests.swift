import Basics
import Foundation
import RegionCore
@testable import SQLiteStore
import Testing

@Suite struct OpeningTests {
    @Test func `every start has an incarnation of its own`() throws {
        let folder = try StoreFolder()
        for number in 1...5 as ClosedRange<UInt64> {
            let (store, _, incarnation) = try folder.open()
            #expect(incarnation == Incarnation(number))
            store.close()
        }
    }

    @Test func `a start that nobody closed still counts`() throws {
        let folder = try StoreFolder()
        let (store, _, _) = try folder.open()
        let copy = try StoreFolder(try folder.files())
        let (second, _, incarnation) = try copy.open()
        #expect(incarnation == Incarnation(2))
        second.close()
        store.close()
    }

    @Test(arguments: [("journal_mode", "wal"), ("synchronous", "2"), ("locking_mode", "exclusive")])
    func `every commit is synced`(pragma: String, value: String) throws {
        let folder = try StoreFolder()
        var maker = BatchMaker(seed: 3)
        for _ in 0..<2 {
            let (store, _, _) = try folder.open()
            #expect(try store.setting(pragma) == value)
            for _ in 0..<5 { try store.write(maker.next()) }
            #expect(try store.setting(pragma) == value)
            store.close()
        }
    }

    @Test func `the directory and its files are the owner's alone`() throws {
        let folder = try StoreFolder()
        let directory = folder.path + "/a/b"
        let (store, _) = try SQLiteStore.open(
            directory: directory, member: MemberID(1), cluster: "test")
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(folder.path + "/a") == 0o700)
        #expect(try mode(directory) == 0o700)
        for name in ["meridian.sqlite", "meridian.sqlite-wal", "meridian.mark", "meridian.lock"] {
            #expect(try mode(directory + "/" + name) == 0o600, "\(name)")
        }
        store.close()
    }

    @Test func `a second opener is refused until the first closes`() throws {
        let folder = try StoreFolder()
        let (store, _, _) = try folder.open()
        let refusal = try #require(throws: StoreError.self) { _ = try folder.open() }
        #expect(refusal.code == .locked)
        #expect(refusal.cause == "process \(ProcessInfo.processInfo.processIdentifier)")
        store.close()
        try folder.open().store.close()
    }

    @Test func `another program cannot read or change the file while the node runs`() throws {
        let folder = try StoreFolder()
        let (store, _, _) = try folder.open()
        #expect(throws: PlainSQLite.Refusal.self) {
            try PlainSQLite.execute("SELECT * FROM meta", in: folder.path + "/meridian.sqlite")
        }
        store.close()
    }

    @Test func `the directory of another member or cluster is refused and left as it is`() throws {
        let folder = try StoreFolder()
        let (store, _, _) = try folder.open()
        var maker = BatchMaker(seed: 4)
        var model = StoreModel()
        for _ in 0..<5 {
            let batch = maker.next()
            try store.write(batch)
            model.apply(batch)
        }
        store.close()
        let member = try #require(throws: StoreError.self) {
            try SQLiteStore.open(directory: folder.path, member: MemberID(7), cluster: "test")
        }
        #expect(member.code == .wrongMember)
        let cluster = try #require(throws: StoreError.self) {
            try SQLiteStore.open(
                directory: folder.path, member: StoreFolder.member, cluster: "other")
        }
        #expect(cluster.code == .wrongCluster)
        let (again, held, incarnation) = try folder.open()
        #expect(held == model.held && incarnation == Incarnation(2))
        again.close()
    }

    @Test func `the database of another program is refused and left as it is`() throws {
        let folder = try StoreFolder()
        let file = folder.path + "/meridian.sqlite"
        try PlainSQLite.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)", in: file)
        let before = try folder.files()["meridian.sqlite"]
        let refusal = try #require(throws: StoreError.self) { _ = try folder.open() }
        #expect(refusal.code == .foreignFile)
        #expect(try folder.files()["meridian.sqlite"] == before)
    }

    @Test func `a file that a newer program has changed is refused`() throws {
        let folder = try StoreFolder()
        try folder.open().store.close()
        try PlainSQLite.execute(
            "INSERT INTO grdb_migrations VALUES ('99 from the future')",
            in: folder.path + "/meridian.sqlite")
        let refusal = try #require(throws: StoreError.self) { _ = try folder.open() }
        #expect(refusal.code == .newerSchema)
    }

    @Test func `a file whose incidents are encoded otherwise is refused, not misread`() throws {
        let folder = try StoreFolder()
        try folder.open().store.close()
        try PlainSQLite.execute("PRAGMA user_version = 1", in: folder.path + "/meridian.sqlite")
        let refusal = try #require(throws: StoreError.self) { _ = try folder.open() }
        #expect(refusal.code == .otherFormat)
        #expect(refusal.message.contains("in format 1"))
    }

    @Test func `a path that is a file is refused with the remedy`() throws {
        let folder = try StoreFolder(["file": [1]])
        let refusal = try #require(throws: StoreError.self) {
            try SQLiteStore.open(
                directory: folder.path + "/file", member: MemberID(1), cluster: "test")
        }
        #expect(refusal.code == .denied)
        #expect(refusal.message.contains("permission"))
    }

    @Test func `a first start that was killed at any file is finished by the next`() throws {
        let folder = try StoreFolder()
        // The database was made, but SQLite never wrote to it; then only its first page.
        try Data().write(to: URL(fileURLWithPath: folder.path + "/meridian.sqlite"))
        try folder.open().store.close()
        let second = try StoreFolder()
        try PlainSQLite.execute("PRAGMA journal_mode = WAL", in: second.path + "/meridian.sqlite")
        let (store, held, incarnation) = try second.open()
        #expect(held == Held() && incarnation == Incarnation(1))
        store.close()
    }

    @Test func `a closed store takes nothing more, and closing twice is nothing`() throws {
        let folder = try StoreFolder()
        let (store, _, _) = try folder.open()
        store.close()
        store.close()
        let refusal = try #require(throws: StoreError.self) {
            try store.write(WriteBatch(token: 1))
        }
        #expect(refusal.code == .closed)
    }

    @Test func `the versions name library and tables`() throws {
        let folder = try StoreFolder()
        let (store, _, _) = try folder.open()
        #expect(store.versions.sqlite.split(separator: ".").count == 3)
        #expect(store.versions.schema == "1 groups and facts")
        store.close()
    }

    @Test(arguments: StoreError.Code.allCases)
    func `every error says what to do`(code: StoreError.Code) {
        let error = StoreError(code, "something failed", cause: "errno 5", path: "/x")
        #expect(error.message.hasPrefix("something failed. "))
        #expect(error.message.count > "something failed. ".count + 10)
        #expect(error.description.contains("errno 5") && error.description.contains("/x"))
    }
}
