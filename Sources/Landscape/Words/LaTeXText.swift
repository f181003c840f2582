/// A text for LaTeX, with its mathematics in math mode: `λ = 10⁻²` becomes `$\lambda = 10^{-2}$`.
///
/// Characters that mean something to LaTeX are written so that they print; the Greek letters, norms,
/// powers and relations that the program's own texts use become commands; other letters, such as
/// those of a scene's title, stay as they are (UTF-8, LaTeX's default encoding).
///
/// - Parameter text: A text without markup.
/// - Returns: The same for a LaTeX document: braces balanced, on one line.
func latex(_ text: String) -> String {
  var pieces: [(text: String, isMath: Bool)] = []
  func append(_ text: String, isMath: Bool) {
    if let last = pieces.last, last.isMath == isMath {
      pieces[pieces.count - 1].text += text
    } else {
      pieces.append((text, isMath))
    }
  }
  var rest = text[...]
  while let first = rest.first {
    if let phrase = phrases.first(where: { rest.hasPrefix($0.plain) }) {
      append(phrase.latex, isMath: true)
      rest = rest.dropFirst(phrase.plain.count)
    } else if let (number, end) = number(rest, after: pieces.last) {
      append(number, isMath: true)
      rest = rest[end...]
    } else if let symbol = symbols[first] {
      // A command ends where no letter follows.
      append(symbol.last?.isLetter == true ? symbol + " " : symbol, isMath: true)
      rest = rest.dropFirst()
    } else {
      let isJoined = pieces.last?.isMath == true && relation(rest) != nil
      if isJoined, let (relation, end) = relation(rest) {
        pieces[pieces.count - 1].text = pieces[pieces.count - 1].text.trimmed + relation
        rest = rest[end...]
      } else {
        append(escapes[first] ?? plain(first), isMath: false)
        rest = rest.dropFirst()
      }
    }
  }
  return pieces.map { $0.isMath ? "$\($0.text.trimmed)$" : $0.text }.joined()
}

/// Phrases of the program's own texts, the longest first.
private let phrases: [(plain: String, latex: String)] = [
  ("L(w) + ½λ‖w‖²", #"L(w) + \frac{\lambda}{2}\|w\|^2"#),
  ("(λ/2)‖w‖²", #"(\lambda/2)\|w\|^2"#), ("½λ‖w‖²", #"\frac{\lambda}{2}\|w\|^2"#),
  ("w + αu + βv", #"w + \alpha u + \beta v"#), ("w + αu", #"w + \alpha u"#),
  ("(1 − α)w₀ + αw₁", #"(1 - \alpha)w_0 + \alpha w_1"#),
  ("cos(u, v)", #"\cos(u, v)"#), ("‖w*‖", #"\|w^*\|"#), ("w*(λ)", #"w^*(\lambda)"#),
  ("‖w‖²", #"\|w\|^2"#), ("‖w‖", #"\|w\|"#), ("‖u‖", #"\|u\|"#), ("‖v‖", #"\|v\|"#),
  ("‖∇L‖", #"\|\nabla L\|"#), ("μₘᵢₙ", #"\mu_{\min}"#),
  ("μₘₐₓ", #"\mu_{\max}"#), ("L(w)", "L(w)"),
]

/// Characters that are mathematics wherever they stand.
private let symbols: [Character: String] = [
  "α": #"\alpha"#, "β": #"\beta"#, "γ": #"\gamma"#, "δ": #"\delta"#, "ε": #"\varepsilon"#,
  "θ": #"\theta"#, "λ": #"\lambda"#, "μ": #"\mu"#, "π": #"\pi"#, "ρ": #"\rho"#, "σ": #"\sigma"#,
  "Σ": #"\Sigma"#, "Δ": #"\Delta"#, "∇": #"\nabla"#, "∂": #"\partial"#, "∞": #"\infty"#,
  "‖": #"\|"#, "½": #"\frac12"#, "²": "{}^2", "³": "{}^3", "√": #"\surd"#, "−": "-", "±": #"\pm"#,
  "×": #"\times"#, "·": #"\cdot"#, "≤": #"\le"#, "≥": #"\ge"#, "≠": #"\ne"#, "≈": #"\approx"#,
  "→": #"\to"#, "⟨": #"\langle"#, "⟩": #"\rangle"#, "ᵀ": #"{}^{\mathsf T}"#, "∗": "{}^*",
  "₀": "{}_0",
  "₁": "{}_1",
]

private let escapes: [Character: String] = [
  "\\": #"\textbackslash{}"#, "{": #"\{"#, "}": #"\}"#, "$": #"\$"#, "&": #"\&"#, "%": #"\%"#,
  "#": "\\#", "_": #"\_"#, "~": #"\textasciitilde{}"#, "^": #"\textasciicircum{}"#,
  "<": #"\textless{}"#, ">": #"\textgreater{}"#, "|": #"\textbar{}"#, "\"": "''",
  "\u{A0}": "~",
]

/// A line break would end a comment or a paragraph.
private func plain(_ character: Character) -> String {
  let isControl = character.unicodeScalars.contains {
    $0.properties.generalCategory == .control || $0.properties.generalCategory == .lineSeparator
      || $0.properties.generalCategory == .paragraphSeparator
  }
  return isControl ? " " : String(character)
}

/// `=`, `<` or `>` after mathematics, with its spaces and the number or letter that follows.
private func relation(_ text: Substring) -> (latex: String, end: String.Index)? {
  guard let match = text.prefixMatch(of: /\s*([=<>])\s*(?=[−\d½λαβμ‖])/) else { return nil }
  return (" \(match.1) ", match.range.upperBound)
}

/// A number that is better set as mathematics: negative, or with a power of ten.
private func number(
  _ text: Substring, after piece: (text: String, isMath: Bool)?
) -> (latex: String, end: String.Index)? {
  let previous = piece?.text.last
  guard previous.map({ !($0.isLetter && $0.isASCII || $0.isNumber) }) ?? true else { return nil }
  if let match = text.prefixMatch(of: /(-?)(\d+(?:\.\d+)?)e([+-])0*(\d+)(?!\w|\.\d)/) {
    let exponent = (match.3 == "-" ? "-" : "") + match.4
    let factor = match.2 == "1" ? "" : match.2 + #" \times "#
    return ("\(match.1)\(factor)10^{\(exponent)}", match.range.upperBound)
  }
  if let match = text.prefixMatch(of: /(−?)(?:(\d+(?:\.\d+)?)×)?10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)/) {
    let digits: [Character: String] = [
      "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
      "⁹": "9", "⁻": "-", "⁺": "",
    ]
    let factor = match.2.map { $0 + #" \times "# } ?? ""
    let exponent = match.3.map { digits[$0] ?? "" }.joined()
    return ("\(match.1.isEmpty ? "" : "-")\(factor)10^{\(exponent)}", match.range.upperBound)
  }
  if previous.map({ " (".contains($0) }) ?? true,
    let match = text.prefixMatch(of: /-(\d+(?:\.\d+)?)(?![\w:-])/)
  {
    return ("-\(match.1)", match.range.upperBound)
  }
  if let match = text.prefixMatch(of: /(−)(\d+(?:\.\d+)?)/) {
    return ("-\(match.2)", match.range.upperBound)
  }
  // After '=' a plain number belongs to the formula.
  if piece?.isMath == true, previous == " ", let match = text.prefixMatch(of: /\d+(?:\.\d+)?/) {
    return (String(match.0), match.range.upperBound)
  }
  return nil
}
