import Figures
import Foundation
import Testing

@testable import Images

@Suite struct PNGTests {
  /// Noise, ramps and flats: all kinds of rows.
  static func picture(_ width: Int, _ height: Int) -> Raster {
    var generator = TestGenerator(state: 3)
    return Raster(
      width: width, height: height,
      pixels: (0..<width * height).map { i in
        let (x, y) = (i % width, i / width)
        switch y % 3 {
        case 0: return UInt32.random(in: 0...0xFFFFFF, using: &generator)
        case 1: return UInt32(x * 0x010203 & 0xFFFFFF)
        default: return 0x336699
        }
      })
  }

  @Test(arguments: [(1, 1), (1, 300), (300, 1), (64, 48), (350, 290)])
  func `pixels come back as they were`(width: Int, height: Int) throws {
    let picture = Self.picture(width, height)
    #expect(try Raster(png: picture.png(dpi: 300)) == picture)
  }

  @Test func `chunks come in order: size, colour space, resolution, texts, pixels, end`() throws {
    let file = try Self.picture(64, 48).png(dpi: 300, metadata: ["Title": "a", "lambda": "b"])
    let chunks = try PNGChunk.read(file)
    #expect(
      chunks.map(\.type)
        == ["IHDR", "gAMA", "sRGB", "cHRM", "pHYs", "iTXt", "iTXt", "IDAT", "IEND"])
    // 64 × 48, 8 bits, RGB without alpha, not interlaced.
    #expect(Array(chunks[0].data) == [0, 0, 0, 64, 0, 0, 0, 48, 8, 2, 0, 0, 0])
    #expect(Array(chunks[1].data) == [0, 0, 0xB1, 0x8F])  // 45455
    // 300 dpi are 11811 pixels to the metre, 0x2E23.
    #expect(Array(chunks[4].data) == [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1])
  }

  @Test(arguments: [2, 17, 255, 256, 257])
  func `a picture of up to 256 colours has a palette`(colors: Int) throws {
    // Letters in shades on a page.
    let picture = Raster(
      width: 200, height: 150,
      pixels: (0..<30_000).map { i in
        UInt32((i % 200 + i / 200 * 13) * (i / 7) % 1009 % colors * 65_521 & 0xFFFFFF)
      })
    let file = try picture.png(dpi: 300)
    let chunks = try PNGChunk.read(file)
    let kind = chunks[0].data[chunks[0].data.startIndex + 9]
    #expect(kind == (colors > 256 ? 2 : 3))
    #expect(chunks.first { $0.type == "PLTE" }?.data.count == (colors > 256 ? nil : 3 * colors))
    #expect(try Raster(png: file) == picture)
    #expect(try file.count <= picture.png(dpi: 300, metadata: [:], palette: nil).count)
  }

  @Test func `texts come back as they were, in order, long ones too`() throws {
    let scene = String(repeating: "directions: [ν₁, ν₂]  # λ‖w‖²\n", count: 200)
    let metadata: Metadata = [
      "Title": "L(w) + ½λ‖w‖², λ = 10⁻³", "Description": "", "Scene": scene, "Title": "second 😀",
    ]
    let file = try Self.picture(5, 5).png(dpi: 72, metadata: metadata)
    #expect(try Metadata(png: file) == metadata)
    #expect(metadata["Title"] == "L(w) + ½λ‖w‖², λ = 10⁻³")
    #expect(file.count < 2_000)
  }

  @Test(arguments: ["", " a", "a ", "a  b", "λ", "a\n", String(repeating: "k", count: 80)])
  func `a key that PNG cannot hold is refused`(key: String) {
    #expect(throws: ImageError.self) {
      try Self.picture(2, 2).png(dpi: 72, metadata: Metadata([.init(key: key, text: "x")]))
    }
  }

  @Test func `a text with a zero character is refused`() {
    #expect(throws: ImageError.self) {
      try Self.picture(2, 2).png(dpi: 72, metadata: ["a": "b\0c"])
    }
  }

  @Test(arguments: [0, -1, .nan, .infinity, 1e12])
  func `a resolution out of reason is refused`(dpi: Double) {
    #expect(throws: ImageError.self) { try Self.picture(2, 2).png(dpi: dpi) }
  }

  @Test func `an empty picture is refused`() {
    #expect(throws: ImageError.self) { try Raster(width: 0, height: 0, pixels: []).png(dpi: 72) }
  }

  @Test func `the smaller way of filtering is chosen`() throws {
    // A flat chart with sparse marks, and a smooth shade with a little noise.
    let chart = Raster(
      width: 300, height: 300,
      pixels: (0..<90_000).map { ($0 % 300 + $0 / 300 * 7) % 97 == 0 ? 0x123456 : 0xFFFFFF })
    let shade = Raster(
      width: 300, height: 300,
      pixels: (0..<90_000).map { i in
        let (x, y) = (Double(i % 300), Double(i / 300))
        let grey = UInt32(127 + 60 * sin(x / 40) + 60 * cos(y / 50))
        return grey << 16 | (grey / 2) << 8 | (255 - grey)
      })
    for picture in [chart, shade] {
      var sizes = try [9, 10].flatMap { level in
        try [false, true].map {
          try picture.encoded(dpi: 72, texts: [], adaptive: $0, level: level).count
        }
      }
      let palette = try #require(picture.palette())
      sizes.append(
        try picture.encoded(dpi: 72, texts: [], palette: palette, adaptive: false, level: 10).count)
      // The other way of filtering is more than that larger.
      #expect(try picture.png(dpi: 72).count * 100 <= (sizes.min() ?? 0) * 104)
    }
    let (plain, filtered) = (
      try shade.encoded(dpi: 72, texts: [], adaptive: false, level: 9).count,
      try shade.encoded(dpi: 72, texts: [], adaptive: true, level: 9).count
    )
    #expect(filtered < plain)
  }

  @Test(.enabled(if: find("pngcheck") != nil, "pngcheck is not installed"))
  func `pngcheck finds no fault`() throws {
    let file = try sampler().png(
      dpi: 300, typeface: FontFile.standard(),
      metadata: ["Title": "λ‖w‖", "Scene": String(repeating: "x: 1\n", count: 1_000)])
    let report = try withFile(file, "png") { try output(of: "pngcheck", ["-v", $0]) }
    #expect(report?.code == 0)
    #expect(report?.text.contains("No errors detected") == true)
    #expect(report?.text.contains("11811x11811 pixels/meter (300 dpi)") == true)
  }
}
