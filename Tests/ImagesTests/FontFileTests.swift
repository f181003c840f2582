import Figures
import Foundation
import Testing

@testable import Images

@Suite struct FontFileTests {
  let font: FontFile

  init() throws { font = try FontFile.standard() }

  @Test func `the letter I is one upright bar as high as a capital`() throws {
    // DejaVu Sans: 2048 units to the em; I spans 201 to 403 and 0 to 1493, advance 604.
    let glyph = try #require(font.glyph("I"))
    let em = 2048.0
    #expect(glyph.bounds == Rectangle(x: 201 / em, y: 0, width: 202 / em, height: 1493 / em))
    #expect(glyph.advance == 604 / em)
    #expect(font.capHeight == 1493 / em)
    #expect(font.name == "DejaVu Sans")
  }

  @Test func `all points of a letter lie in its bounds, and its contours are closed`() throws {
    for character in "Sλ‖½∇∂θ⁻²8%".unicodeScalars {
      let glyph = try #require(font.glyph(character))
      let box = glyph.bounds
      var depth = 0
      for step in glyph.outline.steps {
        switch step {
        case .move: depth += 1
        case .close: depth -= 1
        case .line(let p), .curve(_, _, let p):
          #expect(p.x >= box.x - 1e-3 && p.x <= box.x + box.width + 1e-3)
          #expect(p.y >= box.y - 1e-3 && p.y <= box.y + box.height + 1e-3)
        }
        #expect(depth == 0 || depth == 1)
      }
      #expect(depth == 0)
    }
  }

  @Test func `outlines enclose the area of their shapes`() throws {
    let glyph = try #require(font.glyph("."))
    // The full stop of DejaVu Sans is a rectangle of 211 by 254 units.
    #expect(abs(area(glyph.outline)) * 2048 * 2048 == 211 * 254)
    // The letter o: fontTools' AreaPen, exact for quadratic arcs, gives 538,210.25.
    let ring = try #require(font.glyph("o"))
    #expect(abs(abs(area(ring.outline)) * 2048 * 2048 / 538_210.25 - 1) < 1e-3)
  }

  @Test func `a space has an advance and no outline`() throws {
    let glyph = try #require(font.glyph(" "))
    #expect(glyph.advance > 0.2)
    #expect(glyph.outline.steps.isEmpty)
  }

  @Test func `a character that the typeface lacks has no glyph and is drawn as a box`() throws {
    #expect(font.glyph("中") == nil)
    let text = Text(runs: [Text.Run("中", size: 20, offset: 0)], origin: Point(4, 20))
    let picture = try Drawing(width: 24, height: 24, elements: [.text(text)])
      .raster(dpi: 72, typeface: font)
    #expect(picture.pixels.filter { parts($0)[0] < 128 }.count > 20)
    // White inside: its middle.
    #expect(picture.pixels[13 * 24 + 10] == 0xFFFFFF)
  }

  @Test func `threads that ask at once get the same glyphs`() async throws {
    let fresh = try FontFile.standard()
    let characters = Array("abcdefghijklmnopqrstuvwxyzλ‖½".unicodeScalars)
    let expected = characters.map { font.glyph($0) }
    await withTaskGroup(of: [Glyph?].self) { group in
      for _ in 0..<8 { group.addTask { characters.map { fresh.glyph($0) } } }
      for await glyphs in group { #expect(glyphs == expected) }
    }
  }

  // MARK: - Broken files

  @Test(arguments: [0, 1, 4, 12, 100, 1_000, 30_000, 200_000, 600_000])
  func `a font cut short gives an error or glyphs, never a crash`(length: Int) throws {
    let path = try #require(
      FontFile.standardPlaces(home: nil).first(where: FileManager.default.fileExists))
    let whole = try Data(contentsOf: URL(filePath: path))
    do {
      let cut = try FontFile(Array(whole.prefix(length)))
      for value in 32..<1000 {
        if let character = Unicode.Scalar(value) { _ = cut.glyph(character) }
      }
    } catch is ImageError {}
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a font with wrong bytes gives an error or glyphs, never a crash`(seed: UInt64) throws {
    let path = try #require(
      FontFile.standardPlaces(home: nil).first(where: FileManager.default.fileExists))
    var bytes = Array(try Data(contentsOf: URL(filePath: path)))
    var generator = TestGenerator(state: seed)
    for _ in 0..<2_000 {
      bytes[Int.random(in: 300..<bytes.count, using: &generator)] = .random(
        in: 0...255, using: &generator)
    }
    do {
      let broken = try FontFile(bytes)
      for value in 32..<1000 {
        if let character = Unicode.Scalar(value) { _ = broken.glyph(character) }
      }
    } catch is ImageError {}
  }

  @Test func `random bytes are refused, with the file's name and the reason`() {
    var generator = TestGenerator(state: 7)
    let bytes = (0..<10_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let expected = ImageError.brokenTypeface(
      file: "noise.ttf", reason: "it is neither TrueType nor OpenType")
    #expect(throws: expected) { try FontFile(bytes, file: "noise.ttf") }
    #expect(throws: ImageError.self) { try FontFile([]) }
    #expect(throws: ImageError.self) { try FontFile(path: "/nowhere/at all.ttf") }
    #expect(throws: ImageError.self) { try FontFile(path: "/") }
  }

  @Test func `LANDSCAPE_FONT names the typeface to use, and is not passed over`() throws {
    #expect(throws: ImageError.brokenTypeface(file: "/no.ttf", reason: "there is no such file")) {
      try FontFile.standard(environment: ["LANDSCAPE_FONT": "/no.ttf"])
    }
    let places = FontFile.standardPlaces(home: nil)
    let path = try #require(places.first(where: FileManager.default.fileExists))
    #expect(try FontFile.standard(environment: ["LANDSCAPE_FONT": path]).name == font.name)
    #expect(try FontFile.standard(environment: ["LANDSCAPE_FONT": ""]).name == font.name)
  }

  @Test func `the error for a missing typeface names the package to install`() {
    let message = ImageError.noTypeface(lookedAt: FontFile.standardPlaces(home: "/home/ada"))
      .description
    #expect(message.contains("apt-get install fonts-dejavu-core"))
    #expect(message.contains("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
    #expect(message.contains("/home/ada/Library/Fonts"))
  }

  /// Twice the signed area is Σ (x dy − y dx), here over chords of each curve.
  private func area(_ path: Path) -> Double {
    var (sum, first, last) = (0.0, Point(0, 0), Point(0, 0))
    func add(_ p: Point) {
      sum += last.x * p.y - last.y * p.x
      last = p
    }
    for step in path.steps {
      switch step {
      case .move(let p): (first, last) = (p, p)
      case .line(let p): add(p)
      case .close: add(first)
      case .curve(let a, let b, let p):
        let start = last
        for i in 1...50 {
          let t = Double(i) / 50
          let s = 1 - t
          func mix(_ v: (Point) -> Double) -> Double {
            s * s * s * v(start) + 3 * s * s * t * v(a) + 3 * s * t * t * v(b) + t * t * t * v(p)
          }
          add(Point(mix(\.x), mix(\.y)))
        }
      }
    }
    return sum / 2
  }
}
