import Figures

extension Scene.FigurePlan {
  /// Pixels to an inch that make sense: from a thumbnail to a poster.
  static let dpiRange = 10.0...2400.0

  /// Named pages, for journals, slides and the web.
  static let sizes: [(name: String, page: PageFormat)] = [
    ("column", .column), ("narrow", .narrow), ("text", .text), ("full", .full), ("slide", .slide),
    ("readme", .readme),
  ]

  /// Reads a page: a name, or a width in millimetres such as `120` or `120mm`.
  static func parseSize(_ text: String) throws(ParsingError) -> PageFormat {
    if let named = sizes.first(where: { $0.name == text }) { return named.page }
    let number = text.hasSuffix("mm") ? String(text.dropLast(2)) : text
    guard let width = Double(number.trimmed), (50...1000).contains(width) else {
      throw ParsingError(
        reason: "is '\(text)'; it must be a width from 50 to 1000 in millimetres, or one of "
          + list(sizes.map(\.name)))
    }
    return PageFormat(width: width / 25.4 * 72)
  }

  /// Reads the place of a font file.
  static func parseFont(_ text: String, beside path: String) throws(ParsingError) -> String {
    guard [".ttf", ".otf", ".ttc"].contains(where: text.lowercased().hasSuffix) else {
      throw ParsingError(reason: "is '\(text)'; it must be a font file, .ttf, .otf or .ttc")
    }
    return Landscape.beside(path, text)
  }

  /// Reads a colour map's name.
  static func parseColorMap(_ text: String) throws(ParsingError) -> ColorMap {
    guard let map = ColorMap.all.first(where: { $0.name == text }) else {
      let names = ColorMap.all.map(\.name)
      let guess = nearest(text, in: names).map { "; did you mean '\($0)'?" } ?? ""
      throw ParsingError(reason: "is '\(text)'\(guess) (there are \(list(names)))")
    }
    return map
  }

  /// Reads a scale (`log`, `linear`, `symlog`, `automatic`), a way to compare panels (`own`, `excess`,
  /// `shared`), or both as `log,excess`.
  static func parseScale(
    _ text: String
  ) throws(ParsingError) -> (scale: ScaleOption, sharing: Sharing) {
    var scale: ScaleOption?
    var sharing: Sharing?
    for part in text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed) {
      if scale == nil, let named = ScaleOption(rawValue: part) {
        scale = named
      } else if sharing == nil, let named = Sharing(rawValue: part) {
        sharing = named
      } else {
        let names = ScaleOption.allCases.map(\.rawValue) + Sharing.allCases.map(\.rawValue)
        throw ParsingError(
          reason: "is '\(text)'; it must be one of \(list(names)), or two such as log,excess")
      }
    }
    return (scale ?? .automatic, sharing ?? .shared)
  }

  /// Reads contour levels: a list such as `0.1,0.5,1`, or `0.1:10:0.5` for equal steps as Li et al.'s
  /// vmin:vmax:vlevel.
  static func parseLevels(_ text: String) throws(ParsingError) -> LevelsOption {
    if text == "automatic" { return .automatic }
    let isRange = text.contains(":")
    let numbers = text.split(separator: isRange ? ":" : ",").compactMap { Double($0.trimmed) }
    let parts = text.split(separator: isRange ? ":" : ",", omittingEmptySubsequences: false)
    let fault = ParsingError(
      reason: "is '\(text)'; write a rising list such as 0.1,0.5,1, or from:to:step, at most 200")
    guard numbers.count == parts.count, numbers.allSatisfy(\.isFinite) else { throw fault }
    if isRange {
      guard numbers.count == 3,
        let steps = try? LevelsOption.steps(from: numbers[0], to: numbers[1], by: numbers[2])
      else { throw fault }
      return steps
    }
    guard numbers.count <= 200, zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw fault
    }
    return .values(numbers)
  }

  /// The figures of a slice where none are named.
  static let usualKinds: [Kind] = [.contour, .heatmap, .parts]
  /// Whether a camera is of use.
  public var drawsSurfaces: Bool { kinds.contains(.surface) || kinds.contains(.sheets) }
  /// Degrees around a surface.
  static let azimuthRange = -360.0...360.0
  /// Degrees above the plane.
  static let elevationRange = 0.0...90.0

  /// Reads the figures to draw: `surface`, or several as `contour,surface`.
  static func parseKinds(_ text: String) throws(ParsingError) -> [Kind] {
    var kinds: [Kind] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed) {
      guard let kind = Kind(rawValue: part) else {
        let names = Kind.allCases.map(\.rawValue)
        let guess = nearest(part, in: names).map { "; did you mean '\($0)'?" } ?? ""
        throw ParsingError(reason: "has '\(part)'\(guess) (there are \(list(names)))")
      }
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    return kinds
  }

  /// Reads degrees.
  static func parseDegrees(
    _ text: String, _ range: ClosedRange<Double>
  ) throws(ParsingError) -> Double {
    guard let degrees = Double(text), range.contains(degrees) else {
      throw ParsingError(
        reason: "is '\(text)'; it must be degrees from \(number(range.lowerBound)) to "
          + "\(number(range.upperBound))")
    }
    return degrees
  }

  /// Reads the files to write: `png`, or several as `png,pdf,svg`.
  static func parseFormats(_ text: String) throws(ParsingError) -> [Format] {
    var formats: [Format] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let format = Format(rawValue: part.trimmed) else {
        throw ParsingError(
          reason: "has '\(part.trimmed)' (there are \(list(Format.allCases.map(\.rawValue))))")
      }
      if !formats.contains(format) { formats.append(format) }
    }
    return formats
  }
}
