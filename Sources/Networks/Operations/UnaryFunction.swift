import RealModule

/// A function applied to each number on its own, beside the ``Activation``s.
public enum UnaryFunction: Sendable, Hashable {
  /// eˣ.
  case exp
  /// log x.
  case log
  /// √x.
  case sqrt
  /// 1/x.
  case reciprocal
  /// −x.
  case negate
  /// |x|; derivative 0 at 0.
  case abs
  /// x².
  case square
  /// xᵖ; of a negative x for whole p alone.
  case power(Double)
  /// scale·x + shift.
  case affine(scale: Double, shift: Double)
  /// x within [low, high], else the nearer bound; derivative 0 at the bounds: ReLU6 is `clip(0, 6)`,
  /// hardtanh `clip(-1, 1)`.
  case clip(Double, Double)
  /// (2/√π) ∫₀ˣ e^(−t²) dt.
  case erf
  /// sin x.
  case sin
  /// cos x.
  case cos
  /// min(max(slope·x + offset, 0), 1): PyTorch's has slope 1/6 and offset ½.
  case hardSigmoid(slope: Double, offset: Double)
  /// x·min(max(x/6 + ½, 0), 1) (Howard et al. 2019).
  case hardSwish
  /// x/(1 + |x|).
  case softsign
  /// x·tanh(log(1 + eˣ)) (Misra 2019).
  case mish
  /// λx where x > 0, else λα(eˣ − 1), with λ ≈ 1.0507 and α ≈ 1.6733 (Klambauer et al. 2017).
  case selu
  /// x where x > 0, else α(e^(x/α) − 1) (Barron 2017).
  case celu(alpha: Double)
  /// The greatest whole number that is not above x; derivative 0, as of the next four.
  case floor
  /// The least whole number that is not below x.
  case ceiling
  /// The nearest whole number, of two the even one.
  case round
  /// The whole number next to x on the way to 0.
  case truncate
  /// −1, 0 or 1.
  case sign
  /// 0 for 0, else 1; derivative 0.
  case isNotZero
  /// A whole number as so many bits hold it, the rest cut off: 200 + 100 of 8 bits is 44; derivative 0.
  case wrap(bits: Int, isSigned: Bool)
  /// The nearest number of Float32; derivative 1.
  case single

  /// Whether f is constant wherever it is continuous.
  var isStepwise: Bool {
    switch self {
    case .floor, .ceiling, .round, .truncate, .sign, .isNotZero, .wrap: true
    default: false
    }
  }

  /// Whether f″ = 0 wherever it exists.
  var isPiecewiseLinear: Bool {
    switch self {
    case .negate, .abs, .affine, .clip, .hardSigmoid, .single: true
    default: isStepwise
    }
  }

  /// Whether f′ jumps somewhere.
  var hasKinks: Bool {
    switch self {
    case .abs, .clip, .hardSigmoid, .hardSwish, .selu: true
    default: false
    }
  }
}

extension UnaryFunction {
  /// Gives f(xᵢ) to `use`, for each i; the loop is made for each function on its own.
  @inline(__always)
  func values<E: KernelScalar>(
    of x: UnsafePointer<E>, count: Int, _ use: (_ i: Int, _ y: E) -> Void
  ) {
    @inline(__always) func each(_ f: (E) -> E) {
      for i in 0..<count { use(i, f(x[i])) }
    }
    switch self {
    case .exp: each { .exp($0) }
    case .log: each { .log($0) }
    case .sqrt: each { $0.squareRoot() }
    case .reciprocal: each { 1 / $0 }
    case .negate: each { -$0 }
    case .abs: each { Swift.abs($0) }
    case .square: each { $0 * $0 }
    case .power(let p): each { raise($0, to: E(p)) }
    case .affine(let scale, let shift):
      let (scale, shift) = (E(scale), E(shift))
      each { scale * $0 + shift }
    case .clip(let low, let high):
      let (low, high) = (E(low), E(high))
      // Comparisons that a NaN fails leave it as it is.
      each { $0 < low ? low : $0 > high ? high : $0 }
    case .erf: each { .erf($0) }
    case .sin: each { .sin($0) }
    case .cos: each { .cos($0) }
    case .hardSigmoid(let slope, let offset):
      let (slope, offset) = (E(slope), E(offset))
      each { x in
        let t = slope * x + offset
        return t < 0 ? 0 : t > 1 ? 1 : t
      }
    case .hardSwish: each { $0 < -3 ? 0 : $0 > 3 ? $0 : $0 * ($0 + 3) / 6 }
    case .softsign: each { $0 / (1 + Swift.abs($0)) }
    case .mish: each { $0 * .tanh(softplus($0)) }
    case .selu: each { E(Self.seluScale) * ($0 > 0 ? $0 : E(Self.seluAlpha) * .expMinusOne($0)) }
    case .celu(let alpha):
      let alpha = E(alpha)
      each { $0 > 0 ? $0 : alpha * .expMinusOne($0 / alpha) }
    case .floor: each { $0.rounded(.down) }
    case .ceiling: each { $0.rounded(.up) }
    case .round: each { $0.rounded(.toNearestOrEven) }
    case .truncate: each { $0.rounded(.towardZero) }
    // A NaN stays one.
    case .sign: each { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .isNotZero: each { $0 == 0 ? 0 : 1 }
    case .wrap(let bits, let isSigned):
      let size = E(1 << min(bits, 62)), least = isSigned ? -size / 2 : 0
      each { $0 - size * (($0 - least) / size).rounded(.down) }
    case .single: each { E(Float($0)) }
    }
  }

  /// Gives f′(xᵢ) and f″(xᵢ) to `use`, for each i.
  @inline(__always)
  func slopes<E: KernelScalar>(
    of x: UnsafePointer<E>, count: Int, _ use: (_ i: Int, _ first: E, _ second: E) -> Void
  ) {
    @inline(__always) func each(_ f: (E) -> (E, E)) {
      for i in 0..<count {
        let (first, second) = f(x[i])
        use(i, first, second)
      }
    }
    switch self {
    case .exp:
      each { x in
        let y = E.exp(x)
        return (y, y)
      }
    case .log: each { (1 / $0, -1 / ($0 * $0)) }
    case .sqrt:
      each { x in
        let first = 1 / (2 * x.squareRoot())
        return (first, -first / (2 * x))
      }
    case .reciprocal: each { (-1 / ($0 * $0), 2 / ($0 * $0 * $0)) }
    case .negate: each { _ in (-1, 0) }
    case .abs: each { ($0 > 0 ? 1 : $0 < 0 ? -1 : 0, 0) }
    case .square: each { (2 * $0, 2) }
    case .power(let p):
      let p = E(p)
      each { x in
        (
          p == 0 ? 0 : p * raise(x, to: p - 1),
          p * (p - 1) == 0 ? 0 : p * (p - 1) * raise(x, to: p - 2)
        )
      }
    case .affine(let scale, _):
      let scale = E(scale)
      each { _ in (scale, 0) }
    case .clip(let low, let high):
      let (low, high) = (E(low), E(high))
      each { ($0 > low && $0 < high ? 1 : 0, 0) }
    case .erf:
      let factor = 2 / E.pi.squareRoot()
      each { x in
        let first = factor * E.exp(-x * x)
        return (first, -2 * x * first)
      }
    case .sin: each { (.cos($0), -.sin($0)) }
    case .cos: each { (-.sin($0), -.cos($0)) }
    case .hardSigmoid(let slope, let offset):
      let (slope, offset) = (E(slope), E(offset))
      each { x in
        let t = slope * x + offset
        return (t > 0 && t < 1 ? slope : 0, 0)
      }
    case .hardSwish:
      each { $0 <= -3 ? (0, 0) : $0 >= 3 ? (1, 0) : ((2 * $0 + 3) / 6, 1 / 3) }
    case .softsign:
      each { x in
        let scale = 1 / (1 + Swift.abs(x))
        let second = 2 * scale * scale * scale
        return (scale * scale, x > 0 ? -second : x < 0 ? second : 0)
      }
    case .mish:
      // With t = tanh(softplus(x)) and s = σ(x): t′ = (1 − t²)s, t″ = t′(1 − s − 2ts).
      each { x in
        let t = E.tanh(softplus(x))
        let s = 1 / (1 + E.exp(-x))
        let first = (1 - t * t) * s
        return (t + x * first, 2 * first + x * first * (1 - s - 2 * t * s))
      }
    case .selu:
      let (scale, low) = (E(Self.seluScale), E(Self.seluScale * Self.seluAlpha))
      each { x in
        let y = low * E.exp(x)
        return x > 0 ? (scale, 0) : (y, y)
      }
    case .celu(let alpha):
      let alpha = E(alpha)
      each { x in
        let y = E.exp(x / alpha)
        return x > 0 ? (1, 0) : (y, y / alpha)
      }
    case .floor, .ceiling, .round, .truncate, .sign, .isNotZero, .wrap: each { _ in (0, 0) }
    case .single: each { _ in (1, 0) }
    }
  }

  /// λ and α at which standard normal numbers keep their mean and variance.
  private static let (seluScale, seluAlpha) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_2)
}

/// xʸ; of a negative x for whole y alone, else NaN.
@inline(__always)
func raise<E: KernelScalar>(_ x: E, to y: E) -> E {
  if x >= 0 { return .pow(x, y) }
  guard y == y.rounded(), Swift.abs(y) < 1_073_741_824 else { return .nan }
  return .pow(x, Int(y))
}

/// log(1 + eˣ).
@inline(__always)
private func softplus<E: KernelScalar>(_ x: E) -> E {
  max(x, 0) + .log(onePlus: .exp(-Swift.abs(x)))
}
