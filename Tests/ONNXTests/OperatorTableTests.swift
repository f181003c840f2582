import Foundation
import ONNX
import Testing

@Suite struct OperatorTableTests {
  private static let page = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/Landscape/Landscape.docc/Bringing-a-model.md")
  private static let marks = ("<!-- operators -->\n", "<!-- end of operators -->")

  @Test
  func `The page lists the operators that there are`() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let begin = try #require(text.range(of: Self.marks.0))
    let end = try #require(text.range(of: Self.marks.1))
    let table = Operator.documentation + "\n"
    // LANDSCAPE_WRITE=1 swift test --filter OperatorTableTests brings the page up to date.
    if ProcessInfo.processInfo.environment["LANDSCAPE_WRITE"] != nil {
      let renewed = text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: table)
      try renewed.write(to: Self.page, atomically: true, encoding: .utf8)
    } else {
      #expect(text[begin.upperBound..<end.lowerBound] == table)
    }
  }

  @Test
  func `No operator is listed twice, and each has a name`() {
    let names = Operator.all.map { "\($0.domain).\($0.name)" }
    #expect(Set(names).count == names.count)
    #expect(!Operator.all.contains { $0.name.isEmpty })
  }
}
