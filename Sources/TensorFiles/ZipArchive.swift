/// The entries of a zip archive (PKWARE's APPNOTE), as far as `.npz` files use them.
///
/// The central directory at the file's end is the authority, so entries that were streamed, with
/// their sizes after the data, are read like any others.
struct ZipArchive {
  /// One file in the archive.
  struct Entry {
    var name: String
    var isDeflated: Bool
    var checksum: UInt32
    /// Where the stored or deflated bytes are.
    var range: Range<Int>
    /// The bytes that they unpack to.
    var size: Int
    fileprivate var headerOffset: Int
  }

  let bytes: [UInt8]
  let path: String
  let entries: [Entry]

  /// Reads the directory and checks it: every entry inside the file, none twice, none overlapping.
  init(_ bytes: [UInt8], path: String) throws(FileError) {
    self.bytes = bytes
    self.path = path
    let directory = try Directory(bytes, path: path)
    var reader = ByteReader(bytes, in: directory.range, path: path)
    var entries: [Entry] = []
    var names: Set<String> = []
    for _ in 0..<directory.count {
      let entry = try Self.entry(from: &reader, directory)
      guard names.insert(entry.name).inserted else {
        throw .malformed(path: path, reason: "the zip archive holds '\(entry.name)' twice")
      }
      entries.append(entry)
    }
    var end = 0
    for entry in entries.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      guard entry.headerOffset >= end else {
        throw .malformed(
          path: path, reason: "'\(entry.name)' overlaps another entry of the zip archive")
      }
      end = entry.range.upperBound
    }
    self.entries = entries
  }

  /// The bytes of an entry, unpacked where needed, their checksum checked.
  ///
  /// - Parameters:
  ///   - entry: One of `entries`.
  ///   - limit: The most bytes it may have.
  /// - Returns: Bytes and the range in them that is the entry (stored entries are not copied).
  /// - Throws: `FileError.malformed` where the entry is damaged or not as large as it claims.
  func contents(
    of entry: Entry, limit: Int
  ) throws(FileError) -> (bytes: [UInt8], range: Range<Int>) {
    guard entry.size <= limit else {
      throw fail(entry, "claims \(entry.size) bytes, more than the limit of \(limit)")
    }
    var plain = bytes
    var range = entry.range
    if entry.isDeflated {
      guard entry.size / Deflate.greatestRatio <= entry.range.count else {
        throw fail(
          entry, "claims \(entry.size) bytes, more than \(entry.range.count) can unpack to")
      }
      plain = []
      do throws(Deflate.Failure) {
        let end = try Deflate.inflate(
          bytes, in: entry.range, .none, into: &plain, limit: entry.size)
        guard end == entry.range.upperBound else {
          throw .malformed("is followed by bytes that belong to nothing")
        }
      } catch {
        switch error {
        case .tooLarge: throw fail(entry, "unpacks to more than the \(entry.size) bytes it claims")
        case .malformed(let reason): throw fail(entry, reason)
        case .outOfMemory: throw .unreadable(path: path, reason: "memory ran out")
        }
      }
      range = 0..<plain.count
    }
    guard range.count == entry.size else {
      throw fail(entry, "has \(range.count) bytes, and the directory says \(entry.size)")
    }
    guard Deflate.crc32(plain, in: range) == entry.checksum else {
      throw fail(entry, "is damaged: its checksum is wrong")
    }
    return (plain, range)
  }

  private func fail(_ entry: Entry, _ reason: String) -> FileError {
    .malformed(path: path, reason: "'\(entry.name)' \(reason)")
  }

  private static func entry(
    from reader: inout ByteReader, _ directory: Directory
  ) throws(FileError) -> Entry {
    let path = reader.path
    let what = "the zip directory"
    guard try reader.integer(UInt32.self, what) == 0x0201_4B50 else {
      throw .malformed(path: path, reason: "the zip directory is damaged (wrong signature)")
    }
    _ = try reader.take(4, what)
    let flags = try reader.integer(UInt16.self, what)
    let method = try reader.integer(UInt16.self, what)
    _ = try reader.take(4, what)
    let checksum = try reader.integer(UInt32.self, what)
    var packed = UInt64(try reader.integer(UInt32.self, what))
    var size = UInt64(try reader.integer(UInt32.self, what))
    let nameLength = Int(try reader.integer(UInt16.self, what))
    let extraLength = Int(try reader.integer(UInt16.self, what))
    let commentLength = Int(try reader.integer(UInt16.self, what))
    _ = try reader.take(8, what)
    var offset = UInt64(try reader.integer(UInt32.self, what))
    let name = try reader.text(nameLength, "a name in the zip directory")
    var extra = ByteReader(reader.bytes, in: try reader.take(extraLength, what), path: path)
    _ = try reader.take(commentLength, what)

    // Zip64: 64-bit values, in this order, for those that did not fit in 32 bits.
    while extra.remaining >= 4 {
      let kind = try extra.integer(UInt16.self, what)
      let length = Int(try extra.integer(UInt16.self, what))
      var field = ByteReader(reader.bytes, in: try extra.take(length, what), path: path)
      guard kind == 1 else { continue }
      if size == 0xFFFF_FFFF { size = try field.integer(UInt64.self, what) }
      if packed == 0xFFFF_FFFF { packed = try field.integer(UInt64.self, what) }
      if offset == 0xFFFF_FFFF { offset = try field.integer(UInt64.self, what) }
    }

    guard flags & 1 == 0 else {
      throw .malformed(path: path, reason: "'\(name)' is encrypted")
    }
    guard method == 0 || method == 8 else {
      throw .malformed(
        path: path,
        reason: "'\(name)' is compressed by method \(method); only 0 (stored) and "
          + "8 (deflate) can be read")
    }
    guard let size = Int(exactly: size), let packed = Int(exactly: packed),
      let offset = Int(exactly: offset), offset < directory.range.lowerBound
    else {
      throw .malformed(path: path, reason: "'\(name)' is said to lie outside the zip archive")
    }
    var local = ByteReader(reader.bytes, in: offset..<directory.range.lowerBound, path: path)
    guard try local.integer(UInt32.self, "the header of '\(name)'") == 0x0403_4B50 else {
      throw .malformed(path: path, reason: "the zip directory's place for '\(name)' is wrong")
    }
    _ = try local.take(22, "the header of '\(name)'")
    let localNameLength = Int(try local.integer(UInt16.self, "the header of '\(name)'"))
    let localExtraLength = Int(try local.integer(UInt16.self, "the header of '\(name)'"))
    guard try local.text(localNameLength, "the name of '\(name)'") == name else {
      throw .malformed(path: path, reason: "'\(name)' has another name in the zip directory")
    }
    _ = try local.take(localExtraLength, "the header of '\(name)'")
    return Entry(
      name: name, isDeflated: method == 8, checksum: checksum,
      range: try local.take(packed, "'\(name)'"), size: size, headerOffset: offset)
  }

  /// Where the central directory is, and how many entries it has.
  private struct Directory {
    var range: Range<Int>
    var count: Int

    init(_ bytes: [UInt8], path: String) throws(FileError) {
      let what = "the end of the zip archive"
      // The record is the last 22 bytes, but for a comment of at most 65,535.
      let candidates = stride(
        from: bytes.count - 22, through: max(0, bytes.count - 22 - 0xFFFF), by: -1)
      let start = candidates.first { start in
        bytes[start] == 0x50 && bytes[start + 1] == 0x4B && bytes[start + 2] == 5
          && bytes[start + 3] == 6
          && start + 22 + Int(bytes[start + 20]) + Int(bytes[start + 21]) << 8 == bytes.count
      }
      guard let start else {
        throw .malformed(
          path: path, reason: "it is not a whole zip archive: the directory at its end is missing")
      }
      var end = ByteReader(bytes, in: start..<bytes.count, path: path)
      _ = try end.take(10, what)
      var count = UInt64(try end.integer(UInt16.self, what))
      var size = UInt64(try end.integer(UInt32.self, what))
      var offset = UInt64(try end.integer(UInt32.self, what))

      if start >= 20, bytes[(start - 20)...].starts(with: [0x50, 0x4B, 6, 7]) {
        var locator = ByteReader(bytes, in: start - 12..<start, path: path)
        let place = try locator.integer(UInt64.self, what)
        guard let place = Int(exactly: place), place <= start - 20,
          bytes[place...].starts(with: [0x50, 0x4B, 6, 6])
        else {
          throw .malformed(path: path, reason: "the zip64 record of the zip archive is missing")
        }
        var record = ByteReader(bytes, in: place..<start - 20, path: path)
        _ = try record.take(32, what)
        count = try record.integer(UInt64.self, what)
        size = try record.integer(UInt64.self, what)
        offset = try record.integer(UInt64.self, what)
      }

      guard let first = Int(exactly: offset), let length = Int(exactly: size),
        first <= start, length <= start - first, count <= UInt64(length / 46)
      else {
        throw .malformed(path: path, reason: "the zip archive's directory is outside the file")
      }
      range = first..<first + length
      self.count = Int(count)
    }
  }
}

extension ZipArchive {
  /// Makes an archive: equal contents give equal bytes.
  ///
  /// - Parameters:
  ///   - files: Names and contents, in order.
  ///   - deflated: Whether to compress.
  ///   - path: Where it is to be written, for messages.
  ///   - limit: Zip's own limit for one file and for the whole without zip64.
  /// - Returns: The archive.
  /// - Throws: `FileError.unwritable` where a name or the whole is too large.
  static func encode(
    _ files: [(name: String, contents: [UInt8])], deflated: Bool, path: String,
    limit: Int = 0xFFFF_FFFE
  ) throws(FileError) -> [UInt8] {
    var output: [UInt8] = []
    var directory: [UInt8] = []
    guard files.count < 0xFFFF else {
      throw .unwritable(path: path, reason: "a zip archive cannot hold \(files.count) arrays")
    }
    for (name, contents) in files {
      guard name.utf8.count <= 0xFFFF else {
        throw .unwritable(path: path, reason: "a name of \(name.utf8.count) bytes is too long")
      }
      var packed = contents
      if deflated {
        do throws(Deflate.Failure) {
          packed = try Deflate.deflate(contents, .none)
        } catch {
          throw .unwritable(path: path, reason: "memory ran out")
        }
      }
      guard contents.count <= limit, output.count + packed.count <= limit - 0x1_0000 else {
        throw .unwritable(path: path, reason: "a zip archive cannot pass 4 GiB")
      }
      var fields: [UInt8] = []
      fields.append(littleEndian: UInt16(20))  // needs version 2.0
      fields.append(littleEndian: UInt16(0x0800))  // the name is UTF-8
      fields.append(littleEndian: UInt16(deflated ? 8 : 0))
      fields.append(littleEndian: UInt16(0))  // midnight
      fields.append(littleEndian: UInt16(0x0021))  // 1 January 1980, zip's first day
      fields.append(littleEndian: Deflate.crc32(contents, in: contents.indices))
      fields.append(littleEndian: UInt32(packed.count))
      fields.append(littleEndian: UInt32(contents.count))
      fields.append(littleEndian: UInt16(name.utf8.count))
      fields.append(littleEndian: UInt16(0))  // no extra fields

      directory += [0x50, 0x4B, 1, 2]
      directory.append(littleEndian: UInt16(3 << 8 | 20))  // made on Unix, version 2.0
      directory += fields
      directory.append(littleEndian: UInt16(0))  // no comment
      directory.append(littleEndian: UInt16(0))  // disk 0
      directory.append(littleEndian: UInt16(0))  // binary
      directory.append(littleEndian: UInt32(0o100644) << 16)
      directory.append(littleEndian: UInt32(output.count))
      directory += name.utf8

      output += [0x50, 0x4B, 3, 4]
      output += fields
      output += name.utf8
      output += packed
    }
    let start = output.count
    guard start + directory.count <= limit else {
      throw .unwritable(path: path, reason: "a zip archive cannot pass 4 GiB")
    }
    output += directory
    output += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    output.append(littleEndian: UInt16(files.count))
    output.append(littleEndian: UInt16(files.count))
    output.append(littleEndian: UInt32(directory.count))
    output.append(littleEndian: UInt32(start))
    output.append(littleEndian: UInt16(0))
    return output
  }
}
