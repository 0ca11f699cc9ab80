import Foundation
import Testing

@testable import meridian

@Suite struct RunbooksBesideTests {
    // the cluster's directory, below the current one or elsewhere -> what its members write
    @Test(arguments: [
        ("run/demo", "../../../runbooks"), ("./demo", "../../runbooks"),
        ("HERE/run/demo", "../../../runbooks"), ("/elsewhere/demo", nil), ("../demo", nil),
    ])
    func `runbooks beside a cluster are named as its members see them`(
        directory: String, expected: String?
    ) throws {
        let here = FileManager.default.temporaryDirectory
            .appendingPathComponent("beside-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: here) }
        let whole = directory.replacing("HERE", with: here)
        #expect(ClusterDirectory.runbooks(besideMembersOf: whole, in: here) == nil)
        try FileManager.default.createDirectory(
            atPath: here + "/runbooks", withIntermediateDirectories: true)
        #expect(ClusterDirectory.runbooks(besideMembersOf: whole, in: here) == expected)
    }
}
