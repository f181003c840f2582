import ONNX
import Testing

@Suite struct NamePatternsTests {
  @Test(arguments: [
    ("*", "a/b.c", true), ("fc.*", "fc.weight", true), ("fc.*", "efc.weight", false),
    ("*.weight", "fc.weight", true), ("*.weight", "fc.weights", false),
    ("f?.weight", "fc.weight", true),
    ("f?.weight", "fcc.weight", false), ("a*b*c", "axxbyyc", true), ("a*b*c", "axxcyyb", false),
    ("!fc.*", "fc.weight", false), ("!fc.*", "conv.weight", true), ("", "anything", true),
    ("*.weight,!fc.*", "fc.weight", false), ("*.weight, !fc.*", "conv.weight", true),
    ("*.weight,!fc.*", "conv.bias", false), ("fc,conv", "conv", true),
  ])
  func `Patterns match names from end to end`(_ pattern: String, _ name: String, _ isIn: Bool) {
    #expect(NamePatterns(pattern).contains(name) == isIn)
  }

  @Test
  func `Many stars take no time to speak of`() {
    let pattern = String(repeating: "a*", count: 200) + "b"
    #expect(!NamePatterns(pattern).contains(String(repeating: "a", count: 5000)))
  }
}
