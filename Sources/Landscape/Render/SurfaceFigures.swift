import Figures

extension FigureSet {
  /// The surfaces: one for each λ, all from one camera; with several λ side by side, from another if
  /// the common scale lets minima be seen from farther down, or as sheets.
  ///
  /// - Parameters:
  ///   - files: The scene's looks.
  ///   - surfaces: Each λ as given, with its panel and style.
  ///   - row: The same panels with titles.
  /// - Returns: What is to be drawn.
  /// - Throws: `FigureError` where a surface cannot be drawn, ``UsageError`` where sheets are asked
  ///   for and there is but one λ.
  func surfaceJobs(
    _ files: FigureFiles, _ surfaces: [(panel: Panel, given: Double, style: FigureStyle)],
    _ row: [Panel]
  ) throws -> [Job] {
    let kinds = scene.figure.kinds
    guard kinds.contains(.surface) || kinds.contains(.sheets), !row.isEmpty else { return [] }
    let wide = surfaceStyle(files)
    var jobs: [Job] = []
    func several(_ name: String, _ kind: String, _ make: @escaping @Sendable () throws -> Figure) {
      jobs.append(
        Job(
          name: name, title: wide.title.plain, description: describe(kind, lambda: nil, given: nil),
          lambdas: summary.lambdas.map(\.lambda), make: make))
    }
    if kinds.contains(.surface) {
      // Many λ differ little from their neighbours: some of them settle the camera for all.
      let step = (row.count + Panel.maximumCount - 1) / Panel.maximumCount
      let settling = stride(from: 0, to: row.count, by: step).map { row[$0] }
      let alone = try files.surfaceOptions.settled(for: settling, style: wide, alone: true)
      for (panel, given, style) in surfaces {
        let lambda = scene.penalty.convention.lambda(given)
        var short = style
        (short.xTitle, short.yTitle) = (wide.xTitle, wide.yTitle)
        short.subtitle = wide.subtitle
        let single = short
        jobs.append(
          Job(
            name: "lambda-\(lambdaName(given))/surface", title: single.title.plain,
            description: describe("Surface", lambda: lambda, given: given), lambdas: [lambda],
            make: { try surfaceFigure([panel], options: alone, style: single) }))
      }
      if row.count > 1, fitsOneFigure {
        let options = files.surfaceOptions
        several("surfaces", "Surfaces over λ") {
          try surfaceFigure(row, options: options, style: wide)
        }
      }
    }
    if kinds.contains(.sheets) {
      guard row.count > 1, fitsOneFigure else {
        throw UsageError(
          reason:
            "sheets show several λ over one another, 2 to \(Panel.maximumCount), not "
            + "\(row.count); give such as --lambda 0,1e-3,1e-2, or draw surfaces")
      }
      var options = files.surfaceOptions
      options.arrangement = .sheets
      let sheets = options
      several("sheets", "Surfaces over λ, as sheets over one another") {
        try surfaceFigure(row, options: sheets, style: wide)
      }
    }
    return jobs
  }

  /// What surfaces of all λ look like, on the scene's own page: it is boxes that give way.
  ///
  /// Along a box's edges there is room for directions that have a short name, such as a principal
  /// component with its share; of random ones the sentence says what they are.
  private func surfaceStyle(_ files: FigureFiles) -> FigureStyle {
    let whole = style(files, lambda: nil, panels: 1)
    var wide = style(files, lambda: nil, panels: 2)
    wide.page = files.panelStyle.page
    // Of a surface from a file nobody knows the directions.
    guard summary.network != nil else {
      wide.subtitle = whole.subtitle
      return wide
    }
    switch scene.slice.directions {
    case .random: break
    case .files: wide.subtitle = whole.subtitle + RichText(verbatim: "; directions from files")
    case .eigen, .path, .plane, .line:
      (wide.xTitle, wide.yTitle) = (whole.xTitle, whole.yTitle)
      wide.subtitle = whole.subtitle
    }
    return wide
  }
}
