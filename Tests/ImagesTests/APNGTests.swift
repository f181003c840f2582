import Figures
import Foundation
import Testing

@testable import Images

/// A reader of animated PNG files that follows the specification by the letter.
private struct AnimatedPNG {
  /// A picture and its chunk of control.
  struct Frame {
    var width: Int
    var height: Int
    var x: Int
    var y: Int
    var numerator: Int
    var denominator: Int
    var dispose: UInt8
    var blend: UInt8
    /// Its own pixels.
    var part: Raster
    /// What is seen while it is shown.
    var canvas: Raster

    var box: [Int] { [x, y, width, height] }
  }

  var types: [String] = []
  var still: Raster
  var plays = 0
  var frames: [Frame] = []

  init(_ file: [UInt8]) throws {
    // Reading verifies lengths and checksums.
    let chunks = try PNGChunk.read(file)
    types = chunks.map(\.type)
    // A reader of stills only: chunks that it does not know are left out.
    still = try Raster(png: file)
    let head = try #require(chunks.first { $0.type == "IHDR" })
    let control = try #require(chunks.first { $0.type == "acTL" })
    #expect(types.count { $0 == "acTL" } == 1)
    #expect(try #require(types.firstIndex(of: "acTL")) < #require(types.firstIndex(of: "IDAT")))
    plays = Self.number(control.data, 4, 4)

    var canvas = Raster(
      width: still.width, height: still.height, pixels: still.pixels.map { _ in 0xDEAD })
    var sequence = 0
    var pending: (control: PNGChunk, data: [UInt8])?
    func draw() throws {
      guard let (control, data) = pending else { return }
      pending = nil
      let numbers = (1...4).map { Self.number(control.data, 4 * $0, 4) }
      // The picture's pixels as a file of their own.
      var header = Array(head.data)
      header.replaceSubrange(0..<8, with: control.data.dropFirst(4).prefix(8))
      let own =
        PNGChunk.signature + PNGChunk.bytes("IHDR", header) + PNGChunk.bytes("IDAT", data)
        + PNGChunk.bytes("IEND", [])
      let part = try Raster(png: own)
      let (x, y) = (numbers[2], numbers[3])
      #expect(part.width == numbers[0] && part.height == numbers[1])
      #expect(x + part.width <= still.width && y + part.height <= still.height)
      for row in 0..<part.height {
        let start = (y + row) * canvas.width + x
        canvas.pixels.replaceSubrange(
          start..<start + part.width,
          with: part.pixels[row * part.width..<(row + 1) * part.width])
      }
      frames.append(
        Frame(
          width: part.width, height: part.height, x: x, y: y,
          numerator: Self.number(control.data, 20, 2),
          denominator: Self.number(control.data, 22, 2),
          dispose: control.data[control.data.startIndex + 24],
          blend: control.data[control.data.startIndex + 25], part: part, canvas: canvas))
    }
    for chunk in chunks {
      switch chunk.type {
      case "fcTL":
        try draw()
        #expect(chunk.data.count == 26)
        #expect(Self.number(chunk.data, 0, 4) == sequence)
        sequence += 1
        pending = (chunk, [])
      case "IDAT":
        pending?.data += chunk.data
      case "fdAT":
        #expect(Self.number(chunk.data, 0, 4) == sequence)
        sequence += 1
        pending?.data += chunk.data.dropFirst(4)
      default: break
      }
    }
    try draw()
    #expect(Self.number(control.data, 0, 4) == frames.count)
  }

  private static func number(_ data: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> Int {
    data.dropFirst(offset).prefix(count).reduce(0) { $0 << 8 | Int($1) }
  }
}

@Suite struct APNGTests {
  @Test(arguments: [1, 2, 3, 12], [0, 1, 11])
  func `every picture comes back as it was, and so does the still`(count: Int, still: Int) throws {
    var animation = AnimationTests.walk(count)
    animation.still = min(still, count - 1)
    let file = try AnimatedPNG(try animation.apng(dpi: 96))
    #expect(file.frames.map(\.canvas) == (0..<count).map { AnimationTests.walked($0) })
    #expect(file.still == AnimationTests.walked(animation.still))
    // The first picture covers the whole canvas; pixels replace those under them and stay.
    #expect(file.frames[0].width == 40 && file.frames[0].height == 30)
    #expect(file.frames.allSatisfy { $0.dispose == 0 && $0.blend == 0 })
  }

  @Test func `noise comes back, too`() throws {
    let pictures = (0..<4).map { index in
      var picture = PNGTests.picture(60, 50)
      for i in picture.pixels.indices where i % 7 < index { picture.pixels[i] ^= 0x00FF00 }
      return picture
    }
    let file = try AnimatedPNG(
      try Animation(count: 4) { pictures[$0] }.apng(dpi: 96, threads: 2))
    #expect(file.frames.map(\.canvas) == pictures)
  }

  @Test func `a picture is stored as the rectangle that changes, and one pixel if nothing does`()
    throws
  {
    let file = try AnimatedPNG(try AnimationTests.walk(4).apng(dpi: 96))
    // The square moves from (0, 0) to (2, 1): both together are 7 × 6 pixels.
    #expect(file.frames[1].box == [0, 0, 7, 6])
    #expect(file.frames[2].box == [2, 1, 7, 6])
    #expect(file.frames[3].box == [0, 0, 1, 1])
  }

  @Test func `chunks come in order, the still within the animation or before it`() throws {
    var animation = AnimationTests.walk(3)
    let start = ["IHDR", "acTL", "IDAT"]
    func types() throws -> [String] {
      try AnimatedPNG(try animation.apng(dpi: 96)).types
        .filter { !["gAMA", "sRGB", "cHRM", "pHYs"].contains($0) }
    }
    #expect(
      try types() == ["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"])
    animation.still = 2
    #expect(
      try types() == start + ["fcTL", "fdAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"])
  }

  @Test func `times, number of plays and texts are as asked`() throws {
    var animation = AnimationTests.walk(3)
    animation.durations = [20, 1]
    animation.framesPerSecond = 25
    animation.plays = 2
    let bytes = try animation.apng(dpi: 300, metadata: ["Title": "λ = 10⁻³"])
    let file = try AnimatedPNG(bytes)
    #expect(file.plays == 2)
    #expect(file.frames.map(\.numerator) == [20, 1, 1])
    #expect(file.frames.allSatisfy { $0.denominator == 25 })
    #expect(try Metadata(png: bytes)["Title"] == "λ = 10⁻³")
    #expect(file.types.contains("pHYs") && file.types.contains("sRGB"))
  }

  @Test(arguments: [2, 3, 8])
  func `bytes are the same for any number of threads`(threads: Int) throws {
    var animation = AnimationTests.walk(12)
    animation.still = 5
    #expect(try animation.apng(dpi: 96, threads: threads) == animation.apng(dpi: 96, threads: 1))
  }

  @Test func `an error of the writer ends the work`() {
    struct Full: Error {}
    #expect(throws: Full.self) {
      try AnimationTests.walk(12).apng(dpi: 96, threads: 2) { _ in throw Full() }
    }
  }

  @Test func `pngcheck finds nothing to complain about`() throws {
    var animation = AnimationTests.walk(6)
    animation.still = 4
    let file = try animation.apng(dpi: 96, metadata: ["Title": "walk"], threads: 2)
    let told = try withFile(file, "png") { try output(of: "pngcheck", [$0]) }
    if let told { #expect(told.code == 0 && told.text.hasPrefix("OK"), "\(told.text)") }
  }
}
