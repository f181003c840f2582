/// What stands after the boxes of surfaces, under or beside them: legend and footer.
struct SurfaceFoot: Sendable {
  /// The room for a line.
  let width: Double
  private let legend: Legend
  private let footer: [TextLine]
  private let style: FigureStyle

  private var s: Double { style.page.textScale }

  /// Measures it.
  ///
  /// - Parameters:
  ///   - items: What the symbols mean.
  ///   - notes: Sentences after the footer.
  ///   - width: The room for a line.
  ///   - style: Letters and footer.
  init(_ items: [Legend.Item], notes: [RichText], width: Double, style: FigureStyle) {
    self.width = width
    self.style = style
    legend = Legend(items, width: width, style: style)
    let sentences = ([style.footer] + notes).filter { !$0.isEmpty }
    footer = TextLine.wrapped(
      sentences.reduce("") { $0.isEmpty ? $1 : $0 + RichText(verbatim: " ") + $1 },
      size: Size.small * style.page.textScale, width: width, typeface: style.typeface)
  }

  private var gap: Double { legend.height > 0 ? 2 * s : 0 }

  /// From its upper edge to the lowest letters.
  var height: Double {
    legend.height + gap
      + max(0, Double(footer.count) * Size.leading - 0.2) * Size.small * s
  }

  /// Draws it with its top left corner at a place.
  func draw(on sheet: inout Sheet, at corner: Point) {
    legend.draw(on: &sheet, at: corner, style: style)
    for (number, line) in footer.enumerated() {
      let base = (Double(number) * Size.leading + 0.8) * Size.small * s
      sheet.text(
        line, at: Point(corner.x, corner.y + legend.height + gap + base),
        color: style.theme.secondary, on: [style.theme.background], role: .footer)
    }
  }
}
