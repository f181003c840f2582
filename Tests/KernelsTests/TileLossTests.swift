import Foundation
import Kernels
import Testing

/// The losses over a tile, against their formulas in Float64.
@Suite struct TileLossTests {
  struct Reference {
    var loss = 0.0
    var correct = 0.0
    /// How far rounding may take the sum, in units of the type's epsilon.
    var bound = 0.0

    static func += (sum: inout Reference, one: Reference) {
      sum.loss += one.loss
      sum.correct += one.correct
      sum.bound += one.bound
    }
  }

  /// The bound of a sum, and what adding `count` numbers in Float64 in another order may change.
  static func tolerance<R: BinaryFloatingPoint>(_ sum: Reference, _ count: Int, _: R.Type)
    -> Double
  {
    sum.bound * Double(R.ulpOfOne) + Double(count) * sum.loss * 0x1p-53
  }

  /// −log softmax(z)[label] by log1p over all but the greatest logit.
  static func crossEntropy(_ z: [Double], _ label: Int) -> Reference {
    let best = z.indices.reduce(0) { z[$1] > z[$0] ? $1 : $0 }
    let others = z.indices.reduce(0.0) { $1 == best ? $0 : $0 + exp(z[$1] - z[best]) }
    let loss = log1p(others) + (z[best] - z[label])
    // An exponential's relative error is its argument's absolute one.
    let second = z.indices.filter { $0 != best }.map { z[$0] }.max() ?? z[best]
    return Reference(
      loss: loss, correct: label == best ? 1 : 0,
      bound: loss * (4 + (label == best ? z[best] - second : 0)))
  }

  static func binaryCrossEntropy(_ z: Double, _ t: Double) -> Reference {
    let loss = (max(z, 0) - z * t) + log1p(exp(-abs(z)))
    return Reference(loss: loss, correct: (z > 0) == (t > 0.5) ? 1 : 0, bound: 4 * loss)
  }

  @Test(arguments: instructionSets, [1.0, 30, 1e4])
  func crossEntropyAgreesWithItsFormula(_ set: String, _ scale: Double) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      var numbers = Numbers(seed: 7)
      for classes in [1, 2, 3, 10, 17] {
        for (lanes, valid) in [(16, 1), (16, 15), (16, 16), (48, 33), (192, 191), (192, 192)] {
          var logits: [R] = numbers.array(classes * lanes, scale: scale)
          let labels = (0..<lanes).map { Int32(($0 * 7) % classes) }
          var right = Reference()
          for lane in 0..<lanes {
            guard lane < valid else {
              for k in 0..<classes { logits[k * lanes + lane] = .nan }
              continue
            }
            let z = (0..<classes).map { Double(logits[$0 * lanes + lane]) }
            right += Self.crossEntropy(z, Int(labels[lane]))
          }
          let found = kernels.crossEntropy(logits, labels, classes, lanes, valid)
          #expect(abs(found.loss - right.loss) <= Self.tolerance(right, valid, R.self))
          #expect(found.correct == right.correct)
        }
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }

  @Test(arguments: instructionSets)
  func aSureNetworksLossKeepsItsDigits(_ set: String) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?, _ most: Int) throws {
      let kernels = try #require(kernels)
      for margin in 1...most {
        var logits = [R](repeating: 0, count: 2 * 16)
        logits[0] = R(margin)
        let loss = log1p(exp(-Double(margin)))
        let cross = kernels.crossEntropy(logits, [Int32](repeating: 0, count: 16), 2, 16, 1)
        #expect(abs(cross.loss - loss) <= 4 * Double(R.ulpOfOne) * loss)
        let ones = [R](repeating: 1, count: 16)
        let binary = kernels.binaryCrossEntropy(logits, ones, 1, 16, 1)
        #expect(abs(binary.loss - loss) <= 4 * Double(R.ulpOfOne) * loss)
      }
    }
    try check(KernelSet<Float>(set), 80)
    try check(KernelSet<Double>(set), 700)
  }

  @Test(arguments: instructionSets)
  func theFirstOfEqualLogitsIsTheAnswer(_ set: String) throws {
    let kernels = try #require(KernelSet<Float>(set))
    var logits = [Float](repeating: 1, count: 4 * 16)
    for lane in 0..<16 { logits[lane] = 0 }
    for label in 0..<4 {
      let labels = [Int32](repeating: Int32(label), count: 16)
      #expect(kernels.crossEntropy(logits, labels, 4, 16, 16).correct == (label == 1 ? 16 : 0))
    }
  }

  @Test(arguments: instructionSets, [-Double.infinity, .infinity, .nan])
  func aLogitThatDivergedIsNeverHidden(_ set: String, _ bad: Double) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      for place in 0..<3 {
        for label in 0..<3 {
          var logits: [R] = (0..<3 * 16).map { R($0 / 16) }
          logits[place * 16 + 5] = R(bad)
          let labels = [Int32](repeating: Int32(label), count: 16)
          let loss = kernels.crossEntropy(logits, labels, 3, 16, 16).loss
          if bad == -.infinity, place != label {
            #expect(loss.isFinite)
          } else {
            #expect(!loss.isFinite)
            if bad.isNaN { #expect(loss.isNaN) }
          }
        }
        let logits = [R](repeating: R(bad), count: 16)
        for target in [R(0), 1] {
          let targets = [R](repeating: target, count: 16)
          #expect(!kernels.binaryCrossEntropy(logits, targets, 1, 16, 16).loss.isFinite)
          #expect(!kernels.squaredError(logits, targets, 1, 16, 16).loss.isFinite)
        }
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }

  @Test(arguments: instructionSets, [1.0, 30, 1e4])
  func binaryCrossEntropyAndSquaredErrorAgreeWithTheirFormulas(
    _ set: String, _ scale: Double
  ) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      var numbers = Numbers(seed: 8)
      for outputs in [1, 2, 5] {
        for (lanes, valid) in [(16, 1), (16, 15), (16, 16), (48, 33), (192, 191), (192, 192)] {
          var z: [R] = numbers.array(outputs * lanes, scale: scale)
          let t: [R] = (0..<outputs * lanes).map { [R(0), 1, 0.25][$0 % 3] }
          var binary = Reference()
          var squares = Reference()
          for i in z.indices {
            guard i % lanes < valid else {
              z[i] = .nan
              continue
            }
            binary += Self.binaryCrossEntropy(Double(z[i]), Double(t[i]))
            let square = (Double(z[i]) - Double(t[i])) * (Double(z[i]) - Double(t[i]))
            squares += Reference(loss: square, bound: 2 * square)
          }
          let found = kernels.binaryCrossEntropy(z, t, outputs, lanes, valid)
          let count = outputs * valid
          #expect(abs(found.loss - binary.loss) <= Self.tolerance(binary, count, R.self))
          #expect(found.correct == binary.correct)
          let error = kernels.squaredError(z, t, outputs, lanes, valid)
          #expect(abs(error.loss - squares.loss) <= Self.tolerance(squares, count, R.self))
        }
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }
}
