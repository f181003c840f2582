import Foundation
import Kernels
import Testing

@Suite struct LossDerivativesTests {
  static let kinds = [
    kernel_cross_entropy_loss, kernel_binary_cross_entropy_loss, kernel_squared_error_loss,
  ]
  static let rows = 5
  static let lanes = 32
  static let valid = 27

  /// Σ of the loss over the valid lanes, by the kernel that samples it.
  private static func loss(
    _ kind: kernel_loss_kind, _ z: [Double], _ labels: [Int32], _ targets: [Double]
  ) -> Double {
    switch kind {
    case kernel_cross_entropy_loss:
      kernel_cross_entropy_f64(z, labels, rows, lanes, valid).loss
    case kernel_binary_cross_entropy_loss:
      kernel_binary_cross_entropy_f64(z, targets, rows, lanes, valid).loss
    default: kernel_squared_error_f64(z, targets, rows, lanes, valid).loss
    }
  }

  @Test(arguments: kinds.indices, instructionSets)
  func theyAreTheSlopesOfTheLoss(_ kind: Int, _ name: String) throws {
    let kind = Self.kinds[kind]
    let table = try #require(kernel_table_named_f64(name)?.pointee)
    let single = try #require(kernel_table_named_f32(name)?.pointee)
    let (rows, lanes, valid) = (Self.rows, Self.lanes, Self.valid)
    var numbers = Numbers(seed: 3)
    let z: [Double] = numbers.array(rows * lanes, scale: 3)
    let along: [Double] = numbers.array(rows * lanes)
    let targets: [Double] = z.map { $0 > 0 ? 1 : 0 }
    let labels = (0..<lanes).map { Int32($0 % rows) }
    let scale = 0.37

    func gradient(_ z: [Double]) -> (saved: [Double], gradient: [Double]) {
      var saved = [Double](repeating: .nan, count: z.count)
      var gradient = saved
      table.loss_gradient(
        kind, z, labels, targets, rows, lanes, valid, scale, &saved, &gradient)
      return (saved, gradient)
    }
    let (saved, found) = gradient(z)
    var tangent = [Double](repeating: .nan, count: z.count)
    table.loss_tangent(kind, saved, along, rows, lanes, valid, scale, &tangent)

    let h = 1e-5
    let right = gradient(zip(z, along).map { $0 + h * $1 }).gradient
    let left = gradient(zip(z, along).map { $0 - h * $1 }).gradient
    for i in z.indices {
      guard i % lanes < valid else {
        #expect(found[i] == 0 && tangent[i] == 0, "filling has no part")
        continue
      }
      var (up, down) = (z, z)
      up[i] += h
      down[i] -= h
      let slope =
        (Self.loss(kind, up, labels, targets) - Self.loss(kind, down, labels, targets)) / (2 * h)
      #expect(abs(found[i] - scale * slope) < 1e-8)
      #expect(abs(tangent[i] - (right[i] - left[i]) / (2 * h)) < 1e-9)
    }

    var narrowSaved = [Float](repeating: 0, count: z.count)
    var (narrow, narrowTangent) = (narrowSaved, narrowSaved)
    single.loss_gradient(
      kind, z.map { Float($0) }, labels, targets.map { Float($0) }, rows, lanes, valid,
      Float(scale), &narrowSaved, &narrow)
    single.loss_tangent(
      kind, narrowSaved, along.map { Float($0) }, rows, lanes, valid, Float(scale),
      &narrowTangent)
    for i in z.indices {
      #expect(abs(Double(narrow[i]) - found[i]) < 2e-6)
      #expect(abs(Double(narrowTangent[i]) - tangent[i]) < 2e-6)
    }
  }

  @Test func aRowIsItsEntryOfTheColumn() {
    var y = [Float](repeating: .nan, count: 48)
    kernel_spread_f32([1, 2, 3], 3, 16, &y)
    let expected: [Float] = [1, 2, 3].flatMap { [Float](repeating: $0, count: 16) }
    #expect(y == expected)
    kernel_spread_f32(nil, 3, 16, &y)
    #expect(y.allSatisfy { $0 == 0 })
  }

  @Test(arguments: instructionSets)
  func rankOneIsTheOuterProductOfEachLane(_ set: String) throws {
    let rankOne = try #require(kernel_table_named_f64(set)?.pointee.rank_one)
    var numbers = Numbers(seed: 8)
    let (rows, lanes) = (5, 48)
    let (g, tangent): ([Double], [Double]) = (
      numbers.array(rows * lanes), numbers.array(rows * lanes)
    )
    var result = [Double](repeating: .nan, count: rows * lanes)
    rankOne(g, tangent, rows, lanes, 3, &result)
    for lane in 0..<lanes {
      let places = stride(from: lane, to: rows * lanes, by: lanes)
      let along = places.reduce(0) { $0 + g[$1] * tangent[$1] }
      #expect(places.allSatisfy { abs(result[$0] - 3 * along * g[$0]) <= 1e-14 })
    }
  }
}
