#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are there whole or not at all.
public enum AtomicFile {
  /// Writes a file: first beside the target under a hidden name, then renamed onto it.
  ///
  /// A reader sees the old file or the new one, never a part; on failure nothing is left behind
  /// and the old file stays. A link's target is replaced, not the link; an existing file keeps its
  /// permissions; a device or a pipe (`/dev/stdout`) is written directly. What a program that was
  /// killed has left under a hidden name is removed by the next that writes to the folder.
  ///
  /// - Parameters:
  ///   - bytes: The contents.
  ///   - path: The target.
  ///   - createFolders: Whether to make the folders of `path` that are missing. Off by default: a
  ///     mistyped folder should be an error.
  /// - Throws: `FileError.unwritable` with the system's reason.
  public static func write(
    _ bytes: [UInt8], to path: String, createFolders: Bool = false
  ) throws(FileError) {
    guard let replacement = try Replacement(path, createFolders: createFolders) else {
      return try writeDirectly(bytes, to: path)
    }
    let isWritten = SystemCalls.writeAll(bytes, to: replacement.descriptor)
    try replacement.finish(failure: isWritten ? 0 : errno)
  }

  /// Writes a file piece by piece, in the same way.
  ///
  /// - Parameters:
  ///   - path: The target; a file, not a device.
  ///   - createFolders: Whether to make the folders of `path` that are missing.
  ///   - body: Hands over the contents in order; where it throws, nothing is left behind.
  /// - Throws: `FileError.unwritable` with the system's reason, and what `body` throws.
  public static func stream(
    to path: String, createFolders: Bool = false,
    _ body: (_ append: @escaping @Sendable ([UInt8]) throws -> Void) throws -> Void
  ) throws {
    try replace(path, createFolders: createFolders) { replacement in
      let descriptor = replacement.descriptor
      try body { piece in
        guard SystemCalls.writeAll(piece, to: descriptor) else {
          throw FileError.unwritable(path: path, reason: SystemCalls.reason)
        }
      }
    }
  }

  /// Has another program make a file, in the same way.
  ///
  /// - Parameters:
  ///   - path: The target; a file, not a device.
  ///   - createFolders: Whether to make the folders of `path` that are missing.
  ///   - body: Given the path of an empty file beside the target, which it fills.
  /// - Throws: `FileError.unwritable` with the system's reason, and what `body` throws.
  public static func make(
    _ path: String, createFolders: Bool = false, _ body: (_ temporary: String) throws -> Void
  ) throws {
    try replace(path, createFolders: createFolders) { try body($0.temporary) }
  }

  private static func replace(
    _ path: String, createFolders: Bool, _ body: (Replacement) throws -> Void
  ) throws {
    guard let replacement = try Replacement(path, createFolders: createFolders) else {
      throw FileError.unwritable(path: path, reason: "it is a device, not a file")
    }
    do {
      try body(replacement)
    } catch {
      replacement.abandon()
      throw error
    }
    try replacement.finish(failure: 0)
  }

  /// A file under way to take a target's place.
  private struct Replacement {
    let path: String
    let target: String
    let temporary: String
    let descriptor: Int32

    /// Opens a temporary file beside the target; nil where that is a device or a pipe.
    init?(_ path: String, createFolders: Bool) throws(FileError) {
      guard !path.isEmpty, !path.utf8.contains(0) else {
        throw .unwritable(path: path, reason: "this is not a path")
      }
      let status = SystemCalls.status(path)
      if status?.kind == .folder || path.hasSuffix("/") {
        throw .unwritable(path: path, reason: "it is a folder, not a file")
      }
      if status?.kind == .other { return nil }
      if status != nil, access(path, W_OK) != 0 {
        throw .unwritable(path: path, reason: SystemCalls.reason)
      }
      self.path = path
      let target = resolvingLinks(path)
      let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
      if createFolders { try makeFolders(folder, for: path) }
      self.target = target
      (temporary, descriptor) = try openTemporary(in: folder, for: path)
      // Not every file system has permissions, so that these may fail.
      if let status { fchmod(descriptor, status.permissions) }
    }

    /// Flushes the file and renames it onto its target.
    ///
    /// - Parameter failure: The system's number of what went wrong before, or 0.
    /// - Throws: `FileError.unwritable`.
    func finish(failure: Int32) throws(FileError) {
      // Told after the rename, when nothing has the temporary name any more.
      defer { UnfinishedFiles.shared.forget(temporary) }
      var failure = failure
      // Some file systems tell of a full disk only when the data are flushed or the file is closed;
      // some cannot flush (EINVAL).
      if failure == 0, fsync(descriptor) != 0, errno != EINVAL { failure = errno }
      if close(descriptor) != 0, failure == 0 { failure = errno }
      if failure == 0, rename(temporary, target) != 0 { failure = errno }
      if failure != 0 {
        unlink(temporary)
        throw .unwritable(path: path, reason: SystemCalls.words(for: failure))
      }
      flushFolder()
    }

    /// Sees that the new name outlives a loss of power; not every file system can.
    private func flushFolder() {
      let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "."
      let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { return }
      fsync(descriptor)
      close(descriptor)
    }

    /// Leaves the target as it was.
    func abandon() {
      close(descriptor)
      unlink(temporary)
      UnfinishedFiles.shared.forget(temporary)
    }
  }

  /// Writes text as UTF-8, in the same way.
  ///
  /// - Parameters:
  ///   - text: The contents.
  ///   - path: The target.
  ///   - createFolders: Whether to make the folders of `path` that are missing.
  /// - Throws: `FileError.unwritable` with the system's reason.
  public static func write(
    _ text: String, to path: String, createFolders: Bool = false
  ) throws(FileError) {
    try write(Array(text.utf8), to: path, createFolders: createFolders)
  }

  /// Makes a folder that is missing, with those above it, and sees that files can be written to it:
  /// before long work, rather than after.
  ///
  /// - Parameter folder: The folder.
  /// - Throws: `FileError.unwritable` with the system's reason.
  public static func prepareFolder(_ folder: String) throws(FileError) {
    guard !folder.isEmpty, !folder.utf8.contains(0) else {
      throw .unwritable(path: folder, reason: "this is not a path")
    }
    let place = folder.hasSuffix("/") ? folder : folder + "/"
    try makeFolders(place, for: folder)
    let (temporary, descriptor) = try openTemporary(in: place, for: folder)
    close(descriptor)
    SystemCalls.remove(temporary)
    UnfinishedFiles.shared.forget(temporary)
  }

  /// Removes a file that is no longer needed, if it is there.
  ///
  /// - Parameter path: The file.
  public static func remove(_ path: String) {
    if fileExists(path) { SystemCalls.remove(path) }
  }

  /// Removes every temporary file under way, for a program that is about to be ended by a signal.
  ///
  /// Call it from a thread that waits for signals (a dispatch source), not inside a handler: it
  /// takes a lock. Writes under way then fail with an error; targets stay as they were.
  public static func removeUnfinishedFiles() { UnfinishedFiles.shared.removeAll() }

  private static func openTemporary(
    in folder: String, for path: String
  ) throws(FileError) -> (path: String, descriptor: Int32) {
    UnfinishedFiles.shared.tidy(folder)
    var failure = EEXIST
    while failure == EEXIST {
      // The target's own name is left out: with it, a long one would pass the system's limit.
      let temporary = folder + FileOwner.current.temporaryName
      switch UnfinishedFiles.shared.create(temporary) {
      case .success(let descriptor): return (temporary, descriptor)
      case .failure(let error): failure = error.number
      }
    }
    throw .unwritable(
      path: path,
      reason: failure == ENOENT ? "its folder does not exist" : SystemCalls.words(for: failure))
  }

  private static func writeDirectly(_ bytes: [UInt8], to path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: SystemCalls.reason) }
    var failure = SystemCalls.writeAll(bytes, to: descriptor) ? 0 : errno
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure != 0 { throw .unwritable(path: path, reason: SystemCalls.words(for: failure)) }
  }

  private static func resolvingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func makeFolders(_ folder: String, for path: String) throws(FileError) {
    for index in folder.indices.dropFirst() where folder[index] == "/" {
      let part = String(folder[..<index])
      if SystemCalls.status(part)?.kind == .folder || mkdir(part, 0o777) == 0 { continue }
      let failure = errno
      // Another program may have made it meanwhile.
      if SystemCalls.status(part)?.kind == .folder { continue }
      throw .unwritable(path: path, reason: "folder \(part): \(SystemCalls.words(for: failure))")
    }
  }
}
