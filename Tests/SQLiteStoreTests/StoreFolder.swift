import Basics
import Foundation
import RegionCore
@testable import SQLiteStore

/// A temporary folder with one member's store; removed with the last reference.
final class StoreFolder: Sendable {
    static let member = MemberID(0xF00D_FACE_0000_0001)
    static let cluster = "test"

    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("meridian-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Opens the store as the member it belongs to.
    func open(_ options: StoreOptions = StoreOptions()) throws(StoreError) -> (
        store: SQLiteStore, held: Held, incarnation: Incarnation
    ) {
        let (store, restored) = try SQLiteStore.open(
            directory: path, member: Self.member, cluster: Self.cluster, options: options)
        return (store, Held(restored), restored.incarnation)
    }

    /// Opens the store, looks what it holds, and closes it.
    func held() throws(StoreError) -> Held {
        let (store, held, _) = try open()
        store.close()
        return held
    }

    /// The files SQLite and the store keep, by name, without the lock.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path)
        where name != "meridian.lock" {
            files[name] = Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
        }
        return files
    }

    /// A folder with these files.
    convenience init(_ files: [String: [UInt8]]) throws {
        try self.init()
        for (name, bytes) in files {
            try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
        }
    }
}
