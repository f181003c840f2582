import CZlib
import Figures
import Synchronization

extension Animation {
  /// Writes the animation as an animated PNG file, piece by piece.
  ///
  /// The format is that of the PNG specification, third edition (2025). Colours are exact: RGB of 8
  /// bits, as in the stills. Each picture is stored as the smallest rectangle around what has changed.
  /// A program that knows nothing of animations shows the still.
  ///
  /// - Parameters:
  ///   - dpi: Pixels to an inch, to the nearest whole number to a metre.
  ///   - metadata: Texts to carry.
  ///   - threads: The most threads to use; the bytes are the same for any number.
  ///   - write: Takes the file's bytes, in order, never two pieces at once.
  /// - Throws: ``ImageError`` if the animation, its resolution or its metadata cannot be written, and
  ///   the errors of its pictures and of `write`.
  public func apng(
    dpi: Double, metadata: Metadata = [:], threads: Int = 1,
    write: @Sendable ([UInt8]) throws -> Void
  ) throws {
    try validate()
    let image = try picture(still)
    let (width, height) = (image.width, image.height)
    // The still, but for its end, with the animation's control before its pixels.
    var head = PNGChunk.signature
    var isBeforePixels = true
    // All pictures are of one kind, and later ones may have more colours.
    for chunk in try PNGChunk.read(try image.png(dpi: dpi, metadata: metadata, palette: nil))
    where chunk.type != "IEND" {
      if chunk.type == "IDAT", isBeforePixels {
        isBeforePixels = false
        head += PNGChunk.bytes("acTL", big(UInt32(count)) + big(UInt32(plays)))
        if still == 0 { head += control(of: .whole(of: image), index: 0, number: 0) }
      }
      head += PNGChunk.bytes(chunk.type, chunk.data)
    }
    try write(head)

    // Where the still is the first picture, its pixels are in the file already.
    let first = still == 0 ? 1 : 0
    let number = Mutex<UInt32>(still == 0 ? 1 : 0)
    try inOrder(
      count, threads: threads,
      make: { index in
        let picture = index == still ? image : try picture(index)
        try picture.validate(likeWidth: width, height: height)
        return picture
      },
      join: { index, picture, before -> Change in
        let part = before.map(picture.change) ?? .whole(of: picture)
        // The still has been compressed before.
        let pixels = index < first ? [] : try picture.cropped(to: part).compressed()
        return Change(index: index, part: part, pixels: pixels)
      },
      emit: { change in
        guard change.index >= first else { return }
        let own = number.withLock { number in
          defer { number += 2 }
          return number
        }
        try write(
          control(of: change.part, index: change.index, number: own)
            + PNGChunk.bytes("fdAT", big(own + 1) + change.pixels))
      })
    try write(PNGChunk.bytes("IEND", []))
  }

  /// The animation as an animated PNG file; see ``apng(dpi:metadata:threads:write:)``.
  ///
  /// - Parameters:
  ///   - dpi: Pixels to an inch, to the nearest whole number to a metre.
  ///   - metadata: Texts to carry.
  ///   - threads: The most threads to use; the bytes are the same for any number.
  /// - Returns: The file, the same bytes on every run.
  /// - Throws: ``ImageError`` if the animation, its resolution or its metadata cannot be written, and
  ///   the errors of its pictures.
  public func apng(
    dpi: Double, metadata: Metadata = [:], threads: Int = 1
  ) throws -> [UInt8] {
    let file = Mutex<[UInt8]>([])
    try apng(dpi: dpi, metadata: metadata, threads: threads) { piece in
      file.withLock { $0 += piece }
    }
    return file.withLock { $0 }
  }

  /// The chunk that says where a picture's pixels go, and for how long.
  private func control(of part: Part, index: Int, number: UInt32) -> [UInt8] {
    let place = [part.width, part.height, part.x, part.y].flatMap { big(UInt32($0)) }
    let time = [duration(of: index), framesPerSecond].flatMap { big(UInt16($0)) }
    // The canvas stays as it is (dispose 0), and pixels replace those under them (blend 0).
    return PNGChunk.bytes("fcTL", big(number) + place + time + [0, 0])
  }
}

/// A picture, as far as it differs from the one before it.
private struct Change: Sendable {
  var index: Int
  var part: Part
  /// A stream of zlib, as in an IDAT chunk.
  var pixels: [UInt8]
}

/// A rectangle of pixels.
private struct Part: Sendable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  static func whole(of picture: Raster) -> Part {
    Part(x: 0, y: 0, width: picture.width, height: picture.height)
  }
}

extension Raster {
  /// The smallest rectangle around all pixels that differ from another picture of the same size; one
  /// pixel where none does, as the format knows no empty rectangle.
  fileprivate func change(from other: Raster) -> Part {
    var (left, right, top, bottom) = (width, 0, height, 0)
    pixels.withUnsafeBufferPointer { new in
      other.pixels.withUnsafeBufferPointer { old in
        for y in 0..<height {
          let row = y * width..<(y + 1) * width
          guard let first = row.first(where: { new[$0] != old[$0] }),
            let last = row.last(where: { new[$0] != old[$0] })
          else { continue }
          (left, right) = (min(left, first - row.lowerBound), max(right, last - row.lowerBound))
          (top, bottom) = (min(top, y), y)
        }
      }
    }
    guard left <= right else { return Part(x: 0, y: 0, width: 1, height: 1) }
    return Part(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }

  fileprivate func cropped(to part: Part) -> Raster {
    guard part.width < width || part.height < height else { return self }
    let rows = (part.y..<part.y + part.height).map { y in
      pixels[y * width + part.x..<y * width + part.x + part.width]
    }
    return Raster(width: part.width, height: part.height, pixels: rows.flatMap(\.self))
  }

  /// The pixels as a PNG file would hold them: filtered and compressed, in one stream of zlib.
  fileprivate func compressed() throws -> [UInt8] {
    try PNGChunk.read(try smallest(dpi: 72, texts: [])).filter { $0.type == "IDAT" }
      .flatMap(\.data)
  }
}

extension PNGChunk {
  /// The first eight bytes of a PNG file.
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// A chunk as it stands in a file: length, type, data and checksum.
  static func bytes(_ type: String, _ data: some Collection<UInt8>) -> [UInt8] {
    let checked = Array(type.utf8) + data
    let sum = checked.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
    return big(UInt32(data.count)) + checked + big(UInt32(truncatingIfNeeded: sum))
  }
}

/// A number's bytes, the highest first.
private func big<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.bigEndian, Array.init)
}
