import Foundation
import Testing

@testable import Figures

@Suite struct LineLookTests {
  /// How a dichromat sees colours, in linear sRGB (Machado, Oliveira and Fernandes 2009, severity 1).
  enum Sight: CaseIterable {
    case normal, protan, deutan, tritan

    var matrix: [[Double]] {
      switch self {
      case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
      case .protan:
        [
          [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
          [-0.003882, -0.048116, 1.051998],
        ]
      case .deutan:
        [
          [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
          [-0.011820, 0.042940, 0.968881],
        ]
      case .tritan:
        [
          [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
          [0.004733, 0.691367, 0.303900],
        ]
      }
    }

    func seen(_ color: Color) -> Color {
      let linear = [color.red, color.green, color.blue].map {
        $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4)
      }
      let mixed = matrix.map { row in
        let value = min(max(zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 }, 0), 1)
        return value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
      }
      return Color(red: mixed[0], green: mixed[1], blue: mixed[2])
    }
  }

  @Test(arguments: [Theme.light, .dark], Sight.allCases)
  func `six colours stay apart for every eye`(theme: Theme, sight: Sight) {
    let colors = LinePalette.distinct.colors(6, theme: theme).map {
      UniformColor(sight.seen($0))
    }
    for (number, first) in colors.enumerated() {
      for second in colors[(number + 1)...] { #expect(first.distance(to: second) >= 6) }
    }
  }

  @Test(arguments: LinePalette.allCases, [Theme.light, .dark])
  func `lines differ in colour and in dash, and are seen on the page`(
    palette: LinePalette, theme: Theme
  ) throws {
    for count in [1, 2, 6, 30] {
      let looks = try LineLook.looks(count, palette: palette, theme: theme)
      #expect(Set(looks).count == count)
      #expect(Set(looks.prefix(5).map(\.dash)).count == min(count, 5))
      #expect(Set(looks.prefix(6).map(\.marker)).count == min(count, 6))
      for look in looks {
        let needed = palette == .distinct ? Contrast.text : Contrast.line
        #expect(Contrast.ratio(look.color, theme.background) >= needed)
        #expect(
          Contrast.ratio(look.color.readable(on: theme.background), theme.background)
            >= Contrast.text)
      }
    }
    #expect(throws: FigureError.self) { try LineLook.looks(31, palette: palette, theme: theme) }
  }

  @Test(arguments: [Theme.light, .dark])
  func `ordered colours grow lighter on white and darker on black`(theme: Theme) {
    let colors = LinePalette.ordered.colors(7, theme: theme).map(\.luminance)
    let isLight = theme.background.luminance > 0.5
    #expect(zip(colors, colors.dropFirst()).allSatisfy { isLight ? $0 < $1 : $0 > $1 })
  }
}
