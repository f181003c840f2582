/// The L2 penalty (λ/2)·Σ mᵢwᵢ², and what it adds to a loss.
///
/// The weights m are 1 on penalised parameters and 0 elsewhere, or a factor of their own for each
/// tensor. The penalty adds λmᵢwᵢ to the gradient and exactly λmᵢ to the Hessian's diagonal,
/// however large the weights.
public struct Penalty: Sendable, Equatable {
  /// mᵢ, one for each parameter.
  public var mask: [Double]

  /// Makes a penalty.
  ///
  /// - Parameter mask: mᵢ, one for each parameter, none negative.
  public init(mask: [Double]) { self.mask = mask }

  /// ‖w‖²_S = Σ mᵢwᵢ².
  ///
  /// - Parameter w: The parameters.
  /// - Returns: The squared norm over what is penalised.
  public func squaredNorm(_ w: [Double]) -> Double { dot(w, w, weights: mask) }

  /// ‖c + αu + βv‖²_S as a polynomial in α and β.
  ///
  /// - Parameters:
  ///   - centre: c.
  ///   - u: The first direction.
  ///   - v: The second direction.
  /// - Returns: The six coefficients, which serve every λ.
  public func quadratic(centre: [Double], u: [Double], v: [Double]) -> PenaltyQuadratic {
    func product(_ a: [Double], _ b: [Double]) -> Double { dot(a, b, weights: mask) }
    return PenaltyQuadratic(coefficients: [
      product(centre, centre), 2 * product(centre, u), 2 * product(centre, v), product(u, u),
      2 * product(u, v), product(v, v),
    ])
  }
}

/// ‖w‖²_S on a plane: ⟨c,c⟩ + 2α⟨c,u⟩ + 2β⟨c,v⟩ + α²⟨u,u⟩ + 2αβ⟨u,v⟩ + β²⟨v,v⟩.
public struct PenaltyQuadratic: Sendable, Equatable {
  /// ⟨c,c⟩, 2⟨c,u⟩, 2⟨c,v⟩, ⟨u,u⟩, 2⟨u,v⟩, ⟨v,v⟩ over what is penalised.
  public var coefficients: [Double]

  /// Makes the polynomial.
  ///
  /// - Parameter coefficients: Six, in the order of the formula.
  public init(coefficients: [Double]) {
    precondition(coefficients.count == 6, "a quadratic in two variables has six coefficients")
    self.coefficients = coefficients
  }

  /// ‖c + αu + βv‖²_S.
  ///
  /// - Parameters:
  ///   - alpha: α.
  ///   - beta: β.
  /// - Returns: The squared norm at that point of the plane.
  public func squaredNorm(_ alpha: Double, _ beta: Double) -> Double {
    let p = coefficients
    return p[0] + alpha * (p[1] + alpha * p[3] + beta * p[4]) + beta * (p[2] + beta * p[5])
  }
}

/// A base loss with its penalty: L(w; λ) = L_base(w) + (λ/2)‖w‖²_S.
public struct PenalisedObjective<Base: Objective>: Objective {
  /// L_base.
  public let base: Base
  /// ‖·‖²_S.
  public let penalty: Penalty
  /// λ.
  public let lambda: Double

  /// Joins a base loss and its penalty.
  ///
  /// - Parameters:
  ///   - base: L_base.
  ///   - penalty: ‖·‖²_S, over as many parameters as the base loss has.
  ///   - lambda: λ.
  public init(_ base: Base, penalty: Penalty, lambda: Double) {
    precondition(penalty.mask.count == base.dimension, "a penalty weighs every parameter")
    self.base = base
    self.penalty = penalty
    self.lambda = lambda
  }

  /// The number of parameters.
  public var dimension: Int { base.dimension }

  /// L(w; λ).
  public func value(at w: [Double]) -> Double {
    base.value(at: w) + lambda / 2 * penalty.squaredNorm(w)
  }

  /// L(w; λ) and ∇L(w; λ) = ∇L_base(w) + λ·m ⊙ w.
  public func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
    var (value, gradient) = base.valueAndGradient(at: w)
    value += lambda / 2 * penalty.squaredNorm(w)
    for i in gradient.indices { gradient[i] += lambda * penalty.mask[i] * w[i] }
    return (value, gradient)
  }

  /// H_base(w) + λ·diag(m).
  public func hessian(at w: [Double]) -> any LinearOperator {
    func shifted(_ hessian: some LinearOperator) -> any LinearOperator {
      DiagonallyShifted(hessian, by: penalty.mask.map { lambda * $0 })
    }
    return shifted(base.hessian(at: w))
  }
}
