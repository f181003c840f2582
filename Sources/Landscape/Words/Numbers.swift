import Figures

/// A coordinate with three digits at most: `0.02`, `−1`.
func coordinate(_ value: Double) -> String {
  RichText(number: value, significantDigits: 3).plain
}

/// A count with its thousands apart, as English sets them: `4,810`.
func grouped(_ count: Int) -> String {
  let digits = Array(String(count.magnitude))
  let groups = digits.indices.map { index in
    let isStart = index > 0 && (digits.count - index).isMultiple(of: 3)
    return (isStart ? "," : "") + String(digits[index])
  }
  return (count < 0 ? "\u{2212}" : "") + groups.joined()
}
