import RealModule

/// What a network's outputs are like over the data, at the weights of its file.
struct OutputValues: Sendable {
  /// Numbers a sample.
  let width: Int
  /// Sample after sample.
  let numbers: [Double]

  /// The least and the greatest; nil where one is not finite.
  let range: ClosedRange<Double>?

  /// How far numbers may be from what exact arithmetic would give: that of weights kept in Float32 for a
  /// thousand outputs, and far less than any two things that are told apart here differ.
  private static let tolerance = 1e-5

  init(_ numbers: [Double], width: Int) {
    (self.numbers, self.width) = (numbers, width)
    range =
      numbers.allSatisfy(\.isFinite)
      ? numbers.min().flatMap { least in numbers.max().map { least...$0 } } : nil
  }

  private func rows(_ test: (ArraySlice<Double>) -> Bool) -> Bool {
    stride(from: 0, to: numbers.count, by: width).allSatisfy { test(numbers[$0..<$0 + width]) }
  }

  /// Whether all are from 0 to 1.
  var areShares: Bool {
    range.map { $0.lowerBound >= -1e-12 && $0.upperBound <= 1 + 1e-12 } ?? false
  }

  /// Whether each sample's are probabilities of several classes: from 0 to 1, and of sum 1.
  var sumToOne: Bool {
    areShares && width > 1 && rows { abs($0.reduce(0, +) - 1) < Self.tolerance }
  }

  /// Whether each sample's are the logarithms of such; that of 0 may be −∞.
  var exponentialsSumToOne: Bool {
    width > 1 && numbers.allSatisfy { $0 <= 1e-12 }
      && rows { abs($0.reduce(0) { $0 + .exp($1) } - 1) < Self.tolerance }
  }

  /// Whether all are logarithms of numbers from 0 to 1.
  var areLogarithms: Bool { numbers.allSatisfy { $0 <= 1e-12 } }

  /// Whether there are two a sample, one the negative of the other.
  var areOpposite: Bool {
    width == 2 && numbers.contains { $0 != 0 }
      && rows { abs($0.reduce(0, +)) <= 1e-9 * max(1, abs($0[$0.startIndex])) }
  }

  /// Whether all numbers are the same, which tells nothing.
  var areConstant: Bool { numbers.allSatisfy { $0 == numbers.first } }

  /// Whether they are what a softmax or a sigmoid makes of logits.
  ///
  /// - Parameters:
  ///   - logits: As many numbers.
  ///   - isSoftmax: Whether the function runs over each sample's logits; else over each alone.
  ///   - isLogarithm: Whether they are its logarithms.
  /// - Returns: Whether every finite one is, to the tolerance.
  func come(from logits: OutputValues, isSoftmax: Bool, isLogarithm: Bool) -> Bool {
    guard logits.range != nil else { return false }
    if !isSoftmax {
      // Of both probabilities of two classes, 1 − p and p, the second.
      let isPair = width == 2 && logits.width == 1 && sumToOne
      let numbers =
        isPair ? stride(from: 1, to: numbers.count, by: 2).map { self.numbers[$0] } : numbers
      guard logits.numbers.count == numbers.count else { return false }
      return zip(numbers, logits.numbers).allSatisfy { p, z in
        let sigmoid = 1 / (1 + .exp(-z))
        return p.isNaN || abs((isLogarithm ? .exp(p) : p) - sigmoid) < Self.tolerance
      }
    }
    guard logits.width == width, width > 1 else { return false }
    return stride(from: 0, to: numbers.count, by: width).allSatisfy { start in
      let row = logits.numbers[start..<start + width]
      let greatest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + .exp($1 - greatest) }
      return zip(numbers[start..<start + width], row).allSatisfy { p, z in
        p.isNaN || abs((isLogarithm ? .exp(p) : p) - .exp(z - greatest) / sum) < Self.tolerance
      }
    }
  }

  /// The range in words.
  var text: String {
    guard let range else { return "not finite" }
    return "from \(shortNumber(range.lowerBound)) to \(shortNumber(range.upperBound))"
  }
}

/// Four digits of a number, enough to recognise it.
private func shortNumber(_ number: Double) -> String {
  let scale = 10_000.0
  return abs(number) < 1e6 && (abs(number) >= 1e-3 || number == 0)
    ? "\((number * scale).rounded() / scale)" : "\(number)"
}
