/// Draws fields as surfaces: height and colour both show the value, and contours lie on the floor.
///
/// The picture is one image, painted by a z-buffer at the resolution asked for; axes, names and marks
/// are drawn over it from the same projection.
///
/// - Parameters:
///   - panels: The fields in reading order, each with its title; as sheets from the lowest up.
///   - options: Camera, arrangement and resolution.
///   - style: How they look, and how they share a scale.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if the style cannot show these values, or the page or the camera is
///   unusable.
public func surfaceFigure(
  _ panels: [Panel], options: SurfaceOptions = SurfaceOptions(), style: FigureStyle
) throws -> Figure {
  let composer = try SurfaceComposer(panels, options: options, style: style)
  let camera = composer.camera()
  let page = try composer.page(cameras: [camera])
  return try composer.figure(composer.cells, on: page, camera: camera)
}

extension SurfaceOptions {
  /// The same options with the camera settled, so that several figures are seen from one place.
  ///
  /// - Parameters:
  ///   - panels: All that the camera must serve.
  ///   - style: How they look.
  ///   - alone: Whether each has a figure of its own, where a scale of its own makes pits deeper.
  /// - Returns: Options that give azimuth and elevation.
  /// - Throws: `FigureError` as ``surfaceFigure(_:options:style:)``.
  public func settled(
    for panels: [Panel], style: FigureStyle, alone: Bool = false
  ) throws(FigureError) -> SurfaceOptions {
    let composer = try SurfaceComposer(panels, options: self, style: style)
    var cells = composer.cells
    if alone {
      cells = []
      for panel in panels {
        cells += try SurfaceComposer([panel], options: self, style: style).cells
      }
    }
    let camera = composer.camera(of: cells)
    var settled = self
    (settled.azimuth, settled.elevation) = (camera.azimuth, camera.elevation)
    return settled
  }
}

/// Prepares boxes of surfaces and joins them to a figure.
struct SurfaceComposer: Sendable {
  let cells: [SurfacePage.Cell]
  let style: FigureStyle
  private let options: SurfaceOptions
  private let panels: [Panel]

  /// Prepares the boxes.
  ///
  /// - Parameters:
  ///   - panels: The fields.
  ///   - fields: What the colours must hold in a sweep, of which each picture shows but a part; the
  ///     panels' fields if nil.
  ///   - options: Camera, arrangement and resolution.
  ///   - style: How they look.
  /// - Throws: `FigureError` if there is nothing to draw or it cannot be shown.
  init(
    _ panels: [Panel], holding fields: [Field]? = nil, options: SurfaceOptions, style: FigureStyle
  ) throws(FigureError) {
    try options.check()
    try PageStyle(style).check()
    guard (1...Panel.maximumCount).contains(panels.count) else {
      throw FigureError(
        "A figure has 1 to \(Panel.maximumCount) surfaces, not \(panels.count); draw fewer, or animate "
          + "them.")
    }
    self.options = options
    self.style = FigureComposer.named(style)
    var panels = panels
    if style.sharing == .excess, fields == nil {
      panels = try panels.map { (panel) throws(FigureError) in
        try FigureComposer.excess(of: panel)
      }
    }
    self.panels = panels
    let isSweep = fields != nil
    func norm(_ fields: [Field]) throws(FigureError) -> Norm? {
      try Norm.candidates(
        for: fields, style: style, isBanded: true, hasFloor: style.sharing == .excess,
        isSweep: isSweep
      ).first
    }
    var norms: [Norm?] = []
    let isStack = options.arrangement == .sheets && panels.count > 1
    if style.sharing == .own, fields == nil, !isStack {
      for panel in panels { norms.append(try norm([panel.field])) }
    } else {
      let shared = try norm(fields ?? panels.map(\.field))
      norms = panels.map { _ in shared }
    }
    if isStack {
      let axes = Set(panels.map { Axes($0.field, wholeCells: false) })
      guard axes.count == 1, panels.count <= 8 else {
        throw FigureError(
          panels.count > 8
            ? "\(panels.count) sheets over one another cannot be told apart; at most 8 are drawn."
            : "Sheets over one another need the same ranges of α and β; draw them side by side.")
      }
      cells = [
        SurfaceComposer.supplemented(
          SurfaceComposer.cell(panels, norms[0], style, title: "", note: ""))
      ]
    } else {
      cells = zip(panels, norms).map { panel, norm in
        var note = panel.note ?? ""
        if panel.note == nil, panels.count > 1,
          let value = panel.marks.first(where: { $0.kind == .minimum })?.value
        {
          note = "min " + RichText(measured: value)
        }
        let cell = SurfaceComposer.cell([panel], norm, style, title: panel.title, note: note)
        // A surface alone has levels of its own.
        return panels.count > 1 ? SurfaceComposer.supplemented(cell) : cell
      }
    }
  }

  private static func cell(
    _ panels: [Panel], _ norm: Norm?, _ style: FigureStyle, title: RichText, note: RichText
  ) -> SurfacePage.Cell {
    let box = SurfaceBox(
      Axes(panels[0].field, wholeCells: false), layers: panels.count,
      hasEqualUnits: style.hasEqualUnits)
    return SurfacePage.Cell(
      panels: panels,
      body: SurfaceBody(
        box: box,
        reliefs: norm.map { norm in panels.map { Relief($0.field, scale: norm.scale) } } ?? []),
      norm: norm, title: title, note: note, names: panels.count > 1 ? panels.map(\.title) : [])
  }

  /// The same box with more contours on its floor where the scale's levels give fewer than five.
  private static func supplemented(_ cell: SurfacePage.Cell) -> SurfacePage.Cell {
    guard let norm = cell.norm, let field = cell.panels.first?.field else { return cell }
    var cell = cell
    cell.supplements = ContourPlot.supplements(field, norm: norm)
    return cell
  }

  /// The same box with another field in it.
  func cell(_ panel: Panel) -> SurfacePage.Cell {
    SurfaceComposer.cell([panel], cells[0].norm, style, title: "", note: "")
  }

  /// The camera asked for; what is left open is chosen so that every minimum is seen.
  ///
  /// - Parameter cells: The boxes that it must serve; those prepared if nil.
  /// - Returns: The camera.
  func camera(of cells: [SurfacePage.Cell]? = nil) -> Camera {
    let usual = options.azimuth ?? SurfaceOptions.usualAzimuth
    var best = Camera(azimuth: usual, elevation: elevation(from: [usual], of: cells))
    guard options.azimuth == nil, options.elevation == nil,
      best.elevation > SurfaceOptions.steepElevation
    else { return best }
    // The nearest direction to the usual one from which the view is lowest.
    for turn in stride(from: 15.0, through: 180, by: 15) {
      // Never along an axis, where a box looks like a square.
      for azimuth in [usual + turn, usual - turn]
      where azimuth.remainder(dividingBy: 90) != 0 {
        let lowest = elevation(from: [azimuth], of: cells)
        if lowest < best.elevation {
          let wrapped = azimuth <= -180 ? azimuth + 360 : azimuth
          best = Camera(azimuth: wrapped, elevation: lowest)
        }
      }
    }
    // A pit that shows its bottom from nowhere is no reason to lose all heights.
    let isSeen = (cells ?? self.cells).allSatisfy { isMinimumSeen($0, best) }
    return isSeen ? best : Camera(azimuth: usual, elevation: SurfaceOptions.steepElevation)
  }

  /// The elevation asked for, or the least from which every minimum is seen.
  ///
  /// - Parameters:
  ///   - azimuths: The directions that they must be seen from.
  ///   - cells: The boxes; those prepared if nil.
  /// - Returns: Degrees.
  func elevation(from azimuths: [Double], of cells: [SurfacePage.Cell]? = nil) -> Double {
    if let elevation = options.elevation { return elevation }
    let cells = cells ?? self.cells
    var elevation = SurfaceOptions.usualElevation
    while elevation < SurfaceOptions.steepestElevation {
      let areSeen = azimuths.allSatisfy { azimuth in
        cells.allSatisfy { isMinimumSeen($0, Camera(azimuth: azimuth, elevation: elevation)) }
      }
      if areSeen { break }
      elevation += 2.5
    }
    return elevation
  }

  /// Whether every layer's lowest point is seen; true where none is finite.
  private func isMinimumSeen(_ cell: SurfacePage.Cell, _ camera: Camera) -> Bool {
    cell.body.reliefs.indices.allSatisfy { layer in
      let panel = cell.panels[layer]
      let marked = panel.marks.first { $0.kind == .minimum }?.at
      guard let at = marked ?? panel.field.minimum?.at else { return true }
      return cell.body.place(at, layer: layer) == nil
        || cell.body.isSeen(at, layer: layer, from: camera)
    }
  }

  /// Plans a page for all cameras.
  func page(cameras: [Camera], bandHeight: Double = 0) throws(FigureError) -> SurfacePage {
    var seen: [Panel] = []
    for cell in cells {
      for (layer, panel) in cell.panels.enumerated() {
        var panel = panel
        if !cell.body.reliefs.isEmpty {
          panel.marks.removeAll { mark in
            !cameras.contains { cell.body.isSeen(mark.at, layer: layer, from: $0) }
          }
        }
        seen.append(panel)
      }
    }
    return try SurfacePage(
      cells, cameras: cameras,
      legend: Legend.items(seen, axes: seen.map { Axes($0.field, wholeCells: false) }),
      notes: notes(cameras), style: style, bandHeight: bandHeight)
  }

  /// What the figure must say of itself.
  private func notes(_ cameras: [Camera]) -> [RichText] {
    var notes: [RichText] = []
    if panels.count > 1 {
      notes.append(cells.count == 1 ? "All sheets share one scale." : style.sharing.sentence)
      if cells.count == 1, style.sharing == .excess { notes.append(style.sharing.sentence) }
    }
    if cells.count == 1, panels.count > 1 { notes.append("On the floor: contours of the lowest.") }
    if let sentence = ContourPlot.sentence(ofSupplements: cells.flatMap(\.supplements)) {
      notes.append(sentence)
    }
    if let missing = PagePlan.missingSentence(panels) { notes.append(missing) }
    if let norm = cells.compactMap(\.norm).first, style.sharing != .own {
      if norm.hasUpperArrow {
        notes.append("Hatched top: cut off at " + norm.name(ofEnd: norm.scale.upper) + ".")
      }
      if norm.hasLowerArrow {
        notes.append("Hatched bottom: below " + norm.name(ofEnd: norm.scale.lower) + ".")
      }
    }
    let isHidden = cameras.contains { camera in
      cells.contains { !isMinimumSeen($0, camera) }
    }
    if isHidden {
      notes.append(
        cameras.count == 1
          ? "From here a minimum is hidden." : "From some sides a minimum is hidden.")
    }
    if cameras.count == 1, let camera = cameras.first {
      notes.append(
        "View: azimuth " + RichText(number: camera.azimuth) + RichText(verbatim: "°, elevation ")
          + RichText(number: camera.elevation) + RichText(verbatim: "°."))
    }
    return notes
  }

  /// Draws boxes on a page.
  ///
  /// - Parameters:
  ///   - cells: The boxes.
  ///   - page: Where they stand.
  ///   - camera: The eye.
  ///   - past: Where the minimum was before, in a film.
  ///   - more: Draws what else the page holds.
  /// - Returns: The figure.
  /// - Throws: `FigureError` if a picture would have too many pixels.
  func figure(
    _ cells: [SurfacePage.Cell], on page: SurfacePage, camera: Camera,
    past: [(at: Point, value: Double)] = [], more: (inout Sheet) -> Void = { _ in }
  ) throws(FigureError) -> Figure {
    var sheet = Sheet()
    let bars = page.drawGround(on: &sheet)
    var records: [FigureLayout.PanelRecord] = []
    for (number, cell) in cells.enumerated() {
      var picture = SurfacePicture(
        cell: cell, camera: camera, frame: page.frames[number], origin: page.origins[number],
        scale: page.scale, options: options, style: page.style, hasHeights: page.hasHeights[number])
      picture.past = past
      records.append(try picture.draw(bar: bars[number], on: &sheet))
    }
    more(&sheet)
    let (width, background) = (style.page.width, style.theme.background)
    return Figure(
      drawing: Drawing(
        width: width, height: page.height, background: background, elements: sheet.elements),
      layout: FigureLayout(
        width: width, height: page.height, background: background, panels: records,
        texts: sheet.texts))
  }
}
