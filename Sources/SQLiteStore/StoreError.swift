import GRDB

/// Why the store cannot do what was asked: what happened, what to do about it, what SQLite or the
/// operating system said, and where. *Source:* style.md, "one typed error per adapter".
package struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of failure that call for different remedies.
    package enum Code: String, CaseIterable, Sendable {
        /// There is no room: the disk, or the limit set for the file. Free some; the store goes on.
        case full
        /// The bytes on the disk are not those that were written. The store refuses to go on.
        case corrupt
        /// Something that this member has answered for is missing: an older copy, or a lost file.
        case rolledBack
        /// The system refused to read, write or sync.
        case io
        /// The system does not let this process use the directory or a file in it.
        case denied
        /// Another process holds the directory or the file.
        case locked
        /// The directory belongs to another member.
        case wrongMember
        /// The directory belongs to a member of another cluster.
        case wrongCluster
        /// The file is a database of some other program.
        case foreignFile
        /// A newer program has written the file.
        case newerSchema
        /// The file holds incidents and facts in the encoding of another version of the program.
        case otherFormat
        /// The SQLite library is too old.
        case oldLibrary
        /// The batch follows one that failed and has not been written since.
        case outOfOrder
        /// The store was closed before.
        case closed
    }

    /// The kind of failure.
    package var code: Code
    /// What happened and what to do about it, in one or two sentences.
    package var message: String
    /// What SQLite or the operating system said; empty if nobody was asked.
    package var cause: String
    /// The file or directory it is about.
    package var path: String

    /// A failure; the remedy of its kind is added to the message.
    init(_ code: Code, _ what: String, cause: String = "", path: String) {
        self.code = code
        message = "\(what). \(code.remedy)"
        self.cause = cause
        self.path = path
    }

    /// One line for a log.
    package var description: String {
        let because = cause.isEmpty ? "" : " (\(cause))"
        return "store \(code.rawValue): \(message)\(because) [\(path)]"
    }
}

extension StoreError.Code {
    /// What an operator does about it.
    var remedy: String {
        switch self {
        case .full:
            "Free space on this disk, or raise the limit; nothing that was answered is lost"
        case .corrupt:
            "Do not repair or copy the file, its votes can no longer be trusted: follow the runbook "
                + "\"restore a region on a new disk\""
        case .rolledBack:
            "A member that forgot its votes can elect two owners: put the newest files back, or "
                + "follow the runbook \"restore a region on a new disk\""
        case .io:
            "Look at the kernel's log for this disk and at its free space, then start the node "
                + "again; if it fails again, follow the runbook \"restore a region on a new disk\""
        case .denied:
            "Give the user this process runs as read and write permission on the directory and all "
                + "files in it, on a file system that is not read-only"
        case .locked:
            "Stop the other process, or give this node a data directory of its own"
        case .wrongMember:
            "Start the member it belongs to, or name this member's own data directory"
        case .wrongCluster:
            "Name the data directory of this cluster's member"
        case .foreignFile:
            "Name another data directory; this file is left as it is"
        case .newerSchema:
            "Start the newer program again; a member cannot go back to an older one"
        case .otherFormat:
            "Start the version of the program that wrote it, or follow the runbook \"restore a region "
                + "on a new disk\"; a demo begins anew when its folder `run` is removed"
        case .oldLibrary:
            "Install SQLite 3.37 or later"
        case .outOfOrder:
            "Write the failed batch first, or stop the node"
        case .closed:
            "Open the store again"
        }
    }
}

extension StoreError {
    /// An error thrown by GRDB, or one of ours that passed through it.
    init(_ error: any Error, doing what: String, path: String) {
        if let known = error as? StoreError {
            self = known
            if self.path.isEmpty { self.path = path }
            return
        }
        guard let sqlite = error as? DatabaseError else {
            self.init(.io, "\(what) failed", cause: "\(error)", path: path)
            return
        }
        let cause =
            "SQLite \(sqlite.extendedResultCode.rawValue): \(sqlite.message ?? "no message")"
        self.init(Code(sqlite.resultCode), "\(what) failed", cause: cause, path: path)
    }
}

extension StoreError.Code {
    /// The kind of failure behind SQLite's result. *Source:* sqlite.org/rescode.html.
    init(_ result: ResultCode) {
        switch result {
        case .SQLITE_FULL:
            self = .full
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .corrupt
        case .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_SCHEMA, .SQLITE_RANGE:
            // Our statements never change, so the tables are not those this program made.
            self = .corrupt
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .locked
        case .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_READONLY, .SQLITE_CANTOPEN:
            self = .denied
        case _:
            self = .io
        }
    }
}
