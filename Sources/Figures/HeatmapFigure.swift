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
  private let hasMissing: Bool
  /// Whether the cell in a column and a line from the top is missing.
  private let isMissing: (Int, Int) -> Bool
  /// What the frame shows, and what all cells cover.
  private let axes: Axes
  private let extent: Axes

  /// At most so many cells a side where samples are unevenly spaced.
  private static let unevenCells = 2048

  init(_ field: Field, norm: Norm?, axes: Axes, theme: Theme) {
    // Contours over the cells end at the outermost samples; a frame that does, too, cuts the cells.
    let whole = Axes(field, wholeCells: true)
    let columns = Cells.order(field.xs, across: whole.x)
    let rows = Cells.order(field.ys, across: whole.y)
    (self.axes, extent) = (axes, whole)
    var pixels: [UInt32] = []
    pixels.reserveCapacity(columns.count * rows.count)
    for row in rows.reversed() {
      for column in columns {
        let value = field.values[row * field.xs.count + column]
        let color = Field.isMissing(value) ? nil : norm?.color(of: value)
        pixels.append((color ?? theme.missing.fill).pixel)
      }
    }
    hasMissing = field.missingCount > 0
    isMissing = { column, line in
      Field.isMissing(field.values[rows[rows.count - 1 - line] * field.xs.count + columns[column]])
    }
    raster = Raster(width: columns.count, height: rows.count, pixels: pixels)
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
    let (first, last) = (
      axes.place(Point(extent.x.lowerBound, extent.y.upperBound), in: frame),
      axes.place(Point(extent.x.upperBound, extent.y.lowerBound), in: frame)
    )
    let all =
      axes == extent
      ? frame
      : Rectangle(x: first.x, y: first.y, width: last.x - first.x, height: last.y - first.y)
    let image = Drawing.Element.image(raster, all)
    sheet.elements.append(axes == extent ? image : .clip(frame.path, [image]))
    guard hasMissing else { return }
    let area = Path(
      outlineOfCells: raster.width, raster.height, where: isMissing,
      corner: { column, line in
        Point(
          all.minX + Double(column) / Double(raster.width) * all.width,
          all.minY + Double(line) / Double(raster.height) * all.height)
      })
    sheet.hatch(area, in: frame, style: style)
  }
}
