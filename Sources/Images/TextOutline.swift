import Figures

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Text.Run {
  /// How far oblique letters lean: x grows by this much of y.
  static let shear = 0.2

  /// The run's letters, and how far each pen position is from the run's start in points.
  func letters(
    _ typeface: any Typeface
  ) -> [(character: Unicode.Scalar, glyph: Glyph, position: Double)] {
    var position = 0.0
    return string.unicodeScalars.map { character in
      let glyph = typeface.glyph(character) ?? .replacement
      defer { position += glyph.advance * size }
      return (character, glyph, position)
    }
  }
}

extension Text {
  /// The letters' outlines on the page, to be filled by the nonzero rule.
  func outline(_ typeface: any Typeface) -> Path {
    let (sine, cosine) = (sin(angle), cos(angle))
    var steps: [Path.Step] = []
    for run in runs {
      let shear = run.oblique ? Run.shear : 0
      for (_, glyph, position) in run.letters(typeface) {
        // From ems, y upward, to points along and above the text's baseline, then to the page.
        func place(_ p: Point) -> Point {
          let along = run.offset + position + run.size * (p.x + shear * p.y)
          let above = run.raise + run.size * p.y
          return Point(
            origin.x + along * cosine - above * sine, origin.y - along * sine - above * cosine)
        }
        for step in glyph.outline.steps {
          switch step {
          case .move(let p): steps.append(.move(place(p)))
          case .line(let p): steps.append(.line(place(p)))
          case .curve(let a, let b, let p): steps.append(.curve(place(a), place(b), place(p)))
          case .close: steps.append(.close)
          }
        }
      }
    }
    return Path(steps)
  }
}
