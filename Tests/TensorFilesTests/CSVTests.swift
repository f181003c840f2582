import Testing

@testable import TensorFiles

@Suite struct CSVTests {
  private func read(_ text: String) throws -> CSV.Table {
    try CSV.decode(Array(text.utf8), path: "p")
  }

  private let plain = CSV.Table(
    columnNames: nil, columnCount: 2, rowCount: 2, values: [1, -2.5, 300, 4e-3])

  @Test(arguments: [
    "1,-2.5\n300,4e-3\n", "1,-2.5\n300,4e-3", "1,-2.5\r\n300,4e-3\r\n", "1,-2.5\r300,4e-3\r",
    "1;-2.5\n300;.004\n", "1\t-2.5\n300\t0.004\n", " 1 , -2.5\n300,\t4e-3\n\n\n",
    "\"1\",\"-2.5\"\n\"300\",4e-3\n", "\u{FEFF}1,-2.5\n+300,4E-3\n",
  ])
  func everyUsualWayOfWritingIsRead(text: String) throws { #expect(try read(text) == plain) }

  @Test func aHeaderLineIsOneWithAWord() throws {
    let table = try read("width,\"the \"\"height\"\", m\"\n1,2\n")
    #expect(table.columnNames == ["width", "the \"height\", m"])
    #expect(table.values == [1, 2])
    #expect(try read("1,class\n1,2\n").columnNames == ["1", "class"])
  }

  @Test func notANumberAndInfinityPassThrough() throws {
    let values = try read("nan,1\n-inf,Infinity\n").values
    #expect(values[0].isNaN)
    #expect(values[1...] == [1, -.infinity, .infinity])
  }

  @Test func longNumbersAreRoundedAsSwiftRoundsThem() throws {
    let numbers = [
      "123456789012345", "1234567890123456789", "0.1000000000000000055511151231257827",
    ]
    #expect(
      try read(numbers.joined(separator: ",")).values == [
        123_456_789_012_345, 1_234_567_890_123_456_768, 0.1,
      ])
  }

  @Test(arguments: [
    ("1,2\n3,x\n", "line 2, column 2: 'x' is not a number"),
    ("a,b\n1,2\n3,\n", "line 3, column 2: the field is empty"),
    ("1;2\n1,5;2\n", "line 2, column 1: '1,5' is not a number (write decimals with a point)"),
    ("1,2\n3\n", "line 2 has 1 fields, and the first line has 2"),
    ("1,2\n3,4,5\n", "line 2 has 3 fields, and the first line has 2"),
    ("1,2\n\n3,4\n", "line 2 is empty"), ("", "it holds no numbers"),
    ("\n\n", "it holds no numbers"),
    ("a,b\n", "it holds no numbers"), ("1,\"2\n3,4", "line 1: a quoted field does not end"),
    ("1,\"2\"3\n", "line 1: something follows a closing quote"),
  ])
  func mistakesAreSaidWithTheirPlace(text: String, reason: String) {
    #expect(throws: FileError.malformed(path: "p", reason: reason)) { try read(text) }
  }

  @Test func gzippedTablesAreRead() throws {
    let folder = try TemporaryFolder()
    let path = try folder.holding(Gzip.compress(Array("1,-2.5\n300,4e-3\n".utf8), path: "p"))
    #expect(try CSV.read(path) == plain)
  }
}
