import Figures

extension RichText {
  /// A sentence as it is, but for letters that stand for quantities, which are slanted as in formulae:
  /// Greek ones, and `w`, `L` and `u` where they are words.
  init(prose sentence: String) {
    func joins(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isASCII && $0.isNumber || "-_./\u{2019}'".contains($0) }
        ?? false
    }
    let characters = Array(sentence)
    self.init(verbatim: "")
    var plain = ""
    for (index, character) in characters.enumerated() {
      let before = index > 0 ? characters[index - 1] : nil
      let after = index + 1 < characters.count ? characters[index + 1] : nil
      let isWord = !joins(before) && !(joins(after) && after != ".")
      guard
        RichText.greekQuantities.contains(character)
          || RichText.latinQuantities.contains(character) && isWord
      else {
        plain.append(character)
        continue
      }
      self = self + RichText(verbatim: plain) + "*\(String(character))*"
      plain = ""
    }
    self = self + RichText(verbatim: plain)
  }

  private static let greekQuantities: Set<Character> = ["α", "β", "ε", "λ", "μ", "ρ"]
  private static let latinQuantities: Set<Character> = ["w", "L", "u"]
}
