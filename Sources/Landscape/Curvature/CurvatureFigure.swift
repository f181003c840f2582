import Algebra
import Figures
import Images
import RealModule
import TensorFiles

/// The spectral densities of a run, drawn: `curvature.png`.
struct CurvatureFigure: Sendable {
  /// The spectrum of one objective.
  struct Curve: Sendable {
    /// λ of the total loss, or nil for the base loss.
    var lambda: Double?
    /// By how much the penalty moves every eigenvalue, where it moves all alike.
    var shift: Double?
    /// All eigenvalues as one probe, or an estimate.
    var measure: SpectralQuadrature
    /// Whether all eigenvalues are known.
    var isExact: Bool
    /// The least and the greatest eigenvalue.
    var extremes: ClosedRange<Double>
    /// The share of eigenvalues below 0.
    var negativeMass: Double
  }

  let scene: Scene
  let report: CurvatureReport
  let curves: [Curve]

  /// Draws the densities in the scene's formats.
  ///
  /// - Parameter folder: The folder that files are written to.
  /// - Returns: The files.
  /// - Throws: `FigureError`, `ImageError`, `FileError` or `SpectrumError`.
  func write(to folder: String) throws -> [String] {
    let typeface = try FontFile.standard()
    let figure = try densityFigure(shown.map(density), style: style(typeface))
    let metadata = Metadata([
      .init(key: "Title", text: title),
      .init(key: "Description", text: report.lines.joined(separator: " ")),
      .init(key: "Software", text: report.program),
      .init(key: "landscape:command", text: report.command),
      .init(key: "landscape:scene", text: scene.source),
    ])
    return try scene.figure.formats.map { format in
      let bytes = try format.bytes(
        of: figure.drawing, dpi: scene.figure.dpi, typeface: typeface, metadata: metadata)
      let path = "\(folder)/curvature.\(format.rawValue)"
      try AtomicFile.write(bytes, to: path)
      return path
    }
  }

  private var title: String {
    "Eigenvalues of the \(report.matrix == "hessian" ? "Hessian" : "Gauss-Newton matrix")"
  }

  /// The base loss and at most four λ, the first and the last among them: more lines cannot be told
  /// apart.
  private var shown: [Curve] {
    let totals = curves.filter { $0.lambda != nil }
    guard totals.count > 4 else { return curves }
    return curves.filter { $0.lambda == nil }
      + (0..<4).map { totals[$0 * (totals.count - 1) / 3] }
  }

  /// Half the width of the zone around 0 in which the axis is linear: a thousandth of the greatest
  /// eigenvalue, below which most of a network's eigenvalues lie.
  private var zone: Double {
    let greatest = curves.map { max(abs($0.extremes.lowerBound), abs($0.extremes.upperBound)) }
    return max(greatest.max() ?? 1, 1e-300) * 1e-3
  }

  /// The density in the eigenvalue itself, smoothed on the bent axis that it is drawn on.
  private func density(_ curve: Curve) throws -> Figures.SpectralDensity {
    let variable = SpectralVariable.asinh(scale: zone)
    let grid = variable.grid(covering: curve.extremes, width: Self.width, count: 800)
    let smooth = try curve.measure.density(on: grid, width: Self.width, variable: variable)
    // dt/dμ of t = asinh(μ / zone).
    let slopes = grid.map { 1 / ($0 * $0 + zone * zone).squareRoot() }
    let values = zip(smooth.values, slopes).map { $0 * $1 }
    let errors = zip(smooth.standardErrors, slopes).map { $0 * $1 }
    let hasBand = !curve.isExact && errors.count == values.count
    return Figures.SpectralDensity(
      curve.lambda.map { "*λ* = " + RichText(parameter: $0) } ?? "base loss",
      part: curve.lambda == nil ? .base : .total,
      points: zip(grid, values).map { Point($0, $1) },
      band: hasBand
        ? Line.Band(
          lower: zip(values, errors).map { max($0 - $1, 0) },
          upper: zip(values, errors).map { $0 + $1 }) : nil,
      extremes: curve.extremes, negativeMass: curve.negativeMass,
      exact: curve.isExact ? curve.measure.probes[0].nodes : [], shift: curve.shift)
  }

  /// The kernel's deviation on the bent axis: peaks closer than a tenth are one.
  private static let width = 0.1

  private func style(_ typeface: FontFile) -> DensityFigureStyle {
    var page = PageStyle(typeface: typeface)
    page.format = PageFormat(width: scene.figure.width / 25.4 * 72)
    page.theme = scene.figure.dark ? .dark : .light
    page.title = RichText(verbatim: title)
    page.subtitle = RichText(
      verbatim: "\(report.scene): weights \(report.weights), \(report.dimension) parameters")
    let probes = report.spectra.first.flatMap { spectrum in
      spectrum.probes.map { "\($0) probes of \(spectrum.lanczosSteps ?? 0) Lanczos steps" }
    }
    page.footer = RichText(
      verbatim: "\(probes ?? "All eigenvalues"); Gaussian of width \(Self.width) in asinh(μ/"
        + "\(RichText(measured: zone).plain)).")
    var style = DensityFigureStyle(page)
    style.linearZone = zone
    return style
  }
}

extension Scene.FigurePlan.Format {
  /// A drawing as a file of this kind.
  func bytes(
    of drawing: Drawing, dpi: Double, typeface: FontFile, metadata: Metadata
  ) throws -> [UInt8] {
    switch self {
    case .png: try drawing.png(dpi: dpi, typeface: typeface, metadata: metadata)
    case .pdf: try drawing.pdf(typeface: typeface, metadata: metadata)
    case .svg: try drawing.svg(typeface: typeface, metadata: metadata)
    }
  }
}
