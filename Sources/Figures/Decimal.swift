/// A finite number as the shortest decimal digits that give it back: ±0.d₁d₂d₃… × 10^point.
///
/// Ticks and levels are made here from whole numbers and powers of ten, so that 0.3 is the
/// double nearest to 0.3 and prints as such.
struct DecimalNumber: Hashable, Sendable {
  /// Whether the number is below zero.
  var isNegative: Bool
  /// Digits 0 to 9 without leading or trailing zeros; empty for zero.
  var digits: [UInt8]
  /// How many digits stand before the decimal point.
  var point: Int

  /// The shortest digits of a finite number.
  init(_ value: Double) {
    isNegative = value < 0
    digits = []
    point = 0
    var exponent = 0
    var seenPoint = false
    var text = Substring(abs(value).description)
    if let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      exponent = Int(text[text.index(after: mark)...].drop { $0 == "+" }) ?? 0
      text = text[..<mark]
    }
    for character in text {
      if let digit = character.wholeNumberValue {
        digits.append(UInt8(digit))
        if !seenPoint { point += 1 }
      } else {
        seenPoint = true
      }
    }
    point += exponent
    let leading = digits.prefix { $0 == 0 }.count
    digits.removeFirst(leading)
    point -= leading
    trim()
  }

  /// Rounds to a number of significant digits, halves away from zero.
  mutating func round(to count: Int) {
    guard count > 0, digits.count > count else { return }
    let up = digits[count] >= 5
    digits.removeSubrange(count...)
    if up {
      var index = count - 1
      while index >= 0, digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        digits[index] += 1
      } else {
        digits.insert(1, at: 0)
        point += 1
      }
    }
    trim()
  }

  /// The power of ten of the first digit: 2 for 123, −2 for 0.05.
  var exponent: Int { point - 1 }

  /// Whether the digits are a single 1.
  var isPowerOfTen: Bool { digits == [1] }

  /// Positional notation with a true minus sign, such as `−0.05`, and at least `places` digits
  /// after the decimal point.
  func positional(places: Int = 0) -> String {
    var whole = "0"
    var fraction = ""
    for (index, digit) in digits.enumerated() {
      if index == 0 {
        whole = point > 0 ? "" : "0"
        fraction = point < 0 ? String(repeating: "0", count: -point) : ""
      }
      if index < point { whole += "\(digit)" } else { fraction += "\(digit)" }
    }
    if point > digits.count, !digits.isEmpty {
      whole += String(repeating: "0", count: point - digits.count)
    }
    if fraction.count < places {
      fraction += String(repeating: "0", count: places - fraction.count)
    }
    return (isNegative ? "\u{2212}" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// The digits with the decimal point after the first, such as `3.16`, and at least `places` of
  /// them after it.
  func mantissa(places: Int) -> String {
    var moved = self
    moved.isNegative = false
    moved.point = 1
    return moved.positional(places: places)
  }

  private mutating func trim() {
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { point = 0 }
  }
}

/// The double nearest to mantissa × 10^exponent; infinite or 0 beyond the range of doubles.
func decimal(_ mantissa: Int, exponent: Int) -> Double {
  Double("\(mantissa)e\(exponent)") ?? .nan
}
