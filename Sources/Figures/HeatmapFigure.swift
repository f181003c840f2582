/// Draws a field as plain cells, one a sample, each centred on its coordinates, with labelled
/// contours over them, a colour bar and marks.
///
/// - Parameters:
///   - panel: The field, its title and its marks.
///   - style: How it looks.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if the style cannot show these values or the page is too small.
public func heatmapFigure(_ panel: Panel, style: FigureStyle) throws -> Figure {
  try FigureComposer([panel], style: style, content: .cells).figure()
}

/// A field's samples as coloured cells.
struct Cells {
  /// The picture, row by row from the top.
  let raster: Raster
  /// The cells of missing samples, in the plane's coordinates from 0 to 1 across the picture.
  private let missing: [Rectangle]

  /// At most so many cells a side where samples are unevenly spaced.
  private static let unevenCells = 2048

  init(_ field: Field, norm: Norm?, axes: Axes, theme: Theme) {
    let columns = Cells.order(field.xs, across: axes.x)
    let rows = Cells.order(field.ys, across: axes.y)
    var pixels: [UInt32] = []
    pixels.reserveCapacity(columns.count * rows.count)
    var missing: [Rectangle] = []
    for (line, row) in rows.reversed().enumerated() {
      for (place, column) in columns.enumerated() {
        let value = field.values[row * field.xs.count + column]
        if Field.isMissing(value) {
          missing.append(
            Rectangle(
              x: Double(place) / Double(columns.count), y: Double(line) / Double(rows.count),
              width: 1 / Double(columns.count), height: 1 / Double(rows.count)))
        }
        let color = Field.isMissing(value) ? nil : norm?.color(of: value)
        pixels.append((color ?? theme.missing.fill).pixel)
      }
    }
    raster = Raster(width: columns.count, height: rows.count, pixels: pixels)
    self.missing = missing
  }

  /// The samples of an axis in order; where spacing is uneven, the nearest sample to each of many
  /// even places.
  private static func order(_ axis: [Double], across extent: ClosedRange<Double>) -> [Int] {
    let span = extent.upperBound - extent.lowerBound
    let step = span / Double(axis.count)
    let isEven = axis.indices.allSatisfy {
      abs(axis[$0] - extent.lowerBound - (Double($0) + 0.5) * step) < 1e-3 * step
    }
    if isEven { return Array(axis.indices) }
    let count = max(unevenCells, axis.count)
    var nearest = 0
    return (0..<count).map { place in
      let x = extent.lowerBound + span * (Double(place) + 0.5) / Double(count)
      while nearest + 1 < axis.count, abs(axis[nearest + 1] - x) < abs(axis[nearest] - x) {
        nearest += 1
      }
      return nearest
    }
  }

  func draw(on sheet: inout Sheet, in frame: Rectangle, style: FigureStyle) {
    sheet.elements.append(.image(raster, frame))
    guard !missing.isEmpty else { return }
    let area = missing.flatMap { cell in
      Rectangle(
        x: frame.minX + cell.x * frame.width, y: frame.minY + cell.y * frame.height,
        width: cell.width * frame.width, height: cell.height * frame.height
      ).path.steps
    }
    sheet.hatch(Path(area), in: frame, style: style)
  }
}
