package import APIModel
import Basics

/// What the proof of coverage finds for the weeks to come: at which minute nobody would be paged, or late.
package struct CoveragePage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// What was found.
    package var coverage: CoverageAnswer

    /// A page with all its parts.
    package init(frame: Frame, coverage: CoverageAnswer) {
        (self.frame, self.coverage) = (frame, coverage)
    }

    /// The document.
    package var html: HTML {
        let body = Templates.render(
            "coverage",
            Fields {
                $0.set("from", Words.clock(coverage.from, now: frame.now))
                $0.set("to", Words.clock(coverage.to, now: frame.now))
                $0.set("version", String(coverage.rosterVersion.prefix(12)))
                $0.set("isClean", coverage.findings.isEmpty)
                $0.set("count", Words.count(coverage.findings.count, "finding"))
                $0.set("findings", coverage.findings.map(finding))
            })
        return frame.document(.oncall, title: "Proof of coverage", body)
    }

    private static func capital(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    private func finding(_ one: CoverageFindingSummary) -> Fields {
        Fields {
            $0.set("gravity", one.gravity)
            $0.set("style", ["hole": "bad", "late": "warn"][one.gravity])
            // What the proof assumes of channels stands once, below the findings.
            let text = one.text.firstRange(of: " (assumed").map { one.text[..<$0.lowerBound] }
            $0.set("text", Self.capital(text.map(String.init) ?? one.text))
            $0.set("remedy", Self.capital(one.remedy))
            $0.set("services", one.services.joined(separator: ", "))
            $0.set(
                "openings",
                one.openings.prefix(10).map { stretch in
                    Fields {
                        $0.set("from", Words.clock(stretch.from, now: frame.now))
                        $0.set("to", Words.clock(stretch.to, now: frame.now))
                    }
                })
            $0.set("count", one.openings.isEmpty ? nil : Words.count(one.openings.count, "time"))
        }
    }
}
