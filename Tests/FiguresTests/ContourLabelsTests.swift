import Foundation
import Images
import Testing

@testable import Figures

@Suite struct ContourLabelsTests {
  /// What the label rules say of one figure.
  struct Verdict {
    var overlaps = 0
    var nearFrame = 0
    var onContour = 0
    var onMark = 0
    var eligible = 0
    var unlabelled = 0
    var tilted = 0
  }

  static func verdict(seed: UInt64, page: PageFormat, typeface: any Typeface) throws -> Verdict {
    let field = try TestFields.landscape(seed: seed, count: 25)
    var style = FigureStyle(typeface: typeface)
    style.page = page
    let minimum = try #require(Mark.minimum(of: field))
    let figure = try contourFigure(
      Panel(field, marks: [Mark(.centre, at: Point(0, 0)), minimum]), style: style)
    let panel = figure.layout.panels[0]
    let scale = try #require(panel.scale)
    let axes = Axes(field, wholeCells: false)
    let s = page.textScale
    var verdict = Verdict()

    // Contours again, straight from the relief, unsimplified.
    let relief = Relief(field, scale: scale.scale)
    let lines = scale.levels.map { level in
      relief.contour(at: scale.scale.unit(level)).lines.map { line in
        line.map { axes.place($0, in: panel.frame) }
      }
    }
    for (index, label) in panel.labels.enumerated() {
      for other in panel.labels[(index + 1)...]
      where label.box.grown(by: 0.5 * s).intersects(other.box) {
        verdict.overlaps += 1
      }
      if !label.box.corners.allSatisfy(panel.frame.inset(by: 2 * s).contains) {
        verdict.nearFrame += 1
      }
      for mark in panel.marks where label.box.distance(to: mark.position) < 4 * s {
        verdict.onMark += 1
      }
      for (level, own) in zip(scale.levels, lines) {
        let width = panel.contours.first { $0.level == level }?.lineWidth ?? 0
        let letters = label.box.grown(by: width / 2)
        var best = (distance: Double.infinity, angle: 0.0)
        for line in own {
          for (a, b) in zip(line, line.dropFirst()) {
            if level != label.level {
              if letters.intersects(from: a, to: b) { verdict.onContour += 1 }
            } else {
              let distance = ((a + b) * 0.5 - label.box.center).length
              if distance < best.distance { best = (distance, (b - a).angle) }
            }
          }
        }
        if level == label.level {
          // C4, against the mean direction of the line under the label rather than one short
          // segment: a bent line may differ at its very middle.
          var turn = abs(best.angle - label.box.angle).truncatingRemainder(dividingBy: .pi)
          turn = min(turn, .pi - turn)
          if turn > 6 * .pi / 180 || abs(label.box.angle) > .pi / 2 { verdict.tilted += 1 }
        }
      }
    }
    let labelled = Set(panel.labels.map(\.level))
    for contour in panel.contours where contour.longest >= 3 * contour.labelWidth {
      verdict.eligible += 1
      if !labelled.contains(contour.level) { verdict.unlabelled += 1 }
    }
    return verdict
  }

  @Test(arguments: zip([PageFormat.column, .text], [200, 60] as [UInt64]))
  func `no label of two hundred landscapes touches anything`(page: PageFormat, count: UInt64)
    throws
  {
    let face = try FontFile.standard()
    var sum = Verdict()
    for seed in 0..<count {
      let verdict = try Self.verdict(seed: seed, page: page, typeface: face)
      #expect(verdict.overlaps == 0, "seed \(seed)")
      #expect(verdict.nearFrame == 0, "seed \(seed)")
      #expect(verdict.onContour == 0, "seed \(seed)")
      #expect(verdict.onMark == 0, "seed \(seed)")
      sum.eligible += verdict.eligible
      sum.unlabelled += verdict.unlabelled
      sum.tilted += verdict.tilted
    }
    // C3: what has room for a label has one, but for lines pressed between their neighbours.
    #expect(Double(sum.unlabelled) <= 0.04 * Double(sum.eligible))
    #expect(sum.tilted <= 1)
    #expect(sum.eligible > 8 * Int(count))
  }
}
