import EmbeddedResources
import Foundation

extension Report {
  /// The report as one page without any outside resource: styles, script, figures and data inside.
  ///
  /// - Returns: HTML, the same bytes for the same report.
  /// - Throws: ``ReportError`` where a figure, a table or a reference is unusable.
  public func html() throws -> String {
    try check()
    let body = try [
      findings, live(), gallery, tablesSection, method,
    ].compactMap(\.self)
    let parts = [
      "title": escaped(title),
      "style": resource("report/page.css"),
      "script": slice == nil ? "" : "<script>\n\(script)</script>\n",
      "subtitle": subtitle.isEmpty ? "" : "<p class=\"subtitle\">\(escaped(subtitle))</p>\n",
      "contents": body.count < 2
        ? ""
        : element(
          "nav", "aria-label=\"Contents\"",
          lines(body.map { "<a href=\"#\($0.id)\">\($0.title)</a>" })) + "\n",
      "sections": body.map(\.html).joined(separator: "\n"),
    ]
    return filled(resource("report/page.html"), with: parts)
  }

  /// A part of the page with its heading.
  private struct Section {
    var id: String
    var title: String
    var html: String

    init(_ id: String, _ title: String, _ content: String) {
      self.id = id
      self.title = title
      html = """
        <section id="\(id)" aria-labelledby="\(id)-title">
        <h2 id="\(id)-title">\(title)</h2>
        \(content)
        </section>
        """
    }
  }

  private var findings: Section? {
    guard !claims.isEmpty else { return nil }
    let articles = claims.map { claim in
      let links = claim.figures.compactMap { id in
        figures.firstIndex { $0.id == id }.map {
          "<a href=\"#figure-\(id)\">Figure\u{a0}\($0 + 1)</a>"
        }
      }
      return lines([
        "<article class=\"claim \(claim.verdict.rawValue)\">",
        "<h3>\(escaped(claim.statement))</h3>",
        "<p class=\"verdict\"><span aria-hidden=\"true\">\(claim.verdict.symbol)</span> "
          + "\(claim.verdict.words)</p>",
        claim.sentence.isEmpty ? "" : "<p class=\"sentence\">\(escaped(claim.sentence))</p>",
        list(claim.evidence, class: "evidence"),
        links.isEmpty ? "" : "<p class=\"see\">\(links.joined(separator: ", "))</p>",
        "</article>",
      ])
    }
    return Section("findings", "Findings", lines(articles))
  }

  private func live() throws -> Section? {
    guard let slice else { return nil }
    let data = try SliceData(slice).json()
    let caption = slice.caption.isEmpty ? "" : "<p>\(escaped(slice.caption))</p>"
    let still = slice.still.map { "<figure>\(image($0))</figure>" } ?? ""
    return Section(
      "slice", escaped(slice.title),
      lines([
        caption, resource("report/slice.html"),
        "<noscript>",
        "<p>The slice follows λ where scripts may run; this page has scripts switched off.</p>",
        still,
        "</noscript>",
        "<script type=\"application/json\" id=\"slice-data\">\(data)</script>",
      ]))
  }

  private var gallery: Section? {
    guard !figures.isEmpty else { return nil }
    let entries = figures.enumerated().map { index, figure in
      lines([
        "<figure id=\"figure-\(figure.id)\">",
        image(figure),
        "<figcaption><b>Figure\u{a0}\(index + 1). \(escaped(sentence(figure.title)))</b> "
          + "\(escaped(figure.caption))</figcaption>",
        "</figure>",
      ])
    }
    return Section("figures", "Figures", lines(entries))
  }

  private var tablesSection: Section? {
    guard !tables.isEmpty else { return nil }
    let entries = tables.enumerated().map { index, table in
      let numeric = table.numericColumns
      let head = zip(table.columns, numeric).map { name, isNumeric in
        "<th scope=\"col\"\(isNumeric ? " class=\"number\"" : "")>\(escaped(name))</th>"
      }
      let rows = table.rows.map { row in
        let cells = zip(row, numeric).enumerated().map { column, cell in
          let style = cell.1 ? " class=\"number\"" : ""
          let text = escaped(cell.0)
          return column == 0
            ? "<th scope=\"row\"\(style)>\(text)</th>" : "<td\(style)>\(text)</td>"
        }
        return "<tr>\(cells.joined())</tr>"
      }
      return lines([
        "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-labelledby=\"table-\(index + 1)\">",
        "<table>",
        "<caption id=\"table-\(index + 1)\"><b>Table\u{a0}\(index + 1).</b> "
          + "\(escaped(table.title))</caption>",
        "<thead><tr>\(head.joined())</tr></thead>",
        "<tbody>", lines(rows), "</tbody>",
        "</table>",
        "</div>",
      ])
    }
    return Section("tables", "Tables", lines(entries))
  }

  private var method: Section? {
    guard !command.isEmpty || !facts.isEmpty || !notes.isEmpty else { return nil }
    let terms = facts.map {
      "<div><dt>\(escaped($0.label))</dt><dd>\(escaped($0.value))</dd></div>"
    }
    return Section(
      "method", "How it was made",
      lines([
        command.isEmpty ? "" : "<pre tabindex=\"0\"><code>\(escaped(command))</code></pre>",
        terms.isEmpty ? "" : element("dl", "class=\"facts\"", lines(terms)),
        list(notes, class: "notes"),
      ]))
  }

  private func image(_ figure: ReportFigure) -> String {
    guard let picture = figure.picture else { return "" }
    let size = picture.size.map { " width=\"\($0.width)\" height=\"\($0.height)\"" } ?? ""
    let data = Data(figure.bytes).base64EncodedString()
    return "<img src=\"data:\(picture.mediaType);base64,\(data)\"\(size) "
      + "alt=\"\(escaped(figure.alt))\">"
  }

  private func list(_ items: [String], class name: String) -> String {
    guard !items.isEmpty else { return "" }
    return element("ul", "class=\"\(name)\"", lines(items.map { "<li>\(escaped($0))</li>" }))
  }

  private func element(_ name: String, _ attributes: String, _ content: String) -> String {
    "<\(name) \(attributes)>\n\(content)\n</\(name)>"
  }

  /// Joined by line ends, without the empty ones.
  private func lines(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }
}

/// A text whose characters all stand for themselves in HTML, in content and in quoted attributes.
func escaped(_ text: String) -> String {
  var result = ""
  for character in text.unicodeScalars {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    // HTML has no place for other control characters.
    case "\0"..<"\t", "\u{b}"..<" ", "\u{7f}": result += "\u{fffd}"
    default: result.unicodeScalars.append(character)
    }
  }
  return result
}

/// A title with a full stop, unless it ends in a mark of its own.
func sentence(_ title: String) -> String {
  guard let last = title.last, !".?!…".contains(last) else { return title }
  return title + "."
}

/// A template with each `{{name}}` replaced; what is put in is not looked at again.
func filled(_ template: String, with parts: [String: String]) -> String {
  var result = ""
  var rest = template[...]
  while let open = rest.firstRange(of: "{{"),
    let close = rest[open.upperBound...].firstRange(of: "}}")
  {
    result += rest[..<open.lowerBound]
    result += parts[String(rest[open.upperBound..<close.lowerBound])] ?? ""
    rest = rest[close.upperBound...]
  }
  return result + rest
}

/// All that the page runs, in the order in which each part needs the ones before.
var script: String {
  ["contours", "numbers", "slice", "labels", "plot", "page"].map { resource("report/\($0).js") }
    .joined(separator: "\n")
}

/// A text file that the program carries.
func resource(_ name: String) -> String {
  let file = embedded_resource_named(name)
  return String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
}

extension ReportTable {
  /// Which columns hold numbers only, and so are set flush right.
  var numericColumns: [Bool] {
    columns.indices.map { column in
      let cells = rows.map { $0[column] }.filter { !$0.isEmpty && $0 != "–" && $0 != "—" }
      return !cells.isEmpty
        && cells.allSatisfy { cell in
          cell == "NaN"
            || cell.drop { "+-\u{2212}±<>≤≥≈ ".contains($0) }.first.map {
              $0.isNumber || $0 == "∞" || $0 == "."
            } ?? false
        }
    }
  }
}
