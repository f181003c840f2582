import Networks

/// What a name of the graph stands for.
enum Term: Sendable {
  /// Numbers that are known: shapes, masks, settings.
  case constant(Constant)
  /// An initialiser that takes part in training, before anything is computed with it.
  case weight(Weight)
  /// What the network computes.
  case value(Signal)

  var shape: [Int] {
    switch self {
    case .constant(let constant): constant.shape
    case .weight(let weight): weight.shape
    case .value(let signal): signal.shape
    }
  }
}

/// Numbers that are known, row-major.
struct Constant: Sendable, Equatable {
  var shape: [Int]
  var numbers: [Double]
  /// Which of them grow with the batch, in a shape that was asked for; nil for none.
  var isBatch: [Bool]?
  /// Whether they are whole numbers, whose quotients are whole too.
  var isWhole: Bool

  init(shape: [Int], numbers: [Double], isBatch: [Bool]? = nil, isWhole: Bool = false) {
    (self.shape, self.numbers, self.isWhole) = (shape, numbers, isWhole)
    self.isBatch = isBatch?.contains(true) == true ? isBatch : nil
  }

  /// Its numbers as whole numbers; those beyond what fits are as far as fits.
  var integers: [Int] {
    numbers.map { $0.isNaN ? 0 : $0 >= 0x1p62 ? 1 << 62 : $0 <= -0x1p62 ? -(1 << 62) : Int($0) }
  }

  /// The number, where it is one alone.
  var scalar: Double? { numbers.count == 1 ? numbers[0] : nil }

  func grows(_ index: Int) -> Bool { isBatch?[index] ?? false }
}

/// An initialiser as a node sees it: through a transposition of a matrix, or under another shape.
struct Weight: Sendable {
  var name: String
  /// As it is seen.
  var shape: [Int]
  /// Whether it is seen as the transpose of how it is stored.
  var isTransposed = false

  /// Its shape as it is stored, but for reshaping.
  var stored: [Int] { isTransposed ? shape.reversed() : shape }
}

/// A value of the network under the shape that ONNX gives it for a batch of one sample.
///
/// A model is run for one sample at a time, so that all of ONNX's shapes are known; `isBatch` says
/// which dimensions would grow with more samples, and nothing may be summed or cut along them.
struct Signal: Sendable {
  var value: NetworkBuilder.Value
  /// Which dimensions grow with the batch.
  var isBatch: [Bool]
  /// Whether any weight has had a part in it.
  var isTrained: Bool

  var shape: [Int] { value.shape }
}

/// How numbers move: for each number of the result the place that it comes from.
struct Arrangement {
  /// Nil for the filling.
  var sources: [Int?]
  var shape: [Int]
  var isBatch: [Bool]
  var filling = 0.0
  /// Whether every number stays where it is.
  let isReshape: Bool

  init(sources: [Int?], of count: Int, shape: [Int], isBatch: [Bool], filling: Double = 0) {
    (self.sources, self.shape, self.isBatch, self.filling) = (sources, shape, isBatch, filling)
    isReshape =
      sources.count == count && sources.enumerated().allSatisfy { $0.offset == $0.element }
  }
}
