import Figures
import Foundation
import Images

/// Times figures of one analytic landscape from its samples to the bytes of the PNG file;
/// `peers/figures.py` draws the same with matplotlib.
///
/// Each line: the figure, its size in pixels, the best of at least three runs in milliseconds, and
/// the file's bytes.
@main struct FigureTable {
  /// Samples along each axis, as `landscape render` takes.
  static let samples = 101
  static let threads = ProcessInfo.processInfo.activeProcessorCount
  static let dpi = 300.0

  static func main() throws {
    print("\(threads) cores")
    let typeface = try FontFile.standard()
    let field = try landscape()
    // 1200 × 1000 pixels.
    var style = FigureStyle(typeface: typeface)
    style.page = PageFormat(width: 288, height: 240)
    var panel = Panel(field)
    panel.marks = [Mark.minimum(of: field)].compactMap(\.self)
    try line("contour") { try contourFigure(panel, style: style) }
    try line("heatmap") { try heatmapFigure(panel, style: style) }
    for threads in Set([1, threads]).sorted() {
      var options = SurfaceOptions()
      (options.dpi, options.threads) = (dpi, threads)
      try line("surface, \(threads) thread\(threads == 1 ? "" : "s")") {
        try surfaceFigure([panel], options: options, style: style)
      }
    }
  }

  /// 10⁻³ + 10 (x² + y²/2 + 0.3 sin 3x sin 2y)² over [−1, 1]²: four decades, one curved valley.
  private static func landscape() throws -> Field {
    let axis = (0..<samples).map { -1 + 2 * Double($0) / Double(samples - 1) }
    let values = axis.flatMap { y in
      axis.map { x -> Double in
        let root = x * x + y * y / 2 + 0.3 * sin(3 * x) * sin(2 * y)
        return 1e-3 + 10 * root * root
      }
    }
    return try Field(xs: axis, ys: axis, values: values)
  }

  private static func line(_ name: String, _ figure: () throws -> Figure) throws {
    let typeface = try FontFile.standard()
    let clock = ContinuousClock()
    var (planned, painted, encoded) = (Double.infinity, Double.infinity, Double.infinity)
    var (bytes, size) = (0, "")
    var total = 0.0
    var runs = 0
    while runs < 3 || total < 1 {
      var drawn: Figure?
      let first = try clock.measure { drawn = try figure() } / .seconds(1)
      guard let drawing = drawn?.drawing else { return }
      var raster: Raster?
      let second =
        try clock.measure { raster = try drawing.raster(dpi: dpi, typeface: typeface) }
        / .seconds(1)
      guard let raster else { return }
      let third = try clock.measure { bytes = try raster.png(dpi: dpi).count } / .seconds(1)
      planned = min(planned, first)
      painted = min(painted, second)
      encoded = min(encoded, third)
      size = "\(raster.width) × \(raster.height)"
      total += first + second + third
      runs += 1
    }
    func milliseconds(_ seconds: Double) -> String { String(Int((1000 * seconds).rounded())) }
    print(
      "\(name): \(size), layout \(milliseconds(planned)) ms, pixels \(milliseconds(painted)) ms, "
        + "PNG \(milliseconds(encoded)) ms, together "
        + "\(milliseconds(planned + painted + encoded)) ms, \(bytes) bytes")
  }
}
