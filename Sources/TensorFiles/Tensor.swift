/// An array of numbers with a shape, as files hold it.
public struct Tensor: Sendable, Equatable {
  /// The numbers, row-major, in the type in which they are kept.
  ///
  /// Other stored types are widened to one of these without loss: booleans to `uint8`, integers to
  /// `int64`, half precision (IEEE and bfloat16) to `float32`.
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
  ///
  /// - Parameters:
  ///   - shape: The size of each dimension, slowest first.
  ///   - values: As many numbers as the product of `shape`.
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

/// The most dimensions that a shape in a file may have: NumPy's own limit.
package let maximumRank = 64

/// The number of elements of a shape read from a file, checked.
///
/// Dimensions of size 0 count as 1 when overflow is checked, so that any product of some of the
/// dimensions is known to be safe, too.
///
/// - Parameters:
///   - shape: The dimensions, none negative.
///   - size: The bytes of one element.
/// - Returns: The number of elements and of bytes, or nil where either overflows.
package func extent(of shape: [Int], elementSize size: Int) -> (count: Int, bytes: Int)? {
  guard shape.count <= maximumRank else { return nil }
  var bytes = size
  for dimension in shape {
    guard dimension >= 0 else { return nil }
    let (product, overflow) = bytes.multipliedReportingOverflow(by: max(dimension, 1))
    guard !overflow else { return nil }
    bytes = product
  }
  if shape.contains(0) { return (0, 0) }
  return (bytes / size, bytes)
}
