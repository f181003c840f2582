/// A line of text with italic letters and superscripts, written in a small markup.
///
/// `*w*` is italic, `^{2}` (or `^2` for one letter) is raised, `\` makes the next character plain:
/// `*L*(*w*) + ½*λ*‖*w*‖^2, *λ* = 10^{−2}`. A hyphen inside a superscript becomes a minus sign.
public struct RichText: Hashable, Sendable, Codable, ExpressibleByStringInterpolation,
  CustomStringConvertible
{
  /// Letters of one kind.
  public struct Segment: Hashable, Sendable, Codable {
    /// The letters.
    public var string: String
    /// Slanted.
    public var italic = false
    /// Raised and smaller.
    public var superscript = false
  }

  /// From left to right.
  public var segments: [Segment]

  /// Reads markup; marks without a partner are plain letters' neighbours and never an error.
  public init(_ markup: String) {
    segments = []
    var current = Segment(string: "")
    var inBraces = false
    var characters = Array(markup)[...]
    func flushed(_ segment: Segment, into segments: inout [Segment]) {
      if !segment.string.isEmpty { segments.append(segment) }
    }
    while let character = characters.popFirst() {
      switch character {
      case "\\":
        if let next = characters.popFirst() { current.string.append(next) }
      case "*":
        flushed(current, into: &segments)
        current = Segment(string: "", italic: !current.italic, superscript: current.superscript)
      case "^" where characters.first == "{":
        characters.removeFirst()
        flushed(current, into: &segments)
        current = Segment(string: "", italic: current.italic, superscript: true)
        inBraces = true
      case "^" where !characters.isEmpty:
        flushed(current, into: &segments)
        let raised = Segment(
          string: String(characters.removeFirst()), italic: current.italic, superscript: true)
        segments.append(raised)
        current.string = ""
      case "}" where inBraces:
        flushed(current, into: &segments)
        current = Segment(string: "", italic: current.italic)
        inBraces = false
      case "-" where current.superscript: current.string.append("\u{2212}")
      default: current.string.append(character)
      }
    }
    flushed(current, into: &segments)
  }

  /// Takes a string as it is, without markup.
  public init(verbatim string: String) {
    segments = string.isEmpty ? [] : [Segment(string: string)]
  }

  /// Makes a text from literal markup.
  public init(stringLiteral value: String) { self.init(value) }

  /// Joins two texts.
  public static func + (left: RichText, right: RichText) -> RichText {
    var sum = left
    sum.segments += right.segments
    return sum
  }

  /// Whether there is nothing to draw.
  public var isEmpty: Bool { segments.allSatisfy(\.string.isEmpty) }

  /// Digits and signs with their Unicode superscripts.
  static let raised: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
    "9": "⁹", "\u{2212}": "⁻", "+": "⁺",
  ]

  /// Letters with their Unicode subscripts.
  static let lowered: [Character: Character] = [
    "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈",
    "9": "₉", "a": "ₐ", "i": "ᵢ", "m": "ₘ", "n": "ₙ", "x": "ₓ",
  ]

  /// Where letters stand.
  enum Level { case baseline, raised, lowered }

  /// Letters of one kind and level, Unicode superscripts and subscripts as raised and lowered
  /// letters, which are larger than their glyphs.
  var runs: [(string: String, italic: Bool, level: Level)] {
    var runs: [(string: String, italic: Bool, level: Level)] = []
    for segment in segments {
      for character in segment.string {
        var (letter, level) = (character, segment.superscript ? Level.raised : .baseline)
        if level == .baseline, let digit = RichText.plainOfRaised[character] {
          (letter, level) = (digit, .raised)
        } else if level == .baseline, let index = RichText.plainOfLowered[character] {
          (letter, level) = (index, .lowered)
        }
        if let last = runs.last, last.italic == segment.italic, last.level == level {
          runs[runs.count - 1].string.append(letter)
        } else {
          runs.append((String(letter), segment.italic, level))
        }
      }
    }
    return runs
  }

  private static let plainOfRaised = Dictionary(uniqueKeysWithValues: raised.map { ($1, $0) })
  private static let plainOfLowered = Dictionary(uniqueKeysWithValues: lowered.map { ($1, $0) })

  /// The text without slant, raised digits as Unicode superscripts: `λ = 10⁻²`.
  public var plain: String {
    segments.map { segment in
      segment.superscript
        ? String(segment.string.map { RichText.raised[$0] ?? $0 }) : segment.string
    }.joined()
  }

  /// The markup that gives this text back.
  public var description: String {
    segments.map { segment in
      var body = ""
      for character in segment.string {
        if "\\*^{}".contains(character) { body += "\\" }
        body.append(character)
      }
      if segment.italic { body = "*\(body)*" }
      return segment.superscript ? "^{\(body)}" : body
    }.joined()
  }
}

extension RichText {
  /// A number on an axis: as short as exact, `0.05`, `−20`, `2×10⁻⁵`.
  ///
  /// Positional from 0.001 up to 99 999, as readers expect of ticks; a power of ten beyond.
  ///
  /// - Parameters:
  ///   - value: The number; NaN and infinities print as such.
  ///   - significantDigits: Rounds to so many digits; all that are needed if nil.
  public init(number value: Double, significantDigits: Int? = nil) {
    self.init(value, digits: significantDigits) { number in
      (-3..<5).contains(number.exponent)
    }
  }

  /// A number among others on an axis or a bar, all in one notation: `0.001` beside `0.1`, but
  /// `10⁻³` beside `10⁻⁴`.
  ///
  /// Where one of them needs a power of ten, so is written what lies below a tenth.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - others: All of the numbers.
  init(number value: Double, among others: some Sequence<Double>) {
    self.init(number: value, hasPowers: RichText.needPowers(others))
  }

  /// The same where it is known whether some of the numbers need a power of ten.
  init(number value: Double, hasPowers: Bool) {
    self.init(value, digits: nil) { ((hasPowers ? -1 : -3)..<5).contains($0.exponent) }
  }

  /// Whether some of the numbers on an axis or a bar need a power of ten.
  static func needPowers(_ numbers: some Sequence<Double>) -> Bool {
    numbers.contains { value in
      let number = DecimalNumber(value)
      return value.isFinite && !number.digits.isEmpty && !(-3..<5).contains(number.exponent)
    }
  }

  /// The one value of something that is the same everywhere, in four digits: `1.099`, `0`.
  ///
  /// - Parameter value: The value.
  public init(constant value: Double) { self.init(number: value, significantDigits: 4) }

  /// A measured value with as many significant digits as asked for, zeros too: `0.210`.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - significantDigits: How many digits; 3 tell minima apart.
  public init(measured value: Double, significantDigits: Int = 3) {
    self.init(value, digits: significantDigits, isPadded: true) { number in
      (-3..<5).contains(number.exponent)
    }
  }

  /// A parameter such as λ: `0`, `10⁻²`, `0.02`, `3.16×10⁻⁴`.
  ///
  /// Powers of ten from a hundred up or a tenth down are written as powers, and so is what lies
  /// below a tenth: 3×10⁻³ beside 10⁻³.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - significantDigits: Rounds to so many digits; 3 as titles need no more.
  public init(parameter value: Double, significantDigits: Int = 3) {
    self.init(value, digits: significantDigits) { number in
      number.isPowerOfTen
        ? (0..<2).contains(number.exponent) : (-1..<5).contains(number.exponent)
    }
  }

  private init(
    _ value: Double, digits: Int?, isPadded: Bool = false, isPositional: (DecimalNumber) -> Bool
  ) {
    guard value.isFinite else {
      let name = value.isNaN ? "NaN" : value < 0 ? "\u{2212}∞" : "∞"
      self.init(verbatim: name)
      return
    }
    var number = DecimalNumber(value)
    if let digits { number.round(to: digits) }
    if number.digits.isEmpty || isPositional(number) {
      let places = isPadded && !number.digits.isEmpty ? max(0, (digits ?? 0) - number.point) : 0
      self.init(verbatim: number.positional(places: places))
      return
    }
    let sign = number.isNegative ? "\u{2212}" : ""
    let factor =
      number.isPowerOfTen && !isPadded
      ? "" : "\(number.mantissa(places: isPadded ? (digits ?? 1) - 1 : 0))×"
    let power = number.exponent < 0 ? "\u{2212}\(-number.exponent)" : "\(number.exponent)"
    self.init(verbatim: sign + factor + "10")
    segments.append(Segment(string: power, superscript: true))
  }
}
