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

/// The texts above and below a graph, measured: title and subtitle, legend and footer.
struct PageText {
  private let title: [TextLine]
  private let subtitle: [TextLine]
  private let footer: [TextLine]
  private let legend: Legend
  private let style: PageStyle

  private var s: Double { style.format.textScale }
  private var margin: Double { FrameGrid.margin * s }

  /// Measures the texts.
  ///
  /// - Parameters:
  ///   - style: Page and texts.
  ///   - legend: What the symbols mean.
  ///   - notes: Sentences that follow the footer.
  init(_ style: PageStyle, legend: [Legend.Item], notes: [RichText]) {
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
    self.legend = Legend(legend, width: width, style: style.figureStyle)
  }

  private func lineHeight(_ size: Double) -> Double { size * Size.leading * s }

  /// From the page's upper edge to the end of the subtitle.
  var head: Double {
    margin + Double(title.count) * lineHeight(Size.title)
      + Double(subtitle.count) * lineHeight(Size.small) + (subtitle.isEmpty ? 0 : 1.5 * s)
  }

  /// From the start of the legend to the page's lower edge.
  var foot: Double {
    legend.height + (legend.height > 0 ? 2 * s : 0)
      + Double(footer.count) * lineHeight(Size.small) + margin
      - (footer.isEmpty ? 0 : 0.2 * Size.small * s)
  }

  /// Draws the texts on a page of a height.
  func draw(on sheet: inout Sheet, height: Double) {
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
    legend.draw(on: &sheet, at: Point(margin, y), style: style.figureStyle)
    y += legend.height + (legend.height > 0 ? 2 * s : 0)
    for line in footer {
      sheet.text(
        line, at: Point(margin, y + 0.8 * Size.small * s), color: theme.secondary,
        on: [theme.background], role: .footer)
      y += lineHeight(Size.small)
    }
  }
}
