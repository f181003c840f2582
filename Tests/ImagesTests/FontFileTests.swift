import Figures
import Images
import Testing

@Suite struct FontFileTests {
  let font: FontFile

  init() throws { font = try FontFile.standard() }

  @Test func `the letter I is one upright bar as high as a capital`() throws {
    // DejaVu Sans: 2048 units to the em; I spans 201…403 by 0…1493, advance 604.
    let glyph = try #require(font.glyph("I"))
    let em = 2048.0
    #expect(glyph.bounds == Rectangle(x: 201 / em, y: 0, width: 202 / em, height: 1493 / em))
    #expect(glyph.advance == 604 / em)
    #expect(font.capHeight == 1493 / em)
  }
}
