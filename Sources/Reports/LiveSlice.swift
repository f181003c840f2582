public import Figures

/// A slice that the page redraws for any λ: base losses on a grid, and the six numbers of the
/// penalty over it.
///
/// `total(α, β; λ) = base + λ/2·(p₀ + p₁α + p₂β + p₃α² + p₄αβ + p₅β²)`; scale, levels and colours
/// are one for all λ.
public struct LiveSlice: Sendable {
  /// A minimiser of the total loss, as found elsewhere, where the slice shows it.
  public struct Minimiser: Hashable, Sendable {
    /// λ.
    public var lambda: Double
    /// Along the horizontal axis.
    public var alpha: Double
    /// Along the vertical axis.
    public var beta: Double

    /// Makes a minimiser.
    public init(lambda: Double, alpha: Double, beta: Double) {
      self.lambda = lambda
      self.alpha = alpha
      self.beta = beta
    }
  }

  /// The largest grid, 2²⁰ samples or 5.6 MB of page: 1024 × 1024, finer than screens show it.
  public static let maximumCount = 1 << 20

  /// What the slice is, in a line.
  public var title = "The slice as λ moves"
  /// What a reader must know of it: directions, protocol.
  public var caption = ""
  /// What the horizontal axis shows.
  public var xTitle = "α"
  /// What the vertical axis shows.
  public var yTitle = "β"
  /// What the colours show.
  public var valueTitle = "total loss"
  /// Whether both axes have the same unit, so that the plane must not be stretched.
  public var hasEqualUnits = true
  /// Minimisers known from elsewhere, in the order of λ; drawn as a path.
  public var path: [Minimiser] = []
  /// What the path is, for the legend.
  public var pathTitle = "minimisers w*(λ)"
  /// Shown where scripts do not run, and in `report.md`.
  public var still: ReportFigure?

  /// Columns' coordinates.
  public let alphas: [Double]
  /// Rows' coordinates, upward.
  public let betas: [Double]
  /// Base losses, row-major `[betas.count, alphas.count]`; NaN or ±∞ where there is none.
  public let base: [Double]
  /// ⟨c,c⟩, 2⟨c,u⟩, 2⟨c,v⟩, ⟨u,u⟩, 2⟨u,v⟩, ⟨v,v⟩ over what is penalised.
  public let penalty: [Double]
  /// The λ that were asked for, increasing.
  public let lambdas: [Double]
  /// Scale, levels and colours for all of them.
  let bands: ColorBands

  /// Makes a slice.
  ///
  /// - Parameters:
  ///   - alphas: Columns' coordinates, finite and strictly increasing, two or more.
  ///   - betas: Rows' coordinates, finite and strictly increasing, two or more.
  ///   - base: Base losses, row-major from the lowest row; any may be NaN or infinite.
  ///   - penalty: ⟨c,c⟩, 2⟨c,u⟩, 2⟨c,v⟩, ⟨u,u⟩, 2⟨u,v⟩, ⟨v,v⟩.
  ///   - lambdas: The λ of the study, not negative; the slider runs from 0, then logarithmically
  ///     from the first positive one to the last.
  ///   - scale: The transformation of values; automatic, as losses span decades or do not.
  ///   - range: The values that colours cover; those of the totals at all λ if nil.
  ///   - colorMap: The colours; viridis, which readers expect and every eye can order.
  /// - Throws: ``ReportError`` for counts that disagree or a grid that is too large, `FigureError`
  ///   for coordinates that do not increase, no finite value, or a scale that cannot show them.
  public init(
    alphas: [Double], betas: [Double], base: [Double], penalty: [Double], lambdas: [Double],
    scale: ScaleOption = .automatic, range: ClosedRange<Double>? = nil,
    colorMap: ColorMap = .viridis
  ) throws {
    guard alphas.count <= Self.maximumCount / max(betas.count, 1) else {
      throw ReportError(
        "A live slice of \(alphas.count) by \(betas.count) samples makes too large a page: at most "
          + "\(Self.maximumCount) are allowed. Sample more coarsely or leave the slice out.")
    }
    guard penalty.count == 6, penalty.allSatisfy(\.isFinite) else {
      throw ReportError(
        "The penalty over a slice has six finite coefficients, not \(penalty).")
    }
    let lambdas = Set(lambdas).sorted()
    guard let first = lambdas.first, let last = lambdas.last, first >= 0, last.isFinite else {
      throw ReportError("A live slice needs one λ or more, none negative; it has \(lambdas).")
    }
    // Totals grow with λ, so those of the ends hold the range of all.
    let squares = betas.flatMap { beta in
      alphas.map { alpha in
        penalty[0] + penalty[1] * alpha + penalty[2] * beta + penalty[3] * alpha * alpha
          + penalty[4] * alpha * beta + penalty[5] * beta * beta
      }
    }
    let fields = try Set([0, last]).sorted().map { lambda in
      try Field(
        xs: alphas, ys: betas,
        values: zip(base, squares).map { lambda == 0 ? $0 : $0 + lambda / 2 * $1 })
    }
    self.alphas = alphas
    self.betas = betas
    self.base = base
    self.penalty = penalty
    self.lambdas = lambdas
    bands = try ColorBands(for: fields, scale: scale, range: range, colorMap: colorMap)
  }
}
