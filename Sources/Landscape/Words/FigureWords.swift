/// What is said of a figure: beside it, inside its file, and to readers who cannot see it.
struct FigureWords: Sendable, Equatable {
  /// What it is, in a line.
  var title: String
  /// What is plotted and how it was made, for the page's reader.
  var caption: String
  /// What can be seen, with its numbers, for who cannot see it (alt text).
  var description: String

  /// The same with more sentences at the caption's end.
  func with(_ facts: String) -> FigureWords {
    var words = self
    if !facts.isEmpty { words.caption += (caption.hasSuffix(".") ? " " : ". ") + facts }
    return words
  }

  /// A LaTeX `figure` of natural size, with caption and label; the alt text is a comment, with the
  /// command that ACM's class reads.
  ///
  /// - Parameters:
  ///   - name: The file's name in the run's folder, without its extension.
  ///   - formats: The files that were written; of these PDF is best, then PNG.
  ///   - width: The figure's width in points of 1/72 inch.
  ///   - prefix: What the label begins with, such as the scene's name.
  /// - Returns: The text of a `.tex` file.
  func latexFigure(
    _ name: String, formats: [Scene.FigurePlan.Format], width: Double, label prefix: String
  ) -> String {
    let best = [Scene.FigurePlan.Format.pdf, .png].first(where: formats.contains)
    let place = "[width=\(short(bigPoints: width))bp]{\(name)"
    // SVG alone needs the package svg, which takes the name without its extension.
    let graphic =
      best.map { "\\includegraphics\(place).\($0.rawValue)}" } ?? "\\includesvg\(place)}"
    let label = "\(prefix)-\(name)".map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    // Across both columns of a page that has two; on a page of one, LaTeX makes no difference.
    let kind = width > Self.columnWidth ? "figure*" : "figure"
    return """
      % \(latex(title))
      % \\Description{\(latex(description))}
      \\begin{\(kind)}
        \\centering
        \(graphic)
        \\caption{\(latex(caption))}
        \\label{fig:\(String(label))}
      \\end{\(kind)}

      """
  }

  /// The widest column of a page with two, in points: 3.5 in, of IEEE's.
  private static var columnWidth: Double { 252.5 }

  /// TeX's bp, to a hundredth.
  private func short(bigPoints width: Double) -> String {
    let text = String((width * 100).rounded() / 100)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
