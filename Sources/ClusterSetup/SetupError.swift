/// Why a cluster could not be set up or changed: nothing, or nothing that matters, was written.
package struct SetupError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Sendable, CaseIterable {
        /// The plan contradicts itself, or asks for what cannot work.
        case badPlan
        /// Something is already there; nothing is ever overwritten.
        case exists
        /// The disk or its permissions.
        case disk
        /// The directory is not one that `cluster init` made.
        case notACluster
        /// No member has that name.
        case unknownMember
        /// A file of the cluster cannot be used as it is.
        case brokenFile
        /// A certificate could not be made.
        case certificate
    }

    /// What kind of failure it is.
    package var code: Code
    /// The file or directory it is about; empty if it is about the plan.
    package var path: String
    /// What is wrong.
    package var message: String
    /// What to do about it.
    package var remedy: String

    /// An error.
    package init(code: Code, path: String = "", message: String, remedy: String) {
        (self.code, self.path, self.message, self.remedy) = (code, path, message, remedy)
    }

    /// What is wrong, where, and the remedy.
    package var description: String {
        (path.isEmpty ? "" : "\(path): ") + "\(message); \(remedy)"
    }
}
