import Foundation

/// How well things can be told from what lies under them (WCAG 2.2, success criteria 1.4.3, 1.4.11).
enum Contrast {
  /// Text needs at least this.
  static let text = 4.5
  /// Lines and marks need at least this.
  static let line = 3.0

  /// The ratio (L₁ + 0.05) / (L₂ + 0.05) of two opaque colours, 1 to 21.
  static func ratio(_ first: Color, _ second: Color) -> Double {
    let (a, b) = (first.luminance, second.luminance)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// The worst ratio against several colours.
  static func ratio(_ color: Color, on colors: [Color]) -> Double {
    colors.map { ratio(color, $0) }.min() ?? 21
  }

  /// Black or white, whichever reads better over all of the colours.
  static func ink(on colors: [Color]) -> Color {
    ratio(.black, on: colors) >= ratio(.white, on: colors) ? .black : .white
  }

  /// The softest shade, from the colours' own mean toward black or white, that reaches a ratio
  /// over all of them; plain ink where none does.
  static func shade(on colors: [Color], ratio wanted: Double) -> Color {
    guard let first = colors.first else { return .black }
    let end = ink(on: colors)
    var mean = first
    for (index, color) in colors.enumerated().dropFirst() {
      mean = mean.mixed(with: color, 1 / Double(index + 1))
    }
    for step in 4...20 {
      let shade = mean.mixed(with: end, Double(step) / 20)
      if ratio(shade, on: colors) >= wanted { return shade }
    }
    return end
  }
}

extension Color {
  /// Relative luminance, 0 to 1.
  var luminance: Double {
    func linear(_ value: Double) -> Double {
      value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}
