import Testing

@testable import Reports

@Suite struct MarkdownReportTests {
  @Test func `a full report has its parts in order`() throws {
    let text = try SampleReport.full().markdown()
    let heads = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map(String.init)
    #expect(
      heads == [
        "# Weight decay \\<on\\> \"digits\" \\& others", "## Findings",
        "### ✓ Curvature increases", "### ± The landscape is smoother",
        "## The slice \\</script\\>\\<!--", "## Figures", "## Tables", "## How it was made",
      ])
    #expect(text.hasSuffix("\n"))
    #expect(!text.contains("\n\n\n"))
  }

  @Test func `figures are referred to by relative paths`() throws {
    let text = try SampleReport.full().markdown()
    #expect(text.contains("![five \"slices\"](figures/row%20%281%29.png)"))
    #expect(text.contains("![contours](s.png)"))
    #expect(text.contains("**Figure 2. Path.**"))
    #expect(text.contains("See Figure 1."))
    #expect(!text.contains("data:"))
  }

  @Test func `tables keep their shape`() throws {
    let text = try SampleReport.full().markdown()
    #expect(
      text.contains(
        """
        | λ | ‖w‖ \\| all | note |
        | ---: | ---: | :--- |
        | 0 | 33.7 | a\\|b |
        | 10⁻³ | −13.2 | c |
        """))
    var report = Report(title: "t")
    report.tables = [ReportTable(title: "t", columns: ["a"], rows: [["two\nlines"]])]
    #expect(try report.markdown().contains("| two lines |"))
  }

  @Test(arguments: [
    ("*a*_b_", "\\*a\\*\\_b\\_"), ("a\nb", "a b"), ("- item", "\\- item"), ("1. item", "1\\. item"),
    ("2) x", "2\\) x"), ("+ x", "\\+ x"), ("1.5 x", "1.5 x"), ("−1", "−1"), ("", ""),
  ])
  func textsStandForThemselves(text: String, written: String) {
    #expect(plain(text) == written)
  }

  @Test func `commands keep their backticks`() throws {
    var report = Report(title: "t")
    report.command = "echo ```x```"
    #expect(try report.markdown().contains("````sh\necho ```x```\n````"))
  }

  @Test func `empty sections are left out`() throws {
    #expect(try Report(title: "Only a title").markdown() == "# Only a title\n")
  }
}
