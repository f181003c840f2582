import Testing

@testable import Landscape

@Suite struct GridArgumentsTests {
  @Test(arguments: [
    ("101", 101, 101), ("101x81", 101, 81), ("2x10001", 2, 10001), (" 9 x 7 ", 9, 7),
  ])
  func `A size is columns by rows`(text: String, columns: Int, rows: Int) throws {
    let size = try parseGrid(text)
    #expect(size.columns == columns && size.rows == rows)
  }

  @Test(arguments: [
    "", "x", "1", "9x", "x9", "9x1", "0", "-3", "10002", "9x9x9", "9.5", "9,9", "nan",
    "99999999999999999999",
  ])
  func `Other sizes are refused`(text: String) {
    #expect(throws: ParsingError.self) { try parseGrid(text) }
  }

  @Test(arguments: [
    ("1", -1.0...1.0, -1.0...1.0), ("0.5", -0.5...0.5, -0.5...0.5), ("-1:2", -1...2, -1...2),
    ("-1:1,-0.5:0.5", -1...1, -0.5...0.5), ("2,0:1", -2...2, 0...1), ("0:1", 0...1, 0...1),
    (" -1 : 1 , 3 ", -1...1, -3...3),
  ])
  func `Ranges are read for α, then β`(
    text: String, alpha: ClosedRange<Double>, beta: ClosedRange<Double>
  ) throws {
    let span = try parseSpan(text)
    #expect(span.alpha == alpha && span.beta == beta)
  }

  @Test(arguments: [
    "", "0", "-1", "1:1", "2:1", "1:2:3", "1,2,3", ",", "1,", "a", "nan", "inf", "0:inf", "1e7",
    "-1e7:0", "1:",
  ])
  func `Other ranges are refused`(text: String) {
    #expect(throws: ParsingError.self) { try parseSpan(text) }
  }

  @Test(arguments: [
    ("lamda", "lambda"), ("lambda", "lambda"), ("LAMBDA", "lambda"), ("epoch", "epochs"),
    ("learningrate", "learning-rate"), ("xyzzy", nil), ("", nil),
    (String(repeating: "x", count: 100_000), nil),
  ])
  func `The nearest name is the one meant, or none`(written: String, meant: String?) {
    #expect(nearest(written, in: ["lambda", "epochs", "learning-rate"]) == meant)
  }

  @Test func `Of nothing, nothing is near`() { #expect(nearest("a", in: []) == nil) }
}
