import Algebra
import Kernels

/// A floating-point type that the kernels know: `Float` or `Double`.
protocol KernelScalar: Scalar {
  /// The inner loops for this type.
  associatedtype Loops: TileKernels where Loops.Element == Self
}

/// The inner loops over a tile of samples, for one type.
///
/// A tile is feature-major: a row is one feature of all samples, which lie side by side in the lanes
/// of the vector registers. Rows are a multiple of ``TileLayout/lanes`` long.
protocol TileKernels: WindowKernels {
  /// Numbers read.
  typealias Input = UnsafePointer<Element>
  /// Numbers written.
  typealias Output = UnsafeMutablePointer<Element>

  /// y = f(A·x + b), or f(y + A·x + b).
  static func product(
    _ a: Matrix<Element>, bias: Input?, _ x: Matrix<Element>, into y: Tile<Element>, adding: Bool,
    _ f: Activation?)
  /// y = A·f(x + α·u) + b with f the identity or ReLU; f(x + α·u) is formed anew for every few rows
  /// of A.
  static func lineProduct(
    _ a: Matrix<Element>, bias: Input?, _ x: Input, _ u: Input, _ alpha: Element, relu: Bool,
    into y: Tile<Element>)
  /// y = f(c + (α·u + β·v)), or f(c + α·u) where there is no v, elementwise.
  static func combine(
    _ c: Input, _ u: Input, _ v: Input?, _ alpha: Element, _ beta: Element, count: Int,
    into y: Output, _ f: Activation?)
  /// y = a + b, elementwise.
  static func add(_ a: Input, _ b: Input, count: Int, into y: Output)
  /// y = f(x), elementwise.
  static func activate(_ x: Input, count: Int, into y: Output, _ f: Activation)
  /// f′(x), and f″(x) where asked for, elementwise.
  static func derivatives(
    _ x: Input, count: Int, first: Output, second: Output?, _ f: Activation)
  /// y = a ⊙ b.
  static func multiply(_ a: Input, _ b: Input, count: Int, into y: Output)
  /// y += a ⊙ b.
  static func multiplyAdd(_ a: Input, _ b: Input, count: Int, into y: Output)
  /// y += f′(x) ⊙ factor.
  static func addSlopes(
    _ x: Input, _ factor: Input, count: Int, into y: Output, _ f: Activation)
  /// Row r of y [rows, lanes] is column[r], or 0 where there is no column.
  static func spread(_ column: Input?, rows: Int, lanes: Int, over y: Output)
  /// y += the sums of the rows of x [rows, lanes].
  static func addRowSums(_ x: Input, rows: Int, lanes: Int, into y: Output)
  /// Sums of −log softmax(z)[label], and of correct answers, over the first `valid` lanes.
  static func crossEntropy(
    _ logits: Input, labels: UnsafePointer<Int32>, classes: Int, lanes: Int, valid: Int
  ) -> LossSum
  /// Sums of log(1 + eᶻ) − z·y, and of correct answers, over the first `valid` lanes.
  static func binaryCrossEntropy(
    _ logits: Input, targets: Input, outputs: Int, lanes: Int, valid: Int
  ) -> LossSum
  /// Sum of (z − y)² over the first `valid` lanes.
  static func squaredError(
    _ values: Input, targets: Input, outputs: Int, lanes: Int, valid: Int
  ) -> LossSum
  /// z̄ = scale·∂loss/∂z over the first `valid` lanes, 0 in the others; `saved` keeps what
  /// ``lossTangent(_:saved:along:outputs:lanes:valid:scale:into:)`` needs.
  static func lossGradient(
    _ loss: Loss, of z: Input, labels: UnsafePointer<Int32>, targets: Input, outputs: Int,
    lanes: Int, valid: Int, scale: Element, saved: Output, into gradient: Output)
  /// The derivative of that gradient along ż: scale·(∂²loss/∂z²)·ż.
  static func lossTangent(
    _ loss: Loss, saved: Input, along tangent: Input, outputs: Int, lanes: Int, valid: Int,
    scale: Element, into result: Output)
  /// scale·g·⟨g, ż⟩ for each lane.
  static func rankOne(
    _ g: Tile<Element>, along tangent: Tile<Element>, scale: Element, into result: Tile<Element>)
}

/// What samples add up to, in Float64.
struct LossSum: Sendable, Equatable {
  /// Σ of the losses over samples (and outputs, where each output has a loss of its own).
  var loss = 0.0
  /// How many answers are right.
  var correct = 0.0

  /// Adds another sum.
  static func += (sum: inout LossSum, other: LossSum) {
    sum.loss += other.loss
    sum.correct += other.correct
  }
}

extension LossSum {
  fileprivate init(_ sum: kernel_loss) {
    self.init(loss: sum.loss, correct: sum.correct)
  }
}

/// What tiles have in common.
public enum TileLayout {
  /// Rows are a multiple of this many samples long.
  public static let lanes = Int(KERNEL_LANES)

  /// The instruction set in use: `AVX-512`, `AVX2` or `portable`.
  public static var instructionSet: String { String(cString: kernel_instruction_set()) }

  /// All that the processor has, the best first: `AVX-512, AVX2, portable`.
  public static var instructionSets: String { String(cString: kernel_instruction_sets()) }

  /// What LANDSCAPE_KERNELS asks for where the processor does not have it; nil where it has, or where
  /// nothing is asked for.
  public static var refusedInstructionSet: String? {
    kernel_refused_instruction_set().map { String(cString: $0) }
  }

  /// How many rows of its left factor a product takes at a time.
  static var productRows: Int { kernel_product_rows() }

  /// `count` samples filled up to whole lanes.
  static func padded(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }
}

extension Activation {
  var code: kernel_activation {
    switch self {
    case .relu: kernel_relu
    case .leakyReLU: kernel_leaky_relu
    case .elu: kernel_elu
    case .gelu: kernel_gelu
    case .geluTanh: kernel_gelu_tanh
    case .silu: kernel_silu
    case .tanh: kernel_tanh
    case .sigmoid: kernel_sigmoid
    case .softplus: kernel_softplus
    }
  }
}

extension Loss {
  fileprivate var code: kernel_loss_kind {
    switch self {
    case .crossEntropy: kernel_cross_entropy_loss
    case .binaryCrossEntropy: kernel_binary_cross_entropy_loss
    case .squaredError: kernel_squared_error_loss
    }
  }
}

/// The loops in Float.
enum FloatKernels: TileKernels {
  /// The loops' type.
  typealias Element = Float

  static func product(
    _ a: Matrix<Float>, bias: Input?, _ x: Matrix<Float>, into y: Tile<Float>, adding: Bool,
    _ f: Activation?
  ) {
    kernel_product_f32(
      a.base, a.rowStep, a.columnStep, bias, x.base, x.step, x.isTransposed ? 1 : 0, y.base,
      y.lanes, y.rows, y.lanes, x.rows, adding ? 1 : 0, f?.code ?? kernel_identity,
      Float(f?.parameter ?? 0))
  }

  static func lineProduct(
    _ a: Matrix<Float>, bias: Input?, _ x: Input, _ u: Input, _ alpha: Float, relu: Bool,
    into y: Tile<Float>
  ) {
    kernel_line_product_f32(
      a.base, bias, x, u, alpha, relu ? 1 : 0, y.base, y.rows, y.lanes, a.columns)
  }

  static func combine(
    _ c: Input, _ u: Input, _ v: Input?, _ alpha: Float, _ beta: Float, count: Int,
    into y: Output, _ f: Activation?
  ) {
    kernel_combine_f32(
      c, u, v, alpha, beta, count, y, f?.code ?? kernel_identity, Float(f?.parameter ?? 0))
  }

  static func add(_ a: Input, _ b: Input, count: Int, into y: Output) {
    kernel_add_f32(a, b, count, y)
  }

  static func activate(_ x: Input, count: Int, into y: Output, _ f: Activation) {
    kernel_activate_f32(x, count, y, f.code, Float(f.parameter))
  }

  static func derivatives(
    _ x: Input, count: Int, first: Output, second: Output?, _ f: Activation
  ) {
    kernel_derivatives_f32(x, count, first, second, f.code, Float(f.parameter))
  }

  static func multiply(_ a: Input, _ b: Input, count: Int, into y: Output) {
    kernel_multiply_f32(a, b, count, y)
  }

  static func multiplyAdd(_ a: Input, _ b: Input, count: Int, into y: Output) {
    kernel_multiply_add_f32(a, b, count, y)
  }

  static func addSlopes(
    _ x: Input, _ factor: Input, count: Int, into y: Output, _ f: Activation
  ) {
    kernel_add_slopes_f32(x, factor, count, y, f.code, Float(f.parameter))
  }

  static func spread(_ column: Input?, rows: Int, lanes: Int, over y: Output) {
    kernel_spread_f32(column, rows, lanes, y)
  }

  static func addRowSums(_ x: Input, rows: Int, lanes: Int, into y: Output) {
    kernel_add_row_sums_f32(x, rows, lanes, y)
  }

  static func crossEntropy(
    _ logits: Input, labels: UnsafePointer<Int32>, classes: Int, lanes: Int, valid: Int
  ) -> LossSum {
    LossSum(kernel_cross_entropy_f32(logits, labels, classes, lanes, valid))
  }

  static func binaryCrossEntropy(
    _ logits: Input, targets: Input, outputs: Int, lanes: Int, valid: Int
  ) -> LossSum {
    LossSum(kernel_binary_cross_entropy_f32(logits, targets, outputs, lanes, valid))
  }

  static func squaredError(
    _ values: Input, targets: Input, outputs: Int, lanes: Int, valid: Int
  ) -> LossSum {
    LossSum(kernel_squared_error_f32(values, targets, outputs, lanes, valid))
  }

  static func lossGradient(
    _ loss: Loss, of z: Input, labels: UnsafePointer<Int32>, targets: Input, outputs: Int,
    lanes: Int, valid: Int, scale: Float, saved: Output, into gradient: Output
  ) {
    kernel_loss_gradient_f32(
      loss.code, z, labels, targets, outputs, lanes, valid, scale, saved, gradient)
  }

  static func lossTangent(
    _ loss: Loss, saved: Input, along tangent: Input, outputs: Int, lanes: Int, valid: Int,
    scale: Float, into result: Output
  ) {
    kernel_loss_tangent_f32(loss.code, saved, tangent, outputs, lanes, valid, scale, result)
  }

  static func rankOne(
    _ g: Tile<Float>, along tangent: Tile<Float>, scale: Float, into result: Tile<Float>
  ) {
    kernel_rank_one_f32(g.base, tangent.base, g.rows, g.lanes, scale, result.base)
  }
}

extension Float: KernelScalar {
  /// The inner loops for this type.
  typealias Loops = FloatKernels
}

/// The loops in Double.
enum DoubleKernels: TileKernels {
  /// The loops' type.
  typealias Element = Double

  static func product(
    _ a: Matrix<Double>, bias: Input?, _ x: Matrix<Double>, into y: Tile<Double>, adding: Bool,
    _ f: Activation?
  ) {
    kernel_product_f64(
      a.base, a.rowStep, a.columnStep, bias, x.base, x.step, x.isTransposed ? 1 : 0, y.base,
      y.lanes, y.rows, y.lanes, x.rows, adding ? 1 : 0, f?.code ?? kernel_identity,
      Double(f?.parameter ?? 0))
  }

  static func lineProduct(
    _ a: Matrix<Double>, bias: Input?, _ x: Input, _ u: Input, _ alpha: Double, relu: Bool,
    into y: Tile<Double>
  ) {
    kernel_line_product_f64(
      a.base, bias, x, u, alpha, relu ? 1 : 0, y.base, y.rows, y.lanes, a.columns)
  }

  static func combine(
    _ c: Input, _ u: Input, _ v: Input?, _ alpha: Double, _ beta: Double, count: Int,
    into y: Output, _ f: Activation?
  ) {
    kernel_combine_f64(
      c, u, v, alpha, beta, count, y, f?.code ?? kernel_identity, Double(f?.parameter ?? 0))
  }

  static func add(_ a: Input, _ b: Input, count: Int, into y: Output) {
    kernel_add_f64(a, b, count, y)
  }

  static func activate(_ x: Input, count: Int, into y: Output, _ f: Activation) {
    kernel_activate_f64(x, count, y, f.code, Double(f.parameter))
  }

  static func derivatives(
    _ x: Input, count: Int, first: Output, second: Output?, _ f: Activation
  ) {
    kernel_derivatives_f64(x, count, first, second, f.code, Double(f.parameter))
  }

  static func multiply(_ a: Input, _ b: Input, count: Int, into y: Output) {
    kernel_multiply_f64(a, b, count, y)
  }

  static func multiplyAdd(_ a: Input, _ b: Input, count: Int, into y: Output) {
    kernel_multiply_add_f64(a, b, count, y)
  }

  static func addSlopes(
    _ x: Input, _ factor: Input, count: Int, into y: Output, _ f: Activation
  ) {
    kernel_add_slopes_f64(x, factor, count, y, f.code, Double(f.parameter))
  }

  static func spread(_ column: Input?, rows: Int, lanes: Int, over y: Output) {
    kernel_spread_f64(column, rows, lanes, y)
  }

  static func addRowSums(_ x: Input, rows: Int, lanes: Int, into y: Output) {
    kernel_add_row_sums_f64(x, rows, lanes, y)
  }

  static func crossEntropy(
    _ logits: Input, labels: UnsafePointer<Int32>, classes: Int, lanes: Int, valid: Int
  ) -> LossSum {
    LossSum(kernel_cross_entropy_f64(logits, labels, classes, lanes, valid))
  }

  static func binaryCrossEntropy(
    _ logits: Input, targets: Input, outputs: Int, lanes: Int, valid: Int
  ) -> LossSum {
    LossSum(kernel_binary_cross_entropy_f64(logits, targets, outputs, lanes, valid))
  }

  static func squaredError(
    _ values: Input, targets: Input, outputs: Int, lanes: Int, valid: Int
  ) -> LossSum {
    LossSum(kernel_squared_error_f64(values, targets, outputs, lanes, valid))
  }

  static func lossGradient(
    _ loss: Loss, of z: Input, labels: UnsafePointer<Int32>, targets: Input, outputs: Int,
    lanes: Int, valid: Int, scale: Double, saved: Output, into gradient: Output
  ) {
    kernel_loss_gradient_f64(
      loss.code, z, labels, targets, outputs, lanes, valid, scale, saved, gradient)
  }

  static func lossTangent(
    _ loss: Loss, saved: Input, along tangent: Input, outputs: Int, lanes: Int, valid: Int,
    scale: Double, into result: Output
  ) {
    kernel_loss_tangent_f64(loss.code, saved, tangent, outputs, lanes, valid, scale, result)
  }

  static func rankOne(
    _ g: Tile<Double>, along tangent: Tile<Double>, scale: Double, into result: Tile<Double>
  ) {
    kernel_rank_one_f64(g.base, tangent.base, g.rows, g.lanes, scale, result.base)
  }
}

extension Double: KernelScalar {
  /// The inner loops for this type.
  typealias Loops = DoubleKernels
}
