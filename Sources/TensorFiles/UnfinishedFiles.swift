import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The temporary files that are being written at this moment, to be removed if the program is ended.
final class UnfinishedFiles: Sendable {
  static let shared = UnfinishedFiles()

  /// Why a file could not be made: the system's error number.
  struct Failure: Error {
    var number: Int32
  }

  private let paths = Mutex<Set<String>>([])
  /// The folders that have been looked through for what ended programs have left.
  private let tidied = Mutex<Set<String>>([])

  /// Makes a file that does not exist yet, and remembers it in the same instant.
  func create(_ path: String) -> Result<Int32, Failure> {
    paths.withLock { paths in
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return .failure(Failure(number: errno)) }
      paths.insert(path)
      return .success(descriptor)
    }
  }

  /// Forgets a file that has its final name, or is gone.
  func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  /// Removes every file that is remembered.
  func removeAll() {
    paths.withLock { paths in
      for path in paths { unlink(path) }
      paths = []
    }
  }

  /// Removes the temporary files of programs that have ended, once for each folder.
  ///
  /// - Parameter folder: The folder with its last `/`; empty for the current one.
  func tidy(_ folder: String) {
    guard tidied.withLock({ $0.insert(folder).inserted }) else { return }
    guard let stream = opendir(folder.isEmpty ? "." : folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let owner = FileOwner(temporaryName: name) else { continue }
      var status = stat()
      guard lstat(folder + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      #if canImport(Darwin)
        let modified = status.st_mtimespec.tv_sec
      #else
        let modified = status.st_mtim.tv_sec
      #endif
      if owner.isGone(lastWritten: modified) { unlink(folder + name) }
    }
  }
}
