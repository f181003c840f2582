import Figures
import Foundation
import Images
import Testing

@Suite struct RasterizationTests {
  let font: FontFile

  init() throws { font = try FontFile.standard() }

  @Test(
    arguments: [
      (72.0, 10, 7), (300, 42, 29), (96, 13, 9), (1, 0, 0),
    ])
  func `the picture has the page's size, rounded to whole pixels`(
    dpi: Double, width: Int, height: Int
  ) throws {
    let page = Drawing(width: 10, height: 7)
    if width == 0 {
      #expect(throws: ImageError.self) { try page.raster(dpi: dpi, typeface: font) }
    } else {
      let picture = try page.raster(dpi: dpi, typeface: font)
      #expect(picture.width == width)
      #expect(picture.height == height)
      #expect(picture.pixels.allSatisfy { $0 == 0xFFFFFF })
    }
  }

  @Test(
    arguments: [
      (Rectangle(x: 1, y: 1, width: 0.5, height: 1), 128),  // Left half: 255/2 is 127.5.
      (Rectangle(x: 1.5, y: 1, width: 0.5, height: 1), 128),
      (Rectangle(x: 1, y: 1.5, width: 1, height: 0.5), 128),
      (Rectangle(x: 1, y: 1, width: 0.5, height: 0.5), 191),
      (Rectangle(x: 1.25, y: 1, width: 0.5, height: 1), 128),  // Across both columns of samples.
      (Rectangle(x: 1, y: 1, width: 1, height: 1), 0),
    ])
  func `a pixel covered in part is as dark as its part`(box: Rectangle, expected: Int) throws {
    let path = rectangle(x: box.x, y: box.y, width: box.width, height: box.height)
    let picture = try Drawing(width: 3, height: 3, elements: [.fill(path, .black)])
      .raster(dpi: 72, typeface: font)
    for part in parts(picture.pixels[4]) { #expect(abs(part - expected) <= 1) }
    for other in [0, 1, 2, 3, 5, 6, 7, 8] { #expect(picture.pixels[other] == 0xFFFFFF) }
  }

  @Test func `a hairline of half a pixel darkens its pixels by half`() throws {
    let line = Path([.move(Point(0, 2.5)), .line(Point(8, 2.5))])
    let picture = try Drawing(
      width: 8, height: 5, elements: [.stroke(line, Stroke(.black, width: 0.5))]
    ).raster(dpi: 72, typeface: font)
    for x in 0..<8 { #expect(abs(parts(picture.pixels[2 * 8 + x])[0] - 128) <= 2) }
  }

  @Test func `nested fills on a magenta page show no seam`() throws {
    // Each disc lies wholly on the last, save that its left half shares the first one's edge.
    let greys = [0.2, 0.4, 0.6, 0.8]
    let page = rectangle(x: 0, y: 0, width: 72, height: 72)
    let discs = greys.enumerated().map { i, grey in
      Drawing.Element.fill(
        i == 0 ? page : circle(x: 36 + Double(i), y: 36, radius: 34 - 8 * Double(i)),
        Color(red: grey, green: grey, blue: grey))
    }
    let picture = try Drawing(
      width: 72, height: 72, background: Color(red: 1, green: 0, blue: 1), elements: discs
    ).raster(dpi: 150, typeface: font)
    for pixel in picture.pixels {
      let part = parts(pixel)
      #expect(part[0] == part[1] && part[1] == part[2])
    }
    // And edges are smooth: more than the four greys appear.
    #expect(Set(picture.pixels).count > 20)
  }

  @Test(arguments: [(3, 2, 72.0), (7, 5, 300), (101, 67, 240), (1, 1, 72)])
  func `an image's cells are plain blocks with edges where the rectangle says`(
    columns: Int, rows: Int, dpi: Double
  ) throws {
    let cells = (0..<columns * rows).map { UInt32($0) &* 0x9E3779 & 0xFFFFFF }
    let box = Rectangle(x: 10, y: 5, width: 60, height: 40)
    let picture = try Drawing(
      width: 80, height: 50,
      elements: [.image(Raster(width: columns, height: rows, pixels: cells), box)]
    ).raster(dpi: dpi, typeface: font)

    var wrong = 0
    let scale = dpi / 72
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        // Cells at this pixel's corners; a pixel within one cell must show its colour exactly.
        func cell(_ pixel: Double, _ start: Double, _ length: Double, _ count: Int) -> Int {
          Int(((pixel / scale - start) / length * Double(count)).rounded(.down))
        }
        let left = cell(Double(x) + 1e-6, box.x, box.width, columns)
        let right = cell(Double(x + 1) - 1e-6, box.x, box.width, columns)
        let top = cell(Double(y) + 1e-6, box.y, box.height, rows)
        let bottom = cell(Double(y + 1) - 1e-6, box.y, box.height, rows)
        guard left == right, top == bottom else { continue }
        let inside = (0..<columns).contains(left) && (0..<rows).contains(top)
        let expected = inside ? cells[top * columns + left] : 0xFFFFFF
        if picture.pixels[y * picture.width + x] != expected { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test func `a clip shows its elements inside its area only, holes by even-odd`() throws {
    let outer = rectangle(x: 2, y: 2, width: 12, height: 12)
    let inner = rectangle(x: 6, y: 6, width: 4, height: 4)
    let picture = try Drawing(
      width: 16, height: 16,
      elements: [
        .clip(
          Path(outer.steps + inner.steps),
          [.fill(rectangle(x: 0, y: 0, width: 16, height: 16), .black)]),
        .fill(rectangle(x: 0, y: 0, width: 1, height: 1), .black),  // No longer clipped.
      ]
    ).raster(dpi: 72, typeface: font)
    let black = picture.pixels.filter { $0 == 0 }.count
    #expect(black == 12 * 12 - 4 * 4 + 1)
  }

  @Test func `text stands on its baseline, turns anticlockwise, and wears its halo beneath`() throws
  {
    func dark(_ text: Text) throws -> (x: ClosedRange<Int>, y: ClosedRange<Int>) {
      let picture = try Drawing(width: 100, height: 100, elements: [.text(text)])
        .raster(dpi: 72, typeface: font)
      let found = picture.pixels.indices.filter { parts(picture.pixels[$0])[0] < 64 }
      let (xs, ys) = (found.map { $0 % 100 }, found.map { $0 / 100 })
      return (
        try #require(xs.min())...(try #require(xs.max())),
        try #require(ys.min())...(try #require(ys.max()))
      )
    }
    let run = Text.Run("I", size: 40, offset: 0)
    let upright = try dark(Text(runs: [run], origin: Point(50, 50)))
    // I is 1493/2048 em high: 29.2 points above the baseline at y = 50.
    #expect(upright.y == 21...49)
    #expect(upright.x == 54...57)
    // A quarter turn leads the baseline up the page and the letter to its left.
    let turned = try dark(Text(runs: [run], origin: Point(50, 50), angle: .pi / 2))
    #expect(turned.x == 21...49)
    #expect(turned.y == 42...45)
    // A halo of the page's colour changes nothing; a black one thickens by half its width.
    let pale = Text(runs: [run], origin: Point(50, 50), halo: Stroke(.white, width: 6))
    #expect(try dark(pale).x == upright.x)
    let bold = Text(runs: [run], origin: Point(50, 50), halo: Stroke(.black, width: 6))
    #expect(try dark(bold).x == 51...60)
    // Oblique: the top of the bar is 0.2 of its height further right.
    var slanted = run
    slanted.oblique = true
    let lean = try dark(Text(runs: [slanted], origin: Point(50, 50))).x
    #expect(lean.lowerBound == 54 && (62...63).contains(lean.upperBound))
  }

  @Test(arguments: [72.0, 150, 300])
  func `pixels are the same on every run and on eight threads at once`(dpi: Double) async throws {
    let drawing = sampler()
    let font = font
    let serial = try drawing.png(dpi: dpi, typeface: font)
    #expect(try drawing.png(dpi: dpi, typeface: font) == serial)
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<8 {
        group.addTask { try drawing.png(dpi: dpi, typeface: try FontFile.standard()) }
        group.addTask { try drawing.png(dpi: dpi, typeface: font) }
      }
      for try await bytes in group { #expect(bytes == serial) }
    }
  }

  // MARK: - What cannot be drawn

  @Test(
    arguments: [
      Drawing(width: 0, height: 10), Drawing(width: .nan, height: 10),
      Drawing(width: -3, height: 10), Drawing(width: .infinity, height: 10),
      Drawing(width: 14_400, height: 14_400), Drawing(width: 14_400, height: 1),
      Drawing(width: 9, height: 9, background: Color(red: 2, green: 0, blue: 0)),
      Drawing(width: 9, height: 9, elements: [.fill(Path([.move(Point(.nan, 0))]), .black)]),
      Drawing(
        width: 9, height: 9,
        elements: [.clip(Path(), [.stroke(Path(), Stroke(.black, width: .infinity))])]),
      Drawing(
        width: 9, height: 9, elements: [.stroke(Path(), Stroke(.black, width: 1, dash: [0, 0]))]),
      Drawing(
        width: 9, height: 9,
        elements: [.text(Text(runs: [.init("x", size: 0, offset: 0)], origin: Point(0, 0)))]),
      Drawing(
        width: 9, height: 9,
        elements: [
          .image(
            Raster(width: 1, height: 1, pixels: [0]),
            Rectangle(x: 0, y: 0, width: 1e300, height: 1))
        ]),
    ])
  func `a drawing that cannot be drawn is refused before memory is taken`(drawing: Drawing) {
    #expect(throws: ImageError.self) { try drawing.raster(dpi: 600, typeface: font) }
  }

  @Test(arguments: [0.0, -72, .nan, .infinity, 1e9])
  func `a resolution out of reason is refused`(dpi: Double) {
    #expect(throws: ImageError.self) {
      try Drawing(width: 10, height: 10).raster(dpi: dpi, typeface: font)
    }
  }

  @Test func `a raster whose pixels do not fill it is refused`() {
    var short = Raster(width: 2, height: 2, pixels: [1, 2, 3, 4])
    short.height = 1_000_000
    let page = Drawing(
      width: 9, height: 9, elements: [.image(short, Rectangle(x: 0, y: 0, width: 9, height: 9))])
    #expect(throws: ImageError.self) { try page.raster(dpi: 72, typeface: font) }
    #expect(throws: ImageError.self) { try short.png(dpi: 72) }
  }
}
