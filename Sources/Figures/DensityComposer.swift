/// Turns densities into panels of lines.
struct DensityComposer {
  private let densities: [SpectralDensity]
  private let style: DensityFigureStyle
  private let floor: Double
  private let highest: Double
  private let names: [RichText]
  private let isStacked: Bool

  /// More strokes than these run together.
  private static let rugLimit = 400
  private static let bins = 80

  init(_ densities: [SpectralDensity], style: DensityFigureStyle) throws(FigureError) {
    let heights = densities.flatMap { density in
      density.points.map(\.y) + (density.band?.upper ?? [])
    }.filter { $0.isFinite && $0 > 0 }
    guard let highest = heights.max(), highest <= 1e149 else {
      throw FigureError(
        "None of \(densities.count) spectral densities has a positive finite value below 1e149; "
          + "check the eigenvalues they were made from.")
    }
    floor = style.floor ?? decimal(1, exponent: DecimalNumber(highest).exponent - 6)
    guard floor > 0, floor < highest else {
      throw FigureError(
        "The floor \(floor) must lie between 0 and the highest density, \(highest).")
    }
    for density in densities {
      let isOrdered = zip(density.points, density.points.dropFirst()).allSatisfy { $0.x < $1.x }
      guard isOrdered, density.points.allSatisfy(\.x.isFinite) else {
        throw FigureError(
          "The eigenvalues under the density “\(density.name.plain)” must be finite and increase.")
      }
    }
    self.densities = densities
    self.style = style
    self.highest = highest
    var names: [RichText] = []
    for density in densities where !names.contains(density.name) { names.append(density.name) }
    self.names = names
    isStacked = style.arrangement == .stacked
  }

  func figure() throws(FigureError) -> Figure {
    let axis = try GraphAxis(
      AxisStyle(style.xTitle, scale: .symlog(linearZone: style.linearZone)),
      for: densities.flatMap { density in
        visible(density).map { density.points[$0].x } + density.exact
          + [density.extremes?.lowerBound, density.extremes?.upperBound, density.shift]
          .compactMap(\.self) + [0]
      }, breaksAtZero: false)
    var zone: Double?
    if case .symlog(let threshold) = axis.scale.kind { zone = threshold }
    // A bin of many equal eigenvalues may stand above all curves.
    let top =
      2
      * densities.filter { $0.exact.count > DensityComposer.rugLimit }
      .flatMap { histogram($0.exact, axis: axis).map(\.y) }.reduce(highest, max)
    var graph = LineFigureStyle(
      style.page,
      x: AxisStyle(
        style.xTitle, scale: .symlog(linearZone: zone),
        range: axis.scale.lower...axis.scale.upper),
      y: AxisStyle(style.yTitle, scale: .log, range: floor...top))
    graph.naming = .legend
    graph.page.footer = footer
    let looks = try looks()
    let panels: [LinePanel]
    if isStacked {
      panels = names.map { name in
        let own = densities.indices.filter { densities[$0].name == name }
        var panel = panel(own, looks: looks, axis: axis)
        panel.title = name
        let noted = own.filter { !(isBaseShared && densities[$0].part == .base) }
        let isAlone = noted.count == 1
        panel.note = noted.reduce("") { note, index in
          let density = densities[index]
          guard !density.facts.isEmpty else { return note }
          let part: RichText = isAlone ? "" : RichText(verbatim: density.part.rawValue + ":\u{A0}")
          return (note.isEmpty ? "" : note + "; ") + part + density.facts
        }
        return panel
      }
    } else {
      panels = [panel(Array(densities.indices), looks: looks, axis: axis)]
    }
    return try LineComposer(panels, style: graph).figure()
  }

  /// One look a density.
  private func looks() throws(FigureError) -> [LineLook] {
    let hasBothParts = Set(densities.map(\.part)).count > 1
    if isStacked || densities.filter({ $0.part == .total }).count <= 1 {
      // The same two in every panel and figure: what a sweep moves against what stays.
      let pair = try LineLook.looks(5, palette: .distinct, theme: style.page.theme)
      return densities.map { $0.part == .total || !hasBothParts ? pair[0] : pair[1] }
    }
    let each = try LineLook.looks(densities.count, palette: .distinct, theme: style.page.theme)
    let ordered = LinePalette.ordered.colors(names.count, theme: style.page.theme)
    return zip(densities, each).map { density, look in
      var look = look
      look.color = ordered[names.firstIndex(of: density.name) ?? 0]
      return look
    }
  }

  /// The points from the first to the last above the floor, and one more on either side.
  private func visible(_ density: SpectralDensity) -> Range<Int> {
    let heights = density.points.indices.map { index in
      max(
        density.points[index].y,
        density.band.map { band in
          index < band.upper.count ? band.upper[index] : 0
        } ?? 0)
    }
    guard let first = heights.firstIndex(where: { $0 >= floor }),
      let last = heights.lastIndex(where: { $0 >= floor })
    else { return 0..<0 }
    return max(first - 1, 0)..<min(last + 2, heights.count)
  }

  private func panel(
    _ indices: [Int], looks: [LineLook], axis: GraphAxis
  ) -> LinePanel {
    var lines: [Line] = []
    var panel = LinePanel([])
    for index in indices {
      let density = densities[index]
      let range = visible(density)
      let isComplete =
        density.band.map {
          $0.lower.count == density.points.count && $0.upper.count == density.points.count
        } ?? false
      // A band of another length is left whole, for the check of lines to refuse.
      var line = Line(
        label(density),
        isComplete || density.band == nil
          ? Array(density.points[range]) : density.points,
        band: isComplete
          ? density.band.map {
            Line.Band(lower: Array($0.lower[range]), upper: Array($0.upper[range]))
          } : density.band, marksPoints: false)
      line.look = looks[index]
      if density.exact.count > DensityComposer.rugLimit {
        var histogram = Line("", histogram(density.exact, axis: axis), marksPoints: false)
        histogram.look = LineLook(color: looks[index].color, dash: [], marker: .disc)
        histogram.isFilled = true
        lines.insert(histogram, at: 0)
      } else if !density.exact.isEmpty {
        panel.rugs.append(LinePanel.Rug(values: density.exact, color: looks[index].color))
      }
      lines.append(line)
      if let shift = density.shift, shift != 0 {
        let isOnly = densities.count { ($0.shift ?? 0) != 0 } == 1
        let name: RichText = isStacked || isOnly ? "*λ*" : density.name
        var reference = Reference(.x, at: shift, label: name)
        reference.color = looks[index].color
        panel.references.append(reference)
      }
    }
    panel.lines = lines
    return panel
  }

  /// Name and part, as far as they tell densities apart.
  private func fullName(_ density: SpectralDensity) -> RichText {
    let part = RichText(verbatim: density.part.rawValue)
    let isOnlyPart = !densities.contains { $0.name == density.name && $0.part != density.part }
    return density.name.isEmpty ? part : isOnlyPart ? density.name : density.name + ", " + part
  }

  /// Whether one base loss stands in several panels, whose facts the legend then tells once.
  private var isBaseShared: Bool {
    let bases = densities.filter { $0.part == .base }
    return isStacked && bases.count > 1
      && bases.allSatisfy { $0.points == bases[0].points && $0.facts == bases[0].facts }
  }

  /// What stands in the legend.
  private func label(_ density: SpectralDensity) -> RichText {
    if isStacked {
      let part = RichText(verbatim: density.part.rawValue) + " loss"
      return isBaseShared && density.part == .base && !density.facts.isEmpty
        ? part + ": " + density.facts : part
    }
    let name = fullName(density)
    return density.facts.isEmpty ? name : name + ": " + density.facts
  }

  /// Counts per unit of μ in bins that are even on the drawn axis, as steps.
  private func histogram(_ values: [Double], axis: GraphAxis) -> [Point] {
    let bins = DensityComposer.bins
    var counts = [Int](repeating: 0, count: bins)
    for value in values {
      guard let unit = axis.unit(value), (0...1).contains(unit) else { continue }
      counts[min(Int(unit * Double(bins)), bins - 1)] += 1
    }
    let edges = (0...bins).map { axis.scale.value(atUnit: Double($0) / Double(bins)) }
    return counts.indices.flatMap { bin -> [Point] in
      let height =
        Double(counts[bin]) / Double(values.count) / (edges[bin + 1] - edges[bin])
      return [Point(edges[bin], height), Point(edges[bin + 1], height)]
    }
  }

  /// The caller's caption and what is drawn otherwise than it may seem.
  private var footer: RichText {
    var notes: [RichText] = style.page.footer.isEmpty ? [] : [style.page.footer]
    notes.append("Densities below " + RichText(parameter: floor) + " are not drawn.")
    if densities.contains(where: { ($0.shift ?? 0) != 0 }) {
      notes.append("Dotted: 0 after the penalty's shift.")
    }
    let exact = densities.map(\.exact.count)
    if exact.contains(where: { (1...DensityComposer.rugLimit).contains($0) }) {
      notes.append("Strokes: exact eigenvalues.")
    }
    if exact.contains(where: { $0 > DensityComposer.rugLimit }) {
      notes.append("Shaded: histogram of the exact eigenvalues.")
    }
    for density in densities where abs(density.integral - 1) > 0.01 {
      notes.append(
        "The curve of " + fullName(density) + " integrates to "
          + RichText(measured: density.integral) + ".")
    }
    return notes.reduce("") { $0.isEmpty ? $1 : $0 + RichText(verbatim: " ") + $1 }
  }
}
