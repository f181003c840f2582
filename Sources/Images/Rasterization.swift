import CCairo
public import Figures

extension Drawing {
  /// Draws on a grid of pixels.
  ///
  /// Everything is drawn at twice the resolution, then each 2 × 2 block is averaged, because
  /// Cairo alone knows only 15 levels of vertical coverage. The average is of the sRGB values as
  /// they are, not of light: Cairo blends edges that way, and so do PDF viewers, so a hairline
  /// has the same weight everywhere; averaged in linear light, a dark line covering half a pixel
  /// would be as pale as 0.74 instead of 0.5, and thin lines and small letters would fade. Nested
  /// fills show no seam either way, since the page is covered once and stays covered.
  ///
  /// - Parameters:
  ///   - dpi: Pixels to an inch of 72 points.
  ///   - typeface: For the texts.
  /// - Returns: A picture of round(width · dpi / 72) × round(height · dpi / 72) pixels.
  /// - Throws: ``ImageError`` if the picture would have more than 2²⁶ pixels or a side above
  ///   16,383, or the drawing holds something that is not finite.
  public func raster(dpi: Double, typeface: any Typeface) throws -> Raster {
    try validate()
    let (columns, rows) = try pixelSize(dpi: dpi)
    let scale = dpi / 72 * Double(oversampling)
    let canvas = try Canvas(
      owning: cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, CInt(columns * oversampling), CInt(rows * oversampling)),
      scale: scale)
    try canvas.check()

    canvas.paint(.white)
    canvas.paint(background)
    try canvas.draw(
      elements,
      image: { raster, rectangle in
        try canvas.blocks(
          raster, rectangle, scale: scale,
          columns: columns * oversampling, rows: rows * oversampling)
      },
      text: { canvas.outline($0, typeface) })
    try canvas.check()
    return try canvas.averaged(columns: columns, rows: rows)
  }

  /// The picture's size in pixels.
  ///
  /// - Parameter dpi: Pixels to an inch of 72 points.
  /// - Returns: Columns and rows.
  /// - Throws: ``ImageError`` where ``raster(dpi:typeface:)`` would refuse them.
  public func pixelSize(dpi: Double) throws -> (columns: Int, rows: Int) {
    guard dpi > 0, dpi <= 100_000 else {
      throw ImageError.size("a resolution of \(dpi) dpi cannot be drawn: say 72 to 1200")
    }
    let columns = (width / 72 * dpi).rounded()
    let rows = (height / 72 * dpi).rounded()
    guard columns >= 1, rows >= 1, max(columns, rows) <= 16_383, columns * rows <= 0x1p26 else {
      throw ImageError.size(
        "a picture of \(Int(columns)) × \(Int(rows)) pixels cannot be drawn: each side must be "
          + "1 to 16383, and the whole at most 67108864 pixels; lower the resolution of \(dpi) dpi")
    }
    return (Int(columns), Int(rows))
  }
}

/// Samples along each side of a pixel.
private let oversampling = 2

extension Canvas {
  /// Draws a picture's cells as plain blocks.
  ///
  /// A device pixel takes the cell under its centre. Cairo's own nearest-neighbour filter steps
  /// in 1/65536 of a cell, which adds up to a displaced edge on wide pictures.
  fileprivate borrowing func blocks(
    _ raster: Raster, _ rectangle: Rectangle, scale: Double, columns: Int, rows: Int
  ) throws {
    let xs = CellMap(
      start: rectangle.x * scale, length: rectangle.width * scale, cells: raster.width,
      limit: columns)
    let ys = CellMap(
      start: rectangle.y * scale, length: rectangle.height * scale, cells: raster.height,
      limit: rows)
    guard !xs.cells.isEmpty, !ys.cells.isEmpty else { return }

    let image = try ImageSurface(columns: xs.cells.count, rows: ys.cells.count) { row, line in
      let start = ys.cells[row] * raster.width
      raster.pixels.withUnsafeBufferPointer { pixels in
        for (column, cell) in xs.cells.enumerated() { line[column] = pixels[start + cell] }
      }
    }

    cairo_save(context)
    cairo_rectangle(context, rectangle.x, rectangle.y, rectangle.width, rectangle.height)
    cairo_identity_matrix(context)
    cairo_set_source_surface(context, image.surface, Double(xs.first), Double(ys.first))
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_fill(context)
    cairo_restore(context)
  }

  /// The picture at half the size, each pixel the mean of four.
  fileprivate borrowing func averaged(columns: Int, rows: Int) throws -> Raster {
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else {
      throw ImageError.library("Cairo has lost the picture")
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    let pixels = [UInt32](unsafeUninitializedCapacity: columns * rows) { pixels, count in
      for y in 0..<rows {
        let upper = UnsafeRawPointer(data + 2 * y * stride).assumingMemoryBound(to: UInt32.self)
        let lower = UnsafeRawPointer(data + (2 * y + 1) * stride)
          .assumingMemoryBound(to: UInt32.self)
        for x in 0..<columns {
          let four = (upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1])
          // Red and blue together, 16 bits apart, so that neither carries into the other.
          let outer =
            (four.0 & 0xFF00FF) + (four.1 & 0xFF00FF) + (four.2 & 0xFF00FF)
            + (four.3 & 0xFF00FF) + 0x020002
          let green =
            (four.0 & 0x00FF00) + (four.1 & 0x00FF00) + (four.2 & 0x00FF00)
            + (four.3 & 0x00FF00) + 0x000200
          pixels[y * columns + x] = (outer >> 2 & 0xFF00FF) | (green >> 2 & 0x00FF00)
        }
      }
      count = columns * rows
    }
    return Raster(width: columns, height: rows, pixels: pixels)
  }
}

/// Which cell each device pixel along one axis shows.
private struct CellMap {
  /// The first device pixel touched.
  let first: Int
  /// For it and each that follows, the cell under its centre.
  let cells: [Int]

  init(start: Double, length: Double, cells count: Int, limit: Int) {
    let first = Int(max(0, start.rounded(.down)))
    let end = Int(min(Double(limit), (start + length).rounded(.up)))
    self.first = first
    cells = (first..<max(first, end)).map { pixel in
      let cell = ((Double(pixel) + 0.5 - start) / length * Double(count)).rounded(.down)
      return Int(min(max(cell, 0), Double(count - 1)))
    }
  }
}
