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
  /// permissions; a device or a pipe (`/dev/stdout`) is written directly.
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
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .unwritable(path: path, reason: "this is not a path")
    }
    let status = SystemCalls.status(path)
    if status?.kind == .folder || path.hasSuffix("/") {
      throw .unwritable(path: path, reason: "it is a folder, not a file")
    }
    if status?.kind == .other { return try writeDirectly(bytes, to: path) }
    if status != nil, access(path, W_OK) != 0 {
      throw .unwritable(path: path, reason: SystemCalls.reason)
    }

    let target = resolvingLinks(path)
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    if createFolders { try makeFolders(folder, for: path) }
    let (temporary, descriptor) = try openTemporary(in: folder, for: path)
    // Told after the rename, when nothing has the temporary name any more.
    defer { UnfinishedFiles.shared.forget(temporary) }

    // Not every file system has permissions, so that these may fail.
    if let status { fchmod(descriptor, status.permissions) }
    var written = SystemCalls.writeAll(bytes, to: descriptor)
    // Some file systems tell of a full disk only when the data are flushed or the file is closed;
    // some cannot flush (EINVAL).
    written = written && (fsync(descriptor) == 0 || errno == EINVAL)
    var failure = written ? 0 : errno
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, target) != 0 { failure = errno }
    if failure != 0 {
      unlink(temporary)
      throw .unwritable(path: path, reason: SystemCalls.words(for: failure))
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
    var failure = EEXIST
    while failure == EEXIST {
      // The target's own name is left out: with it, a long one would pass the system's limit.
      let temporary = "\(folder).\(String(UInt64.random(in: 0 ... .max), radix: 36)).tmp"
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
