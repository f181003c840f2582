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

  @Test func aLineThatNamesTheSeparatorIsFollowed() throws {
    #expect(try read("sep=;\n1;-2.5\n300;4e-3\n") == plain)
    #expect(try read("\u{FEFF}sep=\t\r\n1\t-2.5\r\n300\t4e-3\r\n") == plain)
    #expect(try read("sep=,\na,b\n1,-2.5\n300,4e-3\n").columnNames == ["a", "b"])
  }

  @Test func aCountedFirstLineIsAHeaderAboveFractionsAndRefusedAboveWholeNumbers() throws {
    let table = try read("0,1\n0.5,3\nnan,4\n1e2,5\n")
    #expect(table.columnNames == ["0", "1"] && table.rowCount == 3 && table.notes.count == 1)
    for text in ["0,1\n1,2\n", "0,1\n0.5,1\n3,2.5\n", "0,1,2\n1,1,1\n"] {
      #expect(throws: FileError.self) { try read(text) }
    }
    // What does not count from 0 by ones, or is written with a point, is numbers.
    for text in ["0,2\n0.5,3\n", "1,2\n0.5,3\n", "0.0,1.0\n0.5,3\n", "0\n0.5\n"] {
      let table = try read(text)
      #expect(table.columnNames == nil && table.rowCount == 2 && table.notes.isEmpty)
    }
  }

  @Test func textOfTwoBytesALetterIsRefusedByName() {
    for bytes: [UInt8] in [
      [0xFF, 0xFE, 0x31, 0, 0x2C, 0, 0x32, 0], [0xFE, 0xFF, 0, 0x31], Array("1,2\n".utf8) + [0],
      [0x31, 0, 0x2C, 0],
    ] {
      let error = #expect(throws: FileError.self) { try CSV.decode(bytes, path: "p") }
      #expect(error?.description.contains("is not a text in UTF-8") == true)
    }
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
