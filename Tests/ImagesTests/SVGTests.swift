import Figures
import Foundation
import Images
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct SVGTests {
  let file: [UInt8]
  let root: XMLElement

  init() throws {
    file = try sampler().svg(
      typeface: FontFile.standard(),
      metadata: ["Title": "a < b & \"c\" \u{1}", "Description": "two minima", "lambda": "0.001"])
    root = try #require(try XMLDocument(data: Data(file)).rootElement())
  }

  @Test func `it is sound XML with the page's size, title and description`() {
    #expect(root.name == "svg")
    #expect(value(of: "width", root) == "144pt")
    #expect(value(of: "viewBox", root) == "0 0 144 108")
    #expect(root.elements(forName: "title").first?.stringValue == "a < b & \"c\" \u{FFFD}")
    #expect(root.elements(forName: "desc").first?.stringValue == "two minima")
    #expect(root.elements(forName: "metadata").first?.stringValue == "lambda: 0.001")
  }

  @Test func `every reference has its target, and identifiers are unique`() throws {
    let elements = try root.nodes(forXPath: "//*").compactMap { $0 as? XMLElement }
    let names = elements.compactMap { value(of: "id", $0) }
    #expect(Set(names).count == names.count)
    let used = elements.filter { $0.name == "use" }
      .compactMap { value(of: "href", $0)?.dropFirst() }
    #expect(used.count > 20)
    for name in used { #expect(names.contains(String(name))) }
    #expect(names.contains("clip1"))
  }

  @Test func `the image is embedded cell for cell`() throws {
    let element = try #require(root.elements(forName: "image").first)
    let link = try #require(value(of: "href", element))
    let coded = try #require(link.split(separator: ",").last)
    let data = try #require(Data(base64Encoded: String(coded)))
    let expected = sampler().elements.compactMap { element -> Raster? in
      if case .image(let raster, _) = element { raster } else { nil }
    }
    #expect(try Raster(png: Array(data)) == expected.first)
    #expect(value(of: "style", element) == "image-rendering:pixelated")
  }

  @Test func `bytes are the same on every run`() throws {
    let again = try sampler().svg(
      typeface: FontFile.standard(),
      metadata: ["Title": "a < b & \"c\" \u{1}", "Description": "two minima", "lambda": "0.001"])
    #expect(again == file)
  }

  /// `attribute(forName:)` finds nothing in a default namespace on Linux.
  private func value(of name: String, _ element: XMLElement) -> String? {
    element.attributes?.first { $0.name == name }?.stringValue
  }
}
