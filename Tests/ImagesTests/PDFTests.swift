import Figures
import Foundation
import Images
import Testing

@Suite struct PDFTests {
  let file: [UInt8]

  init() throws {
    file = try sampler().pdf(
      typeface: FontFile.standard(),
      metadata: ["Title": "Loss, λ = 10⁻³", "Keywords": "loss landscape", "lambda": "0.001"])
  }

  @Test func `bytes are the same on every run and thread`() async throws {
    let (font, first) = (try FontFile.standard(), file)
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<4 {
        group.addTask {
          try sampler().pdf(
            typeface: font,
            metadata: ["Title": "Loss, λ = 10⁻³", "Keywords": "loss landscape", "lambda": "0.001"])
        }
      }
      for try await bytes in group { #expect(bytes == first) }
    }
    #expect(file.starts(with: Array("%PDF-1".utf8)))
  }

  @Test(.enabled(if: find("pdfinfo") != nil, "poppler-utils is not installed"))
  func `the page has the drawing's size, and the file its metadata and a fixed date`() throws {
    let report = try withFile(file, "pdf") { try output(of: "pdfinfo", ["-isodates", $0]) }
    let text = try #require(report?.text)
    #expect(text.contains("144 x 108 pts"))
    #expect(text.contains("Loss, λ = 10⁻³"))
    #expect(text.contains("loss landscape, lambda=0.001"))
    if ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] == nil {
      #expect(text.contains("CreationDate:    1970-01-01T00:00:00Z"))
    }
    #expect(text.contains("Pages:           1"))
  }

  @Test(.enabled(if: find("pdftotext") != nil, "poppler-utils is not installed"))
  func `text is selected as typed, superscripts and turned text too`() throws {
    let report = try withFile(file, "pdf") { try output(of: "pdftotext", ["-raw", $0, "-"]) }
    let text = try #require(report?.text)
    #expect(text.contains("L(w) + ½λ‖w‖², λ = 10"))
    // Whether a space stands before raised letters is the reader's guess.
    #expect(text.filter { !$0.isWhitespace }.contains("λ=10⁻³"))
    #expect(text.contains("0.5"))
  }

  @Test(.enabled(if: find("pdffonts") != nil, "poppler-utils is not installed"))
  func `the typeface is embedded as a subset`() throws {
    let report = try withFile(file, "pdf") { try output(of: "pdffonts", [$0]) }
    let line = try #require(report?.text.split(separator: "\n").last)
    #expect(line.contains("+DejaVuSans"))
    #expect(line.contains("yes yes yes"))  // Embedded, subset, with a table to Unicode.
    #expect(file.count < 40_000)
  }

  @Test(.enabled(if: find("pdfimages") != nil, "poppler-utils is not installed"))
  func `an image is one picture of its own cells, not smoothed`() throws {
    let report = try withFile(file, "pdf") { try output(of: "pdfimages", ["-list", $0]) }
    let lines = try #require(report?.text.split(separator: "\n").dropFirst(2))
    #expect(lines.count == 1)
    let fields = try #require(lines.first).split(separator: " ")
    #expect(fields[2...5] == ["image", "4", "3", "rgb"])
    #expect(fields[9] == "no")
  }

  @Test(.enabled(if: find("pdftoppm") != nil, "poppler-utils is not installed"))
  func `a viewer shows the same picture as the PNG`() throws {
    let font = try FontFile.standard()
    let own = try sampler().raster(dpi: 144, typeface: font)
    let shown = try view(file, dpi: 144)
    #expect(shown.width == own.width && shown.height == own.height)
    let differences = zip(own.pixels, shown.pixels).map { a, b in
      zip(parts(a), parts(b)).map { abs($0 - $1) }.max() ?? 0
    }
    // Renderers differ by a shade along edges, and poppler hints letters a little.
    #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 2.5)
    #expect(differences.filter { $0 > 128 }.count < differences.count / 200)
  }

  @Test(.enabled(if: find("pdftoppm") != nil, "poppler-utils is not installed"))
  func `nested fills on a magenta page show no seam in a viewer`() throws {
    let page = rectangle(x: 0, y: 0, width: 72, height: 72)
    let fills = (0..<4).map { i in
      let grey = 0.2 + 0.2 * Double(i)
      return Drawing.Element.fill(
        i == 0 ? page : circle(x: 36, y: 36, radius: 36 - 8 * Double(i)),
        Color(red: grey, green: grey, blue: grey))
    }
    let drawing = Drawing(
      width: 72, height: 72, background: Color(red: 1, green: 0, blue: 1), elements: fills)
    let shown = try view(drawing.pdf(typeface: FontFile.standard()), dpi: 150)
    for pixel in shown.pixels {
      let part = parts(pixel)
      #expect(abs(part[0] - part[1]) <= 8 && abs(part[1] - part[2]) <= 8)
    }
  }

  @Test func `a drawing that is not finite is refused`() {
    #expect(throws: ImageError.self) {
      try Drawing(width: .nan, height: 3).pdf(typeface: FontFile.standard())
    }
  }

  /// The page as poppler draws it.
  private func view(_ file: [UInt8], dpi: Int) throws -> Raster {
    try withFile(file, "pdf") { path in
      defer { try? FileManager.default.removeItem(atPath: path + ".png") }
      _ = try output(of: "pdftoppm", ["-png", "-r", "\(dpi)", "-singlefile", path, path])
      return try Raster(png: Array(Data(contentsOf: URL(filePath: path + ".png"))))
    }
  }
}
