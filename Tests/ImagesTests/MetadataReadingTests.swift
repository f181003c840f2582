import Figures
import Foundation
import Images
import Testing

@Suite struct MetadataReadingTests {
  static let metadata: Metadata = [
    "Title": "Loss (λ = 10⁻³) \\ <b>", "Description": "a & b, \"c\" (d", "Software": "landscape 1",
    "landscape:command": "landscape render x, y=1",
    "landscape:scene": "a: 1\n\nb: [x, y]\nc: d=e, f: g\n",
  ]

  @Test(arguments: ["png", "pdf", "svg"])
  func `What a file was given is read back, whatever marks its texts hold`(format: String) throws {
    let font = try FontFile.standard()
    let file =
      switch format {
      case "png": try sampler().png(dpi: 40, typeface: font, metadata: Self.metadata)
      case "pdf": try sampler().pdf(typeface: font, metadata: Self.metadata)
      default: try sampler().svg(typeface: font, metadata: Self.metadata)
      }
    let read = try Metadata(file: file)
    #expect(Set(read.entries) == Set(Self.metadata.entries))
  }

  @Test func `PDF strings are read in either form`() throws {
    let text =
      "%PDF-1.5\n3 0 obj\n<< /Title (a\\(b\\)\\\\ \\101 (c)) /Subject <FEFF03BB0021>\n"
      + "/Keywords (landscape:x=1, 2, landscape:y=z) >>\nendobj\ntrailer << /Info 3 0 R >>\n%%EOF\n"
    let read = try Metadata(file: Array(text.utf8))
    #expect(read["Title"] == "a(b)\\ A (c)" && read["Description"] == "λ!")
    #expect(read["landscape:x"] == "1, 2" && read["landscape:y"] == "z")
  }

  @Test(arguments: [
    "", "GIF89a", "%PDF-1.5", "%PDF-1.5 /Info 1 0 R", "%PDF-1.5\n1 0 obj<</Title (a /Info 1 0 R",
    "%PDF-1.5\n1 0 obj<</Title <00 /Info 1 0 R", "%PDF-1.5 /Info 99999999999999999999 0 R",
    "%PDF-1.5\n1 0 obj<</Title (a /Info 1 0 R\n%%EOF\n",
    "%PDF-1.5\n1 0 obj<</Title <00 /Info 1 0 R\n%%EOF\n", "\u{89}PNG",
  ])
  func `Other files and broken ones are refused`(text: String) {
    #expect(throws: ImageError.self) { try Metadata(file: Array(text.utf8)) }
  }

  @Test func `An SVG without texts has none, and one that is cut short has those that are whole`()
    throws
  {
    #expect(try Metadata(file: Array("<svg></svg>".utf8)).entries.isEmpty)
    let cut = try Metadata(file: Array("<svg><title>a</title><desc>b".utf8))
    #expect(cut.entries == [.init(key: "Title", text: "a")])
  }
}
