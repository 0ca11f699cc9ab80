import Basics
import Foundation
import OnCall
import Testing

@testable import OnCallViews

struct SVGTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/pictures/follow-the-sun-week.svg")

    @Test func `the picture in the documentation is the one that is drawn`() throws {
        let drawn = try Sun.spring().svg()
        if ProcessInfo.processInfo.environment["REWRITE"] == "1" {
            try drawn.write(to: Self.example, atomically: true, encoding: .utf8)
        }
        let kept = try String(contentsOf: Self.example, encoding: .utf8)
        #expect(kept == drawn, "REWRITE=1 draws it anew; then look at it")
    }
}
