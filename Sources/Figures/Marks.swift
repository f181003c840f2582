extension Mark.Kind {
  /// How far its edge reaches from its middle, at text scale 1.
  var reach: Double {
    switch self {
    case .centre: 5.8
    case .minimum: 4.1
    case .start: 3.3
    case .end: 4.6
    case .origin: 4.1
    case .point: 2.9
    }
  }

  /// The same of the end of a path that frames another mark.
  static let frameReach = 7.8

  /// Which of several marks frame another: the end of a path where another stands in its place.
  static func frames(_ marks: [(kind: Mark.Kind, at: Point)], scale s: Double) -> [Bool] {
    marks.indices.map { index in
      marks[index].kind == .end
        && marks.indices.contains {
          $0 != index && (marks[$0].at - marks[index].at).length < 6 * s
        }
    }
  }
}

extension Sheet {
  /// Draws marks; where two stand in one place, the end of a path becomes a frame around the other.
  ///
  /// - Parameters:
  ///   - marks: Their shapes and places.
  ///   - s: Their size in multiples of that in print.
  mutating func marks(_ marks: [(kind: Mark.Kind, at: Point)], scale s: Double) {
    let frames = Mark.Kind.frames(marks, scale: s)
    for index in marks.indices where frames[index] {
      let (center, r) = (marks[index].at, 6 * s)
      let diamond = Path(
        [(0, -r), (r, 0), (0, r), (-r, 0)].map { center + Point($0.0, $0.1) }, closed: true)
      stroke(diamond, Stroke(.white, width: 2.6 * s))
      stroke(diamond, Stroke(.black, width: 1.3 * s))
    }
    // The cross of the minimum, which is open, over what stands in its place.
    let (closed, crosses) = (
      marks.indices.filter { !frames[$0] && marks[$0].kind != .minimum },
      marks.indices.filter { marks[$0].kind == .minimum }
    )
    for index in closed + crosses { mark(marks[index].kind, at: marks[index].at, scale: s) }
  }

  /// Draws a mark: white with a black edge, so that it is seen on any colour.
  ///
  /// - Parameters:
  ///   - kind: Its shape.
  ///   - center: Where.
  ///   - s: Its size in multiples of that in print.
  mutating func mark(_ kind: Mark.Kind, at center: Point, scale s: Double) {
    func spot(_ x: Double, _ y: Double) -> Point { Point(center.x + x * s, center.y + y * s) }
    let black = Stroke(.black, width: 2.8 * s, roundCaps: true)
    let white = Stroke(.white, width: 1.3 * s, roundCaps: true)
    switch kind {
    case .centre:
      let ring = Path(circleAt: center, radius: 4.6 * s)
      stroke(ring, Stroke(.black, width: 2.4 * s))
      stroke(ring, Stroke(.white, width: 1.1 * s))
    case .minimum:
      // Small enough to stand inside the ring of the centre.
      let cross = Path([
        .move(spot(-2.7, 0)), .line(spot(2.7, 0)), .move(spot(0, -2.7)), .line(spot(0, 2.7)),
      ])
      stroke(cross, black)
      stroke(cross, white)
    case .start:
      let square = Path(
        [spot(-2.3, -2.3), spot(2.3, -2.3), spot(2.3, 2.3), spot(-2.3, 2.3)], closed: true)
      stroke(square, Stroke(.black, width: 1.8 * s))
      fill(square, .white)
    case .end:
      let diamond = Path([spot(0, -3.4), spot(3.4, 0), spot(0, 3.4), spot(-3.4, 0)], closed: true)
      stroke(diamond, Stroke(.white, width: 2 * s))
      fill(diamond, .black)
    case .origin:
      let triangle = Path([spot(0, -3.2), spot(3.1, 2.3), spot(-3.1, 2.3)], closed: true)
      stroke(triangle, Stroke(.black, width: 1.8 * s))
      fill(triangle, .white)
    case .point:
      let disc = Path(circleAt: center, radius: 2 * s)
      stroke(disc, Stroke(.black, width: 1.8 * s))
      fill(disc, .white)
    }
  }

  /// Draws a path through the plane with a dark edge.
  mutating func trail(_ points: [Point], isThin: Bool = false, scale s: Double) {
    guard points.count > 1 else { return }
    let path = Path(points)
    let (edge, core): (Color, Color) = isThin ? (.white, .black) : (.black, .white)
    stroke(path, Stroke(edge, width: (isThin ? 1.8 : 2.4) * s, roundCaps: true))
    stroke(path, Stroke(core, width: (isThin ? 0.7 : 1.1) * s, roundCaps: true))
  }
}

/// What marks and trails mean, set in lines under the axes, where it covers nothing.
struct Legend: Hashable, Sendable {
  /// The shape of an entry.
  enum Symbol: Hashable, Sendable {
    case mark(Mark.Kind)
    case trail
    /// A path beside the one that counts.
    case thinTrail
    case jump
    case arrow
    case isoLine
    case line(LineLook, hasLine: Bool, hasPoints: Bool, hasBand: Bool)
    case bar(BarLook)

    /// Room for the symbol before its text, at text scale 1.
    var indent: Double {
      switch self {
      case .mark, .trail, .thinTrail, .jump, .arrow, .isoLine: 13
      case .line: 23
      case .bar: 15
      }
    }
  }

  /// A symbol and what it means.
  typealias Item = (symbol: Symbol, text: RichText)

  private struct Entry: Hashable, Sendable {
    /// None where a long text goes on in the next line.
    var symbol: Symbol?
    var indent: Double
    var text: TextLine
  }

  /// Entries, line by line.
  private let rows: [[Entry]]
  private let scale: Double

  /// Space between entries.
  private var space: Double { 11 * scale }

  /// Collects what the panels show; the values of marks stand in it if there is one panel.
  ///
  /// - Parameters:
  ///   - panels: The panels.
  ///   - axes: What each panel's frame shows.
  ///   - width: The room for a line.
  ///   - style: Letters.
  init(_ panels: [Panel], axes: [Axes], width: Double, style: FigureStyle) {
    self.init(Legend.items(panels, axes: axes), width: width, style: style)
  }

  /// What the panels show; the values of marks stand in it if there is one panel.
  static func items(_ panels: [Panel], axes: [Axes]) -> [Item] {
    var items: [Item] = []
    var known: Set<String> = []
    func add(_ symbol: Symbol, _ text: RichText) {
      guard known.insert("\(symbol) \(text)").inserted else { return }
      items.append((symbol, text))
    }
    for (panel, axes) in zip(panels, axes) {
      for trail in panel.trails {
        add(trail.isArrow ? .arrow : trail.isThin ? .thinTrail : .trail, trail.label)
        if !trail.jumps.isEmpty { add(.jump, trail.jumpLabel) }
      }
      for mark in panel.marks {
        var text = mark.label
        if panels.count == 1, let value = mark.value {
          text = text + RichText(verbatim: " ") + RichText(measured: value)
        }
        if !axes.contains(mark.at) { text = text + RichText(verbatim: " (outside)") }
        add(.mark(mark.kind), text)
      }
      if let guides = panel.guides { add(.isoLine, guides.label) }
    }
    return items
  }

  /// Sets entries in lines.
  ///
  /// - Parameters:
  ///   - items: Symbols and what they mean, in order.
  ///   - width: The room for a line.
  ///   - style: Letters.
  init(_ items: [Item], width: Double, style: FigureStyle) {
    let s = style.page.textScale
    scale = s
    var rows: [[Entry]] = []
    var used = 0.0
    let entries = items.flatMap { item -> [Entry] in
      let indent = item.symbol.indent * s
      let lines = TextLine.wrapped(
        item.text, size: Size.small * s, width: width - indent, typeface: style.typeface)
      return lines.enumerated().map { number, line in
        Entry(symbol: number == 0 ? item.symbol : nil, indent: indent, text: line)
      }
    }
    for entry in entries {
      let room = entry.symbol == nil ? .infinity : entry.indent + entry.text.width
      if rows.isEmpty || used + 11 * s + room > width {
        rows.append([entry])
        used = room
      } else {
        rows[rows.count - 1].append(entry)
        used += 11 * s + room
      }
    }
    self.rows = rows
  }

  private var lineHeight: Double { 11.5 * scale }

  /// How much room it takes; 0 if there is nothing to explain.
  var height: Double { Double(rows.count) * lineHeight }

  /// Draws it with its top left corner at a place.
  func draw(on sheet: inout Sheet, at corner: Point, style: FigureStyle) {
    for (line, row) in rows.enumerated() {
      var x = corner.x
      let y = corner.y + (Double(line) + 0.5) * lineHeight
      for entry in row {
        switch entry.symbol {
        case nil: break
        case .mark(let kind): sheet.mark(kind, at: Point(x + 5.6 * scale, y), scale: 0.9 * scale)
        case .trail, .thinTrail, .jump, .arrow:
          var sample = Trail([Point(0, 0), Point(9, 0)], label: "")
          sample.isArrow = entry.symbol == .arrow
          sample.isThin = entry.symbol == .thinTrail
          if entry.symbol == .jump { sample.jumps = [0] }
          let points = [Point(x + 1 * scale, y), Point(x + 10 * scale, y)]
          sheet.trail(PlacedTrail(trail: sample, points: points), scale: scale)
        case .isoLine:
          sheet.stroke(
            Path([Point(x, y), Point(x + 10 * scale, y)]),
            Stroke(style.theme.secondary, width: 0.8 * scale, dash: [2 * scale]))
        case .line(let look, let hasLine, let hasPoints, let hasBand):
          let (from, to) = (Point(x, y), Point(x + 19 * scale, y))
          if hasBand {
            let band = Rectangle(
              x: x, y: y - 3 * scale, width: 19 * scale, height: 6 * scale)
            sheet.fill(band.path, look.color.band)
          }
          if hasLine { sheet.stroke(Path([from, to]), Stroke(look, width: 1.2, scale: scale)) }
          if hasPoints {
            sheet.point(
              look, at: (from + to) * 0.5, background: style.theme.background, scale: scale)
          }
        case .bar(let look):
          let box = Rectangle(x: x, y: y - 3 * scale, width: 11 * scale, height: 6 * scale)
          sheet.bar(look, box, style: style)
        }
        sheet.text(
          entry.text,
          at: Point(
            x + entry.indent, y + style.typeface.capHeight * Size.small * scale / 2),
          color: style.theme.text, on: [style.theme.background], role: .legend)
        x += entry.indent + entry.text.width + space
      }
    }
  }
}
