import Figures

extension Drawing {
  /// Refuses what no format can draw: sizes and places that are not finite, or out of all reason.
  func validate() throws {
    for length in [width, height] where !(length > 0 && length <= Self.furthest) {
      throw ImageError.size(
        "a page of \(width) × \(height) points cannot be drawn: each side must be above 0 and "
          + "at most \(Int(Self.furthest))")
    }
    try Self.validate(background)
    try elements.forEach(Self.validate)
  }

  /// No point of a page is further from its origin, in points: 200 inches, the limit of PDF.
  private static var furthest: Double { 14_400 }
  /// Nothing off the page is further, so that no coordinate overflows Cairo's fixed point.
  private static var reach: Double { 1_000_000 }

  private static func validate(_ element: Element) throws {
    switch element {
    case .fill(let path, let color):
      try validate(path)
      try validate(color)
    case .stroke(let path, let stroke):
      try validate(path)
      try validate(stroke)
    case .image(let raster, let rectangle):
      try raster.validate()
      try validate([rectangle.x, rectangle.y, rectangle.width, rectangle.height], "an image")
    case .text(let text):
      try validate([text.origin.x, text.origin.y, text.angle], "a text")
      for run in text.runs {
        try validate([run.size, run.offset, run.raise], "a text")
        guard run.size >= 0.01 else {
          throw ImageError.unusable("a text of the drawing has a size of \(run.size) points")
        }
      }
      try validate(text.color)
      if let halo = text.halo { try validate(halo) }
    case .clip(let path, let elements):
      try validate(path)
      try elements.forEach(validate)
    }
  }

  private static func validate(_ numbers: [Double], _ owner: String) throws {
    for number in numbers where !(abs(number) <= reach) {
      throw ImageError.unusable("\(owner) of the drawing has a coordinate of \(number)")
    }
  }

  private static func validate(_ path: Path) throws {
    for step in path.steps {
      switch step {
      case .move(let p), .line(let p): try validate([p.x, p.y], "a path")
      case .curve(let a, let b, let p): try validate([a.x, a.y, b.x, b.y, p.x, p.y], "a path")
      case .close: break
      }
    }
  }

  private static func validate(_ stroke: Stroke) throws {
    try validate([stroke.width], "a stroke")
    try validate(stroke.color)
    guard stroke.dash.allSatisfy({ $0 >= 0 && $0 <= reach }),
      stroke.dash.isEmpty || stroke.dash.contains(where: { $0 > 0 })
    else { throw ImageError.unusable("a stroke of the drawing has the dashes \(stroke.dash)") }
  }

  private static func validate(_ color: Color) throws {
    for part in [color.red, color.green, color.blue, color.alpha] where !(0...1).contains(part) {
      throw ImageError.unusable("a colour of the drawing has a part of \(part), not 0 to 1")
    }
  }
}

extension Raster {
  /// Refuses pixels that do not fill the picture, since C code reads them by its size.
  func validate() throws {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !overflow, pixels.count == area else {
      throw ImageError.unusable(
        "a picture of \(width) × \(height) pixels holds \(pixels.count) of them")
    }
  }
}
