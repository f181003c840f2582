import CCairo

/// A picture of Cairo's, freed once, when the owner goes.
struct ImageSurface: ~Copyable {
  let surface: OpaquePointer

  /// Makes a picture row by row, each pixel 0xRRGGBB.
  ///
  /// - Parameters:
  ///   - columns: At most 32,767, as Cairo's coordinates have 16 bits.
  ///   - rows: At most 32,767.
  ///   - write: Fills the row of a number, from the top.
  /// - Throws: ``ImageError`` if the picture is too large.
  init(
    columns: Int, rows: Int, write: (Int, UnsafeMutableBufferPointer<UInt32>) -> Void
  ) throws {
    guard (1...32_767).contains(columns), (1...32_767).contains(rows) else {
      throw ImageError.size(
        "an image of \(columns) × \(rows) cells cannot be drawn: each side must be 1 to 32767")
    }
    let made = cairo_image_surface_create(CAIRO_FORMAT_RGB24, CInt(columns), CInt(rows))
    guard let made, let data = cairo_image_surface_get_data(made) else {
      cairo_surface_destroy(made)
      throw ImageError.library("there is no memory for an image of \(columns) × \(rows) cells")
    }
    let stride = Int(cairo_image_surface_get_stride(made))
    for row in 0..<rows {
      let start = UnsafeMutableRawPointer(data + row * stride)
        .bindMemory(to: UInt32.self, capacity: columns)
      write(row, UnsafeMutableBufferPointer(start: start, count: columns))
    }
    cairo_surface_mark_dirty(made)
    surface = made
  }

  deinit { cairo_surface_destroy(surface) }
}
