public import Figures
import PNGShim

extension Drawing {
  /// Writes the drawing as a PNG file.
  ///
  /// - Parameters:
  ///   - dpi: Pixels to an inch of 72 points.
  ///   - typeface: For the texts.
  ///   - metadata: Texts to carry.
  /// - Returns: The file, the same bytes on every run.
  /// - Throws: ``ImageError`` as ``raster(dpi:typeface:)`` and ``Figures/Raster/png(dpi:metadata:)``.
  public func png(
    dpi: Double, typeface: any Typeface, metadata: Metadata = [:]
  ) throws -> [UInt8] {
    try raster(dpi: dpi, typeface: typeface).png(dpi: dpi, metadata: metadata)
  }
}

extension Raster {
  /// Writes the picture as a PNG file: 8 bits in the sRGB colour space, RGB or, for up to 256
  /// colours, with a palette; without alpha and without a time.
  ///
  /// - Parameters:
  ///   - dpi: Pixels to an inch, to the nearest whole number to a metre.
  ///   - metadata: Texts to carry.
  /// - Returns: The file.
  /// - Throws: ``ImageError`` if the picture is empty, the resolution is not above 0, or the metadata
  ///   cannot be written.
  public func png(dpi: Double, metadata: Metadata = [:]) throws -> [UInt8] {
    try png(dpi: dpi, metadata: metadata, palette: palette())
  }

  /// Writes the picture as a PNG file with a palette, or without.
  func png(dpi: Double, metadata: Metadata, palette: Palette?) throws -> [UInt8] {
    try validate()
    try metadata.validate()
    guard dpi > 0, dpi <= 100_000 else {
      throw ImageError.size("a resolution of \(dpi) dpi cannot be written: say 72 to 1200")
    }
    let file = try smallest(dpi: dpi, texts: metadata.entries)
    guard let palette else { return file }
    // A byte a pixel is less, unless rows are smooth or the palette outweighs the picture.
    let indexed = try encoded(
      dpi: dpi, texts: metadata.entries, palette: palette, adaptive: false, level: thorough)
    return indexed.count < file.count ? indexed : file
  }

  /// The colours of a picture that has no more than a byte can tell apart.
  struct Palette {
    /// Each 0xRRGGBB, ascending.
    var colors: [UInt32]
    /// Each pixel's place among them.
    var indices: [UInt8]
  }

  /// The picture's colours; nil for more than 256.
  func palette() -> Palette? {
    var seen: Set<UInt32> = []
    var last: UInt32?
    for pixel in pixels where pixel != last {
      last = pixel
      guard seen.insert(pixel).inserted, seen.count > 256 else { continue }
      return nil
    }
    let colors = seen.sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(colors, 0...))
    return Palette(colors: colors, indices: pixels.map { UInt8(places[$0] ?? 0) })
  }

  /// The picture written in the way that a sample of it promises to be small without a long search.
  func smallest(dpi: Double, texts: [Metadata.Entry]) throws -> [UInt8] {
    let sample = sample()
    func size(_ adaptive: Bool, _ level: Int) throws -> Int {
      try sample.encoded(dpi: dpi, texts: [], adaptive: adaptive, level: level).count
    }
    func file(_ adaptive: Bool, _ level: Int) throws -> [UInt8] {
      try encoded(dpi: dpi, texts: texts, adaptive: adaptive, level: level)
    }
    // Shades are smooth: filtered rows are small differences. Charts are mostly flat: unfiltered
    // rows repeat, and their copies are found.
    let (plain, filtered) = try (size(false, 9), size(true, 8))
    if pixels.count <= Self.quick { return try file(filtered < plain, thorough) }
    // Of differences few recur: longer searches than that of libdeflate's level 8 find under 2 %
    // more, in up to six times its time. Of copies, the search of level 10 finds 2 to 8 % more than
    // that of level 9 where they are short (thin lines, letters), but less where they are long.
    if filtered < plain { return try file(true, 8) }
    // A sample's short window favours level 9 by about 1.5 %.
    let hasShortCopies = try Double(size(false, thorough)) < 1.015 * Double(plain)
    return try file(false, hasShortCopies ? thorough : 9)
  }

  /// Up to half a million pixels the thorough search is over in a tenth of a second.
  private static let quick = 1 << 19

  /// The thorough level takes a sixth of a second a million pixels: too long for a poster.
  private var thorough: Int { pixels.count <= 1 << 22 ? 10 : 9 }

  /// Every eighth block of 32 rows of a large picture; others whole.
  private func sample() -> Raster {
    guard pixels.count > Self.quick, height > 256 else { return self }
    let rows = (0..<height).filter { $0 / 32 % 8 == 4 }
    return Raster(
      width: width, height: rows.count,
      pixels: rows.flatMap { pixels[$0 * width..<($0 + 1) * width] })
  }

  /// One way of writing the picture.
  func encoded(
    dpi: Double, texts: [Metadata.Entry], palette: Palette? = nil, adaptive: Bool, level: Int
  ) throws -> [UInt8] {
    guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
      throw ImageError.size("a picture of \(width) × \(height) pixels cannot be written as PNG")
    }
    // Keys and texts one after another, each ended by a zero byte.
    let strings = texts.flatMap { Array($0.key.utf8CString) + Array($0.text.utf8CString) }
    var file = PNGShimFile()
    defer { png_shim_free(&file) }

    let (colors, indices) = (palette?.colors ?? [], palette?.indices ?? [])
    let written = pixels.withUnsafeBufferPointer { pixels in
      strings.withUnsafeBufferPointer { strings in
        var next = 0
        let chunks = texts.map { entry in
          let key = strings.baseAddress.map { $0 + next }
          next += entry.key.utf8.count + 1
          let text = strings.baseAddress.map { $0 + next }
          next += entry.text.utf8.count + 1
          return PNGShimText(keyword: key, text: text)
        }
        return chunks.withUnsafeBufferPointer { chunks in
          colors.withUnsafeBufferPointer { colors in
            indices.withUnsafeBufferPointer { indices in
              var picture = PNGShimPicture(
                pixels: pixels.baseAddress, palette: colors.baseAddress,
                palette_count: CInt(colors.count), indices: indices.baseAddress, width: width,
                height: height, pixels_per_metre: UInt32((dpi / 0.0254).rounded()),
                texts: chunks.baseAddress, text_count: CInt(chunks.count), adaptive: adaptive,
                level: CInt(level))
              return png_shim_write(&picture, &file)
            }
          }
        }
      }
    }
    guard written else {
      let message = withUnsafeBytes(of: file.message) { $0.prefix { $0 != 0 }.map(\.self) }
      throw ImageError.library("libpng reports: \(String(decoding: message, as: UTF8.self))")
    }
    return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
  }
}
