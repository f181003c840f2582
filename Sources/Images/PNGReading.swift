import CPNG
import CZlib
public import Figures

extension Raster {
  /// Reads the pixels of a PNG file of any kind; transparent ones are laid on white.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: ``ImageError/brokenPNG(_:)``, or ``ImageError/size(_:)`` above 2²⁶ pixels.
  public init(png bytes: [UInt8]) throws {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    func check(_ code: CInt) throws {
      guard code == 0 else { return }
      let message = withUnsafeBytes(of: image.message) { $0.prefix { $0 != 0 }.map(\.self) }
      throw ImageError.brokenPNG(String(decoding: message, as: UTF8.self))
    }

    // The library keeps the address of the bytes between the two calls.
    self = try bytes.withUnsafeBytes { file in
      try check(png_image_begin_read_from_memory(&image, file.baseAddress, file.count))
      let (width, height) = (Int(image.width), Int(image.height))
      guard width * height <= 1 << 26 else {
        throw ImageError.size("a picture of \(width) × \(height) pixels is too large to read")
      }
      image.format = UInt32(PNG_FORMAT_FLAG_COLOR)  // RGB of 8 bits.
      var white = png_color(red: 255, green: 255, blue: 255)
      var samples = [UInt8](repeating: 0, count: 3 * width * height)
      try check(png_image_finish_read(&image, &white, &samples, png_int_32(3 * width), nil))
      let pixels = stride(from: 0, to: samples.count, by: 3).map { i -> UInt32 in
        let (red, green, blue) = (samples[i], samples[i + 1], samples[i + 2])
        return UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
      }
      return Raster(width: width, height: height, pixels: pixels)
    }
  }
}

extension Metadata {
  /// Reads the texts of a PNG file: its `tEXt`, `zTXt` and `iTXt` chunks, in order.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: ``ImageError/brokenPNG(_:)`` if the file is cut short, a checksum does not fit, or
  ///   a text is not what its chunk says; also above 16 MiB of text, so that a small file cannot
  ///   swell.
  public init(png bytes: [UInt8]) throws {
    var room = 1 << 24
    entries = try PNGChunk.read(bytes).compactMap { try $0.text(room: &room) }
  }
}

/// A piece of a PNG file.
struct PNGChunk {
  /// Four letters, such as `IHDR`.
  let type: String
  let data: ArraySlice<UInt8>

  /// Splits a file into its chunks, the checksum of each verified.
  static func read(_ bytes: [UInt8]) throws -> [PNGChunk] {
    guard bytes.starts(with: signature) else {
      throw ImageError.brokenPNG("it does not begin with the signature of PNG")
    }
    var chunks: [PNGChunk] = []
    var rest = bytes[8...]
    while chunks.last?.type != "IEND" {
      guard rest.count >= 12 else { throw ImageError.brokenPNG("it ends before its IEND chunk") }
      let length = Int(number(rest.prefix(4)))
      guard length <= rest.count - 12 else {
        throw ImageError.brokenPNG("a chunk is longer than the rest of the file")
      }
      // The checksum covers the type and the data.
      let checked = rest.dropFirst(4).prefix(4 + length)
      let type = String(decoding: checked.prefix(4), as: UTF8.self)
      guard type.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) })
      else {
        throw ImageError.brokenPNG("the name of a chunk is not four letters")
      }
      let sum = checked.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
      guard number(rest.dropFirst(8 + length).prefix(4)) == sum else {
        throw ImageError.brokenPNG("the checksum of its \(type) chunk is wrong")
      }
      guard type == "IHDR" || !chunks.isEmpty else {
        throw ImageError.brokenPNG("its first chunk is \(type), not IHDR")
      }
      chunks.append(PNGChunk(type: type, data: checked.dropFirst(4)))
      rest = rest.dropFirst(12 + length)
    }
    return chunks
  }

  /// The entry that a text chunk holds, or nil for other chunks.
  ///
  /// - Parameter room: How many more bytes of text are allowed.
  /// - Returns: The key and its text.
  /// - Throws: ``ImageError/brokenPNG(_:)``.
  fileprivate func text(room: inout Int) throws -> Metadata.Entry? {
    guard ["tEXt", "zTXt", "iTXt"].contains(type) else { return nil }
    var rest = data
    let key = try field(&rest)
    var compressed = type == "zTXt"
    if type == "iTXt" {
      guard let flag = rest.popFirst() else { throw broken }
      compressed = flag == 1
    }
    if type != "tEXt" {
      guard rest.popFirst() == 0 else { throw broken }  // The only method is 0, deflate.
    }
    if type == "iTXt" {
      _ = try field(&rest)  // Language.
      _ = try field(&rest)  // Keyword in that language.
    }

    let content = compressed ? try inflated(rest, limit: room) : Array(rest)
    room -= content.count
    guard room >= 0 else { throw ImageError.brokenPNG("it holds more than 16 MiB of text") }
    let text = type == "iTXt" ? String(validating: content, as: UTF8.self) : latin(content)
    guard let text else { throw ImageError.brokenPNG("an iTXt chunk is not in UTF-8") }
    return Metadata.Entry(key: latin(key), text: text)
  }

  private var broken: ImageError { .brokenPNG("its \(type) chunk is too short") }

  /// Takes the bytes before the next zero byte, and the zero.
  private func field(_ rest: inout ArraySlice<UInt8>) throws -> [UInt8] {
    guard let end = rest.firstIndex(of: 0) else { throw broken }
    defer { rest = rest[(end + 1)...] }
    return Array(rest[..<end])
  }

  /// The first 256 characters of Unicode are those of Latin-1.
  private func latin(_ bytes: [UInt8]) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  private func inflated(_ bytes: ArraySlice<UInt8>, limit: Int) throws -> [UInt8] {
    // Doubled until the text fits, so that memory follows the text, not what a file claims.
    var capacity = max(1024, 4 * bytes.count)
    while true {
      capacity = min(capacity, limit)
      var count = uLongf(capacity)
      var code = Z_OK
      let output = [UInt8](unsafeUninitializedCapacity: capacity) { output, used in
        code = bytes.withUnsafeBufferPointer {
          uncompress(output.baseAddress, &count, $0.baseAddress, uLong($0.count))
        }
        used = code == Z_OK ? Int(count) : 0
      }
      if code == Z_OK { return output }
      guard code == Z_BUF_ERROR, capacity < limit else {
        throw ImageError.brokenPNG("a compressed text in it cannot be unpacked")
      }
      capacity *= 2
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt {
    bytes.reduce(0) { $0 << 8 | UInt($1) }
  }
}
