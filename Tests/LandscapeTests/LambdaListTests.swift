import Testing

@testable import Landscape

@Suite struct LambdaListTests {
  @Test(arguments: [
    ("0.01", [0.01]), ("0", [0]), ("-0", [0]), ("0,1e-4,1e-2", [0, 1e-4, 1e-2]),
    (" 0 , 1 ", [0, 1]), ("1,0.5,1,0.50", [1, 0.5]), ("1e-3...1e-1 x 3", [1e-3, 1e-2, 1e-1]),
    ("1e-3...1e-1x3", [1e-3, 1e-2, 1e-1]), ("1e-1...1e-3 x 3", [1e-1, 1e-2, 1e-3]),
    ("0,1e-2...1 x 3", [0, 1e-2, 1e-1, 1]), ("2...8 x 2", [2, 8]), ("3...3 x 5", [3]),
  ])
  func `Values, lists and ranges are read`(text: String, values: [Double]) throws {
    #expect(try parseLambdas(text) == values)
    #expect(try parseLambdas(text).allSatisfy { $0.sign == .plus })
  }

  @Test func `A range divides a log axis evenly, and whole powers of ten are met to the bit`()
    throws
  {
    let values = try parseLambdas("1e-5...1e-1 x 13")
    #expect(values.count == 13)
    for (i, power) in [1e-5, 1e-4, 1e-3, 1e-2, 1e-1].enumerated() {
      #expect(values[3 * i] == power)
    }
    let ratio = 2.154434690031884
    for (a, b) in zip(values, values.dropFirst()) { #expect(abs(b / a - ratio) < 1e-10) }
  }

  @Test(arguments: [
    "", ",", "1,", "a", "-1", "nan", "inf", "1e400", "1 2", "1...2", "1...2 x", "1...2 x 1",
    "1...2 x 1001", "1...2 x 2.5", "0...1 x 3", "-1...1 x 3", "...1 x 3", "1... x 3", "1..2 x 3",
    "1...2 x 3 x 4", "0,1...2 y 3", "0,01", "0,1", "0,5", "0,10", "00", "01", "1,01",
    "0,001,0,01", "1e-5,05", "0,01...0,1 x 4",
  ])
  func `What makes no sense is refused`(text: String) {
    #expect(throws: ParsingError.self) { try parseLambdas(text) }
  }

  @Test(arguments: [
    ("0,01", "write decimals with a point"), ("0,5", "may be 0.5 or the two values 0 and 5"),
    ("0,1", "write 0.1, or 0,1.0 for two values"), ("1,05", "with '05' in it"),
  ])
  func `A decimal comma is told apart from a list`(text: String, says: String) throws {
    let error = try #require(throws: ParsingError.self) { try parseLambdas(text) }
    #expect(error.reason.contains(says), "\(error.reason)")
  }

  @Test(arguments: [
    ("0,1.0", [0.0, 1]), ("0, 1", [0, 1]), ("1,0", [1, 0]), ("1,10", [1, 10]),
    ("0,1,2", [0, 1, 2]),
    ("0,0.1", [0, 0.1]), ("0.0,5", [0, 5]),
  ])
  func `A list of whole numbers is one`(text: String, values: [Double]) throws {
    #expect(try parseLambdas(text) == values)
  }

  @Test func `A range from 0 is told what to write`() throws {
    let error = try #require(throws: ParsingError.self) { try parseLambdas("0...1 x 3") }
    #expect(error.reason.contains("0,0...1 x 3") || error.reason.contains("above 0"))
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (0.01, "0.01"), (1e-5, "1e-05"), (0.1 + 0.2, "0.30000000000000004"),
  ])
  func `A name reads back as the value`(value: Double, name: String) {
    #expect(lambdaName(value) == name)
    #expect(Double(lambdaName(value)) == value)
  }
}
