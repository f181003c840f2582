import CZlib

/// Deflate streams (RFC 1951), bare or in a gzip wrapper (RFC 1952), through zlib.
enum Deflate {
  /// What is around the compressed data.
  enum Wrapper {
    case none, gzip

    /// What zlib calls `windowBits`: negative for bare data, 16 more for gzip.
    var windowBits: Int32 {
      switch self {
      case .none: -MAX_WBITS
      case .gzip: MAX_WBITS + 16
      }
    }
  }

  /// Why data could not be unpacked.
  enum Failure: Error, Equatable {
    case malformed(String)
    case tooLarge
    case outOfMemory
  }

  /// The most that deflate can shrink data (zlib's technical details), for judging claims.
  static let greatestRatio = 1032

  /// Unpacks one stream.
  ///
  /// Memory grows with what is really unpacked, never with what a header claims.
  ///
  /// - Parameters:
  ///   - bytes: A file.
  ///   - range: Where the stream starts, and where it ends at the latest.
  ///   - wrapper: What is around it.
  ///   - output: Where the unpacked bytes are appended.
  ///   - limit: The most bytes that `output` may hold in the end.
  ///   - enough: Unpacking stops without an error once `output` holds so many.
  /// - Returns: The position after the stream, or nil where it stopped at `enough`.
  /// - Throws: `Failure`.
  static func inflate(
    _ bytes: [UInt8], in range: Range<Int>, _ wrapper: Wrapper, into output: inout [UInt8],
    limit: Int, enough: Int? = nil
  ) throws(Failure) -> Int? {
    let stream = try Inflater(wrapper)
    var position = range.lowerBound
    var chunk = [UInt8](repeating: 0, count: min(1 << 18, max(1024, 4 * range.count)))
    while true {
      let step = stream.run(bytes, from: position, to: range.upperBound, into: &chunk)
      position += step.consumed
      guard output.count + step.produced <= limit else { throw .tooLarge }
      output.append(contentsOf: chunk[..<step.produced])
      if let enough, output.count >= enough { return nil }
      switch step.status {
      case Z_STREAM_END: return position
      case Z_OK where step.produced > 0 || step.consumed > 0: continue
      case Z_OK, Z_BUF_ERROR: throw .malformed("the compressed data end early")
      case Z_MEM_ERROR: throw .outOfMemory
      case Z_NEED_DICT: throw .malformed("the compressed data need a dictionary")
      default: throw .malformed("the compressed data are damaged (\(stream.message))")
      }
    }
  }

  /// Packs bytes at zlib's usual level (6), the same for the same bytes.
  static func deflate(_ bytes: [UInt8], _ wrapper: Wrapper) throws(Failure) -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard
      deflateInit2_(
        stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, wrapper.windowBits, 8, Z_DEFAULT_STRATEGY,
        ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .outOfMemory }
    defer { deflateEnd(stream) }

    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var position = 0
    var status = Z_OK
    repeat {
      let count = min(bytes.count - position, 1 << 30)
      let last = position + count == bytes.count
      status = bytes.withUnsafeBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { room in
          stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.advanced(by: position))
          stream.pointee.avail_in = UInt32(count)
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(room.count)
          return CZlib.deflate(stream, last ? Z_FINISH : Z_NO_FLUSH)
        }
      }
      position += count - Int(stream.pointee.avail_in)
      output.append(contentsOf: chunk[..<(chunk.count - Int(stream.pointee.avail_out))])
    } while status == Z_OK
    guard status == Z_STREAM_END else { throw .outOfMemory }
    return output
  }

  /// The CRC-32 of some bytes, as zip and gzip use it.
  static func crc32(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      UInt32(
        truncatingIfNeeded: crc32_z(
          0, buffer.baseAddress?.advanced(by: range.lowerBound), range.count))
    }
  }
}

/// zlib's state for unpacking, which must not move in memory, freed exactly once.
private struct Inflater: ~Copyable {
  private let stream: UnsafeMutablePointer<z_stream>

  init(_ wrapper: Deflate.Wrapper) throws(Deflate.Failure) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, wrapper.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw .outOfMemory
    }
    self.stream = stream
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  var message: String {
    stream.pointee.msg.map { String(cString: $0) } ?? "unknown cause"
  }

  func run(
    _ bytes: [UInt8], from start: Int, to end: Int, into chunk: inout [UInt8]
  ) -> (status: Int32, consumed: Int, produced: Int) {
    let count = min(end - start, 1 << 30)
    let status = bytes.withUnsafeBufferPointer { input in
      chunk.withUnsafeMutableBufferPointer { room in
        stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.advanced(by: start))
        stream.pointee.avail_in = UInt32(count)
        stream.pointee.next_out = room.baseAddress
        stream.pointee.avail_out = UInt32(room.count)
        return inflate(stream, Z_NO_FLUSH)
      }
    }
    return (
      status, count - Int(stream.pointee.avail_in), chunk.count - Int(stream.pointee.avail_out)
    )
  }
}
