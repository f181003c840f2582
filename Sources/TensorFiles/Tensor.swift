/// An array of numbers with a shape, as files hold it.
public struct Tensor: Sendable, Equatable {
  /// The numbers, row-major, in the type in which they are stored.
  public enum Elements: Sendable, Equatable {
    case uint8([UInt8])
    case int64([Int64])
    case float32([Float])
    case float64([Double])

    /// How many there are.
    public var count: Int {
      switch self {
      case .uint8(let values): values.count
      case .int64(let values): values.count
      case .float32(let values): values.count
      case .float64(let values): values.count
      }
    }
  }

  /// The size of each dimension, slowest first; empty for a single number.
  public var shape: [Int]
  /// The numbers: as many as the product of `shape`.
  public var elements: Elements

  /// Makes a tensor.
  ///
  /// - Parameters:
  ///   - shape: The size of each dimension, slowest first.
  ///   - elements: As many numbers as the product of `shape`.
  public init(shape: [Int], elements: Elements) {
    precondition(shape.reduce(1, *) == elements.count, "a tensor's shape and count agree")
    self.shape = shape
    self.elements = elements
  }

  /// Makes a Float64 tensor.
  public init(shape: [Int], _ values: [Double]) {
    self.init(shape: shape, elements: .float64(values))
  }

  /// The numbers as Float64; integers beyond 2⁵³ are rounded.
  public var doubles: [Double] {
    switch elements {
    case .uint8(let values): values.map(Double.init)
    case .int64(let values): values.map(Double.init)
    case .float32(let values): values.map(Double.init)
    case .float64(let values): values
    }
  }
}
