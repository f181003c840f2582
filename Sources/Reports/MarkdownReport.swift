import Foundation

extension Report {
  /// The report as Markdown, as GitHub shows it; figures are referred to by their relative paths.
  ///
  /// - Returns: Markdown, the same bytes for the same report.
  /// - Throws: ``ReportError`` where a figure, a table or a reference is unusable.
  public func markdown() throws -> String {
    try check()
    var blocks = ["# \(plain(title))"]
    if !subtitle.isEmpty { blocks.append(plain(subtitle)) }
    if !claims.isEmpty { blocks.append("## Findings") }
    for claim in claims {
      blocks.append("### \(claim.verdict.symbol) \(plain(claim.statement))")
      blocks.append(
        "**\(claim.verdict.words).**"
          + (claim.sentence.isEmpty ? "" : " \(plain(claim.sentence))"))
      blocks += bullets(claim.evidence)
      let numbers = claim.figures.compactMap { id in figures.firstIndex { $0.id == id } }
      if !numbers.isEmpty {
        blocks.append("See \(numbers.map { "Figure \($0 + 1)" }.joined(separator: ", ")).")
      }
    }
    if let slice {
      blocks.append("## \(plain(slice.title))")
      if !slice.caption.isEmpty { blocks.append(plain(slice.caption)) }
      if let still = slice.still {
        blocks.append(image(still))
        blocks.append(caption("", still))
      }
      blocks.append("`report.html` redraws this slice at any λ.")
    }
    if !figures.isEmpty { blocks.append("## Figures") }
    for (index, figure) in figures.enumerated() {
      blocks.append(image(figure))
      blocks.append(caption("Figure \(index + 1). ", figure))
    }
    if !tables.isEmpty { blocks.append("## Tables") }
    for (index, table) in tables.enumerated() {
      blocks.append("**Table \(index + 1).** \(plain(table.title))")
      blocks.append(markdown(table))
    }
    blocks += method
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var method: [String] {
    guard !command.isEmpty || !facts.isEmpty || !notes.isEmpty else { return [] }
    var blocks = ["## How it was made"]
    if !command.isEmpty {
      // A fence longer than any run of backticks inside.
      var (run, longest) = (0, 2)
      for character in command {
        run = character == "`" ? run + 1 : 0
        longest = max(longest, run)
      }
      let fence = String(repeating: "`", count: longest + 1)
      blocks.append("\(fence)sh\n\(command)\n\(fence)")
    }
    if !facts.isEmpty {
      blocks.append(
        markdown(
          ReportTable(title: "", columns: ["", ""], rows: facts.map { [$0.label, $0.value] })))
    }
    return blocks + bullets(notes)
  }

  private func bullets(_ items: [String]) -> [String] {
    items.isEmpty ? [] : [items.map { "* \(plain($0))" }.joined(separator: "\n")]
  }

  private func image(_ figure: ReportFigure) -> String {
    "![\(plain(figure.alt))](\(relativeURL(figure.path)))"
  }

  private func caption(_ number: String, _ figure: ReportFigure) -> String {
    "**\(number)\(plain(sentence(figure.title)))**"
      + (figure.caption.isEmpty ? "" : " \(plain(figure.caption))")
  }

  private func markdown(_ table: ReportTable) -> String {
    let rule = table.numericColumns.map { $0 ? "---:" : ":---" }
    let rows = [table.columns.map(plain), rule] + table.rows.map { $0.map(plain) }
    return rows.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }
}

/// A text whose characters all stand for themselves in Markdown, on one line.
func plain(_ text: String) -> String {
  var result = ""
  // What would begin a list: a sign, or a number with a mark.
  let number = text.prefix { $0.isASCII && $0.isNumber }
  let marker = text.dropFirst(number.count).prefix(1)
  let after = text.dropFirst(number.count + 1).first
  let isList = (number.isEmpty ? "-+" : ".)").contains(marker) && after.map(\.isWhitespace) ?? true
  for (index, character) in text.enumerated() {
    if character.isNewline {
      result += " "
      continue
    }
    if "\\`*_[]<>|#&~$".contains(character)
      || isList && !marker.isEmpty && index == number.count
    {
      result += "\\"
    }
    result.append(character)
  }
  return result
}

/// A path as a link inside parentheses writes it.
private func relativeURL(_ path: String) -> String {
  var allowed = CharacterSet.urlPathAllowed
  allowed.remove(charactersIn: "()'!*&")
  return path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
}
