import Foundation
import Testing

@testable import Figures
@testable import Reports

@Suite struct LiveSliceTests {
  static let axis = [-1.0, 0, 1]

  static func slice(
    base: [Double] = [1, 2, 3, 4, 5, 6, 7, 8, 9], penalty: [Double] = [0, 0, 0, 2, 0, 2],
    lambdas: [Double] = [0, 1]
  ) throws -> LiveSlice {
    try LiveSlice(
      alphas: axis, betas: axis, base: base, penalty: penalty, lambdas: lambdas)
  }

  @Test func `one scale holds the totals at every λ`() throws {
    // Totals reach 9 at λ = 0, and 9 + 50·4 at λ = 100.
    let scale = try Self.slice(lambdas: [0, 100]).bands.scale
    #expect(scale.lower <= 1)
    #expect(scale.upper >= 209)
    #expect(scale.kind == .log)
  }

  @Test func `λs are sorted and taken once`() throws {
    #expect(try Self.slice(lambdas: [1, 0.1, 1, 0]).lambdas == [0, 0.1, 1])
  }

  @Test(arguments: [[0.0], [0.01], [0, 0.01]])
  func `one λ is enough`(lambdas: [Double]) throws {
    var report = Report(title: "t")
    report.slice = try Self.slice(lambdas: lambdas)
    #expect(try report.html().contains("\"lambdas\":["))
  }

  @Test func `a constant loss has one colour`() throws {
    let slice = try Self.slice(
      base: [Double](repeating: 2, count: 9), penalty: [0, 0, 0, 0, 0, 0])
    #expect(slice.bands.levels.isEmpty)
    #expect(slice.bands.parts.count == 1)
    #expect(slice.bands.ticks.map(\.value) == [2])
  }

  @Test func `missing values take no part`() throws {
    let scale = try Self.slice(
      base: [.nan, 2, 3, .infinity, 5, 6, 7, 8, -.infinity], lambdas: [0]
    ).bands.scale
    #expect(scale.lower > 0)
    #expect(scale.upper < 100)
  }

  @Test func `unusable slices are refused`() {
    func message(_ make: () throws -> LiveSlice) -> String {
      do {
        _ = try make()
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { try Self.slice(base: [1]) }.contains("9 values"))
    #expect(message { try Self.slice(penalty: [1, 2]) }.contains("six"))
    #expect(message { try Self.slice(penalty: [1, 2, 3, 4, 5, .nan]) }.contains("six"))
    #expect(message { try Self.slice(lambdas: []) }.contains("one λ or more"))
    #expect(message { try Self.slice(lambdas: [-1, 1]) }.contains("none negative"))
    #expect(message { try Self.slice(lambdas: [.infinity]) }.contains("one λ or more"))
    #expect(message { try Self.slice(lambdas: [.nan]) }.contains("one λ or more"))
    #expect(
      message { try Self.slice(base: [Double](repeating: .nan, count: 9)) }.contains("finite"))
    let axis = (0..<1025).map(Double.init)
    #expect(
      message {
        try LiveSlice(
          alphas: axis, betas: axis, base: [], penalty: [0, 0, 0, 0, 0, 0], lambdas: [0])
      }.contains("too large"))
  }
}
