/// The lowest value on a grid, and where the minimum of the surface lies between the points.
public struct GridMinimum: Sendable, Equatable {
  /// The column of the lowest value.
  public var column: Int
  /// The row of the lowest value.
  public var row: Int
  /// α of the lowest value.
  public var alpha: Double
  /// β of the lowest value.
  public var beta: Double
  /// The lowest value.
  public var value: Double
  /// The minimum between grid points, by a parabola from central differences at the lowest value.
  ///
  /// The lowest point itself where that is no parabola with a minimum less than a cell away, or the
  /// grid is not evenly spaced there. Exact on quadratics.
  public var refined: (alpha: Double, beta: Double, value: Double)
  /// Whether the lowest value lies on the edge of the grid, so that the surface may fall further
  /// outside.
  public var isOnEdge: Bool

  /// Finds the lowest finite value, of equal ones the first; nil where there is none, or where several
  /// points have finite values and all are equal: what is flat has no minimum.
  ///
  /// - Parameters:
  ///   - values: Row-major, as many as the grid has points.
  ///   - grid: The coordinates.
  public init?(of values: [Double], on grid: Grid) {
    let columns = grid.alphas.count
    let finite = values.indices.filter { values[$0].isFinite }
    guard let lowest = finite.min(by: { values[$0] < values[$1] }),
      finite.count == 1 || finite.contains(where: { values[$0] > values[lowest] })
    else { return nil }
    column = lowest % columns
    row = lowest / columns
    alpha = grid.alphas[column]
    beta = grid.betas[row]
    value = values[lowest]
    refined = (alpha, beta, value)
    isOnEdge =
      column == 0 || row == 0 || column == columns - 1 || row == grid.betas.count - 1
    guard !isOnEdge, Self.isEven(grid.alphas, at: column), Self.isEven(grid.betas, at: row) else {
      return
    }

    func at(_ dx: Int, _ dy: Int) -> Double { values[(row + dy) * columns + column + dx] }
    let around = (-1...1).flatMap { dy in (-1...1).map { dx in at(dx, dy) } }
    guard around.allSatisfy(\.isFinite) else { return }
    // Central differences, in cells from the lowest: the parabola passes through it and its four
    // nearest, so that a coarse grid does not pull the value away.
    let gx = (at(1, 0) - at(-1, 0)) / 2
    let gy = (at(0, 1) - at(0, -1)) / 2
    let hxx = at(1, 0) - 2 * value + at(-1, 0)
    let hyy = at(0, 1) - 2 * value + at(0, -1)
    let hxy = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4
    let determinant = hxx * hyy - hxy * hxy
    guard hxx > 0, determinant > 1e-12 * hxx * hyy else { return }
    let x = -(hyy * gx - hxy * gy) / determinant
    let y = -(hxx * gy - hxy * gx) / determinant
    guard abs(x) <= 1, abs(y) <= 1 else { return }
    refined = (
      alpha + x * (grid.alphas[column + 1] - grid.alphas[column - 1]) / 2,
      beta + y * (grid.betas[row + 1] - grid.betas[row - 1]) / 2,
      value + (gx * x + gy * y) / 2
    )
  }

  /// Whether both neighbours are equally far, which the parabola takes for granted.
  private static func isEven(_ axis: [Double], at i: Int) -> Bool {
    let (before, after) = (axis[i] - axis[i - 1], axis[i + 1] - axis[i])
    return abs(after - before) <= 1e-6 * after
  }

  /// Whether two minima are the same in every number.
  public static func == (a: GridMinimum, b: GridMinimum) -> Bool {
    a.column == b.column && a.row == b.row && a.alpha == b.alpha && a.beta == b.beta
      && a.value == b.value && a.refined == b.refined && a.isOnEdge == b.isOnEdge
  }
}
