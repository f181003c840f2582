/// What is wrong with a model; ``ONNXModel`` puts the file's path before it.
struct Fault: Error {
  /// What was found, where, and what would be right.
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

/// A shape as messages write it.
func written(_ shape: [Int]) -> String {
  "[" + shape.map(String.init).joined(separator: ", ") + "]"
}

/// The product of a shape, refused where a dimension is negative or the product passes the limit.
func count(of shape: [Int], limit: Int) -> Int? {
  guard shape.count <= 64 else { return nil }
  var count = 1
  for extent in shape {
    guard extent >= 0 else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    guard !overflow, product <= limit else { return nil }
    count = product
  }
  return count
}
