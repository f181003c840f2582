/// p₀ + p₁α + p₂α².
struct Parabola: Codable, Sendable, Equatable {
  var constant: Double
  var slope: Double
  /// Half the second derivative.
  var square: Double

  init(_ constant: Double, _ slope: Double, _ square: Double) {
    (self.constant, self.slope, self.square) = (constant, slope, square)
  }

  func callAsFunction(_ alpha: Double) -> Double { constant + alpha * (slope + alpha * square) }

  /// The sum of this and a multiple of another.
  func adding(_ factor: Double, _ other: Parabola) -> Parabola {
    Parabola(
      constant + factor * other.constant, slope + factor * other.slope,
      square + factor * other.square)
  }
}

/// A loss along a line: all that the total loss at any λ needs.
struct LineSamples: Sendable {
  var alphas: [Double]
  var base: [Double]
  /// Accuracy or R².
  var scores: [Double]
  /// On the samples kept apart, where there are any.
  var heldOutBase: [Double]?
  var heldOutScores: [Double]?
  /// ‖w(α)‖²_S, exactly.
  var squaredNorm: Parabola
  /// L(w₀) + α·gᵀu + (α²/2)·uᵀHu of the base loss at α = 0.
  var baseModel: Parabola
  var lambdas: [Double]

  /// (λ/2)‖w‖²_S.
  func penalty(lambda: Double) -> [Double] { alphas.map { lambda / 2 * squaredNorm($0) } }

  /// The total loss; the base loss to the bit where λ is 0.
  func total(lambda: Double) -> [Double] {
    lambda == 0 ? base : zip(base, penalty(lambda: lambda)).map(+)
  }

  /// The quadratic model of the total loss at α = 0; the penalty's part is exact.
  func model(lambda: Double) -> Parabola { baseModel.adding(lambda / 2, squaredNorm) }

  /// A row for each α; with several λ columns for each.
  var csv: String {
    var columns: [(name: String, values: [Double])] = [("alpha", alphas), ("base", base)]
    if !scores.isEmpty { columns.append(("score", scores)) }
    if let heldOutBase { columns.append(("held_out_base", heldOutBase)) }
    if let heldOutScores, !heldOutScores.isEmpty {
      columns.append(("held_out_score", heldOutScores))
    }
    columns.append(("squared_norm", alphas.map { squaredNorm($0) }))
    for lambda in lambdas {
      let name = lambdaName(lambda)
      columns += [
        ("penalty_\(name)", penalty(lambda: lambda)), ("total_\(name)", total(lambda: lambda)),
        ("model_\(name)", alphas.map { model(lambda: lambda)($0) }),
      ]
    }
    let rows = alphas.indices.map { row in
      columns.map { "\($0.values[row])" }.joined(separator: ",")
    }
    return ([columns.map(\.name).joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }
}
