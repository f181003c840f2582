import Foundation
import Testing

@testable import Figures
@testable import Reports

@Suite struct HTMLReportTests {
  /// The elements of a page that are opened and not closed, or closed and not open.
  static func faults(in html: String) -> [String] {
    let void: Set<String> = ["meta", "img", "input", "br", "!doctype"]
    var open: [String] = []
    var faults: [String] = []
    var rest = html[...]
    while let start = rest.firstIndex(of: "<") {
      // Script and style hold text up to their own end.
      if let raw = open.last, raw == "script" || raw == "style",
        let end = rest.range(of: "</\(raw)>")
      {
        open.removeLast()
        rest = rest[end.upperBound...]
        continue
      }
      guard let end = rest[start...].firstIndex(of: ">") else { return faults + ["no >"] }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      let name = String(tag.drop { $0 == "/" }.prefix { !$0.isWhitespace }).lowercased()
      if tag.hasPrefix("/") {
        if open.popLast() != name { faults.append("</\(name)>") }
      } else if !void.contains(name) {
        open.append(name)
      }
    }
    return faults + open
  }

  static func count(_ text: String, in html: String) -> Int {
    html.components(separatedBy: text).count - 1
  }

  /// The data that a page gives its script, as JSON.
  static func data(in html: String) throws -> Data {
    let start = try #require(html.range(of: "id=\"slice-data\">"))
    let end = try #require(html[start.upperBound...].range(of: "</script>"))
    return Data(html[start.upperBound..<end.lowerBound].utf8)
  }

  @Test func `a full page is well formed`() throws {
    let html = try SampleReport.full().html()
    #expect(Self.faults(in: html) == [])
    for id in ["row", "path"] {
      #expect(Self.count("id=\"figure-\(id)\"", in: html) == 1)
    }
    // Every id once, every reference to one that is there.
    let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    let targets = html.matches(of: /href="#([^"]*)"/).map { String($0.1) }
    #expect(targets.count > 4)
    #expect(targets.allSatisfy(ids.contains))
    let levels = html.matches(of: /<h([1-6])/).compactMap { Int($0.1) }
    #expect(levels.first == 1)
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
    #expect(html.contains("<th scope=\"col\""))
    #expect(html.contains("<th scope=\"row\""))
  }

  @Test func `texts stand for themselves`() throws {
    let html = try SampleReport.full().html()
    #expect(html.contains("<title>Weight decay &lt;on&gt; &quot;digits&quot; &amp; others</title>"))
    #expect(html.contains("<li>&lt;/script&gt;&lt;b&gt;bold&lt;/b&gt;</li>"))
    #expect(html.contains("alt=\"five &quot;slices&quot;\""))
    #expect(html.contains("&gt; &#39;a &amp; b&#39;</code>"))
    #expect(!html.contains("<b>bold</b>"))
    let json = try JSONSerialization.jsonObject(with: Self.data(in: html)) as? [String: Any]
    #expect(json?["xTitle"] as? String == "</script><!--<script>")
    #expect(escaped("a\0b\u{1b}c\td\n") == "a\u{fffd}b\u{fffd}c\td\n")
  }

  @Test func `nothing comes from outside`() throws {
    let html = try SampleReport.full().html()
    #expect(html.contains("default-src 'none'; img-src data:;"))
    #expect(!html.contains("http://"))
    #expect(!html.contains("https://"))
    #expect(!html.contains("url("))
    #expect(!html.contains("@import"))
    let sources = html.matches(of: /\ssrc="([^"]{0,20})/).map { String($0.1) }
    #expect(sources.count == 3)
    #expect(sources.allSatisfy { $0.hasPrefix("data:image/") })
  }

  @Test func `the base losses come back bit for bit`() throws {
    var report = Report(title: "t")
    let slice = try SampleReport.slice(21) { a, b in a > 1 && b < 0 }
    report.slice = slice
    let data = try JSONDecoder().decode(SliceData.self, from: Self.data(in: report.html()))
    #expect(data == SliceData(slice))
    #expect(data.alphas == slice.alphas)
    let bytes = Array(try #require(Data(base64Encoded: data.base)))
    #expect(bytes.count == 4 * slice.base.count)
    let values = stride(from: 0, to: bytes.count, by: 4).map { at in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * $1) })
    }
    #expect(values.contains { $0.isNaN })
    #expect(values.map(\.bitPattern) == slice.base.map { Float($0).bitPattern })
  }

  @Test func `empty sections are left out`() throws {
    let bare = try Report(title: "Only a title").html()
    #expect(Self.faults(in: bare) == [])
    for absent in ["<section", "<nav", "<script", "<figure", "<table"] {
      #expect(!bare.contains(absent), "\(absent)")
    }
    var report = Report(title: "One note")
    report.notes = ["a"]
    let html = try report.html()
    #expect(Self.count("<section", in: html) == 1)
    #expect(!html.contains("<dl"))
    #expect(!html.contains("<nav"))
  }

  @Test func `the same report gives the same bytes`() throws {
    let (first, second) = (try SampleReport.full(), try SampleReport.full())
    #expect(try first.html() == second.html())
    #expect(try first.markdown() == second.markdown())
  }

  @Test func `a page is not much larger than what it holds`() throws {
    var report = Report(title: "t")
    #expect(try report.html().utf8.count < 20_000)
    report.slice = try SampleReport.slice(101)
    // 101 × 99 samples of 4 bytes in base64 and 50 kB of script.
    #expect(try report.html().utf8.count < 101 * 99 * 16 / 3 + 80_000)
    let figure = ReportFigure(
      id: "f", title: "f", alt: "f", path: "f.png",
      bytes: SampleReport.pixel + [UInt8](repeating: 0, count: 300_000))
    report.slice = nil
    report.figures = [figure]
    #expect(try report.html().utf8.count < 20_000 + 400_200)
  }

  @Test func `unusable reports are refused`() throws {
    let figure = ReportFigure(
      id: "f", title: "f", alt: "f", path: "f.png", bytes: SampleReport.pixel)
    func message(_ change: (inout Report) -> Void) -> String? {
      var report = Report(title: "t")
      change(&report)
      do {
        _ = try report.html()
        return nil
      } catch { return "\(error)" }
    }
    #expect(message { $0.figures = [figure] } == nil)
    #expect(message { $0.figures = [figure, figure] }?.contains("Two figures") == true)
    #expect(
      message { report in
        report.figures = [figure]
        report.figures[0].id = "a b"
      }?.contains("'a b'") == true)
    #expect(
      message { report in
        report.figures = [figure]
        report.figures[0].bytes = Array("GIF89a".utf8)
      }?.contains("neither PNG nor SVG") == true)
    #expect(
      message {
        $0.claims = [Claim("c", verdict: .holds, sentence: "", figures: ["gone"])]
      }?.contains("'gone'") == true)
    #expect(
      message { $0.tables = [ReportTable(title: "t", columns: ["a", "b"], rows: [["1"]])] }?
        .contains("2 columns") == true)
  }

  @Test(arguments: Claim.Verdict.allCases)
  func `every verdict is a word and a sign`(verdict: Claim.Verdict) throws {
    var report = Report(title: "t")
    report.claims = [Claim("c", verdict: verdict, sentence: "s")]
    let html = try report.html()
    #expect(html.contains("</span> \(verdict.words)</p>"))
    #expect(html.contains("<span aria-hidden=\"true\">\(verdict.symbol)</span>"))
    #expect(try report.markdown().contains("**\(verdict.words).** s"))
  }

  @Test func `columns of numbers are set flush right`() {
    let table = ReportTable(
      title: "", columns: ["λ", "loss", "note", "empty"],
      rows: [["0", "−0.5", "1 of", "–"], ["10⁻³", "≈ 3", "x", ""]])
    #expect(table.numericColumns == [true, true, false, false])
  }

  @Test func `text is read in both themes`() throws {
    // Each block of custom colours, light then dark: all that letters are set in, on both grounds.
    let blocks = resource("report/page.css").components(separatedBy: "--page:").dropFirst()
    #expect(blocks.count == 2)
    for block in blocks {
      let text = "--page:" + block.prefix { $0 != "}" }
      let pairs = text.matches(of: /--(\w+): #([0-9a-f]{3,6});/).map { match in
        let hex = match.2.count == 3 ? match.2.map { "\($0)\($0)" }.joined() : String(match.2)
        let value = Int(hex, radix: 16) ?? 0
        return (
          String(match.1),
          Color(
            red: Double(value >> 16) / 255, green: Double(value >> 8 & 255) / 255,
            blue: Double(value & 255) / 255)
        )
      }
      let colors = Dictionary(uniqueKeysWithValues: pairs)
      let grounds = try [#require(colors["page"]), #require(colors["card"])]
      for name in ["ink", "soft", "link", "good", "bad", "part"] {
        let color = try #require(colors[name])
        #expect(Contrast.ratio(color, on: grounds) >= 4.5, "\(name)")
      }
    }
  }

  @Test func `templates are filled once`() {
    #expect(filled("<{{a}}{{b}}{{c}}>", with: ["a": "{{b}}", "b": "2"]) == "<{{b}}2>")
    #expect(filled("{{open", with: [:]) == "{{open")
  }
}
