import Algebra
import Figures
import Geometry
import Images
import RealModule

/// What a run found about curvature, drawn: the density of the eigenvalues, the layers' bars, and
/// with several λ the curves over them.
struct CurvatureFigures: Sendable {
  private let scene: Scene
  private let report: CurvatureReport
  private let spectra: [ObjectiveSpectrum]
  private let maps: CurvatureMaps?
  private let files: FigureFiles

  init(
    _ report: CurvatureReport, _ spectra: [ObjectiveSpectrum],
    _ maps: CurvatureMaps?, _ model: Model, _ options: RenderOptions
  ) throws {
    scene = model.scene
    self.report = report
    self.spectra = spectra
    self.maps = maps
    files = try FigureFiles(model.scene, options, Provenance(model))
  }

  /// Draws the figures in the scene's formats.
  ///
  /// - Parameter reporter: Who is told.
  /// - Returns: The files.
  /// - Throws: `FigureError`, `ImageError`, `FileError` or `SpectrumError`.
  func write(reporter: Reporter) throws -> [String] {
    reporter.begin("drawing", 1)
    let numbers = report.lines.joined(separator: ". ") + "."
    var written = try write(
      "curvature",
      words(title, "Density of the eigenvalues", numbers, method: densityStyle.page.footer.plain),
      densityFigure(densities(), style: densityStyle))
    if report.layers.count > 1 {
      written += try write(
        "layers",
        words(
          layersPage.title.plain, "Largest and smallest eigenvalue of each layer's diagonal block",
          layerNumbers, method: "A penalty adds λ to each.", isOfBase: true),
        layersFigure())
    }
    if let panels = lambdaPanels {
      let style = LineFigureStyle(
        lambdaPage, x: .weightDecay("weight decay *λ*"), y: AxisStyle(""))
      written += try write(
        "curvature-lambda",
        words(
          lambdaPage.title.plain,
          "Extreme eigenvalues against the weight decay λ, the weights fixed",
          describe(panels, over: "λ"), method: lambdaPage.footer.plain),
        lineFigure(panels, style: style))
    }
    for map in try maps?.figures() ?? [] {
      let style = mapStyle(map)
      written += try write(
        map.name,
        words(
          map.title, "\(map.title), over the scene's slice with contours of the base loss",
          mapNumbers(map.maps), method: style.footer.plain, isOfBase: true),
        mapFigure(map.maps, style: style))
    }
    return written
  }

  private func mapStyle(_ map: CurvatureMaps.Drawn) -> FigureStyle {
    let plan = scene.figure
    var style = FigureStyle(typeface: files.typeface)
    style.page = plan.page ?? .column
    style.theme = plan.dark ? .dark : .light
    style.title = RichText(prose: map.title)
    style.subtitle = RichText(prose: subtitle)
    style.colorBarTitle = map.values
    let names = directionNames
    style.xTitle = "*α*  " + RichText(verbatim: "(\(names[0]))")
    style.yTitle = "*β*  " + RichText(verbatim: "(\(names[1]))")
    let unconverged = report.map?.unconverged ?? 0
    style.footer = RichText(
      prose: map.isOfSlice
        ? "Exact Hessian-vector products with both directions."
        : "Lanczos on exact Hessian-vector products, relative error at most "
          + short(report.map?.tolerance ?? 0)
          + (unconverged > 0 ? " but for \(grouped(unconverged)) points" : "") + ".")
    return style
  }

  /// What α and β move along.
  private var directionNames: [String] {
    let plan = scene.slice
    switch plan.directions {
    case .eigen(let first, let second):
      return [first, second].map { "eigenvector \($0)" }
    case .path: return ["principal component 1", "principal component 2"]
    case .plane, .line: return ["toward another model", "across"]
    case .files: return ["direction 1", "direction 2"]
    case .random:
      let kind =
        plan.normalisation == .none ? "random" : "\(plan.normalisation.rawValue)-normalised"
      return ["\(kind) direction\u{A0}1", "\(kind) direction\u{A0}2"]
    }
  }

  private func write(_ name: String, _ words: FigureWords, _ figure: Figure) throws -> [String] {
    try files.write(
      figure, name, words,
      entries: [
        ("landscape:lambda", list(spectra.compactMap(\.lambda).map(lambdaName)))
      ])
  }

  /// Caption and description: what is drawn of which matrix where, how, and its numbers.
  private func words(
    _ title: String, _ drawn: String, _ numbers: String, method: String,
    isOfBase: Bool = false
  ) -> FigureWords {
    let lambdas = spectra.compactMap(\.lambda).map(parameter)
    let objectives =
      lambdas.isEmpty || isOfBase ? "" : ", and of the total loss at λ = \(list(lambdas))"
    return FigureWords(
      title: title,
      caption: "\(drawn): \(matrixName) of the base loss\(objectives), at the weights "
        + "\(report.weights)\(report.tensors == "all" ? "" : ", block \(report.tensors)"). \(method)",
      description: "\(drawn). \(subtitle). \(numbers)")
  }

  private var layerNumbers: String {
    layers.map { name, layer in
      "\(name.capitalised): largest \(layer.largest.short), smallest \(layer.smallest.short)."
    }.joined(separator: " ")
  }

  /// Range and middle of each map.
  private func mapNumbers(_ maps: [Figures.CurvatureMap]) -> String {
    maps.map { map in
      let field = map.field
      let grid = Grid(alphas: field.xs, betas: field.ys)
      guard let relief = Relief(field.values, on: grid) else { return "No value is finite." }
      let centre = relief.origin.map { ", \(number($0)) in the middle" } ?? ""
      let convex = report.map.map {
        " The base loss is convex at \(number(100 * $0.convexShare)) % of the points, in the slice "
          + "at \(number(100 * $0.convexShareInSlice)) %."
      }
      return "From \(number(relief.lowest.value)) at (\(coordinate(relief.lowest.alpha)), "
        + "\(coordinate(relief.lowest.beta))) to \(number(relief.highest.value)) at "
        + "(\(coordinate(relief.highest.alpha)), \(coordinate(relief.highest.beta)))\(centre)."
        + (convex ?? "")
    }.joined(separator: " ")
  }

  private var matrixName: String {
    switch report.matrix {
    case "hessian": "Hessian"
    case "fisher": "empirical Fisher matrix"
    default: "Gauss-Newton matrix"
    }
  }

  private var title: String { "Eigenvalues of the \(matrixName)" }

  /// What all figures say of the point.
  private var subtitle: String {
    let block = report.tensors == "all" ? "" : " of \(report.tensors)"
    return
      "\(report.scene): weights \(report.weights), \(grouped(report.dimension)) parameters\(block)"
  }

  // MARK: - Density

  /// The spectrum of one objective, as it is drawn.
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

  private var curves: [Curve] {
    let isShiftedExact = spectra.first?.spectrum.method == "exact"
    return spectra.map { found in
      let method = found.spectrum.method
      return found.spectrum.curve(
        lambda: found.lambda, shift: found.shift,
        isExact: method == "exact" || method == "shifted" && isShiftedExact)
    }
  }

  /// The base loss and at most four λ, the first and the last among them: more lines cannot be told
  /// apart.
  private var shown: [Curve] {
    let curves = curves
    let totals = curves.filter { $0.lambda != nil }
    guard totals.count > 4 else { return curves }
    return curves.filter { $0.lambda == nil }
      + (0..<4).map { totals[$0 * (totals.count - 1) / 3] }
  }

  /// Half the width of the zone around 0 in which the axis is linear: a thousandth of the greatest
  /// eigenvalue, below which most of a network's eigenvalues lie.
  private var zone: Double {
    let greatest = curves.map { max(abs($0.extremes.lowerBound), abs($0.extremes.upperBound)) }
    // Where all are 0 there is no scale, and any will do; densities are to stay finite.
    let scale = greatest.max() ?? 0
    return 1e-3 * (scale == 0 ? 1 : max(scale, 1e-100))
  }

  /// One λ beside the base loss in one frame; several in frames of their own, each before the same
  /// base loss.
  private func densities() throws -> [Figures.SpectralDensity] {
    let totals = shown.filter { $0.lambda != nil }
    guard totals.count > 1, let base = shown.first(where: { $0.lambda == nil }) else {
      return try shown.map { curve in
        var density = try density(curve)
        if curve.lambda != nil { density.name = "total loss, " + density.name }
        return density
      }
    }
    let before = try density(base)
    return try totals.flatMap { curve in
      let density = try density(curve)
      var own = before
      own.name = density.name
      return [own, density]
    }
  }

  /// The density in the eigenvalue itself, smoothed on the bent axis that it is drawn on.
  private func density(_ curve: Curve) throws -> Figures.SpectralDensity {
    let zone = zone
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

  private var densityStyle: DensityFigureStyle {
    let probes = report.spectra.first.flatMap { spectrum in
      spectrum.probes.map { "\($0) probes of \(spectrum.lanczosSteps ?? 0) Lanczos steps" }
    }
    let page = files.page(
      title: title, subtitle: subtitle,
      footer: "\(probes ?? "All eigenvalues"); Gaussian of width \(Self.width) in asinh(μ/"
        + "\(RichText(measured: zone).plain))"
        + (probes == nil ? "." : "; bands: one standard error."))
    var style = DensityFigureStyle(page)
    style.linearZone = zone
    if shown.count < 3 { style.arrangement = .overlaid }
    return style
  }

  // MARK: - Layers

  /// The layers' bars; on a page too low for all, those of the greatest eigenvalues.
  private func layersFigure() throws -> Figure {
    let (bars, all) = (bars, report.layers.indices)
    let order = all.sorted {
      report.layers[$0].largest.value > report.layers[$1].largest.value
    }
    func figure(_ shown: [Int]) throws -> Figure {
      var style = BarFigureStyle(layersPage, x: AxisStyle("eigenvalue\u{A0}*μ*", scale: barScale))
      style.barNames = ["largest eigenvalue", "smallest eigenvalue"]
      if shown.count < bars.count {
        style.page.footer =
          style.page.footer
          + RichText(
            verbatim: " Shown: the \(shown.count) of \(bars.count) layers with the greatest.")
      }
      return try barFigure(shown.map { bars[$0] }, style: style)
    }
    var count = all.count
    while true {
      do {
        return try figure(order.prefix(count).sorted())
      } catch let error as FigureError {
        guard count > 1, layersPage.format.height != nil else { throw error }
        count -= 1
      }
    }
  }

  private var bars: [BarGroup] {
    layers.map { name, layer in
      BarGroup(
        RichText(verbatim: "\(name) (\(grouped(layer.parameters)))"),
        [layer.largest, layer.smallest].map { Bar($0.value, isConverged: $0.isConverged) })
    }
  }

  /// Symlog where the smallest would be out of sight beside the largest.
  private var barScale: AxisScale {
    let sizes = report.layers.flatMap { [abs($0.largest.value), abs($0.smallest.value)] }
    let (least, most) = (sizes.filter { $0 > 0 }.min() ?? 1, sizes.max() ?? 1)
    return most > 50 * least ? .symlog(linearZone: nil) : .linear
  }

  private var layersPage: PageStyle {
    files.page(
      title: "Extreme eigenvalues of the \(matrixName)'s layer blocks", subtitle: subtitle,
      footer:
        "Of each layer's diagonal block of the base loss's \(matrixName), its size in brackets. A "
        + "penalty adds λ to each.")
  }

  // MARK: - Over λ

  /// Largest and smallest eigenvalue, and effective parameters, against λ; nil with fewer than two.
  ///
  /// Where the penalty moves all eigenvalues alike, every λ between is known, and the curves are drawn
  /// through them.
  private var lambdaPanels: [LinePanel]? {
    let totals = spectra.filter { $0.lambda != nil }.sorted { ($0.lambda ?? 0) < ($1.lambda ?? 0) }
    guard totals.count > 1, let base = spectra.first?.spectrum else { return nil }
    let between = shifts(over: totals)
    /// Without a penalty total and base loss are the same.
    func line(
      _ name: RichText, atZero: Double? = nil, _ value: (ObjectiveSpectrum) -> Double?,
      shifted: (Double) -> Double? = { _ in nil }
    ) -> Line {
      var line = Line(
        name,
        ((hasZero ? atZero : nil).map { [Point(0, $0)] } ?? [])
          + totals.map { Point($0.lambda ?? 0, value($0) ?? .nan) })
      let course = between.compactMap { step in
        shifted(step.shift).map { Point(step.lambda, $0) }
      }
      if !course.isEmpty { line.course = course }
      return line
    }
    func eigenvalues(
      _ title: RichText, _ path: KeyPath<CurvatureSpectrum, [CurvatureReport.EigenvalueRecord]>
    ) -> LinePanel {
      let own = base[keyPath: path].first?.value
      return LinePanel(
        [
          line("base loss", atZero: own) { _ in own },
          line("total loss", atZero: own) {
            $0.spectrum[keyPath: path].first?.value
          } shifted: { shift in
            own.map { $0 + shift }
          },
        ], title: title)
    }
    var panels = [
      eigenvalues("largest eigenvalue\u{A0}*μ*", \.top),
      eigenvalues("smallest eigenvalue\u{A0}*μ*", \.bottom),
    ]
    if totals.allSatisfy({ $0.meeting != nil }) {
      panels.append(
        LinePanel(
          [
            line("", { $0.meeting?.value }, shifted: { base.effectiveParameters(lambda: $0).value })
          ],
          title: "effective parameters Σ\u{A0}*μ*/(*μ*\u{A0}+\u{A0}*λ*)"))
    }
    return panels
  }

  /// λ from the first to the last, and by how much each moves every eigenvalue; none where the penalty
  /// does not move all alike.
  private func shifts(over totals: [ObjectiveSpectrum]) -> [(lambda: Double, shift: Double)] {
    guard let first = totals.first?.lambda, let last = totals.last?.lambda, first < last,
      let shift = totals.first?.shift, totals.allSatisfy({ $0.shift != nil })
    else { return [] }
    // A point a few hundredths of a page's width: no corner is seen.
    return (0...60).map { step in
      let lambda = first * Double.pow(last / first, Double(step) / 60)
      return (lambda, shift / first * lambda)
    }
  }

  /// Whether λ = 0 is among those asked for: the spectra have it once, as the base loss's.
  private var hasZero: Bool { scene.penalty.values.contains(0) }

  private var lambdaPage: PageStyle {
    files.page(
      title: "Curvature against λ, the weights fixed", subtitle: subtitle,
      footer: (report.penaltyScope == "all"
        ? "The penalty on all parameters adds exactly λ to every eigenvalue."
        : "Penalised: \(report.penaltyScope); each λ is computed.")
        + (hasZero && spectra.contains { $0.meeting != nil }
          ? " Effective parameters are not defined at λ = 0." : ""))
  }
}

extension CurvatureFigures {
  /// The layers as figures name them: by their tensors' names, or counted from 1 where these are but
  /// places among modules, some of which have no weights.
  private var layers: [(name: String, record: CurvatureReport.LayerRecord)] {
    report.layers.enumerated().map { index, layer in
      (Int(layer.layer) == nil ? layer.layer : "layer \(index + 1)", layer)
    }
  }
}
