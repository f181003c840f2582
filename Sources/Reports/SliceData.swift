import Figures
import Foundation

/// What the page's script reads: a live slice as JSON.
struct SliceData: Codable, Hashable {
  struct Mark: Codable, Hashable {
    var value: Double
    var label: String
  }
  struct Level: Codable, Hashable {
    var value: Double
    var label: String
    var isIndex: Bool
    var line: String
    var ink: String
    var halo: String?
  }
  struct Part: Codable, Hashable {
    var color: String
    var line: String
    var ink: String
  }
  struct Scale: Codable, Hashable {
    var kind: String
    var threshold: Double?
    var lower: Double
    var upper: Double
  }

  var alphas: [Double]
  var betas: [Double]
  /// Float32, little-endian, row-major, in base64; missing values are NaN or infinite.
  var base: String
  var penalty: [Double]
  var lambdas: [Double]
  /// λ, α, β.
  var path: [[Double]]
  var pathTitle: String
  var xTitle: String
  var yTitle: String
  var valueTitle: String
  var hasEqualUnits: Bool
  var xTicks: [Mark]
  var yTicks: [Mark]
  var scale: Scale
  var levels: [Level]
  var parts: [Part]
  var barTicks: [Mark]
  var hasLowerArrow: Bool
  var hasUpperArrow: Bool

  init(_ slice: LiveSlice) {
    func marks(_ ticks: [Tick]) -> [Mark] {
      ticks.map { Mark(value: $0.value, label: $0.label.plain) }
    }
    func axis(_ values: [Double]) -> [Mark] {
      guard let first = values.first, let last = values.last else { return [] }
      return marks(Tick.nice(in: first...last, count: 5))
    }
    alphas = slice.alphas
    betas = slice.betas
    base = Self.base64(slice.base)
    penalty = slice.penalty
    lambdas = slice.lambdas
    path = slice.path.map { [$0.lambda, $0.alpha, $0.beta] }
    pathTitle = slice.pathTitle
    xTitle = slice.xTitle
    yTitle = slice.yTitle
    valueTitle = slice.valueTitle
    hasEqualUnits = slice.hasEqualUnits
    xTicks = axis(slice.alphas)
    yTicks = axis(slice.betas)
    let bands = slice.bands
    scale = Scale(kind: "linear", lower: bands.scale.lower, upper: bands.scale.upper)
    switch bands.scale.kind {
    case .linear: break
    case .log: scale.kind = "log"
    case .symlog(let threshold): (scale.kind, scale.threshold) = ("symlog", threshold)
    }
    levels = bands.levels.map {
      Level(
        value: $0.value, label: $0.label.plain, isIndex: $0.isIndex, line: $0.line.css,
        ink: $0.ink.css, halo: $0.halo?.css)
    }
    parts = bands.parts.map { Part(color: $0.color.css, line: $0.line.css, ink: $0.ink.css) }
    barTicks = marks(bands.ticks)
    hasLowerArrow = bands.hasLowerArrow
    hasUpperArrow = bands.hasUpperArrow
  }

  /// The text for a `script` element.
  ///
  /// `<` is written as an escape, so that no text inside can end the element or open another.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
      .replacing("<", with: "\\u003c")
  }

  /// Float32 values in base64; what is too large for them becomes infinite, which is as missing.
  static func base64(_ values: [Double]) -> String {
    var data = Data(capacity: 4 * values.count)
    for value in values {
      withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data.base64EncodedString()
  }
}

extension Color {
  /// The colour as style sheets write it, `#rrggbb`.
  var css: String {
    "#"
      + [red, green, blue].map { part in
        let byte = Int((min(max(part, 0), 1) * 255).rounded())
        return (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
  }
}
