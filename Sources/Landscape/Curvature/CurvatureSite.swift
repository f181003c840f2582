import Algebra
import Datasets
import Networks

/// A point of weight space, and the matrix there that curvature is read off.
struct CurvatureSite: Sendable {
  let model: Model
  let plan: CurvaturePlan
  let w: [Double]
  /// The base loss over the plan's samples.
  let objective: NetworkObjective
  /// The parameters of the block asked about, among all.
  let coordinates: [Int]
  /// The matrix of the base loss over all parameters.
  private let whole: any LinearOperator
  let baseLoss: Double
  let gradient: [Double]

  /// Makes the passes at w that all products share.
  ///
  /// - Parameters:
  ///   - model: Data and network.
  ///   - w: The weights.
  /// - Throws: ``UsageError`` where the scene's plan makes no sense here, or the loss diverges.
  init(_ model: Model, at w: [Double]) throws {
    var plan = model.scene.curvature
    self.w = w
    let layout = model.network.layout
    for name in plan.tensors where layout.entry(named: name) == nil {
      let names = layout.entries.map(\.name)
      let guess = nearest(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
      throw UsageError(reason: "'--tensors' names '\(name)'\(guess) (there are \(list(names)))")
    }
    coordinates = layout.entries.filter { plan.tensors.isEmpty || plan.tensors.contains($0.name) }
      .flatMap(\.range)
    plan.limitDefaults(dimension: coordinates.count)
    try plan.validate(dimension: coordinates.count)
    (self.model, self.plan) = (model, plan)
    objective =
      try plan.samples.map {
        try NetworkObjective(
          network: model.network, loss: model.loss,
          data: model.objective.data.subset(count: $0, seed: model.scene.seed),
          threads: model.objective.threads)
      } ?? model.objective
    (baseLoss, gradient) = objective.valueAndGradient(at: w)
    guard baseLoss.isFinite, gradient.allSatisfy(\.isFinite) else {
      throw UsageError(reason: "the loss diverges at these weights; it has no curvature there")
    }
    whole = objective.matrix(plan.matrix, at: w, .float64)
  }

  /// The block asked about, of the base loss's matrix.
  var base: any LinearOperator { block(coordinates) }

  /// A block of the base loss's matrix: all other parameters held fixed.
  func block(_ coordinates: [Int]) -> any LinearOperator { block(coordinates, of: whole) }

  private func block(
    _ coordinates: [Int], of whole: some LinearOperator
  ) -> any LinearOperator {
    func restricted(_ matrix: some LinearOperator) -> any LinearOperator {
      coordinates.count == matrix.dimension ? matrix : Restriction(matrix, to: coordinates)
    }
    return restricted(whole)
  }

  /// The block of the total loss's matrix at λ, or of the base loss's.
  ///
  /// - Parameters:
  ///   - lambda: λ; nil for the base loss.
  ///   - precision: Float32 makes the passes anew: its products take half the time.
  /// - Returns: The block.
  func matrix(
    lambda: Double?, precision: SamplingOptions.Precision = .float64
  ) -> any LinearOperator {
    func shifted(_ matrix: some LinearOperator) -> any LinearOperator {
      guard let lambda else { return matrix }
      return DiagonallyShifted(matrix, by: mask.map { lambda * $0 })
    }
    guard precision == .float32 else { return shifted(base) }
    return shifted(block(coordinates, of: objective.matrix(plan.matrix, at: w, precision)))
  }

  /// The penalty's weights over the block.
  var mask: [Double] { coordinates.map { model.penalty.mask[$0] } }

  /// By how much a penalty of 1 moves every eigenvalue, where it moves all alike.
  var commonFactor: Double? {
    let mask = mask
    return mask.allSatisfy { $0 == mask[0] } ? mask[0] : nil
  }

  /// ‖∇(L + (λ/2)‖w‖²)‖ over the block.
  func gradientNorm(lambda: Double) -> Double {
    norm(coordinates.map { gradient[$0] + lambda * model.penalty.mask[$0] * w[$0] })
  }

  /// A vector over the block as one over all parameters, 0 outside.
  func embedded(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: w.count)
    for (index, value) in zip(coordinates, vector) { result[index] = value }
    return result
  }

  /// A layer, and those of its parameters that the block holds.
  struct LayerBlock: Sendable {
    /// The part of its tensors' names that they share, such as `0` of `0.weight`.
    var name: String
    var coordinates: [Int]
  }

  /// The layers that the block reaches into.
  var layers: [LayerBlock] {
    let asked = Set(coordinates)
    let entries = model.network.layout.entries.filter { asked.contains($0.range.lowerBound) }
    let numbers = Set(entries.map(\.layer)).sorted()
    return numbers.map { number in
      let own = entries.filter { $0.layer == number }
      let parts = own[0].name.split(separator: ".").dropLast()
      return LayerBlock(
        name: parts.isEmpty ? own[0].name : parts.joined(separator: "."),
        coordinates: own.flatMap(\.range))
    }
  }
}

extension NetworkObjective {
  /// A matrix that stands for curvature.
  fileprivate func matrix(
    _ kind: CurvaturePlan.Matrix, at w: [Double], _ precision: SamplingOptions.Precision
  ) -> any LinearOperator {
    switch kind {
    case .hessian: hessian(at: w, precision: precision)
    case .gaussNewton: gaussNewton(at: w, precision: precision)
    case .fisher: empiricalFisher(at: w, precision: precision)
    }
  }
}
