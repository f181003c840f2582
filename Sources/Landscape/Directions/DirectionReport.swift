import Algebra
import FoundationEssentials
import Geometry

/// What several random slices say of the same weights: `directions.json`.
struct DirectionReport: Codable, Sendable, Equatable {
  var program: String
  var command: String
  var scene: String
  var protocolName: String
  var normalisation: String
  var lambdas: [Record]

  /// All slices at one λ.
  struct Record: Codable, Sendable, Equatable {
    var lambda: Double
    var given: Double
    var slices: [SliceNumbers]
    /// Of each number over the slices, by its name.
    var spread: [String: Spread]

    init(lambda: Double, given: Double, slices: [SliceNumbers]) {
      (self.lambda, self.given, self.slices) = (lambda, given, slices)
      spread = [:]
      for (name, path) in SliceNumbers.quantities {
        spread[name] = Spread(slices.compactMap { $0[keyPath: path] })
      }
    }

    /// Median and quartiles of what is read off first.
    var words: String {
      [
        ("minimum", "minimum", ""), ("distance", "at distance", ""),
        ("highestCurvature", "curvature", ""), ("convexPercentage", "convex", " %"),
        ("width", "width", ""),
      ]
      .compactMap { key, name, unit in spread[key].map { "\(name) \($0.words)\(unit)" } }
      .joined(separator: ", ")
    }
  }

  /// What is read off one slice.
  struct SliceNumbers: Codable, Sendable, Equatable {
    /// The seed that a scene needs for these directions.
    var seed: UInt64
    var cosine: Double?
    /// The lowest value of the grid, its place, and its distance to the centre in weight space.
    var minimum: Double?
    var alpha: Double?
    var beta: Double?
    var distance: Double?
    /// Eigenvalues of UᵀHU in the metric UᵀU at the centre, the Hessian of the total loss exact.
    var lowestCurvature: Double?
    var highestCurvature: Double?
    /// How much of the slice is convex, by differences of the surface.
    var convexPercentage: Double?
    /// √(area/π) of where the loss is at most twice its least, in weight space.
    var width: Double?
    /// Whether that part reaches the edge, so that it may be wider.
    var isWidthCut: Bool

    /// Each number, by its name.
    static var quantities: [(name: String, path: any KeyPath<SliceNumbers, Double?> & Sendable)] {
      [
        ("minimum", \.minimum), ("distance", \.distance), ("lowestCurvature", \.lowestCurvature),
        ("highestCurvature", \.highestCurvature), ("convexPercentage", \.convexPercentage),
        ("width", \.width),
      ]
    }
  }

  /// How numbers lie.
  struct Spread: Codable, Sendable, Equatable {
    var median: Double
    var lowerQuartile: Double
    var upperQuartile: Double
    var least: Double
    var most: Double

    /// Of some numbers; nil where there are none.
    ///
    /// Quartiles lie between the sorted numbers, in
    /// proportion (Hyndman and Fan's type 7, as NumPy).
    init?(_ values: [Double]) {
      let sorted = values.filter(\.isFinite).sorted()
      guard let first = sorted.first, let last = sorted.last else { return nil }
      func quantile(_ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
      }
      (least, most) = (first, last)
      (median, lowerQuartile, upperQuartile) = (quantile(0.5), quantile(0.25), quantile(0.75))
    }

    /// One number where all three read the same.
    var words: String {
      let (middle, low, high) = (number(median), number(lowerQuartile), number(upperQuartile))
      return low == middle && high == middle ? middle : "\(middle) (\(low) to \(high))"
    }
  }

  /// As text, with a line end.
  var text: String {
    get throws { String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self) + "\n" }
  }

  /// A row for each slice at each λ.
  var csv: String {
    let names = SliceNumbers.quantities.map(\.name)
    let rows = lambdas.flatMap { record in
      record.slices.map { slice in
        let values = SliceNumbers.quantities.map { slice[keyPath: $0.path].map { "\($0)" } ?? "" }
        return (["\(record.lambda)", "\(slice.seed)"] + values).joined(separator: ",")
      }
    }
    return ([(["lambda", "seed"] + names).joined(separator: ",")] + rows).joined(separator: "\n")
      + "\n"
  }
}

extension DirectionReport.SliceNumbers {
  /// Reads a slice.
  ///
  /// - Parameters:
  ///   - plane: The slice and its base losses.
  ///   - seed: Of its directions.
  ///   - lambda: λ.
  ///   - valueError: The relative error of a base loss.
  init(
    _ plane: DirectionStudy.SampledPlane, seed: UInt64, lambda: Double, valueError: Double
  ) {
    let (surface, metric) = (plane.surface, plane.slice.metric)
    (self.seed, cosine, isWidthCut) = (seed, plane.slice.cosine, false)
    let penalty = surface.penalty.coefficients
    let hessian = SymmetricMatrix2(
      xx: plane.hessian.xx + lambda * penalty[3], xy: plane.hessian.xy + lambda * penalty[4] / 2,
      yy: plane.hessian.yy + lambda * penalty[5])
    if let found = hessian.eigenvalues(metric: metric) {
      (lowestCurvature, highestCurvature) = (found.low, found.high)
    }
    convexPercentage = SurfaceCurvature(surface, metric: metric)?
      .convexity(lambda: lambda, valueError: valueError).map { 100 * $0.convexShare }
    let total = surface.total(lambda: lambda)
    guard let lowest = GridMinimum(of: total, on: surface.grid) else { return }
    (minimum, alpha, beta) = (lowest.value, lowest.alpha, lowest.beta)
    let (a, b) = (lowest.alpha, lowest.beta)
    distance = max(metric.xx * a * a + 2 * metric.xy * a * b + metric.yy * b * b, 0).squareRoot()
    let (columns, rows) = (surface.grid.alphas.count, surface.grid.betas.count)
    let low = total.indices.filter { total[$0] <= 2 * lowest.value }
    let cell =
      (surface.grid.alphas[columns - 1] - surface.grid.alphas[0]) / Double(columns - 1)
      * (surface.grid.betas[rows - 1] - surface.grid.betas[0]) / Double(rows - 1)
    let area = Double(low.count) * cell * max(metric.determinant, 0).squareRoot()
    width = (area / .pi).squareRoot()
    isWidthCut = low.contains {
      [0, columns - 1].contains($0 % columns) || [0, rows - 1].contains($0 / columns)
    }
  }

  /// Under a panel's title.
  var note: String {
    let parts = [
      minimum.map { "min \(number($0))" }, highestCurvature.map { "curv. \(number($0))" },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  /// For who cannot see it.
  var sentence: String {
    var parts: [String] = []
    if let minimum, let alpha, let beta {
      parts.append("lowest \(number(minimum)) at (\(coordinate(alpha)), \(coordinate(beta)))")
    }
    if let lowestCurvature, let highestCurvature {
      parts.append("curvature \(number(lowestCurvature)) to \(number(highestCurvature))")
    }
    if let convexPercentage { parts.append("\(number(convexPercentage)) % convex") }
    if let width { parts.append("width \(isWidthCut ? "at least " : "")\(number(width))") }
    return parts.joined(separator: ", ")
  }
}
