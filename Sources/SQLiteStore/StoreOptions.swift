/// How the store uses its disk.
package struct StoreOptions: Equatable, Sendable {
    /// After how many pages of 4 KiB in the write-ahead log they are moved into the database file.
    /// More means fewer, longer pauses (about 10 to 30 ms) and a longer start.
    package var checkpointPages: UInt64 = 2_000
    /// The most pages of 4 KiB the database file may have; no limit if `nil`.
    package var databasePagesMax: UInt64?

    /// The defaults.
    package init() {}

    /// A write-ahead log of this many bytes says that checkpoints do not succeed.
    var writeAheadLogBytesMax: UInt64 { checkpointPages * 4 * 4_120 }
}

/// What the store takes and leaves on its disk.
package struct StoreSizes: Equatable, Sendable {
    /// The size of the database file, in bytes.
    package var databaseBytes: UInt64
    /// The size of the write-ahead log's file, in bytes.
    package var writeAheadLogBytes: UInt64
    /// How many bytes this process may still write to the disk; `nil` if the system will not say.
    package var freeDiskBytes: UInt64?
    /// What fails though batches are still written: the log cannot be moved into the file, or the
    /// mark cannot be kept. It wants an operator before the disk is full.
    package var trouble: StoreError?
}

/// Which programs and tables the store works with.
package struct StoreVersions: Equatable, Sendable {
    /// SQLite's version, as `3.40.1`.
    package var sqlite: String
    /// The number and name of the newest change of the tables.
    package var schema: String
}
