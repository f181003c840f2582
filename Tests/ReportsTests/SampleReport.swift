import Foundation

@testable import Figures
@testable import Reports

/// Reports to look at and to take apart.
enum SampleReport {
  /// The smallest PNG: one grey pixel.
  static let pixel = Array(
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJg"
        + "gg==") ?? Data())

  /// Even coordinates, both ends included.
  static func axis(_ count: Int, from: Double, to: Double) -> [Double] {
    (0..<count).map { from + (to - from) * Double($0) / Double(count - 1) }
  }

  /// A curved valley (Rosenbrock 1960) and a penalty around a centre at (1, 0.5), so that circles
  /// compete with the valley.
  static func slice(
    _ count: Int = 41, lambdas: [Double] = [0, 1e-3, 1e-2, 1e-1, 1],
    hole: ((Double, Double) -> Bool)? = nil
  ) throws -> LiveSlice {
    let alphas = axis(count, from: -1.6, to: 1.6)
    let betas = axis(count - 2, from: -1, to: 1.8)
    let base = betas.flatMap { b in
      alphas.map { a in
        hole?(a, b) == true ? Double.nan : 0.02 + pow(1 - a, 2) / 4 + 5 * pow(b - a * a, 2)
      }
    }
    // |(α, β) − (−0.4, 0.2)|² · 4 + 1.
    return try LiveSlice(
      alphas: alphas, betas: betas, base: base, penalty: [1.8, 3.2, -1.6, 4, 0, 4],
      lambdas: lambdas)
  }

  /// A report with everything in it, and names that need escaping.
  static func full() throws -> Report {
    var report = Report(title: "Weight decay <on> \"digits\" & others")
    report.subtitle = "64-64-10, ReLU; protocol A: same weights, same slice"
    report.command = "landscape sweep digits --lambda 0,1e-3...1x4 > 'a & b'"
    report.facts = [Report.Fact("seed", "1"), Report.Fact("range of λ", "0 … 1")]
    report.claims = [
      Claim(
        "Curvature increases", verdict: .holds, sentence: "By λ & no more.",
        evidence: ["0.0010 → 0.0110 at λ = 0.01", "</script><b>bold</b>"], figures: ["row"]),
      Claim("The landscape is smoother", verdict: .mixed, sentence: "Not everywhere."),
    ]
    var slice = try slice()
    slice.title = "The slice </script><!--"
    slice.xTitle = "</script><!--<script>"
    slice.path = [LiveSlice.Minimiser(lambda: 0, alpha: 1, beta: 1)]
    slice.still = ReportFigure(
      id: "still", title: "Still", alt: "contours", path: "s.png", bytes: pixel)
    report.slice = slice
    report.figures = [
      ReportFigure(
        id: "row", title: "Slices <5>", caption: "One scale.", alt: "five \"slices\"",
        path: "figures/row (1).png", bytes: pixel),
      ReportFigure(
        id: "path", title: "Path", alt: "a path", path: "path.svg",
        bytes: Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8)),
    ]
    report.tables = [
      ReportTable(
        title: "Norms", columns: ["λ", "‖w‖ | all", "note"],
        rows: [["0", "33.7", "a|b"], ["10⁻³", "−13.2", "c"]])
    ]
    report.notes = ["AdamW's decay is *not* the gradient of any objective."]
    return report
  }
}
