/// Page, letters, colours and the texts around a graph.
public struct PageStyle: Sendable {
  /// Where glyphs come from.
  public var typeface: any Typeface
  /// Page and letter size; one journal column, the narrowest that must work.
  public var format = PageFormat.column
  /// Colours of the page and its text; light, as papers print.
  public var theme = Theme.light
  /// The first line.
  public var title: RichText = ""
  /// A sentence under the title, broken into lines as needed.
  public var subtitle: RichText = ""
  /// The last lines: method, probes, seed; the graph adds what its reader must know.
  public var footer: RichText = ""

  /// Makes a style with the defaults.
  public init(typeface: any Typeface) { self.typeface = typeface }

  /// Takes page, letters and texts from the style of another figure.
  public init(_ style: FigureStyle) {
    self.init(typeface: style.typeface)
    (format, theme) = (style.page, style.theme)
    (title, subtitle, footer) = (style.title, style.subtitle, style.footer)
  }

  /// The same for what draws ticks and legends.
  var figureStyle: FigureStyle {
    var style = FigureStyle(typeface: typeface)
    (style.page, style.theme) = (format, theme)
    return style
  }

  /// Checks that the page can be drawn on at all.
  func check() throws(FigureError) {
    guard (36...7200).contains(format.width), (0.25...8).contains(format.textScale),
      (36...7200).contains(format.height ?? 36)
    else {
      throw FigureError(
        "A page of width \(format.width), height \(format.height.map { "\($0)" } ?? "automatic") "
          + "and text scale \(format.textScale) is unusable; sizes must lie between 36 and 7200 "
          + "points and the text scale between 0.25 and 8.")
    }
  }
}

/// The texts around a graph, measured: title and subtitle above, footer below, legend below or
/// beside.
struct PageText {
  private let title: [TextLine]
  private let subtitle: [TextLine]
  private let footer: [TextLine]
  private let legend: Legend
  private let style: PageStyle
  /// The width of a legend beside the graph; nil where it stands below.
  private let besideWidth: Double?
  /// Whether a legend beside the graph is too narrow for its words.
  let breaksWords: Bool

  private var s: Double { style.format.textScale }
  private var margin: Double { FrameGrid.margin * s }

  /// Measures the texts.
  ///
  /// - Parameters:
  ///   - style: Page and texts.
  ///   - legend: What the symbols mean.
  ///   - notes: Sentences that follow the footer.
  ///   - legendBeside: Whether the legend stands right of the graph rather than below.
  init(
    _ style: PageStyle, legend: [Legend.Item], notes: [RichText], legendBeside: Bool = false
  ) {
    self.style = style
    let s = style.format.textScale
    let width = style.format.width - 2 * FrameGrid.margin * s
    func wrapped(_ text: RichText, _ size: Double) -> [TextLine] {
      TextLine.wrapped(text, size: size * s, width: width, typeface: style.typeface)
    }
    title = wrapped(style.title, Size.title)
    subtitle = wrapped(style.subtitle, Size.small)
    let sentences = (style.footer.isEmpty ? [] : [style.footer]) + notes
    footer = wrapped(
      sentences.reduce("") { $0.isEmpty ? $1 : $0 + RichText(verbatim: " ") + $1 }, Size.small)
    func widest(_ width: (RichText) -> Double) -> Double {
      legend.map { $0.symbol.indent * s + width($0.text) }.max() ?? 0
    }
    let (lines, words) = (
      widest { TextLine($0, size: Size.small * s, typeface: style.typeface).width },
      widest { TextLine.widestWord($0, size: Size.small * s, typeface: style.typeface) }
    )
    let beside = legendBeside && !legend.isEmpty ? min(lines, 0.3 * width) : nil
    besideWidth = beside
    breaksWords = beside.map { words > $0 } ?? false
    self.legend = Legend(legend, width: besideWidth ?? width, style: style.figureStyle)
  }

  private func lineHeight(_ size: Double) -> Double { size * Size.leading * s }

  /// From the page's upper edge to the end of the subtitle.
  var head: Double {
    margin + Double(title.count) * lineHeight(Size.title)
      + Double(subtitle.count) * lineHeight(Size.small) + (subtitle.isEmpty ? 0 : 1.5 * s)
  }

  /// The room right of the graph, with the space before it.
  var beside: Double { besideWidth.map { $0 + 8 * s } ?? 0 }

  /// The legend's part of the foot.
  private var legendRoom: Double {
    besideWidth == nil && legend.height > 0 ? legend.height + 2 * s : 0
  }

  /// From the start of the legend, or of the footer, to the page's lower edge.
  var foot: Double {
    legendRoom
      + Double(footer.count) * lineHeight(Size.small) + margin
      - (footer.isEmpty ? 0 : 0.2 * Size.small * s)
  }

  /// Draws the texts on a page.
  ///
  /// - Parameters:
  ///   - sheet: The page.
  ///   - height: Its height.
  ///   - top: Where a legend beside the graph begins.
  func draw(on sheet: inout Sheet, height: Double, besideFrom top: Double = 0) {
    let theme = style.theme
    var y = margin
    for line in title {
      sheet.text(
        line, at: Point(margin, y + 0.8 * Size.title * s), color: theme.text,
        on: [theme.background], role: .title)
      y += lineHeight(Size.title)
    }
    if !subtitle.isEmpty { y += 1.5 * s }
    for line in subtitle {
      sheet.text(
        line, at: Point(margin, y + 0.8 * Size.small * s), color: theme.secondary,
        on: [theme.background], role: .subtitle)
      y += lineHeight(Size.small)
    }
    y = height - foot
    let corner =
      besideWidth.map { Point(style.format.width - margin - $0, top) } ?? Point(margin, y)
    legend.draw(on: &sheet, at: corner, style: style.figureStyle)
    y += legendRoom
    for line in footer {
      sheet.text(
        line, at: Point(margin, y + 0.8 * Size.small * s), color: theme.secondary,
        on: [theme.background], role: .footer)
      y += lineHeight(Size.small)
    }
  }
}
