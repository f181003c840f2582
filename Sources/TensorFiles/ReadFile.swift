#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The most bytes that a file, and what it unpacks to, may have unless a caller says otherwise.
///
/// 1 GiB is twenty times Fashion-MNIST, the largest set that the program is made for, and still
/// fits the memory of an ordinary computer.
public let defaultFileLimit = 1 << 30

/// Reads a whole file.
///
/// - Parameters:
///   - path: A regular file: reading a pipe could wait for ever.
///   - limit: The most bytes it may have, checked before anything is read.
/// - Returns: Its bytes as they are, compressed or not.
/// - Throws: `FileError.unreadable`: missing, a folder, no permission, larger than `limit`.
public func readFile(_ path: String, limit: Int = defaultFileLimit) throws(FileError) -> [UInt8] {
  guard !path.utf8.contains(0) else {
    throw .unreadable(path: path, reason: "a path cannot hold a zero byte")
  }
  // A pipe without a writer would block open(2) were it not for O_NONBLOCK.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    throw .unreadable(
      path: path, reason: errno == ENOENT ? "there is no such file" : SystemCalls.reason)
  }
  defer { close(descriptor) }
  guard let status = SystemCalls.status(descriptor) else {
    throw .unreadable(path: path, reason: SystemCalls.reason)
  }
  switch status.kind {
  case .folder: throw .unreadable(path: path, reason: "it is a folder, not a file")
  case .other: throw .unreadable(path: path, reason: "it is a pipe or a device, not a file")
  case .regular: break
  }
  guard status.size <= limit else {
    throw .unreadable(
      path: path, reason: "it has \(status.size) bytes, more than the limit of \(limit)")
  }
  guard let bytes = SystemCalls.readAll(descriptor, expected: status.size, limit: limit) else {
    throw .unreadable(path: path, reason: SystemCalls.reason)
  }
  return bytes
}

/// Whether a regular file is at a path.
///
/// - Parameter path: Any path.
/// - Returns: True for a file or a link to one; false for a folder, a device, or nothing.
public func fileExists(_ path: String) -> Bool {
  !path.utf8.contains(0) && SystemCalls.status(path)?.kind == .regular
}
