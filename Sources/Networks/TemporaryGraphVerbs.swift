/// How a window sums up.
public enum Pooling: Sendable, Hashable {
  case maximum
  case average(countsPadding: Bool)
}
extension NetworkBuilder {
  public mutating func dense(_ x: Value, weight: Parameter, bias: Parameter?, isTransposed: Bool) throws(NetworkError) -> Value {
    if !isTransposed { return try dense(x, weight: weight, bias: bias) }
    return try reshape(project(reshape(x, to: [1, x.count]), weight: weight, bias: bias, isTransposed: isTransposed), to: [weight.shape[1]])
  }
  public mutating func project(_ x: Value, weight: Parameter, bias: Parameter?, isTransposed: Bool) throws(NetworkError) -> Value {
    var w = try spread(weight)
    if !isTransposed { w = try transpose(w, [1, 0]) }
    var y = try multiply(x, w)
    if let bias { y = try combine(y, spread(bias), .add) }
    return y
  }
  public mutating func convolve(_ x: Value, weight: Parameter, bias: Parameter?, stride: [Int], padding: [Int], dilation: [Int], groups: Int) throws(NetworkError) -> Value { throw fault("not yet") }
  public mutating func pool(_ x: Value, _ kind: Pooling, kernel: [Int], stride: [Int], padding: [Int], dilation: [Int], ceiling: Bool) throws(NetworkError) -> Value { throw fault("not yet") }
}
