/// Gzip files (RFC 1952), of one member or several.
public enum Gzip {
  /// Whether bytes begin as a gzip file does.
  ///
  /// - Parameter bytes: A file's contents.
  /// - Returns: True where the first bytes are 1F 8B 08: the magic number, and deflate.
  public static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 8]) }

  /// Unpacks a gzip file; checksums are checked.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - path: Its path, for messages.
  ///   - limit: The most bytes to unpack: a few kilobytes can claim terabytes.
  ///   - enough: Stops once so many bytes are there, for readers of a file's beginning; nil
  ///     unpacks everything.
  /// - Returns: The unpacked bytes of all members, one after the other.
  /// - Throws: `FileError.malformed` where the file is damaged or passes the limit.
  public static func decompress(
    _ bytes: [UInt8], path: String, limit: Int = defaultFileLimit, enough: Int? = nil
  ) throws(FileError) -> [UInt8] {
    guard isGzip(bytes) else { throw .malformed(path: path, reason: "it is not a gzip file") }
    var output: [UInt8] = []
    var position = 0
    repeat {
      do throws(Deflate.Failure) {
        let end = try Deflate.inflate(
          bytes, in: position..<bytes.count, .gzip, into: &output, limit: limit, enough: enough)
        guard let end else { return output }
        position = end
      } catch {
        throw FileError(error, path: path, limit: limit)
      }
      // Tapes and some tools pad with zeros after the last member.
      if bytes[position...].allSatisfy({ $0 == 0 }) { return output }
    } while bytes[position...].starts(with: [0x1F, 0x8B])
    throw .malformed(
      path: path, reason: "after the gzip data, at byte \(position), comes something else")
  }

  /// Packs bytes as a gzip file without a name or a time: equal bytes give equal files.
  ///
  /// - Parameters:
  ///   - bytes: What to pack.
  ///   - path: Where it is to be written, for messages.
  /// - Returns: The gzip file.
  /// - Throws: `FileError.unwritable` where memory runs out.
  public static func compress(_ bytes: [UInt8], path: String) throws(FileError) -> [UInt8] {
    do throws(Deflate.Failure) {
      return try Deflate.deflate(bytes, .gzip)
    } catch {
      throw .unwritable(path: path, reason: "memory ran out")
    }
  }
}

/// Reads a file and, where it is gzipped, unpacks it.
///
/// - Parameters:
///   - path: The file; whether it is gzipped is seen from its first bytes, not from its name.
///   - limit: The most bytes of the file, and of what it unpacks to.
///   - enough: Unpacking stops once so many bytes are there; nil unpacks everything.
/// - Returns: The plain bytes.
/// - Throws: `FileError`.
func readPlainFile(
  _ path: String, limit: Int, enough: Int? = nil
) throws(FileError) -> [UInt8] {
  let bytes = try readFile(path, limit: limit)
  guard Gzip.isGzip(bytes) else { return bytes }
  return try Gzip.decompress(bytes, path: path, limit: limit, enough: enough)
}

extension FileError {
  init(_ failure: Deflate.Failure, path: String, limit: Int) {
    switch failure {
    case .malformed(let reason): self = .malformed(path: path, reason: reason)
    case .tooLarge:
      self = .malformed(path: path, reason: "it unpacks to more than the limit of \(limit) bytes")
    case .outOfMemory: self = .unreadable(path: path, reason: "memory ran out")
    }
  }
}
