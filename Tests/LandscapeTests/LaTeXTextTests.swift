import Testing

@testable import Landscape

@Suite struct LaTeXTextTests {
  @Test(arguments: [
    ("λ = 10⁻²", #"$\lambda = 10^{-2}$"#), ("λ = 0.02,", #"$\lambda = 0.02$,"#),
    ("at λ = 3.16×10⁻⁴.", #"at $\lambda = 3.16 \times 10^{-4}$."#),
    ("L(w) + ½λ‖w‖²", #"$L(w) + \frac{\lambda}{2}\|w\|^2$"#),
    ("cos(u, v) = −0.5", #"$\cos(u, v) = -0.5$"#),
    ("1e-05 and 1.5e+20", #"$10^{-5}$ and $1.5 \times 10^{20}$"#),
    (
      "50 % of a_b & {c} #1 \\ ~ ^",
      ##"50 \% of a\_b \& \{c\} \#1 \textbackslash{} \textasciitilde{} \textasciicircum{}"##
    ),
    ("α and β from −1 to 1", #"$\alpha$ and $\beta$ from $-1$ to 1"#),
    ("64-64-10, relu: hash 1e447", "64-64-10, relu: hash 1e447"), ("a\n\n% b", #"a  \% b"#),
    ("x² = 3, 1e-05.", #"x${}^2 = 3$, $10^{-5}$."#),
    ("smallest -0.5, -2; 64-64", "smallest $-0.5$, $-2$; 64-64"),
    ("protocol\u{A0}A, “é”", "protocol~A, “é”"),
    ("", ""),
  ])
  func `Mathematics is set as such, and what means something to LaTeX prints`(
    text: String, expected: String
  ) {
    #expect(latex(text) == expected)
  }

  @Test func `Any text gives balanced braces and dollars, and nothing unescaped`() {
    var state: UInt64 = 7
    let alphabet = Array("ab 1e-=<>{}\\$&%#_~^λα−×½‖²⁻⁵\n\"w().,0")
    for _ in 0..<2000 {
      let text = String(
        (0..<20).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return alphabet[Int(state >> 33) % alphabet.count]
        })
      var (depth, dollars, isEscaped, lowest) = (0, 0, false, 0)
      let found = latex(text)
      for character in found {
        if isEscaped {
          isEscaped = false
          continue
        }
        switch character {
        case "\\": isEscaped = true
        case "{": depth += 1
        case "}": depth -= 1
        case "$": dollars += 1
        case "%", "&", "#", "\n": Issue.record("\(text) gives \(found)")
        default: break
        }
        lowest = min(lowest, depth)
      }
      #expect(depth == 0 && lowest == 0 && dollars.isMultiple(of: 2), "\(text) gives \(found)")
    }
  }

  @Test(arguments: [
    (["landscape", "render", "it's", "a b", "", "1...2x3", "'"]), ([]), (["λ \\ $HOME `x` ;"]),
  ])
  func `A command's words are read back as they were written`(words: [String]) {
    #expect(shellWords(shellCommand(words)) == words)
  }

  @Test func `An open quotation mark is no command`() {
    #expect(shellWords("landscape 'render") == nil && shellWords("a \\") == nil)
  }
}
