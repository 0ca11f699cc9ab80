import GRDBSQLite
import Glibc
import Synchronization

/// SQLite's view of simulated disks: a VFS that reports every operation on a file in an attached
/// folder to its disk, and passes everything on to the system's own VFS. *Source:*
/// sqlite.org/vfs.html.
enum SimulatedFiles {
    private static let disks = Mutex<[String: SimulatedDisk]>([:])
    private static let isRegistered: Bool = register()

    static func attach(_ disk: SimulatedDisk, to folder: String) {
        precondition(isRegistered, "SQLite refused the VFS")
        disks.withLock { $0[folder] = disk }
    }

    static func detach(_ folder: String) { disks.withLock { $0[folder] = nil } }

    private static func find(_ path: UnsafePointer<CChar>?) -> (SimulatedDisk, name: String)? {
        guard let path = unsafe path else { return nil }
        let text = unsafe String(cString: path)
        guard let slash = text.lastIndex(of: "/") else { return nil }
        guard let disk = disks.withLock({ $0[String(text[..<slash])] }) else { return nil }
        return (disk, String(text[text.index(after: slash)...]))
    }

    // MARK: The VFS

    private static func register() -> Bool {
        guard let system = unsafe sqlite3_vfs_find(nil) else { return false }
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        unsafe vfs.initialize(to: system.pointee)
        unsafe vfs.pointee.szOsFile += Int32(Handle.bytes)
        unsafe vfs.pointee.pNext = nil
        unsafe vfs.pointee.zName = UnsafePointer(strdup("simulated"))
        unsafe vfs.pointee.pAppData = UnsafeMutableRawPointer(system)
        unsafe vfs.pointee.xOpen = { vfs, path, file, flags, flagsOut in
            unsafe SimulatedFiles.open(vfs, path, file, flags, flagsOut)
        }
        unsafe vfs.pointee.xDelete = { vfs, path, syncDirectory in
            unsafe SimulatedFiles.delete(vfs, path, syncDirectory)
        }
        unsafe vfs.pointee.xAccess = { vfs, path, flags, result in
            guard let system = unsafe SimulatedFiles.behind(vfs) else { return SQLITE_IOERR }
            return unsafe system.pointee.xAccess(system, path, flags, result)
        }
        unsafe vfs.pointee.xFullPathname = { vfs, path, count, result in
            guard let system = unsafe SimulatedFiles.behind(vfs) else { return SQLITE_IOERR }
            return unsafe system.pointee.xFullPathname(system, path, count, result)
        }
        return unsafe sqlite3_vfs_register(vfs, 1) == SQLITE_OK
    }

    private static func behind(_ vfs: UnsafeMutablePointer<sqlite3_vfs>?)
        -> UnsafeMutablePointer<sqlite3_vfs>?
    {
        unsafe vfs?.pointee.pAppData?.assumingMemoryBound(to: sqlite3_vfs.self)
    }

    private static func open(
        _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ path: UnsafePointer<CChar>?,
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ flagsOut: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let system = unsafe behind(vfs), let file = unsafe file else { return SQLITE_IOERR }
        let handle = unsafe Handle(file)
        unsafe file.pointee.pMethods = nil
        let found = unsafe find(path)
        if let found, found.0.begin(.open, found.name) != nil { return SQLITE_CANTOPEN }
        unsafe handle.real.pointee.pMethods = nil
        let code = unsafe system.pointee.xOpen(system, path, handle.real, flags, flagsOut)
        guard code == SQLITE_OK else { return code }
        unsafe handle.owner.initialize(
            to: found.map {
                unsafe Unmanaged.passRetained(OpenFile(disk: $0.0, name: $0.name, flags: flags))
            })
        unsafe file.pointee.pMethods = UnsafePointer(methods)
        return code
    }

    private static func delete(
        _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ path: UnsafePointer<CChar>?,
        _ syncDirectory: Int32
    ) -> Int32 {
        guard let system = unsafe behind(vfs) else { return SQLITE_IOERR }
        let found = unsafe find(path)
        if let found, let code = found.0.begin(.delete, found.name) { return code }
        let code = unsafe system.pointee.xDelete(system, path, syncDirectory)
        if let found, code == SQLITE_OK {
            found.0.deleted(found.name)
            if syncDirectory != 0 { found.0.synced(found.name, withFolder: true) }
        }
        return code
    }

    // MARK: The files

    /// Which disk an open file is on, and its name there.
    private final class OpenFile {
        let disk: SimulatedDisk
        let name: String
        /// Whether SQLite's next sync of the file syncs its folder, too.
        var isNewName: Bool

        init(disk: SimulatedDisk, name: String, flags: Int32) {
            (self.disk, self.name) = (disk, name)
            isNewName =
                flags & SQLITE_OPEN_CREATE != 0
                && flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL) != 0
        }
    }

    /// The memory SQLite gives a file: its methods, ours, and behind them the system's file.
    @unsafe private struct Handle {
        static let bytes = 16
        let owner: UnsafeMutablePointer<Unmanaged<OpenFile>?>
        let real: UnsafeMutablePointer<sqlite3_file>

        init(_ file: UnsafeMutablePointer<sqlite3_file>) {
            let raw = UnsafeMutableRawPointer(file)
            unsafe owner = (raw + 8).assumingMemoryBound(to: Unmanaged<OpenFile>?.self)
            unsafe real = (raw + Self.bytes).assumingMemoryBound(to: sqlite3_file.self)
        }

        var file: OpenFile? { unsafe owner.pointee?.takeUnretainedValue() }
        var system: sqlite3_io_methods { unsafe real.pointee.pMethods.pointee }
    }

    /// Version 1: no shared memory and no mapped pages, which the store does without.
    nonisolated(unsafe) private static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        unsafe methods.initialize(to: sqlite3_io_methods())
        unsafe methods.pointee.iVersion = 1
        unsafe methods.pointee.xClose = { unsafe SimulatedFiles.close($0) }
        unsafe methods.pointee.xRead = { unsafe SimulatedFiles.read($0, $1, $2, $3) }
        unsafe methods.pointee.xWrite = { unsafe SimulatedFiles.write($0, $1, $2, $3) }
        unsafe methods.pointee.xTruncate = { unsafe SimulatedFiles.truncate($0, $1) }
        unsafe methods.pointee.xSync = { unsafe SimulatedFiles.sync($0, $1) }
        unsafe methods.pointee.xFileSize = { file, size in
            guard let file = unsafe file else { return SQLITE_IOERR }
            let handle = unsafe Handle(file)
            return unsafe handle.system.xFileSize(handle.real, size)
        }
        unsafe methods.pointee.xLock = { file, level in
            guard let file = unsafe file else { return SQLITE_IOERR }
            let handle = unsafe Handle(file)
            return unsafe handle.system.xLock(handle.real, level)
        }
        unsafe methods.pointee.xUnlock = { file, level in
            guard let file = unsafe file else { return SQLITE_IOERR }
            let handle = unsafe Handle(file)
            return unsafe handle.system.xUnlock(handle.real, level)
        }
        unsafe methods.pointee.xCheckReservedLock = { file, result in
            guard let file = unsafe file else { return SQLITE_IOERR }
            let handle = unsafe Handle(file)
            return unsafe handle.system.xCheckReservedLock(handle.real, result)
        }
        unsafe methods.pointee.xFileControl = { file, operation, argument in
            guard let file = unsafe file else { return SQLITE_IOERR }
            let handle = unsafe Handle(file)
            return unsafe handle.system.xFileControl(handle.real, operation, argument)
        }
        unsafe methods.pointee.xSectorSize = { file in
            guard let file = unsafe file else { return 512 }
            let handle = unsafe Handle(file)
            return unsafe handle.system.xSectorSize(handle.real)
        }
        unsafe methods.pointee.xDeviceCharacteristics = { file in
            guard let file = unsafe file else { return 0 }
            let handle = unsafe Handle(file)
            return unsafe handle.system.xDeviceCharacteristics(handle.real)
        }
        return unsafe methods
    }()

    private static func close(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Int32 {
        guard let file = unsafe file else { return SQLITE_IOERR }
        let handle = unsafe Handle(file)
        unsafe handle.owner.pointee?.release()
        return unsafe handle.system.xClose(handle.real)
    }

    private static func read(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ buffer: UnsafeMutableRawPointer?,
        _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard let file = unsafe file else { return SQLITE_IOERR }
        let handle = unsafe Handle(file)
        if let found = unsafe handle.file, let code = found.disk.begin(.read, found.name) {
            return code
        }
        return unsafe handle.system.xRead(handle.real, buffer, count, offset)
    }

    private static func write(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ buffer: UnsafeRawPointer?,
        _ count: Int32, _ offset: Int64
    ) -> Int32 {
        guard let file = unsafe file, let buffer = unsafe buffer else { return SQLITE_IOERR }
        let handle = unsafe Handle(file)
        let found = unsafe handle.file
        let failure = found.flatMap { $0.disk.begin(.write, $0.name) }
        // A write that fails has done half of its work.
        let done = failure == nil ? count : count / 2
        let code = unsafe handle.system.xWrite(handle.real, buffer, done, offset)
        if let found, code == SQLITE_OK {
            let bytes = unsafe Array(UnsafeRawBufferPointer(start: buffer, count: Int(done)))
            found.disk.wrote(bytes, at: Int(offset), found.name)
        }
        return failure ?? code
    }

    private static func truncate(_ file: UnsafeMutablePointer<sqlite3_file>?, _ size: Int64)
        -> Int32
    {
        guard let file = unsafe file else { return SQLITE_IOERR }
        let handle = unsafe Handle(file)
        let found = unsafe handle.file
        if let found, let code = found.disk.begin(.truncate, found.name) { return code }
        let code = unsafe handle.system.xTruncate(handle.real, size)
        if let found, code == SQLITE_OK { found.disk.truncated(found.name, to: Int(size)) }
        return code
    }

    private static func sync(_ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32) -> Int32 {
        guard let file = unsafe file else { return SQLITE_IOERR }
        let handle = unsafe Handle(file)
        let found = unsafe handle.file
        if let found, let code = found.disk.begin(.sync, found.name) { return code }
        // The real file plays the page cache: it need not be synced.
        guard let found else { return unsafe handle.system.xSync(handle.real, flags) }
        found.disk.synced(found.name, withFolder: found.isNewName)
        found.isNewName = false
        return SQLITE_OK
    }
}
