#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's calls for files, behind types that Swift code can use safely.
enum SystemCalls {
  /// What is at a path.
  enum Kind { case regular, folder, other }

  /// A file's kind, size and permissions.
  struct Status {
    var kind: Kind
    var size: Int
    var permissions: mode_t
  }

  /// Why the last call failed, in words.
  static var reason: String { words(for: errno) }

  /// An error number in words.
  static func words(for number: Int32) -> String {
    switch number {
    case ENOENT: "there is no such file or folder"
    case ENOTDIR: "a part of the path is not a folder"
    case EISDIR: "it is a folder"
    case EACCES, EPERM: "permission denied"
    case EROFS: "the file system is read-only"
    case ENOSPC: "no space is left on the device"
    case EDQUOT: "the disk quota is used up"
    case ENAMETOOLONG: "the name is too long"
    default: String(cString: strerror(number))
    }
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) { _ = unlink(path) }

  static func status(_ descriptor: Int32) -> Status? {
    var result = stat()
    return fstat(descriptor, &result) == 0 ? status(result) : nil
  }

  static func status(_ path: String) -> Status? {
    var result = stat()
    return stat(path, &result) == 0 ? status(result) : nil
  }

  private static func status(_ result: stat) -> Status {
    let kind: Kind =
      switch result.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      default: .other
      }
    return Status(kind: kind, size: Int(result.st_size), permissions: result.st_mode & 0o7777)
  }

  /// Writes everything, going on after partial writes; false leaves the cause in `errno`.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { raw in
      var done = 0
      while done < raw.count {
        let count = write(descriptor, raw.baseAddress?.advanced(by: done), raw.count - done)
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        done += count
      }
      return true
    }
  }

  /// Reads up to `limit` bytes to the file's end; nil leaves the cause in `errno`.
  ///
  /// - Parameters:
  ///   - descriptor: An open file.
  ///   - expected: The file's size; one that shrinks or grows meanwhile is read as it is.
  ///   - limit: The most to read.
  /// - Returns: The bytes.
  static func readAll(_ descriptor: Int32, expected: Int, limit: Int) -> [UInt8]? {
    let capacity = min(expected, limit)
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, done in
      done = 0
      while done < capacity {
        let count = read(descriptor, buffer.baseAddress?.advanced(by: done), capacity - done)
        if count < 0 {
          if errno == EINTR { continue }
          failed = true
          return
        }
        if count == 0 { return }
        done += count
      }
    }
    return failed ? nil : bytes
  }
}
