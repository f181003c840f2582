import TensorFiles

/// What numbers look like, where nothing else tells a weight from a constant.
enum NumberLooks {
  /// Whether a number is one that people or formulas write, rather than one that training leaves: a
  /// short decimal, or a root or fraction of small numbers, with π or without.
  static func isWritten(_ number: Double) -> Bool {
    guard number.isFinite, number != 0 else { return true }
    let text = "\(Float(abs(number)))"
    let digits = text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
    var kept = String(digits)
    while kept.last == "0" { kept.removeLast() }
    if kept.count <= 3 { return true }
    // √½, √(2/π), 1/√d, d^(−¼): fourth powers are fractions of whole numbers.
    var power = abs(number)
    for _ in 0..<3 {
      for factor in [1, Double.pi, 1 / Double.pi] where isFraction(power * factor) { return true }
      power *= power
    }
    return false
  }

  /// Whether a number is p/q to Float32's precision, q up to 16 and p up to 1024.
  private static func isFraction(_ number: Double) -> Bool {
    guard number > 1e-4, number <= 1024 else { return false }
    return (1...16).contains { q in
      let p = number * Double(q)
      return p.rounded() >= 1 && abs(p - p.rounded()) <= 4e-7 * p
    }
      || (1...1024).contains { p in
        let q = Double(p) / number
        return p <= 4 && abs(q - q.rounded()) <= 4e-7 * q
      }
  }

  /// Why a matrix looks like no weight that an optimiser would know; nil where it looks like one.
  static func doubt(_ tensor: Tensor) -> String? {
    let shape = tensor.shape
    let numbers = tensor.doubles
    guard shape.count >= 2, numbers.count >= 4, let first = numbers.first else { return nil }
    if numbers.allSatisfy({ $0 == first }) { return "all its numbers are \(first)" }
    var values: Set<Double> = []
    for number in numbers where values.count <= 2 { values.insert(number) }
    if values.count == 2 {
      return
        "it holds two numbers alone, \(values.sorted().map { "\($0)" }.joined(separator: " and "))"
    }
    if numbers.contains(where: { $0 <= -1e4 }) {
      return "it holds \(numbers.min() ?? 0), as masks do"
    }
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    if shape.count == 2, rows == columns, rows >= 3,
      (0..<rows).allSatisfy({ i in
        (0..<i).allSatisfy { numbers[i * columns + $0] == numbers[$0 * columns + i] }
      })
    {
      return "it is symmetric"
    }
    if columns.isMultiple(of: 2), columns >= 4, isRotation(numbers, columns) {
      return "its numbers are sines and cosines"
    }
    return nil
  }

  /// Whether each row is of pairs (sin, cos), side by side or in halves: positions' encoding.
  private static func isRotation(_ numbers: [Double], _ columns: Int) -> Bool {
    func holds(_ pair: (Int) -> (Int, Int)) -> Bool {
      stride(from: 0, to: numbers.count, by: columns).allSatisfy { start in
        (0..<columns / 2).allSatisfy { place in
          let (a, b) = pair(place)
          let (sine, cosine) = (numbers[start + a], numbers[start + b])
          return abs(sine * sine + cosine * cosine - 1) < 1e-5
        }
      }
    }
    return holds { (2 * $0, 2 * $0 + 1) } || holds { ($0, $0 + columns / 2) }
  }
}
