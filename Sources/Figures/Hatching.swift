extension Path {
  /// The outline of the chosen cells of a grid, as closed rings for the even-odd rule.
  ///
  /// - Parameters:
  ///   - columns: Cells in a row.
  ///   - rows: Rows of cells.
  ///   - isChosen: Whether a cell (column, row) is chosen.
  ///   - corner: The place of a grid corner (column, row), one more of each than cells.
  init(
    outlineOfCells columns: Int, _ rows: Int, where isChosen: (Int, Int) -> Bool,
    corner: (Int, Int) -> Point
  ) {
    var chosen = [Bool](repeating: false, count: columns * rows)
    for row in 0..<rows {
      for column in 0..<columns { chosen[row * columns + column] = isChosen(column, row) }
    }
    func isInside(_ i: Int, _ j: Int) -> Bool {
      i >= 0 && j >= 0 && i < columns && j < rows && chosen[j * columns + i]
    }
    // Every side between a chosen cell and another, with the chosen cell on its left.
    var following: [Int: [Int]] = [:]
    var starts: [Int] = []
    func add(_ i: Int, _ j: Int, _ k: Int, _ l: Int) {
      let start = j * (columns + 1) + i
      following[start, default: []].append(l * (columns + 1) + k)
      starts.append(start)
    }
    for row in 0..<rows {
      for column in 0..<columns where chosen[row * columns + column] {
        if !isInside(column, row - 1) { add(column, row, column + 1, row) }
        if !isInside(column + 1, row) { add(column + 1, row, column + 1, row + 1) }
        if !isInside(column, row + 1) { add(column + 1, row + 1, column, row + 1) }
        if !isInside(column - 1, row) { add(column, row + 1, column, row) }
      }
    }
    self.init()
    for start in starts {
      var ring: [Point] = []
      var place = start
      while let next = following[place]?.popLast() {
        ring.append(corner(place % (columns + 1), place / (columns + 1)))
        place = next
      }
      if ring.count > 2 { steps += Path(ring, closed: true).steps }
    }
  }
}

extension Sheet {
  /// Covers an area with a grey hatching that says "no value here".
  mutating func hatch(_ area: Path, in frame: Rectangle, style: FigureStyle) {
    let (fill, line) = style.theme.missing
    let step = 4 * style.page.textScale
    var lines: [Path.Step] = []
    for index in 0..<Int((frame.width + frame.height) / step) + 1 {
      let x = frame.minX + Double(index) * step
      lines += [.move(Point(x, frame.minY)), .line(Point(x - frame.height, frame.maxY))]
    }
    let hatching = Stroke(line, width: 0.6 * style.page.textScale)
    elements.append(
      .clip(frame.path, [.fill(area, fill), .clip(area, [.stroke(Path(lines), hatching)])]))
  }
}
