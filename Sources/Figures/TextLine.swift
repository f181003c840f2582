/// A line of text measured: runs side by side along a baseline that starts at (0, 0), y downward.
struct TextLine: Hashable, Sendable {
  /// The runs, offsets in points.
  var runs: [Text.Run]
  /// How far the pen moves, in points.
  var width: Double
  /// The box around the letters, relative to the start of the baseline.
  var ink: Rectangle
  /// The text without markup.
  var string: String
  /// The em size of letters that are not raised, in points.
  var size: Double

  /// Superscripts and subscripts take 0.68 of the size, but no less than 6 points, the least that
  /// prints well.
  private static func scriptSize(_ size: Double) -> Double {
    min(size, max(6, 0.68 * size))
  }

  /// Measures a text.
  ///
  /// - Parameters:
  ///   - text: What to set.
  ///   - size: Em size in points.
  ///   - typeface: Where glyphs come from; a missing glyph is measured as 0.6 em of room.
  init(_ text: RichText, size: Double, typeface: any Typeface) {
    var pen = 0.0
    var (left, right, top, bottom) = (Double.infinity, 0.0, 0.0, 0.0)
    runs = []
    for run in text.runs {
      let runSize = run.level == .baseline ? size : TextLine.scriptSize(size)
      let raise =
        switch run.level {
        case .baseline: 0.0
        case .raised: 0.38 * size
        case .lowered: -0.16 * size
        }
      runs.append(
        Text.Run(run.string, size: runSize, oblique: run.italic, offset: pen, raise: raise))
      for scalar in run.string.unicodeScalars {
        let glyph = typeface.glyph(scalar)
        if let bounds = glyph?.bounds, bounds.width > 0 {
          let slant = run.italic ? 0.2 * (bounds.y + bounds.height) : 0
          left = min(left, pen + bounds.x * runSize)
          right = max(right, pen + (bounds.x + bounds.width + slant) * runSize)
          top = min(top, -raise - (bounds.y + bounds.height) * runSize)
          bottom = max(bottom, -raise - bounds.y * runSize)
        }
        pen += (glyph?.advance ?? 0.6) * runSize
      }
      // A slanted letter leans over its neighbour: give it room.
      if run.italic { pen += 0.02 * runSize }
    }
    width = pen
    left = min(left, right)
    ink = Rectangle(x: left, y: top, width: right - left, height: bottom - top)
    string = text.plain
    self.size = size
  }

  /// Goes on with another line where this one ends.
  mutating func append(_ other: TextLine) {
    guard !other.runs.isEmpty else { return }
    runs += other.runs.map { run in
      var run = run
      run.offset += width
      return run
    }
    let (left, right) = (min(ink.minX, width + other.ink.minX), width + other.ink.maxX)
    let (top, bottom) = (min(ink.minY, other.ink.minY), max(ink.maxY, other.ink.maxY))
    ink = Rectangle(x: left, y: top, width: max(ink.maxX, right) - left, height: bottom - top)
    width += other.width
    string += other.string
  }

  /// Breaks a text at spaces into lines no wider than a width, and longer words anywhere; `λ = 10⁻²`
  /// is a word.
  static func wrapped(
    _ text: RichText, size: Double, width: Double, typeface: any Typeface
  ) -> [TextLine] {
    var lines: [TextLine] = []
    var line = RichText(verbatim: "")
    var measured = TextLine(line, size: size, typeface: typeface)
    for word in words(text).flatMap({ pieces($0, size: size, width: width, typeface: typeface) }) {
      let longer = line.isEmpty ? word : line + RichText(verbatim: " ") + word
      let trial = TextLine(longer, size: size, typeface: typeface)
      if trial.width > width, !line.isEmpty {
        lines.append(measured)
        line = word
        measured = TextLine(word, size: size, typeface: typeface)
      } else {
        line = longer
        measured = trial
      }
    }
    if !line.isEmpty { lines.append(measured) }
    return lines
  }

  /// The width of a text's widest word, below which it would have to be cut.
  static func widestWord(_ text: RichText, size: Double, typeface: any Typeface) -> Double {
    words(text).map { TextLine($0, size: size, typeface: typeface).width }.max() ?? 0
  }

  /// A word cut so that each piece fits a width.
  private static func pieces(
    _ word: RichText, size: Double, width: Double, typeface: any Typeface
  ) -> [RichText] {
    guard TextLine(word, size: size, typeface: typeface).width > width else { return [word] }
    let bound = parts(word).filter { !$0.isEmpty }
    if bound.count > 1 {
      // A sign leaves its number before a number is cut.
      return bound.flatMap { TextLine.pieces($0, size: size, width: width, typeface: typeface) }
    }
    var pieces: [RichText] = []
    var piece = RichText(verbatim: "")
    var pen = 0.0
    for segment in word.segments {
      for character in segment.string {
        var letter = segment
        letter.string = String(character)
        var single = RichText(verbatim: "")
        single.segments = [letter]
        let advance = TextLine(single, size: size, typeface: typeface).width
        if pen + advance > width, !piece.isEmpty {
          pieces.append(piece)
          piece = RichText(verbatim: "")
          pen = 0
        }
        piece = piece + single
        pen += advance
      }
    }
    return pieces + [piece]
  }

  /// The parts between spaces at which a line may end: not beside a sign of relation.
  private static func words(_ text: RichText) -> [RichText] {
    let all = parts(text)
    let relations: Set<String> = ["=", "<", ">", "≤", "≥", "≈", "×", "÷"]
    var words: [RichText] = []
    var isBound = false
    for part in all where !part.isEmpty {
      let isRelation = relations.contains(part.plain)
      if let last = words.last, isBound || isRelation {
        words[words.count - 1] = last + RichText(verbatim: " ") + part
      } else {
        words.append(part)
      }
      isBound = isRelation
    }
    return words
  }

  private static func parts(_ text: RichText) -> [RichText] {
    var words = [RichText(verbatim: "")]
    for segment in text.segments {
      for (index, part) in segment.string.split(
        separator: " ", omittingEmptySubsequences: false
      ).enumerated() {
        if index > 0 { words.append(RichText(verbatim: "")) }
        guard !part.isEmpty else { continue }
        var piece = segment
        piece.string = String(part)
        words[words.count - 1].segments.append(piece)
      }
    }
    return words
  }
}
