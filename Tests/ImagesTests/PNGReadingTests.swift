import Figures
import Foundation
import Testing

@testable import Images

@Suite struct PNGReadingTests {
  let file: [UInt8]

  init() throws {
    file = try PNGTests.picture(30, 20).png(
      dpi: 72, metadata: ["Title": "λ", "Scene": String(repeating: "abc", count: 1_000)])
  }

  @Test func `a file cut anywhere is refused`() {
    for length in 0..<file.count {
      #expect(throws: ImageError.self) { try Metadata(png: Array(file.prefix(length))) }
    }
    // libpng draws what it has of the pixels only if the end is there.
    for length in [0, 7, 8, 20, 33, 60, file.count / 2] {
      #expect(throws: ImageError.self) { try Raster(png: Array(file.prefix(length))) }
    }
  }

  @Test func `a wrong byte anywhere after the signature is found by the checksums`() {
    for index in file.indices {
      var broken = file
      broken[index] ^= 0x20
      #expect(throws: ImageError.self) { try Metadata(png: broken) }
      _ = try? Raster(png: broken)  // No crash.
    }
  }

  @Test func `old Latin-1 texts are read, plain and compressed`() throws {
    let plain = Array("Author\0".utf8) + [0xC9, 0x76, 0x61]  // Éva
    let packed = try packed(Array("b\u{E9}".unicodeScalars.map { UInt8($0.value) }))
    let bytes = file(with: [("tEXt", plain), ("zTXt", Array("Comment\0".utf8) + [0] + packed)])
    #expect(
      try Metadata(png: bytes).entries == [
        .init(key: "Author", text: "Éva"), .init(key: "Comment", text: "bé"),
      ])
  }

  @Test(
    arguments: [
      // A bar stands for a zero byte.
      ("tEXt", "no end"), ("zTXt", "key|"), ("zTXt", "key|1x"), ("zTXt", "key||junk"),
      ("iTXt", "key|"), ("iTXt", "key||"), ("iTXt", "key|||"), ("iTXt", "key|||en"),
      ("iTXt", "key|\u{1}|||not deflated"),
    ])
  func `a text chunk that is not sound is refused`(type: String, content: String) {
    let bytes = file(with: [(type, content.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 })])
    #expect(throws: ImageError.self) { try Metadata(png: bytes) }
  }

  @Test func `an iTXt chunk that is not UTF-8 is refused`() {
    let bytes = file(with: [("iTXt", Array("key\0\0\0\0\0".utf8) + [0xFF, 0xFE])])
    #expect(throws: ImageError.self) { try Metadata(png: bytes) }
  }

  @Test func `a text that swells beyond 16 MiB is refused`() throws {
    let bomb = try packed([UInt8](repeating: 65, count: 1 << 25))
    #expect(bomb.count < 40_000)
    let bytes = file(with: [("zTXt", Array("key\0".utf8) + [0] + bomb)])
    #expect(throws: ImageError.self) { try Metadata(png: bytes) }
  }

  @Test func `a picture that claims to be vast is refused before memory is taken`() {
    var vast = Array(file)
    vast.replaceSubrange(16..<24, with: [0, 0x0F, 0, 0, 0, 0x0F, 0, 0])
    let sum = PNGReadingTests.checksum(Array(vast[12..<29]))
    vast.replaceSubrange(29..<33, with: sum)
    #expect(throws: ImageError.self) { try Raster(png: vast) }
  }

  // MARK: - Making files

  /// The header, these chunks, and the end, with true checksums.
  private func file(with chunks: [(type: String, data: [UInt8])]) -> [UInt8] {
    let header = (type: "IHDR", data: [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0] as [UInt8])
    return ([header] + chunks + [(type: "IEND", data: [])]).reduce(into: Array(file.prefix(8))) {
      let checked = Array($1.type.utf8) + $1.data
      $0 += Self.number(UInt32($1.data.count)) + checked + Self.checksum(checked)
    }
  }

  private static func number(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// The CRC of the PNG specification, annex D, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var register: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? 0xEDB8_8320 ^ register >> 1 : register >> 1 }
    }
    return number(~register)
  }

  /// A zlib stream: taken from a PNG file of our own whose long text holds these bytes, or stored.
  private func packed(_ bytes: [UInt8]) throws -> [UInt8] {
    guard bytes.count > 1024 else {
      // One stored block (RFC 1951, 3.2.4) between zlib's header and its Adler-32.
      let count = UInt16(bytes.count)
      var (a, b): (UInt32, UInt32) = (1, 0)
      for byte in bytes { (a, b) = ((a + UInt32(byte)) % 65_521, (b + a + UInt32(byte)) % 65_521) }
      return [0x78, 0x01, 1, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255)]
        + [UInt8(~count >> 8)] + bytes + Self.number(b << 16 | a)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let file = try PNGTests.picture(1, 1).png(dpi: 72, metadata: ["k": text])
    let chunk = try #require(try PNGChunk.read(file).first { $0.type == "iTXt" })
    return Array(chunk.data.dropFirst(6))  // k, 0, compressed, method, no language, no keyword.
  }
}
