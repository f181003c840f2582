import TensorFiles
import Testing

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("\u{1B}[31m", "\\u{1B}[31m"), ("a\nb\tc", "a\\nb\\tc"),
    ("\u{7F}\u{9B}2J", "\\u{7F}\\u{009B}2J"),
    ("\u{202E}gnp.exe", "\\u{202E}gnp.exe"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
    ("\u{200E}\u{200F}\u{61C}", "\\u{200E}\\u{200F}\\u{061C}"), ("\u{2028}", "\\u{2028}"),
    ("λ·w, é, 中, 👩‍🔬", "λ·w, é, 中, 👩‍🔬"), ("", ""),
  ]) func `What moves the cursor or turns letters round is written out`(text: String, seen: String)
  {
    #expect(oneLine(text) == seen)
  }

  @Test(arguments: [3, 4, 5, 300]) func `A long text keeps its ends`(limit: Int) {
    let text = String(repeating: "a", count: 1000) + String(repeating: "z", count: 1000)
    let short = shortened(text, to: limit)
    #expect(short.unicodeScalars.count == limit)
    #expect(short.hasPrefix("a") && short.contains("…") && short.hasSuffix("z"))
    #expect(shortened("abc", to: limit) == "abc")
  }

  @Test func `A long line becomes several that hold all its words`() {
    let words = (0..<300).map { "word\($0)" }
    let lines = folded("  " + words.joined(separator: " "))
    #expect(lines.count > 1 && lines.allSatisfy { $0.unicodeScalars.count <= longestLine })
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    word") })
    #expect(lines.flatMap { $0.split(separator: " ").map(String.init) } == words)
    #expect(folded("short") == ["short"] && folded("") == [""])
    let huge = folded(String(repeating: "x", count: 20_000))
    #expect(huge.allSatisfy { $0.unicodeScalars.count <= longestLine })
  }
}
