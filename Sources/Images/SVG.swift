public import Figures

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Drawing {
  /// Writes the drawing as an SVG file of the drawing's size in points.
  ///
  /// Letters are outlines, each stored once, so the picture is the same whatever fonts a reader
  /// has; their text is kept as a label for screen readers. Images are embedded as PNG, cell for
  /// cell, and not smoothed.
  ///
  /// - Parameters:
  ///   - typeface: For the texts.
  ///   - metadata: Texts to carry.
  /// - Returns: The file in UTF-8, the same bytes on every run.
  /// - Throws: ``ImageError`` if something in the drawing is not finite.
  public func svg(typeface: any Typeface, metadata: Metadata = [:]) throws -> [UInt8] {
    try validate()
    try metadata.validate()
    var writer = SVGWriter(typeface: typeface)
    try writer.write(self, metadata)
    return Array(writer.output.utf8)
  }
}

private struct SVGWriter {
  let typeface: any Typeface
  private(set) var output = ""
  private var clips = 0

  init(typeface: any Typeface) { self.typeface = typeface }

  mutating func write(_ drawing: Drawing, _ metadata: Metadata) throws {
    let (width, height) = (number(drawing.width), number(drawing.height))
    output += """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)pt" height="\(height)pt" \
      viewBox="0 0 \(width) \(height)">

      """
    if let title = metadata["Title"] { output += "<title>\(escaped(title))</title>\n" }
    if let text = metadata["Description"] { output += "<desc>\(escaped(text))</desc>\n" }
    let rest = metadata.entries.filter { !["Title", "Description"].contains($0.key) }
    if !rest.isEmpty {
      let lines = rest.map { "\($0.key): \(escaped($0.text))" }
      output += "<metadata>\(lines.joined(separator: "\n"))</metadata>\n"
    }
    define(drawing.elements)
    output +=
      "<rect width=\"\(width)\" height=\"\(height)\"\(paint("fill", drawing.background))/>\n"
    try write(drawing.elements)
    output += "</svg>\n"
  }

  // MARK: - Elements

  private mutating func write(_ elements: [Drawing.Element]) throws {
    for element in elements {
      switch element {
      case .fill(let path, let color):
        output += "<path\(paint("fill", color)) fill-rule=\"evenodd\" d=\"\(data(path))\"/>\n"
      case .stroke(let path, let stroke):
        guard stroke.width > 0 else { continue }
        output += "<path fill=\"none\"\(pen(stroke)) d=\"\(data(path))\"/>\n"
      case .image(let raster, let box):
        guard !raster.pixels.isEmpty, box.width > 0, box.height > 0 else { continue }
        let file = Data(try raster.png(dpi: 72)).base64EncodedString()
        output += """
          <image x="\(number(box.x))" y="\(number(box.y))" width="\(number(box.width))" \
          height="\(number(box.height))" preserveAspectRatio="none" \
          style="image-rendering:pixelated" href="data:image/png;base64,\(file)"/>

          """
      case .text(let text):
        write(text)
      case .clip(let area, let elements):
        clips += 1
        output += """
          <clipPath id="clip\(clips)"><path clip-rule="evenodd" d="\(data(area))"/></clipPath>
          <g clip-path="url(#clip\(clips))">

          """
        try write(elements)
        output += "</g>\n"
      }
    }
  }

  private mutating func write(_ text: Text) {
    let label = escaped(text.runs.map(\.string).joined())
    let place = "translate(\(number(text.origin.x)) \(number(text.origin.y)))"
    let turn = text.angle == 0 ? "" : " rotate(\(number(-text.angle * 180 / .pi)))"
    output += "<g role=\"img\" aria-label=\"\(label)\" transform=\"\(place)\(turn)\">\n"
    if let halo = text.halo, halo.width > 0 {
      for run in text.runs {
        var scaled = halo
        scaled.width *= unitsPerEm / run.size
        scaled.dash = halo.dash.map { $0 * unitsPerEm / run.size }
        write(run, " fill=\"none\"" + pen(scaled))
      }
    }
    for run in text.runs { write(run, paint("fill", text.color)) }
    output += "</g>\n"
  }

  private mutating func write(_ run: Text.Run, _ style: String) {
    guard !run.string.isEmpty else { return }
    let scale = run.size / unitsPerEm
    let shear = run.oblique ? -Text.Run.shear * scale : 0
    let matrix = [scale, 0, shear, scale, run.offset, -run.raise].map { number($0, places: 6) }
    output += "<g\(style) transform=\"matrix(\(matrix.joined(separator: " ")))\">"
    for (character, glyph, position) in run.letters(typeface)
    where !glyph.outline.steps.isEmpty {
      output += "<use href=\"#\(name(character))\" x=\"\(number(position / scale, places: 1))\"/>"
    }
    output += "</g>\n"
  }

  // MARK: - Letters

  /// A tenth of a unit is then finer than the 2048 to the em of TrueType.
  private let unitsPerEm = 1000.0

  /// Writes the outline of every character used, once.
  private mutating func define(_ elements: [Drawing.Element]) {
    let characters = characters(elements).sorted()
    guard !characters.isEmpty else { return }
    output += "<defs>\n"
    for character in characters {
      let glyph = typeface.glyph(character) ?? .replacement
      guard !glyph.outline.steps.isEmpty else { continue }
      let outline = data(glyph.outline, places: 1) {
        Point($0.x * unitsPerEm, -$0.y * unitsPerEm)
      }
      output += "<path id=\"\(name(character))\" d=\"\(outline)\"/>\n"
    }
    output += "</defs>\n"
  }

  private func characters(_ elements: [Drawing.Element]) -> Set<Unicode.Scalar> {
    elements.reduce(into: []) { found, element in
      switch element {
      case .text(let text): for run in text.runs { found.formUnion(run.string.unicodeScalars) }
      case .clip(_, let inner): found.formUnion(characters(inner))
      case .fill, .stroke, .image: break
      }
    }
  }

  private func name(_ character: Unicode.Scalar) -> String {
    "u\(String(character.value, radix: 16, uppercase: true))"
  }

  // MARK: - Attributes

  private func pen(_ stroke: Stroke) -> String {
    var pen = paint("stroke", stroke.color)
    pen += " stroke-width=\"\(number(stroke.width))\" stroke-linejoin=\"round\""
    if stroke.roundCaps { pen += " stroke-linecap=\"round\"" }
    if !stroke.dash.isEmpty {
      let lengths = stroke.dash.map { number($0) }
      pen += " stroke-dasharray=\"\(lengths.joined(separator: " "))\""
    }
    return pen
  }

  private func paint(_ attribute: String, _ color: Color) -> String {
    let parts = [color.red, color.green, color.blue].map { part in
      let digits = String(Int((part * 255).rounded()), radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }
    let opacity = color.alpha < 1 ? " \(attribute)-opacity=\"\(number(color.alpha))\"" : ""
    return " \(attribute)=\"#\(parts.joined())\"\(opacity)"
  }

  private func data(
    _ path: Path, places: Int = 3, place: (Point) -> Point = { $0 }
  ) -> String {
    func pair(_ p: Point) -> String {
      let placed = place(p)
      return "\(number(placed.x, places: places)) \(number(placed.y, places: places))"
    }
    return path.steps.map { step in
      switch step {
      case .move(let p): "M\(pair(p))"
      case .line(let p): "L\(pair(p))"
      case .curve(let a, let b, let p): "C\(pair(a)) \(pair(b)) \(pair(p))"
      case .close: "Z"
      }
    }.joined()
  }

  /// The shortest digits; a thousandth of a point is finer than any printer.
  private func number(_ value: Double, places: Int = 3) -> String {
    let unit = (0..<places).reduce(1.0) { unit, _ in 10 * unit }
    let rounded = (value * unit).rounded() / unit
    return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
  }

  /// Text as XML wants it; what XML cannot hold becomes U+FFFD.
  private func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", "\r": escaped.unicodeScalars.append(character)
      case "\0"..." ", "\u{FFFE}", "\u{FFFF}":
        escaped += character == " " ? " " : "\u{FFFD}"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
