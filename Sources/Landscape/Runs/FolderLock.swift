import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that one run at a time writes to.
///
/// The lock is on the folder itself, so that it needs no file, and goes with the process, however that
/// ends.
struct FolderLock {
  private let descriptor: Int32

  /// Takes the lock; nil where another run holds it.
  ///
  /// A file system that has no locks is written to without one.
  ///
  /// - Parameter folder: A folder that is there.
  init?(_ folder: String) {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      return nil
    }
  }

  /// Gives it back.
  func release() { if descriptor >= 0 { close(descriptor) } }

  /// Whether a run is writing to a folder at this moment.
  static func isHeld(_ folder: String) -> Bool {
    guard let lock = FolderLock(folder) else { return true }
    lock.release()
    return false
  }
}

/// A path without links; nil where there is nothing.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// Removes a folder if it is empty.
func removeIfEmpty(_ folder: String) { _ = rmdir(folder) }
